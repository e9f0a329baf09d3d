"""One HTTP connection to the server, on a socket that stamps what arrives."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from thorhud.measure import words
from thorhud.measure.stamped_socket import StampedSocket, open_plain, open_tls
from thorhud.measure.watch import Silence, Watch
from thorhud.measure.words import PromptFailed

ASIDE_LIMIT_S = 10.0
"""How long `/health`, `/v1/models` and `/metrics` may take."""
PIECE_BYTES = 1 << 16
LARGEST_ASIDE_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is; a path in front of the API and a trailing `/v1` are understood."""

    base_url: str
    tls: bool
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, base_url: str) -> Self:
        """Read *base_url*."""
        try:
            parts = urlsplit(base_url.strip())
            port = parts.port
        except ValueError as error:
            raise PromptFailed(words.not_an_address(base_url)) from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise PromptFailed(words.not_an_address(base_url))
        tls = parts.scheme == "https"
        path = parts.path.rstrip("/").removesuffix("/v1")
        return cls(base_url.strip(), tls, parts.hostname, port or (443 if tls else 80), path)


@dataclass(frozen=True, slots=True)
class Reply:
    """A small answer, read whole."""

    status: int
    body: bytes


class Connection:
    """Talks to one server. Every trouble is a `PromptFailed` in words."""

    def __init__(self, base_url: str, watch: Watch) -> None:
        self._address = Address.of(base_url)
        self._watch = watch
        self._http = http.client.HTTPConnection(self._address.host, self._address.port)
        self._socket: StampedSocket | None = None
        self._response: http.client.HTTPResponse | None = None

    def close(self) -> None:
        """Hang up; the server drops what it still does for us."""
        if self._response is not None:  # it holds the socket open where the server said `Connection: close`
            self._response.close()
        self._http.close()

    def get(self, path: str) -> Reply:
        """Ask for something small; the connection stays open for the next request where the server lets it."""
        response = self._send("GET", path, None, ASIDE_LIMIT_S)
        try:
            return Reply(response.status, response.read(LARGEST_ASIDE_BYTES))
        except (http.client.HTTPException, OSError, Silence) as error:
            raise self.trouble(error, ASIDE_LIMIT_S) from error
        finally:
            response.close()

    def post_stream(self, path: str, body: dict[str, Any], silence_limit_s: float) -> "Stream":
        """Send *body* and return its answer as it comes; no part of it may take longer than the limit."""
        return Stream(self, self._send("POST", path, body, silence_limit_s), silence_limit_s)

    def open(self) -> StampedSocket:
        """Return the open socket; open one where there is none or where the server has hung up."""
        if self._socket is not None and self._http.sock is not None:
            return self._socket
        opened = open_tls if self._address.tls else open_plain
        try:
            self._socket = opened(self._address.host, self._address.port, self._watch)
        except (OSError, UnicodeError) as error:
            raise PromptFailed(words.unreachable(self._address.base_url, _reason(error))) from error
        self._http.sock = self._socket
        return self._socket

    def _send(self, method: str, path: str, body: dict[str, Any] | None, limit_s: float) -> http.client.HTTPResponse:
        connected = self.open()
        connected.limit_s = limit_s
        connected.settimeout(limit_s)
        connected.arrived_s = time.monotonic()
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": "application/json", "Accept": "text/event-stream"}
        try:
            self._http.request(method, self._address.path + path, data, headers)
            self._response = self._http.getresponse()
        except (http.client.HTTPException, OSError, Silence, ValueError) as error:
            raise self.trouble(error, limit_s) from error
        return self._response

    def hurry(self, limit_s: float) -> None:
        """Let no further read wait longer than *limit_s*."""
        if self._socket is not None:
            self._socket.limit_s = limit_s

    @property
    def arrived_s(self) -> float:
        """When the newest bytes arrived, on the monotonic clock."""
        return 0.0 if self._socket is None else self._socket.arrived_s

    def trouble(self, error: Exception, limit_s: float) -> PromptFailed:
        """Put an error of the standard library into words."""
        if isinstance(error, Silence | TimeoutError):
            return PromptFailed(words.silent(limit_s))
        if isinstance(error, http.client.IncompleteRead | OSError):  # a server that hangs up is an OSError, too
            return PromptFailed(words.aborted())
        return PromptFailed(words.unreadable(f"it does not speak HTTP ({type(error).__name__})"))


class Stream:
    """The answer to one POST as it comes."""

    def __init__(self, connection: Connection, response: http.client.HTTPResponse, silence_limit_s: float) -> None:
        self._connection = connection
        self._response = response
        self._limit_s = silence_limit_s
        self._at_end = False
        self.status = response.status
        self.content_type = response.getheader("Content-Type", "")

    def read_whole(self) -> bytes:
        """Return the body of an answer that is no stream."""
        return b"".join(piece for piece, _ in self.pieces())[:LARGEST_ASIDE_BYTES]

    def hurry(self, limit_s: float) -> None:
        """Wait no longer than *limit_s* for what is still to come, and take its absence for the end."""
        self._connection.hurry(limit_s)
        self._at_end = True

    def pieces(self) -> Iterator[tuple[bytes, float]]:
        """Yield each piece with the moment at which it arrived."""
        try:
            while piece := self._response.read1(PIECE_BYTES):
                if self._at_end:  # whatever it is, nobody waits for it
                    self._connection.close()
                    return
                yield piece, self._connection.arrived_s
        except (http.client.HTTPException, OSError, Silence) as error:
            if self._at_end:
                self._connection.close()
                return
            raise self._connection.trouble(error, self._limit_s) from error


def _reason(error: Exception) -> str:
    match error:
        case ConnectionRefusedError():
            return "the connection was refused"
        case TimeoutError():
            return "no answer within 5 s"
        case socket.gaierror():
            return "the name of the machine is not known"
        case OSError(strerror=str(said)) if said:
            return said
        case _:
            return "the name of the machine is not one"
