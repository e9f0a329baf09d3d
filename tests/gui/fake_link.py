"""A link whose agent is a list: it answers what the test laid out and breaks when the test says so."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
import samples

from thorhud.domain.errors import LinkError
from thorhud.domain.messages import (
    AnswerKind,
    Channel,
    CommandAnswer,
    Down,
    Expectation,
    QueryName,
    Snapshot,
    TypedCommands,
    Verb,
)
from thorhud.domain.state import AgentState


class FakeLink:
    """Fulfils `thorhud.links.link.Link`."""

    def __init__(self, state: AgentState | None = None) -> None:
        self.sent: list[tuple[Verb, dict[str, Any], Expectation | None]] = []
        self.watched: list[tuple[Channel, bool]] = []
        self.asked: list[QueryName] = []
        self.first = AnswerKind.ACCEPTED
        self.end = CommandAnswer(id="1", kind=AnswerKind.DONE)
        self.refusal = ""
        self.closed = False
        self._inbox: asyncio.Queue[Down | None] = asyncio.Queue()
        self._numbers = 0
        if state is not None:
            self.deliver(state)

    def deliver(self, state: AgentState) -> None:
        """Send a snapshot down."""
        self._numbers += 1
        self._inbox.put_nowait(Snapshot(number=self._numbers, state=state))

    def push(self, message: Down) -> None:
        """Send any message down."""
        self._inbox.put_nowait(message)

    def break_off(self) -> None:
        """End the conversation from the agent's side."""
        self._inbox.put_nowait(None)

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        self.closed = True

    async def messages(self) -> AsyncIterator[Down]:
        while (message := await self._inbox.get()) is not None:
            yield message

    async def command(
        self, verb: Verb, args: Mapping[str, Any] | None = None, *, expect: Expectation | None = None
    ) -> CommandAnswer:
        self.sent.append((verb, dict(args or {}), expect))
        return CommandAnswer(id="1", kind=self.first, reason=self.refusal)

    async def outcome(self, command_id: str) -> CommandAnswer:
        return self.end

    async def query(self, name: QueryName, **args: Any) -> Any:
        self.asked.append(name)
        match name:
            case QueryName.WORKSHOP:
                return msgspec.to_builtins(samples.workshop())
            case QueryName.COMMANDS:
                return msgspec.to_builtins(TypedCommands(docker_run="docker run", vllm_serve="vllm serve", curl="curl"))
            case _:
                raise LinkError("This agent keeps no records.")

    async def watch(self, channel: Channel, *, on: bool = True) -> None:
        self.watched.append((channel, on))

    async def events_after(self, number: int) -> None:
        """No events here."""
