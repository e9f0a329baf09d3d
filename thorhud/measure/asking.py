"""One prompt under way: from its request to the end of its answer, on a connection of its own."""

import time
from typing import Any

from thorhud.domain.sse import ChatChunk, EventDecoder, ServerFault, UnreadableEvent, read_event
from thorhud.domain.timing import PromptError
from thorhud.measure import words
from thorhud.measure.answer import Answer
from thorhud.measure.connection import LARGEST_ASIDE_BYTES, Connection
from thorhud.measure.words import PromptFailed

AFTER_THE_END_S = 1.0
"""How long the connection may stay open after `[DONE]`."""


class Asking:
    """Takes in bytes whenever some have come; never waits."""

    def __init__(self, connection: Connection, *, model: str, silence_limit_s: float) -> None:
        self._connection = connection
        self._model = model
        self._limit_s = silence_limit_s
        self._decoder = EventDecoder()
        self._refusal = b""
        self._is_stream = False
        self._ended = False
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

    def take(self) -> None:
        """Take in what has come; trouble ends it and is kept as `error`."""
        try:
            body = self._connection.take()
            if body is not None:
                self._take(body, self._connection.arrived_s)
        except PromptFailed as failed:
            self._fail(failed.error)
        except UnreadableEvent as error:
            self._fail(words.unreadable(str(error)))

    def fall_silent(self) -> None:
        """End it because nothing has come for too long; after the end of the answer nobody waits for more."""
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
            event = read_event(data)
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
