"""`thorhud ladder`: launch, warm up, measure and stop one configuration after another, then write the report.

Each is measured at temperature 0, after warm-ups that agree, with prompts that no cache knows. Ctrl+C keeps what was
measured, and `--resume` goes on with it.
"""

import argparse
import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thorhud.cli.conversation import Conversation, StatusLine, add_unit_options, conversation, options_of, run_to_end
from thorhud.cli.ladder_words import Progress, how_to_go_on, ladder_lines, table_lines
from thorhud.domain.comparison import Comparison
from thorhud.domain.errors import ThorHudError
from thorhud.domain.ladder_plan import LadderRecord, Part
from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.run_record import RunRecord
from thorhud.domain.wire import convert, plain
from thorhud.domain.workshop import Workshop

if TYPE_CHECKING:
    from argparse import _SubParsersAction

QUICK: dict[str, Any] = {
    "parts": [Part.SHORT.value],
    "repeats": 3,
    "least_warm_ups": 1,
    "most_warm_ups": 1,
    "ready_for_s": 0,
}
"""A first look, said to be one everywhere: too few repeats for an interval, and nobody waits at the gates."""
PAGE = 200
LISTED = 50
CANCEL_WITHIN_S = 120.0
"""The model that was being measured is stopped first."""


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("ladder", help="compare configurations and report", description=__doc__)
    parser.add_argument("ids", metavar="ID", nargs="*", help="configurations (default: all that can be started)")
    parser.add_argument("--report", type=Path, default=Path("reports"), metavar="DIR", help="where the report goes")
    parser.add_argument("--repeats", type=int, metavar="N", help="measured runs of each prompt (default 5)")
    parser.add_argument(
        "--parts",
        type=_parts,
        metavar="PART,...",
        help=f"what to measure of each: {', '.join(Part)} (default short,long)",
    )
    parser.add_argument("--max-tokens", type=int, metavar="N", help="shorter answers than the prompts ask for")
    parser.add_argument("--quick", action="store_true", help="a first look: one warm-up, three short runs")
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="LADDER",
        help="go on with one that broke off (the newest, or this)",
    )
    parser.add_argument("--list", action="store_true", help="show the ladders of this unit and end")
    add_unit_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and report; what was measured before an interruption is kept."""
    return run_to_end(_list(arguments) if arguments.list else _ladder(arguments))


async def _ladder(arguments: argparse.Namespace) -> int:
    line = StatusLine(quiet=arguments.json)
    async with conversation(options_of(arguments)) as talk:
        await talk.known_weights()
        workshop = await talk.workshop()
        progress = Progress(line, workshop, quiet=arguments.json)
        try:
            end = await talk.carry_out(Verb.LADDER, await _wish(arguments, talk), progress.show)
        except asyncio.CancelledError:
            line.end()
            await _cancel(arguments, talk)
            raise
        except ThorHudError as error:
            line.end()
            if not arguments.json:
                raise
            outcome = error.kind if error.kind == "cancelled" else "failed"
            print(json.dumps({"outcome": outcome, "reason": str(error), "next_step": error.next_step}, indent=2))
            return 1
        line.end()
        return await _report(arguments, talk, workshop, str(end.details["ladder_id"]))


async def _list(arguments: argparse.Namespace) -> int:
    async with conversation(options_of(arguments)) as talk:
        ladders = await _ladders(talk)
        if arguments.json:
            print(json.dumps(plain(ladders), indent=2, ensure_ascii=False))
            return 0
        workshop = await talk.workshop()
        for words in ladder_lines(ladders, workshop, simulated=arguments.simulate):
            print(words)
        return 0


async def _wish(arguments: argparse.Namespace, talk: Conversation) -> dict[str, Any]:
    """Return what to ask of the agent."""
    if arguments.resume is not None:
        return {"resume": _named(arguments.resume, await _ladders(talk))}
    wish = dict(QUICK) if arguments.quick else {}
    given = {"parts": arguments.parts, "repeats": arguments.repeats, "max_tokens": arguments.max_tokens}
    wish |= {name: value for name, value in given.items() if value is not None}
    return {"configuration_ids": list(arguments.ids), **wish}


def _named(wanted: str, ladders: list[LadderRecord]) -> str:
    """Return the id of the ladder that begins so, of the newest one where nothing is said."""
    found = [each for each in ladders if each.can_resume and each.id.startswith(wanted)]
    if not found or (wanted and len(found) > 1):
        what = f"No ladder that broke off is called {wanted!r}." if wanted else "No ladder broke off on this unit."
        raise ThorHudError(what, next_step="See: thorhud ladder --list")
    return found[0].id


async def _ladders(talk: Conversation) -> list[LadderRecord]:
    return convert(await talk.link.query(QueryName.LADDERS, limit=LISTED), list[LadderRecord])


async def _cancel(arguments: argparse.Namespace, talk: Conversation) -> None:
    """Cancel and say what is kept; a second Ctrl+C leaves that to the agent."""
    first = await talk.link.command(Verb.CANCEL_LADDER, {})
    if not arguments.json:
        StatusLine().show("Cancelling; the model is being stopped", key="cancelling")
    try:
        async with asyncio.timeout(CANCEL_WITHIN_S):
            await talk.link.outcome(first.id)
    except TimeoutError:
        pass
    kept = sum(step.runs_done for step in talk.state.ladder.steps)
    if not arguments.json:
        print(how_to_go_on(kept, simulated=arguments.simulate))


async def _report(arguments: argparse.Namespace, talk: Conversation, workshop: Workshop, ladder_id: str) -> int:
    from thorhud.report.write import write_report  # noqa: PLC0415 - plots are drawn only at the end

    comparison = convert(await talk.link.query(QueryName.COMPARISON, ladder_id=ladder_id), Comparison)
    runs = await _runs(talk, ladder_id)
    page = await asyncio.to_thread(write_report, comparison, runs, workshop, arguments.report)
    steps = talk.state.ladder.steps
    failed = [step for step in steps if step.state == "failed"]
    if arguments.json:
        result = {
            "outcome": "failed" if failed else "done",
            "ladder_id": ladder_id,
            "steps": plain(steps),
            "comparison": plain(comparison),
            "report": str(page),
        }
        print(json.dumps(result, indent=2, ensure_ascii=False))
        return 1 if failed else 0
    for words in table_lines(comparison, workshop):
        print(words)
    for step in steps:
        if step.state == "failed":
            print(f"{step.configuration_id} was not measured: {step.reason}")
        elif step.reason:
            print(f"{step.configuration_id}: {step.reason}")
    print(f"Report: {page}")
    return 1 if failed else 0


async def _runs(talk: Conversation, ladder_id: str) -> list[RunRecord]:
    """Return every run of a ladder, newest first; long answers come in several pages."""
    found: list[RunRecord] = []
    before: float | None = None
    while True:
        answer = await talk.link.query(QueryName.RUNS, limit=PAGE, ladder_id=ladder_id, before=before)
        page = convert(answer, list[RunRecord])
        if not page:
            return found
        found += page
        before = page[-1].at_unix_s


def _parts(text: str) -> list[str]:
    wanted = [each.strip() for each in text.split(",") if each.strip()]
    unknown = [each for each in wanted if each not in set(Part)]
    if unknown or not wanted:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown) or 'nothing'} is no part; there is: {', '.join(Part)}")
    return wanted
