"""HTTP/1.1 as a simulated vLLM speaks it: whole answers with uvicorn's fields, and chunked streams of events."""

import asyncio
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from thorhud import http_server
from thorhud.http_server import Request

__all__ = ["STREAM_END", "Request", "compact", "event", "read_request", "stream_head", "whole", "whole_json"]

_LARGEST_BODY = 4 * 1024**2


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request, or None where the client is done or speaks something else."""
    try:
        request = await http_server.read_request(reader, largest_body=_LARGEST_BODY)
    except http_server.TooLongError:
        return None
    return request if request is not None and request.path else None


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
