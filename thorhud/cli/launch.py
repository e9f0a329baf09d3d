"""`thorhud launch`: start a configuration of the workshop and wait until it is ready.

What is served already is stopped first. `--dry-run` prints what to type to do the same by hand.
"""

import argparse
import json
from typing import TYPE_CHECKING

from thorhud.cli.conversation import StatusLine, add_unit_options, conversation, options_of, run_to_end
from thorhud.cli.words import clock, serving_line
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import QueryName, TypedCommands, Verb
from thorhud.domain.state import AgentState
from thorhud.domain.wire import convert, plain

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("launch", help="start a configuration of the workshop", description=__doc__)
    parser.add_argument("id", metavar="ID", help="the configuration; `thorhud config show` lists them")
    parser.add_argument("--dry-run", action="store_true", help="print the commands to type instead, and start nothing")
    parser.add_argument("--fault", metavar="KIND", help="simulated unit only: let this start fail in a known way")
    add_unit_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Launch and wait."""
    return run_to_end(_dry_run(arguments) if arguments.dry_run else _launch(arguments))


async def _dry_run(arguments: argparse.Namespace) -> int:
    async with conversation(options_of(arguments)) as talk:
        answer = await talk.link.query(QueryName.COMMANDS, configuration_id=arguments.id)
    commands = convert(answer, TypedCommands)
    if arguments.json:
        print(json.dumps(plain(commands), indent=2, ensure_ascii=False))
        return 0
    print(f"# start the server\n{commands.docker_run}\n\n# what runs in it\n{commands.vllm_serve}\n")
    print(f"# send it the reference prompt\n{commands.curl}")
    return 0


async def _launch(arguments: argparse.Namespace) -> int:
    line = StatusLine(quiet=arguments.json)
    async with conversation(options_of(arguments)) as talk:
        await talk.known_weights()
        workshop = await talk.workshop()
        configuration = workshop.configuration(arguments.id)
        name = configuration.name if configuration else arguments.id
        if arguments.fault:
            await talk.carry_out(Verb.SIMULATE, {"fault": arguments.fault})

        def show(state: AgentState) -> None:
            serving = state.serving
            text = serving_line(serving, name)
            current = serving.timeline.current if serving.timeline else ""
            line.show(text, key=f"{serving.phase} {current} {serving.activity}")

        try:
            await talk.carry_out(Verb.LAUNCH, {"configuration_id": arguments.id}, show)
        except ThorHudError as error:
            line.end()
            if not arguments.json:
                raise
            failure = plain(talk.state.serving.failure)
            refused = {"kind": error.kind, "headline": str(error), "next_step": error.next_step}
            print(json.dumps({"outcome": "failed", "failure": failure or refused}, indent=2, ensure_ascii=False))
            return 1
        line.end()
        serving = talk.state.serving
        if arguments.json:
            print(json.dumps({"outcome": "ready", **plain(serving)}, indent=2, ensure_ascii=False))
        else:
            print(f"{name} is ready after {clock(serving.ready_after_s)} at {serving.base_url}")
    return 0
