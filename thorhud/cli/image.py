"""`thorhud image`: is the workshop's image on this unit, is it the right one; and pull it, with progress.

A pull that is interrupted with Ctrl+C is cancelled in the Docker Engine too.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from thorhud.cli.conversation import (
    Conversation,
    Show,
    StatusLine,
    add_unit_options,
    conversation,
    options_of,
    run_to_end,
)
from thorhud.cli.words import as_shown, clock
from thorhud.domain.errors import ThorHudError
from thorhud.domain.images import ImageState, PullPhase, PullState, about_digest, fetched
from thorhud.domain.messages import Verb
from thorhud.domain.model_files import gb
from thorhud.domain.state import AgentState
from thorhud.domain.wire import plain

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LOOKED_WITHIN_S = 20.0
"""The agent looks at the image when it begins and then again and again."""


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser(
        "image",
        help="the workshop's image: is it here, is it the right one; pull it",
        description=(
            "Look at the workshop's image, or pull it. Exit code: 0 it is here and nothing is wrong with it, 1 not."
        ),
    )
    parser.add_argument("action", nargs="?", choices=("status", "pull"), default="status", help="default: status")
    parser.add_argument("image", nargs="?", metavar="IMAGE", help="what to pull (default: the workshop's image)")
    add_unit_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look, or pull and wait."""
    if arguments.action == "status" and arguments.image:
        raise ThorHudError("Only a pull takes the name of an image.", next_step="Type: thorhud image pull IMAGE")
    return run_to_end(_pull(arguments) if arguments.action == "pull" else _status(arguments))


async def _status(arguments: argparse.Namespace) -> int:
    async with conversation(options_of(arguments)) as talk:
        state = await _looked_at(talk)
    image, pull = state.image, state.pull
    if arguments.json:
        print(json.dumps({"image": plain(image), "pull": plain(pull)}, indent=2, ensure_ascii=False))
    else:
        print("\n".join((*_about_image(image), *_about_pull(pull))))
    return 0 if image.present and image.fault is None else 1


async def _pull(arguments: argparse.Namespace) -> int:
    line = StatusLine(quiet=arguments.json)

    def show(state: AgentState) -> None:
        if state.pull.phase is PullPhase.PULLING:
            pull = state.pull
            line.show(pull_line(pull), key=f"{pull.sentence} {pull.layers_done}")

    async with conversation(options_of(arguments)) as talk:
        try:
            end = await _until_pulled(talk, {"image": arguments.image or ""}, show)
        except ThorHudError as error:
            line.end()
            if not arguments.json:
                raise
            told = {"outcome": "failed", "kind": error.kind, "reason": str(error), "next_step": error.next_step}
            print(json.dumps(told, indent=2, ensure_ascii=False))
            return 1
        line.end()
        pull = talk.state.pull
    if arguments.json:
        print(json.dumps({"outcome": "done", **end}, indent=2, ensure_ascii=False))
    else:
        print(as_shown(f"{pull.sentence} {pull.next_step}".strip()))
        print(f"Digest: {end['digest']}")
    return 0


async def _until_pulled(talk: Conversation, args: dict[str, Any], show: Show) -> dict[str, Any]:
    try:
        return dict((await talk.carry_out(Verb.PULL_IMAGE, args, show)).details)
    except asyncio.CancelledError:
        # Ctrl+C: whoever asked for the pull takes it back, and is told what is left of it
        await talk.link.command(Verb.CANCEL_PULL, {})
        while talk.state.pull.phase is PullPhase.PULLING:
            await talk.change()
        pull = talk.state.pull
        raise ThorHudError(pull.sentence, next_step=pull.next_step, kind="cancelled") from None


async def _looked_at(talk: Conversation) -> AgentState:
    async with asyncio.timeout(LOOKED_WITHIN_S):
        while talk.state.image.present is None and talk.state.agent.docker.reason is None:
            await talk.change()
    return talk.state


def pull_line(pull: PullState) -> str:
    """Say in one line how far a pull has come."""
    if not pull.layers:
        return f"{pull.image}: {pull.sentence}"
    parts = [f"{pull.sentence}, layer {min(pull.layers_done + 1, pull.layers)} of {pull.layers}", fetched(pull)]
    if pull.bytes_per_s:
        parts.append(f"{pull.bytes_per_s / 1e6:.1f} MB/s")
    if pull.remaining_s is not None:
        parts.append(f"about {clock(pull.remaining_s)} left")
    return as_shown(f"{pull.image}: {', '.join(parts)}")


def _about_image(image: ImageState) -> Iterator[str]:
    yield f"Image   {as_shown(image.image)}"
    if image.present is None:
        yield "        nobody could look: Docker does not answer"
        return
    size = f", {gb(image.size_bytes)} GB" if image.size_bytes else ""
    if image.present:
        yield f"        on this unit{size}"
        yield f"Digest  {image.digest}"
        yield f"        {about_digest(image)}"
    else:
        yield f"        not on this unit; a pull brings about{size[1:]}" if size else "        not on this unit"
    if image.fault is not None:
        yield as_shown(f"{image.sentence} {image.next_step}")


def _about_pull(pull: PullState) -> Iterator[str]:
    if pull.phase is PullPhase.PULLING:
        yield f"Pulling {pull_line(pull)}"
    elif pull.phase is not PullPhase.NONE:
        yield as_shown(f"Last pull: {pull.sentence} {pull.next_step}".rstrip())
