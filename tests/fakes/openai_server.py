"""A small server of the OpenAI API that says what a test tells it to, byte for byte and at the told moments.

It keeps vLLM's counters from its own stopwatch, so that a client can be compared with it as with the real one.
"""

import asyncio
import contextlib
import json
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

RECORDED_EVENT = re.compile(r"^\[(\d+\.\d+)\] (data: .*)$", re.MULTILINE)
MODEL = "models/tiny-llama"


@dataclass(frozen=True)
class Piece:
    """Bytes of one answer and when they are sent, in seconds after the request came."""

    at_s: float
    data: bytes


@dataclass(frozen=True)
class Script:
    """One answer: its pieces, and whether it then ends, is cut off, or hangs."""

    pieces: tuple[Piece, ...] = ()
    ending: str = "end"
    """end, cut (the connection breaks), hang (nothing more until the client hangs up)"""
    status: str = "200 OK"
    content_type: str = "text/event-stream; charset=utf-8"

    def with_(self, **changes: Any) -> "Script":
        return Script(**{**self.__dict__, **changes})


def recorded(path: Path, *, speed: float = 1.0) -> Script:
    """Return the answer of a recorded stream with its own arrival times."""
    return Script(
        tuple(
            Piece(float(at_s) / speed, f"{data}\n\n".encode())
            for at_s, data in RECORDED_EVENT.findall(path.read_text())
        )
    )


def event(fields: object) -> bytes:
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


def chunk(delta: dict[str, Any], *, tokens: int | None = None, finish: str | None = None) -> bytes:
    """Return one event of an answer; *tokens* as with `continuous_usage_stats`."""
    fields: dict[str, Any] = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    if tokens is not None:
        fields["usage"] = {"prompt_tokens": 7, "completion_tokens": tokens, "total_tokens": 7 + tokens}
    return event(fields)


DONE = b"data: [DONE]\n\n"


def spoken(
    tokens: int, *, ttft_s: float = 0.05, gap_s: float = 0.01, reasoning: int = 0, field_: str = "reasoning"
) -> Script:
    """Return an answer of *tokens* tokens, one an event, the first *reasoning* of them thought and not said."""
    pieces = [Piece(ttft_s, chunk({"role": "assistant", "content": ""}, tokens=0))]
    for number in range(1, tokens + 1):
        delta = {field_: f"t{number} "} if number <= reasoning else {"content": f"w{number} "}
        finish = "length" if number == tokens else None
        pieces.append(Piece(ttft_s + (number - 1) * gap_s, chunk(delta, tokens=number, finish=finish)))
    end_s = pieces[-1].at_s
    usage = {"prompt_tokens": 7, "completion_tokens": tokens, "total_tokens": 7 + tokens}
    return Script((*pieces, Piece(end_s, event({"choices": [], "usage": usage})), Piece(end_s, DONE)))


def error_answer(status: str, body: str) -> Script:
    return Script((Piece(0, body.encode()),), status=status, content_type="application/json")


@dataclass
class Counters:
    """vLLM's own counters; before 0.11 there is no time per output token."""

    has_tpot: bool = True
    samples: dict[str, float] = field(default_factory=dict)

    def set_gauge(self, name: str, value: float) -> None:
        self.samples[name] = value

    def add(self, name: str, value: float) -> None:
        self.samples[name] = self.samples.get(name, 0.0) + value

    def observe(self, name: str, value: float) -> None:
        self.add(f"{name}_sum", value)
        self.add(f"{name}_count", 1)

    def finished(self, ttft_s: float, decode_s: float, tokens: int) -> None:
        self.observe("time_to_first_token_seconds", ttft_s)
        self.observe("request_decode_time_seconds", decode_s)
        if self.has_tpot and tokens > 1:
            self.observe("request_time_per_output_token_seconds", decode_s / (tokens - 1))
        self.add("generation_tokens_total", tokens)
        self.add("request_success_total", 1)

    def text(self) -> str:
        labels = '{engine="0",model_name="models/tiny-llama"}'
        shown = {"request_success_total": 0.0, "num_requests_running": 0.0} | self.samples
        return "".join(f"# TYPE vllm:{name} counter\nvllm:{name}{labels} {value}\n" for name, value in shown.items())


