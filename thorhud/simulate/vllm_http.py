"""The HTTP side of a simulated vLLM: the OpenAI API, `/health` and `/metrics`, on plain asyncio streams."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from socket import socket
from typing import Any

from thorhud.simulate.chat_answer import ChatAnswer, Chunk
from thorhud.simulate.chat_request import ChatRequest, Refused, error_body, read_chat
from thorhud.simulate.failing_logs import VOCABULARY_MESSAGE, vocabulary_log
from thorhud.simulate.faults import ENGINE_DIED, STREAM_HANGS, VOCABULARY
from thorhud.simulate.http_wire import STREAM_END, Request, compact, event, read_request, stream_head, whole, whole_json
from thorhud.simulate.log_format import api
from thorhud.simulate.log_script import VLLM_VERSION
from thorhud.simulate.metrics import Metrics
from thorhud.simulate.server_plan import ServerPlan
from thorhud.simulate.throughput_log import log_throughput
from thorhud.simulate.token_ids import tokenized

_LOOK_EVERY_S = 0.05
_ANSWERED = (("POST", "/v1/chat/completions"), ("POST", "/v1/completions"))
_DEAD = "EngineCore encountered an issue. See stack trace (above) for the root cause."


@dataclass(frozen=True, slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Send, or raise `ConnectionError` where the client is gone."""
        self.check()
        self.writer.write(data)
        await self.writer.drain()

    def check(self) -> None:
        """Raise `ConnectionError` where the client has closed its side."""
        if self.reader.at_eof() or self.writer.is_closing():
            raise ConnectionResetError


