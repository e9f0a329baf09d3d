"""`thorhud doctor`: every check of this unit, problems first, each with what to do about it."""

import argparse
import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from thorhud.checks.look import this_unit
from thorhud.checks.run import run_checks
from thorhud.domain.checks import COMMAND, CheckResult, CheckStatus, count
from thorhud.domain.errors import ThorHudError
from thorhud.domain.repairs import REPAIRS
from thorhud.domain.wire import plain
from thorhud.settings.load import load_settings
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.checks import FAULTS, simulated_checks

if TYPE_CHECKING:
    from argparse import _SubParsersAction

SIMULATED = "Simulated unit: nothing here was looked at."
_HEADINGS = {
    CheckStatus.FAIL: "Problems",
    CheckStatus.WARN: "Warnings",
    CheckStatus.UNKNOWN: "Not known",
    CheckStatus.PASS: "In order",
}
"""In the order in which they are shown: what needs somebody stands on top."""


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="checks of this unit and what to do about what they find",
        description=(
            "Look at Docker, models, memory, disk, ports and power of this unit, and say what is not as the workshop"
            " needs it. Nothing is changed without --fix. Exit code: 0 nothing fails, 1 something does."
        ),
    )
    parser.add_argument("--deep", action="store_true", help="also start a container and let it look for the GPU")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--fix", metavar="NAME", choices=tuple(REPAIRS), help="run a repair instead: " + ", ".join(REPAIRS)
    )
    parser.add_argument("--yes", action="store_true", help="with --fix: do not ask before what ends the work of others")
    parser.add_argument("--dry-run", action="store_true", help="with --fix: only say what it would do")
    parser.add_argument(
        "--again", action="store_true", help="with --fix: start what had failed again once the repair is proven"
    )
    parser.add_argument("--simulate", action="store_true", help="a simulated unit, to rehearse: nothing here is real")
    parser.add_argument(
        "--fault", metavar="KIND", choices=tuple(FAULTS), help="with --simulate: show this fault: " + ", ".join(FAULTS)
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the checks, or the repair that was asked for."""
    if arguments.fix is not None:
        from thorhud.cli.repairing import RepairWish, repair_here  # noqa: PLC0415 - checks need no repairs

        wish = RepairWish(
            repair_id=arguments.fix,
            as_json=arguments.json,
            confirmed=arguments.yes,
            only_plan=arguments.dry_run,
            simulated=arguments.simulate,
            again=arguments.again,
        )
        return repair_here(wish)
    if arguments.fault is not None and not arguments.simulate:
        raise ThorHudError("A fault can only be shown on a simulated unit.", next_step="Add --simulate.")
    if arguments.simulate:
        if not arguments.json:
            print(SIMULATED)
        return show(simulated_checks(arguments.fault, deep=arguments.deep), as_json=arguments.json, simulated=True)
    settings = load_settings()
    unit = this_unit(settings, load_workshop(settings.workshop))
    results = asyncio.run(run_checks(unit, deep=arguments.deep))
    return show(results, as_json=arguments.json)


def show(results: Sequence[CheckResult], *, as_json: bool, simulated: bool = False) -> int:
    """Print the results and return the exit code."""
    counts = count(results)
    if as_json:
        told = {
            "outcome": "failed" if counts[CheckStatus.FAIL] else "done",
            "simulated": simulated,
            "counts": {status.value: number for status, number in counts.items()},
            "checks": plain(tuple(results)),
        }
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print("\n".join(as_text(results)))
    return 1 if counts[CheckStatus.FAIL] else 0


def as_text(results: Sequence[CheckResult]) -> Iterator[str]:
    """Yield the list as a person reads it."""
    yield summary(results)
    for status, heading in _HEADINGS.items():
        group = [each for each in results if each.status is status]
        if not group:
            continue
        yield ""
        yield heading
        for result in group:
            yield from _in_full(result) if status in {CheckStatus.FAIL, CheckStatus.WARN} else _in_short(result)


def summary(results: Iterable[CheckResult]) -> str:
    """Say in one line how the unit is."""
    counts = count(results)
    problems, warnings = counts[CheckStatus.FAIL], counts[CheckStatus.WARN]
    words = [
        "No problems" if problems == 0 else f"{problems} problem{'s' if problems > 1 else ''}",
        f"{warnings} warning{'' if warnings == 1 else 's'}",
        f"{counts[CheckStatus.PASS]} in order",
        f"{counts[CheckStatus.UNKNOWN]} not known",
    ]
    return ", ".join(words) + "."


def _in_full(result: CheckResult) -> Iterator[str]:
    yield f"  {_name(result)}"
    yield f"      found     {_plain(result.found)}"
    yield f"      expected  {_plain(result.expected)}"
    if result.fix:
        yield f"      fix       {_plain(result.fix)}"
    if result.repair not in {None, COMMAND}:
        yield f"      repair    thorhud doctor --fix {result.repair}"
    if result.command:
        yield f"      {'type' if result.repair == COMMAND else 'by hand':<9} {_plain(result.command)}"


def _in_short(result: CheckResult) -> Iterator[str]:
    yield f"  {_name(result)}: {_plain(result.found)}"


def _name(result: CheckResult) -> str:
    return _plain(f"{result.title} ({result.subject})" if result.subject else result.title)


def _plain(text: str) -> str:
    """Show control characters instead of obeying them: names of processes and containers are not to be trusted."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)
