"""`/metrics` on the loopback address: a page for Prometheus, and nothing else."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from thorhud.domain.errors import LinkError

log = logging.getLogger(__name__)

ADDRESS: Final = "127.0.0.1"
_LONGEST_HEAD: Final = 8192
_PATIENCE_S: Final = 5.0
_MOST_READERS: Final = 8
_OWN_NAMES: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


@asynccontextmanager
async def metrics_page(text: Callable[[], str], port: int) -> AsyncIterator[int]:
    """Answer on *port* of this machine alone, with a fresh text for each reader; yield the port (0 chooses one)."""
    readers = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal readers
        readers += 1
        try:
            if readers <= _MOST_READERS:
                await _answer(reader, writer, text)
        finally:
            readers -= 1
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    try:
        server = await asyncio.start_server(answer, ADDRESS, port, limit=_LONGEST_HEAD)
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else "there is no such port"
        raise LinkError(
            f"The metrics page cannot listen on port {port} of {ADDRESS}: {reason}.",
            next_step="Choose another port: thorhud agent --metrics PORT",
        ) from error
    async with server:
        chosen: int = server.sockets[0].getsockname()[1]
        log.info("metrics at http://%s:%d/metrics", ADDRESS, chosen)
        yield chosen


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, text: Callable[[], str]) -> None:
    """Read one request and answer it; a slow or broken reader is let go."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(_response(head.decode("latin-1"), text))
            await writer.drain()
    except asyncio.LimitOverrunError:
        writer.write(_page("431 Request Header Fields Too Large", "The request is too long.\n"))
    except (TimeoutError, asyncio.IncompleteReadError, OSError) as error:
        log.debug("a reader of the metrics went away: %s", error)


def _response(head: str, text: Callable[[], str]) -> bytes:
    first, *fields = head.split("\r\n")
    method, _, rest = first.partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    if not _asks_this_machine(fields):
        # a web page elsewhere may give its own name this address; a browser then sends that name here
        return _page("403 Forbidden", "Only this machine may ask, by its own address.\n")
    if path != "/metrics":
        return _page("404 Not Found", "There is only /metrics.\n")
    if method not in {"GET", "HEAD"}:
        return _page("405 Method Not Allowed", "Metrics can only be read.\n", "Allow: GET, HEAD")
    return _page("200 OK", text(), body=method == "GET")


def _asks_this_machine(fields: list[str]) -> bool:
    hosts = [value.strip() for name, _, value in (each.partition(":") for each in fields) if name.lower() == "host"]
    return all(_without_port(each).lower() in _OWN_NAMES for each in hosts)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _page(status: str, content: str, *fields: str, body: bool = True) -> bytes:
    data = content.encode()
    head = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {_TEXT}",
        f"Content-Length: {len(data)}",
        "Connection: close",
        *fields,
    ]
    return "\r\n".join((*head, "", "")).encode() + (data if body else b"")
