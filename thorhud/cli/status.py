"""`thorhud status`: identity, memory, stage and cup of a unit."""

import argparse
import json
from typing import TYPE_CHECKING

from thorhud.cli.conversation import add_unit_options, conversation, options_of, run_to_end
from thorhud.cli.words import cannot_start_lines, failure_lines, memory_line, serving_line, told_lines, unit_line
from thorhud.domain.memory import ledger_of
from thorhud.domain.memory_verdict import verdict
from thorhud.domain.serving_metrics_words import rows
from thorhud.domain.wire import plain

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("status", help="identity, memory, stage and cup of a unit", description=__doc__)
    add_unit_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the unit's newest state."""
    return run_to_end(_print(arguments))


async def _print(arguments: argparse.Namespace) -> int:
    async with conversation(options_of(arguments)) as talk:
        await talk.known_weights()
        state = talk.state
        workshop = await talk.workshop()
        ledger = ledger_of(state, workshop)
        judged = verdict(ledger) if ledger else None
        if arguments.json:
            print(json.dumps(plain(state) | {"memory_verdict": plain(judged)}, indent=2, ensure_ascii=False))
            return 0
        configuration = workshop.configuration(state.serving.configuration_id or "")
        name = configuration.name if configuration else state.serving.model or "server"
        print(unit_line(state))
        print(serving_line(state.serving, name))
        for line in told_lines(state.serving):
            print(f"  {line}")
        for label, words in rows(state.serving.metrics) if state.serving.metrics else ():
            print(f"  {label}: {words}")
        for line in failure_lines(state.serving.failure) if state.serving.failure else ():
            print(f"  {line}")
        for line in cannot_start_lines(state.availability):
            print(line)
        print(memory_line(state.telemetry.memory.value))
        if judged is not None:
            print(f"  {judged.sentence} {judged.next_step}".rstrip())
        docker = state.agent.docker
        print(f"docker: {docker.value or docker.reason}")
        print(f"cup: {state.cup.colour.value}")
    return 0
