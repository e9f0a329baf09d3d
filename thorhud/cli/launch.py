"""`thorhud launch`: start a configuration of the workshop and wait until it is ready.

What is served already is stopped first, in steps that are told with their times; Ctrl+C leaves the start to the unit.
`--dry-run` prints what to type to do the same by hand.
"""

import argparse
import json
from typing import TYPE_CHECKING, Any

from thorhud.cli.conversation import StatusLine, add_unit_options, conversation, options_of, run_to_end
from thorhud.cli.launch_arguments import add_launch_options, wanted
from thorhud.cli.switch_words import SwitchLines
from thorhud.cli.words import clock, serving_line
from thorhud.domain.custom_model import configuration_of, for_launch
from thorhud.domain.errors import ThorHudError
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.messages import QueryName, TypedCommands, Verb
from thorhud.domain.state import AgentState
from thorhud.domain.wire import convert, plain
from thorhud.domain.workshop import Workshop

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("launch", help="start a configuration of the workshop", description=__doc__)
    parser.add_argument("id", metavar="ID", help="a configuration (`thorhud config show`), or a model's id or folder")
    parser.add_argument("--dry-run", action="store_true", help="print the commands to type instead, and start nothing")
    parser.add_argument("--fault", metavar="KIND", help="simulated unit only: let this start fail in a known way")
    add_launch_options(parser)
    add_unit_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Launch and wait."""
    return run_to_end(_dry_run(arguments) if arguments.dry_run else _launch(arguments))


async def _dry_run(arguments: argparse.Namespace) -> int:
    asked = wanted(arguments)
    async with conversation(options_of(arguments)) as talk:
        answer = await talk.link.query(QueryName.COMMANDS, **asked)
    commands = convert(answer, TypedCommands)
    if arguments.json:
        print(json.dumps(plain(commands), indent=2, ensure_ascii=False))
        return 0
    print(f"# start the server\n{commands.docker_run}\n\n# what runs in it\n{commands.vllm_serve}\n")
    print(f"# send it the reference prompt\n{commands.curl}")
    return 0


async def _launch(arguments: argparse.Namespace) -> int:
    line, asked = StatusLine(quiet=arguments.json), wanted(arguments)
    async with conversation(options_of(arguments)) as talk:
        await talk.known_weights()
        workshop = await talk.workshop()
        name = _name(workshop, asked)
        running = configuration_of(workshop, talk.state.serving.configuration_id)
        switch = SwitchLines(old=running.name if running else talk.state.serving.model or "the model", new=name)
        if arguments.fault:
            await talk.carry_out(Verb.SIMULATE, {"fault": arguments.fault})

        def show(state: AgentState) -> None:
            serving = state.serving
            text = serving_line(serving, name)
            current = serving.timeline.current if serving.timeline else ""
            for told in switch.new_lines(serving.switch_steps):
                line.say(told)
            line.show(text, key=f"{serving.phase} {current} {serving.activity}")

        try:
            await talk.carry_out(Verb.LAUNCH, asked, show)
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


def _name(workshop: Workshop, asked: dict[str, Any]) -> str:
    configuration = configuration_of(workshop, asked["configuration_id"])
    if configuration is None:
        return str(asked["configuration_id"])
    model = asked.get("options", {}).get("model")
    return for_launch(workshop, configuration, LaunchOptions(model=model)).name
