"""One prompt from the first hello to its figures."""

import json
import time
from collections.abc import Callable
from typing import Any

from thorhud.domain.metrics_text import Difference, Scrape, read_scrape, server_figures
from thorhud.domain.sse import (
    ChatChunk,
    EventDecoder,
    ServerFault,
    StreamEnd,
    UnreadableEvent,
    read_event,
    whole_characters,
)
from thorhud.domain.timing import PromptError, PromptRequest, PromptResult, ServerFigures, disagreement
from thorhud.measure import words
from thorhud.measure.answer import Answer
from thorhud.measure.connection import Connection, Stream
from thorhud.measure.watch import Cancelled, Watch
from thorhud.measure.words import PromptFailed

COUNTERS_LIMIT_S = 2.0
"""The server counts a request when it has ended, which may be a moment after its last byte."""
COUNTERS_PAUSE_S = 0.05
AFTER_THE_END_S = 1.0
"""How long the connection may stay open after `[DONE]`."""


class Exchange:
    """Sends one prompt and keeps what came of it, also when it breaks off."""

    def __init__(self, request: PromptRequest, watch: Watch, news: Callable[[Answer], None]) -> None:
        self._request = request
        self._watch = watch
        self._news = news
        self._model = request.model
        self._answer: Answer | None = None

    def run(self) -> PromptResult:
        """Return the figures; trouble is part of them."""
        try:
            connection = Connection(self._request.base_url, self._watch)
        except PromptFailed as failed:
            return self._result(error=failed.error)
        try:
            return self._measure(connection)
        except PromptFailed as failed:
            return self._result(error=failed.error)
        except Cancelled:
            return self._result(error=words.cancelled())
        finally:
            connection.close()

    def _measure(self, connection: Connection) -> PromptResult:
        self._say_hello(connection)
        before = _scrape(connection)
        self._stream(connection)
        server, note = self._compare(connection, before)
        return self._result(server=server, note=note)

    def _say_hello(self, connection: Connection) -> None:
        """Open the connection before the clock starts, and learn the model's name."""
        health = connection.get("/health")
        if health.status == 503:
            raise PromptFailed(words.http_error(health.status, health.body, model=None))
        if self._model is None:
            reply = connection.get("/v1/models")
            if reply.status != 200:
                raise PromptFailed(words.http_error(reply.status, reply.body, model=None))
            self._model = _first_model(reply.body)

    def _stream(self, connection: Connection) -> None:
        connection.open()
        answer = self._answer = Answer(time.monotonic())
        self._news(answer)
        stream = connection.post_stream("/v1/chat/completions", self._body(), self._request.silence_limit_s)
        if stream.status != 200:
            raise PromptFailed(words.http_error(stream.status, stream.read_whole(), model=self._model))
        if not stream.content_type.startswith("text/event-stream"):
            kind = stream.content_type or "nothing named"
            raise PromptFailed(words.unreadable(f"it is {kind} and no stream of events"))
        try:
            ended = self._read(stream, answer)
        except UnreadableEvent as error:
            raise PromptFailed(words.unreadable(str(error))) from error
        if not ended:
            raise PromptFailed(words.aborted())

    def _read(self, stream: Stream, answer: Answer) -> bool:
        """Take in every event; whether the answer came to its end."""
        decoder, ended = EventDecoder(), False
        for piece, at_s in stream.pieces():
            for data in decoder.feed(piece):
                ended = ended or self._take(data, at_s, answer)
            if ended:
                stream.hurry(AFTER_THE_END_S)
            self._news(answer)
        return ended or any(data.strip() == "[DONE]" for data in decoder.finish()) or answer.finish_reason is not None

    def _take(self, data: str, at_s: float, answer: Answer) -> bool:
        """Take in one event; whether it was the last."""
        match read_event(data):
            case ChatChunk() as chunk:
                answer.add(chunk, at_s)
                return False
            case ServerFault() as fault:
                raise PromptFailed(words.mid_stream(fault))
            case StreamEnd():
                return True

    def _body(self) -> dict[str, Any]:
        request = self._request
        optional = {"temperature": request.temperature, "seed": request.seed, "ignore_eos": request.ignore_eos or None}
        return {
            "model": self._model,
            "messages": [{"role": "user", "content": request.text}],
            "max_tokens": request.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True, "continuous_usage_stats": True},
            **{name: value for name, value in optional.items() if value is not None},
        }

    def _compare(self, connection: Connection, before: Scrape | None) -> tuple[ServerFigures | None, str | None]:
        """Ask the server's counters until they have taken notice of the request."""
        if before is None:
            return None, "The server has no /metrics to compare with."
        deadline = time.monotonic() + COUNTERS_LIMIT_S
        while (after := _scrape(connection)) is not None:
            if Difference(before, after).finished != 0 or time.monotonic() > deadline:
                return server_figures(before, after)
            time.sleep(COUNTERS_PAUSE_S)
        return None, "The server's /metrics stopped answering."

    def _result(
        self, *, error: PromptError | None = None, server: ServerFigures | None = None, note: str | None = None
    ) -> PromptResult:
        answer, model = self._answer, self._model or ""
        if answer is None:
            return PromptResult(model=model, error=error)
        timing = answer.timing
        notes = [each for each in (None if error else timing.no_rate_because, note) if each]
        return PromptResult(
            model=model,
            ttft_s=timing.ttft_s,
            ttfa_s=timing.ttfa_s,
            tpot_s=timing.tpot_s,
            tokens_per_s=timing.tokens_per_s,
            total_s=timing.total_s,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            chunks=answer.chunks,
            finish_reason=answer.finish_reason,
            text=answer.text,
            reasoning=answer.reasoning,
            error=error,
            server=server,
            disagreement=disagreement(timing.tokens_per_s, server),
            note=" ".join(notes) or None,
        )


def _first_model(body: bytes) -> str:
    """Return the first id of `/v1/models`: the name the server wants to hear, whatever the weights are called."""
    try:
        match json.loads(body):
            case {"data": [{"id": str(model)}, *_]}:
                return whole_characters(model)
    except (ValueError, RecursionError) as error:
        raise PromptFailed(words.unreadable("/v1/models is not JSON")) from error
    raise PromptFailed(words.unreadable("/v1/models names no model"))


def _scrape(connection: Connection) -> Scrape | None:
    """Return the server's counters, or None: a server without them is measured all the same."""
    try:
        reply = connection.get("/metrics")
    except PromptFailed:
        connection.close()
        return None
    return read_scrape(reply.body.decode("utf-8", errors="replace")) if reply.status == 200 else None
