"""`thorhud stop`: stop what is being served. What the HUD did not start needs --outside."""

import argparse
import json
from typing import TYPE_CHECKING

from thorhud.cli.conversation import StatusLine, add_unit_options, conversation, options_of, run_to_end
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser("stop", help="stop what is being served", description=__doc__)
    parser.add_argument("--outside", action="store_true", help="yes, also a server that the HUD did not start")
    add_unit_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Stop and wait until the container is gone."""
    return run_to_end(_stop(arguments))


async def _stop(arguments: argparse.Namespace) -> int:
    line = StatusLine(quiet=arguments.json)

    def show(state: AgentState) -> None:
        line.show(state.serving.activity or state.serving.phase.value)

    async with conversation(options_of(arguments)) as talk:
        await talk.known_weights()
        try:
            done = await talk.carry_out(Verb.STOP, {"force": arguments.outside}, show)
        except ThorHudError as error:
            line.end()
            if not arguments.json:
                raise
            print(json.dumps({"outcome": "failed", "reason": str(error), "next_step": error.next_step}, indent=2))
            return 1
        line.end()
        # a switch that went on was cancelled; what that left is said
        left = done.details.get("sentence")
        outcome = {"outcome": "cancelled", "left": left} if left else {"outcome": "stopped"}
        print(json.dumps(outcome) if arguments.json else left or "Stopped; the container is gone.")
    return 0