class VllmHttp:
    """Serves one plan; *write* takes the lines that vLLM logs while it serves."""

    def __init__(self, plan: ServerPlan, *, write: Callable[[str], None]) -> None:
        self.engine_died = asyncio.Event()
        self.idle = asyncio.Event()
        """Set while no answer is under way."""
        self.idle.set()
        self._plan = plan
        self._write = write
        self._metrics = Metrics(plan)
        self._created = int(time.time())
        self._requests = 0
        self._frozen = False

    @property
    def streaming(self) -> bool:
        """Whether an answer is under way."""
        return self._metrics.running > 0

    def freeze(self) -> None:
        """Stop every answer where it is, neither ended nor failed, as vLLM does on SIGINT."""
        self._frozen = True

    @asynccontextmanager
    async def listening(self, listener: socket) -> AsyncIterator[None]:
        """Answer on a bound socket while the context lasts."""
        server = await asyncio.start_server(self._converse, sock=listener)
        async with asyncio.TaskGroup() as tasks:
            logging = tasks.create_task(log_throughput(self._metrics, self._write))
            try:
                yield
            finally:
                logging.cancel()
                server.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(reader, writer)
        try:
            while (request := await read_request(reader)) is not None:
                await self._answer(request, connection)
                if not request.keep_alive:
                    break
        except ConnectionError:
            pass  # the client left; nothing is owed to it
        finally:
            writer.close()

    async def _answer(self, request: Request, connection: _Connection) -> None:
        status = HTTPStatus.OK
        try:
            if (request.method, request.path) in _ANSWERED:
                status = await self._chat(request, connection)
            elif (request.method, request.path) == ("POST", "/tokenize"):
                await connection.send(whole_json(status, tokenized(request.body, self._plan.max_model_len)))
            else:
                status, answer = self._page(request)
                await connection.send(answer)
        except Refused as refused:
            status = refused.status
            await connection.send(whole_json(status, refused.to_json()))
        finally:
            host, port = connection.writer.get_extra_info("peername")[:2]
            asked = f'"{request.method} {request.path} HTTP/1.1" {status.value} {status.phrase}'
            self._write(api(f"INFO:     {host}:{port} - {asked}"))

    def _page(self, request: Request) -> tuple[HTTPStatus, bytes]:
        pages: dict[str, Callable[[], bytes]] = {
            "/health": lambda: whole(HTTPStatus.OK),
            "/ping": lambda: whole(HTTPStatus.OK),
            "/version": lambda: whole_json(HTTPStatus.OK, {"version": VLLM_VERSION}),
            "/v1/models": lambda: whole_json(HTTPStatus.OK, self._models()),
            "/metrics": lambda: whole(
                HTTPStatus.OK, self._metrics.text().encode(), "text/plain; version=0.0.4; charset=utf-8"
            ),
        }
        page = pages.get(request.path)
        if page is None:
            return HTTPStatus.NOT_FOUND, whole_json(HTTPStatus.NOT_FOUND, {"detail": "Not Found"})
        if request.method not in {"GET", "HEAD"}:
            refused = HTTPStatus.METHOD_NOT_ALLOWED
            return refused, whole_json(refused, {"detail": "Method Not Allowed"})
        if self.engine_died.is_set() and request.path in {"/health", "/ping"}:
            return HTTPStatus.SERVICE_UNAVAILABLE, whole(HTTPStatus.SERVICE_UNAVAILABLE)
        return HTTPStatus.OK, page()

    def _models(self) -> dict[str, Any]:
        model = {
            "id": self._plan.model,
            "object": "model",
            "created": self._created,
            "owned_by": "vllm",
            "root": self._plan.model,
            "parent": None,
            "max_model_len": self._plan.max_model_len,
            "permission": [],
        }
        return {"object": "list", "data": [model]}

    async def _chat(self, request: Request, connection: _Connection) -> HTTPStatus:
        chat = read_chat(request.body, self._plan, completion=request.path == "/v1/completions")
        if self._plan.fault == VOCABULARY or self.engine_died.is_set():
            message = _DEAD if self.engine_died.is_set() else VOCABULARY_MESSAGE
            self._write(vocabulary_log() if self._plan.fault == VOCABULARY else "")
            failed = HTTPStatus.INTERNAL_SERVER_ERROR
            await connection.send(whole_json(failed, error_body(message, "Internal Server Error", failed.value)))
            return failed
        self._requests += 1
        answer = ChatAnswer(self._plan, chat, number=self._requests)
        run = _Run(self._metrics, self._requests, chat, answer)
        self.idle.clear()
        try:
            await self._stream(run, connection)
        finally:
            self._metrics.end(run.number)
            if not self.streaming:
                self.idle.set()
        return HTTPStatus.OK

    async def _stream(self, run: "_Run", connection: _Connection) -> None:
        """Send the tokens at their times; a request without `stream` gets all of them at the end."""
        stream = run.chat.stream
        async for chunk in self._due(run, connection):
            if not stream:
                continue
            data = event(compact(run.answer.chunk_json(chunk)))
            if chunk.tokens_so_far == 1:
                role = run.answer.role_json()
                data = stream_head() + (b"" if role is None else event(compact(role))) + data
            await connection.send(data)
        if self.engine_died.is_set():
            await connection.send(_broken(stream=stream))
        elif stream:
            usage = event(compact(run.answer.usage_json())) if run.chat.include_usage else b""
            await connection.send(usage + event("[DONE]") + STREAM_END)
        else:
            await connection.send(whole_json(HTTPStatus.OK, run.answer.whole_json()))

    async def _due(self, run: "_Run", connection: _Connection) -> AsyncIterator[Chunk]:
        """Yield each chunk when its time has come, by an absolute schedule: lateness never adds up."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        run.begin()
        middle = len(run.answer.tokens) // 2
        for chunk in run.answer.chunks():
            await asyncio.sleep(max(0.0, began_s + chunk.at_s - loop.time()))
            connection.check()
            if self._plan.fault == ENGINE_DIED and chunk.tokens_so_far > middle:
                self.engine_died.set()
            if self.engine_died.is_set():
                return
            hangs = self._plan.fault == STREAM_HANGS and chunk.tokens_so_far > middle
            while hangs or self._frozen:
                await asyncio.sleep(_LOOK_EVERY_S)
                connection.check()
            run.came(chunk, loop.time() - began_s)
            yield chunk
        run.finish()


class _Run:
    """One request under way, as the metrics see it."""

    def __init__(self, metrics: Metrics, number: int, chat: ChatRequest, answer: ChatAnswer) -> None:
        self.number = number
        self.chat = chat
        self.answer = answer
        self._metrics = metrics
        self._first_s: float | None = None
        self._last_s = 0.0

    def begin(self) -> None:
        """Note the request."""
        self._metrics.begin(self.number, self.chat.prompt_tokens)

    def came(self, chunk: Chunk, at_s: float) -> None:
        """Note what one step brought, *at_s* seconds after the request."""
        if self._first_s is None:
            self._first_s = at_s
            self._metrics.first_token(self.number, self.chat.prompt_tokens, at_s)
        else:
            self._metrics.step(self.number, len(chunk.tokens), at_s - self._last_s)
        self._last_s = at_s

    def finish(self) -> None:
        """Note the end; before the client has read it, so that it finds the figures when it looks for them."""
        ttft_s = self._first_s or 0.0
        self._metrics.finish(
            self.answer.finish_reason,
            ttft_s=ttft_s,
            decode_s=self._last_s - ttft_s,
            prompt_tokens=self.chat.prompt_tokens,
            tokens=len(self.answer.tokens),
        )


def _broken(*, stream: bool) -> bytes:
    """Return how an answer ends whose engine died: inside a stream the status was sent long ago."""
    if stream:
        return (
            event(compact(error_body(_DEAD, "BadRequestError", HTTPStatus.BAD_REQUEST.value)))
            + event("[DONE]")
            + STREAM_END
        )
    failed = HTTPStatus.INTERNAL_SERVER_ERROR
    return whole_json(failed, error_body(_DEAD, "Internal Server Error", failed.value))
