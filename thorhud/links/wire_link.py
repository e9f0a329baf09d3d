"""A link over any connection that carries whole messages."""

import asyncio
import contextlib
import getpass
import uuid
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from thorhud.domain.errors import LinkError
from thorhud.domain.messages import (
    AnswerKind,
    Channel,
    Command,
    CommandAnswer,
    Down,
    EventsAfter,
    Expectation,
    Query,
    QueryAnswer,
    QueryName,
    Snapshot,
    Up,
    Verb,
    Watch,
)
from thorhud.domain.wire import WireError, decode_down, encode
from thorhud.links.connection import Connection

ANSWER_LIMIT_S = 15.0
"""An agent answers within 100 ms; after this long it is taken for dead."""

BROKEN = "The agent of this unit does not answer any more."


class WireLink:
    """Speaks the five kinds of message over what *connect* returns."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], *, who: str = "") -> None:
        self._connect = connect
        self._who = who or account()
        self._connection: Connection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._inbox: deque[Down] = deque()
        self._arrived = asyncio.Event()
        self._queries: dict[str, asyncio.Future[QueryAnswer]] = {}
        self._first: dict[str, asyncio.Future[CommandAnswer]] = {}
        self._ends: dict[str, asyncio.Future[CommandAnswer]] = {}
        self._broken: str | None = None

    async def open(self) -> None:
        """Connect and begin to read."""
        self._connection = await self._connect()
        self._reader = asyncio.get_running_loop().create_task(self._read(self._connection), name="link reader")

    async def close(self) -> None:
        """End the conversation and let every waiter know."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._connection is not None:
            await self._connection.close()
        self._break("The link was closed.")

    async def messages(self) -> AsyncIterator[Down]:
        """Yield what arrives until the link breaks."""
        while True:
            while self._inbox:
                yield self._inbox.popleft()
            if self._broken is not None:
                return
            self._arrived.clear()
            await self._arrived.wait()

    async def command(
        self, verb: Verb, args: Mapping[str, Any] | None = None, *, expect: Expectation | None = None
    ) -> CommandAnswer:
        """Send a command and wait for accepted or refused."""
        wish = Command(id=uuid.uuid4().hex, verb=verb, args=dict(args or {}), expect=expect, who=self._who)
        self._ends[wish.id] = _future()
        answer: CommandAnswer = await self._ask(self._first, wish.id, wish)
        if answer.kind is AnswerKind.REFUSED:
            self._ends.pop(wish.id).cancel()
        return answer

    async def outcome(self, command_id: str) -> CommandAnswer:
        """Wait for done or failed, as long as it takes."""
        try:
            return await self._ends[command_id]
        finally:
            self._ends.pop(command_id, None)

    async def query(self, name: QueryName, **args: Any) -> Any:  # noqa: ANN401 - plain JSON
        """Ask and return the result in plain JSON."""
        question = Query(id=uuid.uuid4().hex, name=name, args=args)
        answer = await self._ask(self._queries, question.id, question)
        if answer.error is not None:
            raise LinkError(answer.error)
        return answer.result

    async def watch(self, channel: Channel, *, on: bool = True) -> None:
        """Begin or end a stream."""
        await self._send(Watch(channel=channel, on=on))

    async def events_after(self, number: int) -> None:
        """Ask for the events after *number*."""
        await self._send(EventsAfter(number=number))

    async def _ask(self, waiting: dict[str, asyncio.Future[Any]], key: str, message: Up) -> Any:  # noqa: ANN401
        waiting[key] = _future()
        try:
            await self._send(message)
            async with asyncio.timeout(ANSWER_LIMIT_S):
                return await waiting[key]
        except TimeoutError as error:
            raise LinkError(f"The agent did not answer within {ANSWER_LIMIT_S:.0f} s.") from error
        finally:
            waiting.pop(key, None)

    async def _send(self, message: Up) -> None:
        if self._connection is None or self._broken is not None:
            raise LinkError(self._broken or "The link is not open.")
        await self._connection.send(encode(message))

    async def _read(self, connection: Connection) -> None:
        reason = BROKEN
        try:
            while (data := await connection.receive()) is not None:
                self._take(decode_down(data))
        except LinkError as error:
            reason = str(error)
        finally:
            self._break(reason)

    def _take(self, message: Down) -> None:
        match message:
            case QueryAnswer():
                _settle(self._queries, message.id, message)
                return
            case CommandAnswer(kind=AnswerKind.ACCEPTED | AnswerKind.REFUSED):
                _settle(self._first, message.id, message)
                return
            case CommandAnswer():
                _settle(self._ends, message.id, message)
            case Snapshot():
                self._inbox = deque(each for each in self._inbox if not isinstance(each, Snapshot))
            case _:
                pass
        self._inbox.append(message)
        self._arrived.set()

    def _break(self, reason: str) -> None:
        if self._broken is None:
            self._broken = reason
        for table in (self._queries, self._first, self._ends):
            for future in table.values():
                if not future.done():
                    future.set_exception(WireError(reason))
                    future.exception()  # looked at, so that a waiter nobody awaits is not reported
        self._arrived.set()


def _settle(waiting: dict[str, asyncio.Future[Any]], key: str, answer: object) -> None:
    future = waiting.get(key)
    if future is not None and not future.done():
        future.set_result(answer)


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


def account() -> str:
    """Return the name of the account that this program runs under."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown account"
