"""`thorhud fit`: will it start? The sum that vLLM does in its first seconds, before the launch."""

import argparse
import json
from typing import TYPE_CHECKING

from thorhud.cli.conversation import add_unit_options, conversation, options_of, run_to_end
from thorhud.domain.errors import ThorHudError
from thorhud.domain.fit import Fit, FitVerdict, fit
from thorhud.domain.memory import ledger_of
from thorhud.domain.messages import LaunchRecord, QueryName
from thorhud.domain.wire import convert, plain
from thorhud.domain.workshop import Configuration, Workshop

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LAUNCHES_ASKED = 200
_WORDS = {
    FitVerdict.STARTS: "starts",
    FitVerdict.STARTS_AFTER_RECLAIM: "starts after clearing memory",
    FitVerdict.DOES_NOT_FIT: "does not fit",
    FitVerdict.UNKNOWN: "not known",
}


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser(
        "fit",
        help="will a configuration start? the sum in words",
        description=__doc__,
        epilog="Exit code with ID: 0 where it starts, at once or after clearing memory; 1 where not, or not known.",
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="a configuration of the workshop (default: each of them)")
    parser.add_argument(
        "--utilization", type=float, metavar="SHARE", help="share of all memory, in place of the configuration's own"
    )
    parser.add_argument("--vllm-version", metavar="V", help="the vLLM to judge for (default: the last one that ran)")
    add_unit_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the sum for one configuration, or the verdict for each."""
    return run_to_end(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    async with conversation(options_of(arguments)) as talk:
        await talk.known_weights()
        workshop = await talk.workshop()
        launches = convert(await talk.link.query(QueryName.LAUNCHES, limit=LAUNCHES_ASKED), list[LaunchRecord])
        state = talk.state
    ledger = ledger_of(state, workshop)
    version = arguments.vllm_version or next((each.vllm_version for each in launches if each.vllm_version), None)
    found = [
        (
            each,
            fit(
                each,
                ledger,
                utilization=arguments.utilization,
                vllm_version=version,
                model_memory_gib=_model_memory_gib(each, launches),
            ),
        )
        for each in _asked(workshop, arguments.id)
    ]
    if arguments.json:
        answers = [plain(answer) for _, answer in found]
        print(json.dumps(answers[0] if arguments.id else answers, indent=2, ensure_ascii=False))
    else:
        _print(found, whole_sum=arguments.id is not None)
    starts = {FitVerdict.STARTS, FitVerdict.STARTS_AFTER_RECLAIM}
    return 1 if arguments.id is not None and found[0][1].verdict not in starts else 0


def _model_memory_gib(configuration: Configuration, launches: list[LaunchRecord]) -> float | None:
    """Return what the newest start of the same model with the same arguments said in its log."""
    same = (each for each in launches if each.serve_arguments == configuration.serve_arguments)
    return next((each.model_memory_gib for each in same if each.model_memory_gib is not None), None)


def _asked(workshop: Workshop, configuration_id: str | None) -> tuple[Configuration, ...]:
    if configuration_id is None:
        return workshop.configurations
    found = workshop.configuration(configuration_id)
    if found is None:
        known = ", ".join(each.id for each in workshop.configurations)
        raise ThorHudError(f"The workshop has no configuration {configuration_id!r}.", next_step=f"It has: {known}.")
    return (found,)


def _print(found: list[tuple[Configuration, Fit]], *, whole_sum: bool) -> None:
    width = max(len(configuration.name) for configuration, _ in found)
    for configuration, answer in found:
        print(f"{configuration.name:{width}}  {_WORDS[answer.verdict]}")
        if whole_sum:
            for line in answer.arithmetic:
                print(f"  {line}")
        if whole_sum or answer.verdict is not FitVerdict.STARTS:
            print(f"  {answer.sentence} {answer.next_step}".rstrip())
