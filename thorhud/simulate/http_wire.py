"""HTTP/1.1 as far as a simulated vLLM needs it: read one request, write whole answers and chunked ones."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

_LARGEST_BODY = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def keep_alive(self) -> bool:
        """Whether the client wants to ask again on this connection."""
        return self.headers.get("connection", "").lower() != "close"


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request, or None where the client is done or speaks something else."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _version = first.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if length > _LARGEST_BODY:
            return None
        body = await reader.readexactly(length)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
        return None
    return Request(method, target.partition("?")[0], headers, body)


def whole(status: HTTPStatus, body: bytes = b"", content_type: str = "application/json") -> bytes:
    """Return a complete answer."""
    kind = f"content-type: {content_type}\r\n" if body else ""
    return _head(status, f"content-length: {len(body)}\r\n{kind}") + body


def whole_json(status: HTTPStatus, value: Mapping[str, Any]) -> bytes:
    """Return a complete answer of JSON, written as compactly as vLLM writes it."""
    return whole(status, compact(value).encode())


def stream_head() -> bytes:
    """Return the head of a stream of server-sent events."""
    kind = "content-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n"
    return _head(HTTPStatus.OK, kind)


def event(data: str) -> bytes:
    """Return one server-sent event as one chunk."""
    body = f"data: {data}\n\n".encode()
    return b"%x\r\n%s\r\n" % (len(body), body)


STREAM_END = b"0\r\n\r\n"


def compact(value: Mapping[str, Any]) -> str:
    """Return JSON without spaces and with its letters as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _head(status: HTTPStatus, rest: str) -> bytes:
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
    return f"HTTP/1.1 {status.value} {status.phrase}\r\ndate: {date}\r\nserver: uvicorn\r\n{rest}\r\n".encode()
