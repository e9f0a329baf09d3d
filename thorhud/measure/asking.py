"""One prompt under way: from its request to the end of its answer, on a connection of its own."""

import math
import time
from typing import Any

from thorhud.domain.chunk_reading import ChunkReader
from thorhud.domain.sse import ChatChunk, EventDecoder, ServerFault, UnreadableEvent
from thorhud.domain.timing import PromptError
from thorhud.measure import words
from thorhud.measure.answer import Answer
from thorhud.measure.connection import LARGEST_ASIDE_BYTES, Connection
from thorhud.measure.stamped_socket import Piece
from thorhud.measure.words import PromptFailed

AFTER_THE_END_S = 1.0
"""How long the connection may stay open after `[DONE]`."""
PUT_BY_S = 0.05
"""How long bytes may lie unread. What they say is worked out for many at a time: when a chunk wakes the process, only
its bytes and its moment are kept, so that the next one finds nobody busy. A tenth of a second is what a face sees."""
END = b"[DONE]"
LAST_CHUNK = b"0\r\n\r\n"


class Asking:
    """Takes in bytes whenever some have come; never waits."""

    def __init__(self, connection: Connection, *, model: str, silence_limit_s: float) -> None:
        self._connection = connection
        self._model = model
        self._limit_s = silence_limit_s
        self._decoder = EventDecoder()
        self._reader = ChunkReader()
        self._refusal = b""
        self._is_stream = False
        self._ended = False
        self._put_by: list[Piece] = []
        self.read_by_s = math.inf
        """When what was put by is to be worked out."""
        self.answer = Answer(time.monotonic())
        """What has come; begun anew when the prompt is sent."""
        self.quiet_until_s = 0.0
        """When so long nothing has come that one need not wait any longer."""
        self.over = False
        self.error: PromptError | None = None
        """Why the answer did not come or did not end well."""

    def begin(self, path: str, body: dict[str, Any]) -> None:
        """Send the prompt; the clock starts on a connection that is open already."""
        try:
            self._connection.open()
            self.answer = Answer(time.monotonic())
            self.quiet_until_s = time.monotonic() + self._limit_s
            self._connection.send("POST", path, body)
        except PromptFailed as failed:
            self._fail(failed.error)

    def fileno(self) -> int:
        """Return the descriptor to wait for."""
        return self._connection.fileno()

    def take(self) -> bool:
        """Take what has come; whether it was worked out as well, and not only put by. Trouble is kept as `error`."""
        try:
            piece = self._connection.receive()
        except PromptFailed as failed:
            self.work_out()
            self._fail(failed.error)
            return True
        if piece is None:
            return False
        self._put_by.append(piece)
        if piece.read_s < self.read_by_s and self.answer.chunks and not _may_end(piece.data):
            if self.read_by_s == math.inf:
                self.read_by_s = piece.read_s + PUT_BY_S
            return False
        self.work_out()
        return True

    def work_out(self) -> None:
        """Find out what the bytes say that were put by; each with its own moment."""
        put_by, self._put_by = self._put_by, []
        self.read_by_s = math.inf
        try:
            for piece in put_by:
                if self.over:
                    return
                self._take(*self._connection.read(piece))
        except PromptFailed as failed:
            self._fail(failed.error)
        except UnreadableEvent as error:
            self._fail(words.unreadable(str(error)))

    def fall_silent(self) -> None:
        """End it because nothing has come for too long; after the end of the answer nobody waits for more."""
        self.work_out()
        if not self.over:
            self._fail(words.silent(self._limit_s))

    def _fail(self, error: PromptError) -> None:
        self._connection.close()
        self.over = True
        self.error = None if self._ended else error

    def _take(self, body: bytes, at_s: float) -> None:
        response = self._connection.response
        self.quiet_until_s = at_s + self._limit_s
        if self._ended:
            self._hang_up()
        elif response.status == 200:
            self._read(body, at_s)
        elif response.status:
            self._refusal += body[: LARGEST_ASIDE_BYTES - len(self._refusal)]
            if response.complete:
                raise PromptFailed(words.http_error(response.status, self._refusal, model=self._model))

    def _read(self, body: bytes, at_s: float) -> None:
        if not self._is_stream:
            self._check_kind()
        answer = self.answer
        for data in self._decoder.feed(body):
            event = self._reader.read(data)
            if isinstance(event, ChatChunk):
                answer.add(event, at_s)
            elif isinstance(event, ServerFault):
                raise PromptFailed(words.mid_stream(event))
            else:
                self._end()
                return
        if self._connection.response.complete:
            self._end_without_done()

    def _check_kind(self) -> None:
        kind = self._connection.response.content_type
        if not kind.startswith("text/event-stream"):
            raise PromptFailed(words.unreadable(f"it is {kind or 'nothing named'} and no stream of events"))
        self._is_stream = True

    def _end_without_done(self) -> None:
        if self.answer.finish_reason is None and not any(data.strip() == "[DONE]" for data in self._decoder.finish()):
            raise PromptFailed(words.aborted())
        self._end()

    def _end(self) -> None:
        """Wait a moment for the end of the response: then the connection can be used again."""
        self._ended = True
        if self._connection.response.complete:
            self._hang_up()
        self.quiet_until_s = time.monotonic() + AFTER_THE_END_S

    def _hang_up(self) -> None:
        """Whatever comes after the answer, nobody waits for it."""
        self._connection.release()
        self.over = True


def _may_end(data: bytes) -> bool:
    """Whether these bytes could be the end of an answer or of a connection."""
    return not data or END in data or data.endswith(LAST_CHUNK)
