"""HTTP/1.1 as far as the small servers of this program need it: read one request, write one whole answer.

Nothing here listens unless somebody asks for it. A server is bounded on every side: the length of a request, the time
it may take, and how many ask at once.
"""

import asyncio
import contextlib
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

_FAREWELL_S = 5.0

log = logging.getLogger(__name__)

LONGEST_HEAD = 8192
"""Bytes of a request line and its header fields."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in lower case, the values of one that stands twice joined by commas."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    peer: str = ""
    """The address that asks."""

    @property
    def keep_alive(self) -> bool:
        """Whether the client wants to ask again on this connection."""
        return self.headers.get("connection", "").lower() != "close"

    @property
    def host(self) -> str | None:
        """The name or address that the client typed, in small letters and without the port; None where it sent none."""
        host = self.headers.get("host")
        if host is None:
            return None
        name, colon, port = host.strip().lower().rpartition(":")
        return name if colon and port.isdigit() else host.strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a server lets itself be asked."""

    connections: int
    """At once, of everybody together; further ones are closed unread."""
    connections_of_one: int
    """At once, of one address."""
    reading_s: float = 5.0
    """A request must be there whole within so long."""
    writing_s: float = 30.0
    """An answer must be taken within so long."""


class TooLongError(Exception):
    """The head of a request is longer than anybody needs."""


Respond = Callable[[Request], Awaitable[bytes]]


async def read_request(reader: asyncio.StreamReader, *, largest_body: int = 0, peer: str = "") -> Request | None:
    """Return the next request, or None where the client is done or sends another body than it may.

    A line that is no request of HTTP has an empty path: there is no such page. Raises `TooLongError` where the head is
    longer than the reader's limit.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        method, _, rest = first.partition(" ")
        target, _, version = rest.partition(" ")
        path = target.partition("?")[0] if version.startswith("HTTP/") else ""
        headers = _headers(fields)
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= largest_body:
            return None
        body = await reader.readexactly(length)
    except asyncio.LimitOverrunError as error:
        raise TooLongError from error
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        return None
    return Request(method, path, headers, body, peer)


def answer(
    status: HTTPStatus, body: bytes = b"", fields: Mapping[str, str] | None = None, *, head: bool = False
) -> bytes:
    """Return a complete answer after which the connection is closed; with *head* its body is left away."""
    whole = {"Content-Length": str(len(body)), "Connection": "close"} | dict(fields or {})
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in whole.items())]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + (b"" if head else body)


def bind(address: str, port: int) -> socket.socket:
    """Return a socket that listens on *port* of one address (0 lets the system choose); raise `OSError`."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen()
        listener.setblocking(False)  # noqa: FBT003 - the name of the argument is private
    except BaseException:
        listener.close()
        raise
    return listener


@asynccontextmanager
async def answering(listeners: Sequence[socket.socket], respond: Respond, limits: Limits) -> AsyncIterator[None]:
    """Answer on sockets that listen while the context lasts, one request for each connection; close them at its end."""
    guests = _Guests(respond, limits)
    async with contextlib.AsyncExitStack() as stack:
        for listener in listeners:
            server = await asyncio.start_server(guests.welcome, sock=listener, limit=LONGEST_HEAD)
            stack.callback(server.close)
        try:
            yield
        finally:
            await guests.send_away()


class _Guests:
    """Who is connected now."""

    def __init__(self, respond: Respond, limits: Limits) -> None:
        self._respond = respond
        self._limits = limits
        self._present: Counter[str] = Counter()
        self._writers: set[asyncio.StreamWriter] = set()
        self._nobody = asyncio.Event()
        self._nobody.set()

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request and answer it; a slow or broken guest, and one too many, is let go."""
        name = writer.get_extra_info("peername")
        peer = str(name[0]) if name else ""
        self._present[peer] += 1
        self._writers.add(writer)
        self._nobody.clear()
        try:
            if self._has_room(peer):
                await self._serve(reader, writer, peer)
        finally:
            self._present[peer] -= 1
            if not self._present[peer]:
                del self._present[peer]
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            self._writers.discard(writer)
            if not self._writers:
                self._nobody.set()

    async def send_away(self) -> None:
        """Break off every connection, and wait a little until each has ended."""
        for writer in tuple(self._writers):
            writer.transport.abort()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_S):
                await self._nobody.wait()

    def _has_room(self, peer: str) -> bool:
        limits = self._limits
        return self._present.total() <= limits.connections and self._present[peer] <= limits.connections_of_one

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> None:
        try:
            async with asyncio.timeout(self._limits.reading_s):
                request = await read_request(reader, peer=peer)
            if request is None:
                return
            data = await self._respond(request)
        except TooLongError:
            data = answer(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, b"The request is too long.\n")
        except (TimeoutError, OSError) as error:
            log.debug("a request never came whole: %s", error)
            return
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(self._limits.writing_s):
                writer.write(data)
                await writer.drain()


def _headers(fields: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in fields:
        name, _, value = field.partition(":")
        key, shown = name.strip().lower(), value.strip()
        found[key] = f"{found[key]}, {shown}" if key in found else shown
    return found
