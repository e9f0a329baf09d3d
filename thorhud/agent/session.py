"""One face at the agent's end of a link."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from thorhud.agent.dispatcher import Dispatcher
from thorhud.agent.hub import Hub
from thorhud.domain.errors import LinkError, ThorHudError
from thorhud.domain.messages import (
    AnswerKind,
    Channel,
    Command,
    CommandAnswer,
    Down,
    EventsAfter,
    LogPage,
    Query,
    QueryAnswer,
    Snapshot,
    StreamPiece,
    Watch,
)
from thorhud.domain.wire import decode_up, encode
from thorhud.links.connection import Connection

log = logging.getLogger(__name__)

SNAPSHOT_GAP_S = 0.05
"""No face gets more than twenty snapshots a second."""
LOG_PAGE = 400
ENDS = {AnswerKind.DONE, AnswerKind.FAILED}

Answers = Callable[[Query], Awaitable[Any]]
LogRange = Callable[[str, int, int], Awaitable[LogPage]]


class Session:
    """Reads a face's wishes and sends it what it has not seen yet."""

    def __init__(
        self, connection: Connection, *, hub: Hub, dispatcher: Dispatcher, answers: Answers, log_range: LogRange
    ) -> None:
        self._connection = connection
        self._hub = hub
        self._dispatcher = dispatcher
        self._answers = answers
        self._log_range = log_range
        self._wake = asyncio.Event()
        self._out: deque[Down] = deque()
        self._snapshot_sent = -1
        self._snapshot_at = 0.0
        self._event_sent: int | None = None
        self._watched: set[Channel] = set()
        self._answer_sent: tuple[str | None, int] = (None, 0)
        self._log_sent: tuple[str | None, int] = (None, 0)

    async def run(self) -> None:
        """Talk until either side ends."""
        unlisten = self._hub.listen(self._wake.set)
        self._wake.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write(), name="session writer")
                await self._read(tasks)
                writer.cancel()
        except* LinkError as errors:
            log.info("a face is gone: %s", errors.exceptions[0])
        finally:
            unlisten()
            await self._connection.close()

    async def _read(self, tasks: asyncio.TaskGroup) -> None:
        while (data := await self._connection.receive()) is not None:
            match decode_up(data):
                case Command() as command:
                    self._dispatcher.submit(command, self._send)
                case Query() as query:
                    tasks.create_task(self._answer(query), name=f"query {query.name}")
                case Watch(channel=channel, on=on):
                    self._watch(channel, on=on)
                case EventsAfter(number=number):
                    self._event_sent = number
                    self._wake.set()

    def _watch(self, channel: Channel, *, on: bool) -> None:
        if not on:
            self._watched.discard(channel)
            return
        self._watched.add(channel)
        if channel is Channel.ANSWER:
            self._answer_sent = (None, 0)
        else:
            self._log_sent = (None, 0)
        self._wake.set()

    async def _answer(self, query: Query) -> None:
        try:
            answer = QueryAnswer(id=query.id, result=await self._answers(query))
        except ThorHudError as error:
            answer = QueryAnswer(id=query.id, error=str(error))
        self._send(answer)

    def _send(self, message: CommandAnswer | QueryAnswer) -> None:
        self._out.append(message)
        self._wake.set()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._out:
                message = self._out.popleft()
                if isinstance(message, CommandAnswer) and message.kind in ENDS:
                    # whoever hears of the end must not see the state from before it
                    await self._put_snapshot(at_once=True)
                await self._put(message)
            await self._put_events()
            await self._put_snapshot()
            if Channel.ANSWER in self._watched:
                await self._put_answer()
            if Channel.LOG in self._watched:
                await self._put_log()

    async def _put(self, message: Down) -> None:
        try:
            data = encode(message)
        except LinkError as error:
            if not isinstance(message, QueryAnswer):
                raise
            data = encode(QueryAnswer(id=message.id, error=f"The answer is too large: {error}"))
        await self._connection.send(data)

    async def _put_events(self) -> None:
        if self._event_sent is None:
            return
        for event in [each for each in self._hub.events if each.number > self._event_sent]:
            await self._put(event)
            self._event_sent = event.number

    async def _put_snapshot(self, *, at_once: bool = False) -> None:
        if self._snapshot_sent == self._hub.number:
            return
        loop = asyncio.get_running_loop()
        wait_s = self._snapshot_at + SNAPSHOT_GAP_S - loop.time()
        if wait_s > 0 and not at_once:
            loop.call_later(wait_s, self._wake.set)
            return
        self._snapshot_at = loop.time()
        self._snapshot_sent = self._hub.number
        await self._put(Snapshot(number=self._hub.number, state=self._hub.state))

    async def _put_answer(self) -> None:
        run_id, sent = self._answer_sent
        if self._hub.answer_of is None:
            return
        if run_id != self._hub.answer_of:
            run_id, sent = self._hub.answer_of, 0
        for piece in self._hub.answer[sent:]:
            await self._put(
                StreamPiece(
                    channel=Channel.ANSWER, of=run_id, offset=piece.offset, text=piece.text, reasoning=piece.reasoning
                )
            )
            sent += 1
        self._answer_sent = (run_id, sent)

    async def _put_log(self) -> None:
        launch_id, sent = self._log_sent
        if self._hub.log_of is None:
            return
        if launch_id != self._hub.log_of:
            launch_id, sent = self._hub.log_of, 0
        page = await self._log_range(launch_id, sent, LOG_PAGE)
        if page.lines:
            text = "\n".join(page.lines)
            await self._put(StreamPiece(channel=Channel.LOG, of=launch_id, offset=page.offset, text=text))
            sent = page.offset + len(page.lines)
        self._log_sent = (launch_id, sent)
        if page.lines and sent < page.total:
            self._wake.set()
