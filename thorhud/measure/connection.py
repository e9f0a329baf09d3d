"""One HTTP connection to the server, on a socket that stamps what arrives."""

import json
import socket
import time
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from thorhud.measure import words
from thorhud.measure.response import CutOff, NotHttp, Response
from thorhud.measure.stamped_socket import Piece, StampedSocket, open_plain, open_tls
from thorhud.measure.watch import Silence, Watch
from thorhud.measure.words import PromptFailed

ASIDE_LIMIT_S = 10.0
"""How long `/health`, `/v1/models` and `/metrics` may take."""
SEND_LIMIT_S = 10.0
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
        self._socket: StampedSocket | None = None
        self.response = Response()
        """What the last request got."""

    def close(self) -> None:
        """Hang up; the server drops what it still does for us."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def fileno(self) -> int:
        """Return the descriptor of the open socket; -1 where there is none."""
        return -1 if self._socket is None else self._socket.fileno()

    def get(self, path: str) -> Reply:
        """Ask for something small; the connection stays open for the next request where the server lets it."""
        self.send("GET", path)
        return self._read_aside()

    def post(self, path: str, body: dict[str, Any]) -> Reply:
        """Ask for something small with a body of ours."""
        self.send("POST", path, body)
        return self._read_aside()

    def open(self) -> StampedSocket:
        """Return the open socket; open one where there is none."""
        if self._socket is None:
            opened = open_tls if self._address.tls else open_plain
            try:
                self._socket = opened(self._address.host, self._address.port)
            except (OSError, UnicodeError) as error:
                raise PromptFailed(words.unreachable(self._address.base_url, _reason(error))) from error
        return self._socket

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        """Send a request; `receive` returns what comes back."""
        connected = self.open()
        request = self._request(method, path, body)
        self.response = Response()
        connected.settimeout(SEND_LIMIT_S)
        connected.arrived_s = time.monotonic()
        try:
            connected.sendall(request)
        except OSError as error:
            raise self._trouble(error) from error
        connected.settimeout(0.0)

    def receive(self) -> Piece | None:
        """Return the bytes that have come, as they are; None where none have."""
        try:
            return self._connected().take()
        except OSError as error:
            raise self._trouble(error) from error

    def read(self, piece: Piece) -> tuple[bytes, float]:
        """Return what *piece* brought of the response's body, perhaps nothing yet, and when it arrived."""
        at_s = self._connected().moment_of(piece)
        try:
            if piece.data:
                return self.response.feed(piece.data), at_s
            self.close()
            self.response.end()
        except (NotHttp, CutOff) as error:
            raise self._trouble(error) from error
        return b"", at_s

    def take(self) -> bytes:
        """Return what has come of the response's body, perhaps nothing yet."""
        piece = self.receive()
        return b"" if piece is None else self.read(piece)[0]

    def release(self) -> None:
        """Keep the connection for the next request only where that is possible."""
        if not (self.response.complete and self.response.keeps_open):
            self.close()

    def _connected(self) -> StampedSocket:
        if self._socket is None:
            raise PromptFailed(words.aborted())
        return self._socket

    def _request(self, method: str, path: str, body: dict[str, Any] | None) -> bytes:
        host = self._address.host if self._address.host.isascii() else self._address.host.encode("idna").decode()
        host = f"[{host}]" if ":" in host else host
        head = f"{method} {self._address.path}{path} HTTP/1.1\r\nHost: {host}:{self._address.port}\r\n"
        data = b""
        if body is not None:
            data = json.dumps(body).encode()
            head += f"Content-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: {len(data)}\r\n"
        try:
            return f"{head}Accept-Encoding: identity\r\n\r\n".encode("ascii") + data
        except UnicodeEncodeError as error:
            raise PromptFailed(words.not_an_address(self._address.base_url)) from error

    def _read_aside(self) -> Reply:
        limit_s, pieces, size = ASIDE_LIMIT_S, [], 0
        try:
            while not self.response.complete:
                self._watch.wait_readable(self.fileno(), limit_s)
                pieces.append(self.take())
                size += len(pieces[-1])
                if size > LARGEST_ASIDE_BYTES:
                    raise PromptFailed(words.unreadable("it is larger than 16 MiB"))
        except Silence as error:
            raise PromptFailed(words.silent(limit_s)) from error
        finally:
            self.release()
        return Reply(self.response.status, b"".join(pieces))

    def _trouble(self, error: Exception) -> PromptFailed:
        if isinstance(error, NotHttp):
            return PromptFailed(words.unreadable("it does not speak HTTP"))
        if isinstance(error, TimeoutError):
            return PromptFailed(words.silent(SEND_LIMIT_S))
        return PromptFailed(words.aborted())  # a server that hangs up is an OSError, too


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