class OpenAiServer:
    """Serves on a free port of this machine while it is entered."""

    def __init__(self, script: Script | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.script = script or Script()
        self._tls = tls
        self.health_status = "200 OK"
        self.models: object = {"object": "list", "data": [{"id": MODEL}]}
        self.counters: Counters | None = Counters()
        self.version: str | None = None
        """What `/version` says; None: there is no such page."""
        self.tokenizer: Callable[[str, bool], list[int]] | None = None
        """What `/tokenize` answers for a text, with and without special tokens; None: there is no such page."""
        self.counted: Callable[[str], int] = lambda prompt: len(prompt.split())
        """How many tokens an answer that is no stream says a prompt has."""
        self.seen: list[tuple[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.connections = 0
        self.under_way = 0
        self.most_at_once = 0
        self.asked = asyncio.Event()
        """A prompt has come."""
        self.answering = asyncio.Event()
        """The first piece of an answer was sent."""
        self.disconnected = asyncio.Event()
        """A client hung up before its answer had ended."""
        self.sent: list[tuple[float, bytes]] = []
        """Each piece of the newest answer and when it was sent, on the monotonic clock."""
        self.when_finished: Callable[[], None] = lambda: None
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._open:
            writer.close()
        await self._server.wait_closed()

    @property
    def base_url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while request_line := await reader.readline():
                method, path, _ = request_line.decode().split()
                body = await self._read_body(reader)
                self.seen.append((method, path))
                await self._reply(path, body, reader, writer)
        self._open.discard(writer)
        writer.close()

    async def _read_body(self, reader: asyncio.StreamReader) -> bytes:
        length = 0
        while (line := await reader.readline()) not in {b"\r\n", b""}:
            name, _, value = line.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
        return await reader.readexactly(length)

    async def _reply(self, path: str, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if path in {"/v1/chat/completions", "/v1/completions"}:
            self.bodies.append(asked := json.loads(body))
            if not asked.get("stream"):
                usage = {"prompt_tokens": self.counted(asked["prompt"]), "completion_tokens": 1}
                _whole(writer, "200 OK", json.dumps({"choices": [], "usage": usage}).encode())
                return
            self.asked.set()
            await self._chat(reader, writer)
        elif path == "/tokenize" and self.tokenizer is not None:
            fields = json.loads(body)
            tokens = self.tokenizer(fields["prompt"], fields["add_special_tokens"])
            _whole(writer, "200 OK", json.dumps({"count": len(tokens), "tokens": tokens}).encode())
        elif path == "/version" and self.version is not None:
            _whole(writer, "200 OK", json.dumps({"version": self.version}).encode())
        elif path == "/health":
            _whole(writer, self.health_status, b"")
        elif path == "/v1/models":
            _whole(writer, "200 OK", json.dumps(self.models).encode())
        elif path == "/metrics" and self.counters is not None:
            _whole(writer, "200 OK", self.counters.text().encode())
        else:
            _whole(writer, "404 Not Found", b'{"detail":"Not Found"}')

    async def _chat(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script, asked_s = self.script, time.monotonic()
        sent: list[tuple[float, bytes]] = []
        self.sent = sent
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await self._speak(script, asked_s, sent, reader, writer)
        finally:
            self.under_way -= 1

    async def _speak(
        self,
        script: Script,
        asked_s: float,
        sent: list[tuple[float, bytes]],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        hung_up = asyncio.ensure_future(_end_of(reader))
        writer.write(f"HTTP/1.1 {script.status}\r\ncontent-type: {script.content_type}\r\n".encode())
        writer.write(b"transfer-encoding: chunked\r\n\r\n")
        for piece in script.pieces:
            await asyncio.wait({hung_up}, timeout=max(0.0, asked_s + piece.at_s - time.monotonic()))
            if hung_up.done():
                self.disconnected.set()
                hung_up.exception()
                raise ConnectionResetError
            sent.append((time.monotonic(), piece.data))
            writer.write(b"%x\r\n%b\r\n" % (len(piece.data), piece.data))
            try:
                await writer.drain()
            except ConnectionError:
                self.disconnected.set()  # a client that leaves bytes unread resets the connection
                raise
            self.answering.set()
        if script.ending == "hang":
            with contextlib.suppress(ConnectionError):
                await hung_up
            self.disconnected.set()
        if script.ending != "end":
            hung_up.cancel()
            raise ConnectionResetError
        self._count(asked_s, sent)
        self.when_finished()
        hung_up.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await hung_up
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    def _count(self, asked_s: float, sent: list[tuple[float, bytes]]) -> None:
        """Keep the counters as vLLM does, from the moments at which pieces were sent."""
        counted = [(at_s, int(found[-1])) for at_s, data in sent if (found := TOKENS.findall(data))]
        uncounted = [(at_s, number) for number, (at_s, _) in enumerate(sent, start=1)]
        spoken_at = [(at_s, tokens) for at_s, tokens in counted if tokens > 0] or uncounted
        if self.counters is None or not spoken_at:
            return
        (first_s, _), tokens = spoken_at[0], spoken_at[-1][1]
        last_s = next(at_s for at_s, count in spoken_at if count == tokens)
        self.counters.finished(first_s - asked_s, last_s - first_s, tokens)


TOKENS = re.compile(rb'"completion_tokens": ?(\d+)')


async def _end_of(reader: asyncio.StreamReader) -> None:
    """Wait until the client has left: one that waits for its answer sends nothing."""
    with contextlib.suppress(ConnectionError):
        await reader.read(1)


def _whole(writer: asyncio.StreamWriter, status: str, body: bytes) -> None:
    writer.write(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
