"""What the commands that talk to an agent share: find it, ask it, show its progress."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from thorhud.domain.errors import LinkError, ThorHudError
from thorhud.domain.messages import AnswerKind, CommandAnswer, Expectation, QueryName, Snapshot, Verb
from thorhud.domain.state import AgentState
from thorhud.domain.wire import convert
from thorhud.domain.workshop import Workshop
from thorhud.links.link import Link
from thorhud.links.start_agent import AgentOptions, connect
from thorhud.links.wire_link import account

SETTLED_WITHIN_S = 3.0

Show = Callable[[AgentState], None]


def add_unit_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which unit is meant."""
    parser.add_argument("--simulate", action="store_true", help="a simulated unit instead of this machine")
    parser.add_argument("--speed", type=float, metavar="N", help="hurry the simulated start N times; never token rates")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def options_of(arguments: argparse.Namespace, *, start: bool = True) -> AgentOptions:
    """Return which agent the arguments ask for."""
    who = f"terminal of {account()}"
    return AgentOptions(simulated=arguments.simulate, start_speed=arguments.speed or 1.0, who=who, start=start)


@dataclass(slots=True)
class Conversation:
    """An open link with the newest state."""

    link: Link
    state: AgentState
    moved: asyncio.Event
    broken: str | None = None

    async def workshop(self) -> Workshop:
        """Ask which workshop this unit runs."""
        return convert(await self.link.query(QueryName.WORKSHOP), Workshop)

    async def known_weights(self) -> None:
        """Wait until the agent has looked which configurations can be started and what serves already."""
        async with asyncio.timeout(20.0):
            while not self.state.availability or (
                self.state.agent.docker.value is None and self.state.agent.docker.reason is None
            ):
                await self.change()

    async def change(self) -> None:
        """Wait for the next state; raise `LinkError` where the link broke."""
        self.moved.clear()
        await self.moved.wait()
        if self.broken is not None:
            raise LinkError(self.broken, next_step="Look again with: thorhud status")

    async def carry_out(self, verb: Verb, args: Mapping[str, Any], show: Show | None = None) -> CommandAnswer:
        """Send a command, call *show* for every state until it ends, and return its end.

        Raises a `ThorHudError` with the agent's sentence where it was refused or failed.
        """
        expect = self._seen()
        first = await self.link.command(verb, args, expect=expect)
        if verb is Verb.LADDER and first.kind is AnswerKind.REFUSED and await self._has_moved_on(expect):
            # an agent that was just started finds its server again in this moment; a ladder takes it as it is
            first = await self.link.command(verb, args, expect=self._seen())
        if first.kind is AnswerKind.REFUSED:
            raise ThorHudError(first.reason, next_step=first.next_step, kind=first.failure_kind)
        end = asyncio.ensure_future(self.link.outcome(first.id))
        try:
            while not end.done():
                change = asyncio.ensure_future(self.moved.wait())
                await asyncio.wait([end, change], return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
                self.moved.clear()
                if show is not None:
                    show(self.state)
        finally:
            end.cancel()
        last = end.result()
        if last.kind is AnswerKind.FAILED:
            raise ThorHudError(last.reason, next_step=last.next_step, kind=last.failure_kind)
        return last

    def _seen(self) -> Expectation:
        return Expectation(boot=self.state.agent.boot, serving_generation=self.state.serving.generation)

    async def _has_moved_on(self, seen: Expectation) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLED_WITHIN_S):
                while self._seen() == seen:
                    self.moved.clear()
                    await self.moved.wait()
        return self._seen() != seen


@asynccontextmanager
async def conversation(options: AgentOptions) -> AsyncIterator[Conversation]:
    """Connect to this machine's agent and keep its newest state."""
    link = await connect(options)
    reader: asyncio.Task[None] | None = None
    try:
        messages = link.messages()
        first = await anext(messages, None)
        while first is not None and not isinstance(first, Snapshot):
            first = await anext(messages, None)
        if first is None:
            raise LinkError("The agent ended the conversation before it began.")
        talk = Conversation(link=link, state=first.state, moved=asyncio.Event())

        async def keep_up() -> None:
            async for message in messages:
                if isinstance(message, Snapshot):
                    talk.state = message.state
                    talk.moved.set()
            talk.broken = "The agent of this unit stopped."
            talk.moved.set()

        reader = asyncio.get_running_loop().create_task(keep_up(), name="keep up")
        if options.simulated and options.start_speed not in {1.0, first.state.agent.start_speed}:
            await talk.carry_out(Verb.SIMULATE, {"start_speed": options.start_speed})
        yield talk
    finally:
        if reader is not None:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader
        await link.close()


def run_to_end(work: Awaitable[int]) -> int:
    """Run *work* on a loop of its own."""

    async def main() -> int:
        return await work

    return asyncio.run(main())


class StatusLine:
    """One line that is written over while things move; on a pipe, one line for each new sentence."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._last = ""

    def show(self, text: str, *, key: str | None = None) -> None:
        """Show *text*; on a pipe only where *key* (default: the text) has changed."""
        if self._quiet:
            return
        if self._terminal:
            if text != self._last:
                print(f"\r\x1b[2K{text[:150]}", end="", file=sys.stderr, flush=True)
                self._last = text
            return
        key = key or text
        if key != self._last:
            print(text, file=sys.stderr, flush=True)
            self._last = key

    def say(self, text: str) -> None:
        """Print *text* on a line that stays."""
        if self._quiet:
            return
        print(f"\r\x1b[2K{text}" if self._terminal else text, file=sys.stderr, flush=True)
        self._last = ""

    def end(self) -> None:
        """Leave the line standing."""
        if self._terminal and self._last:
            print(file=sys.stderr)
            self._last = ""
