"""Sockets that know when their bytes arrived.

The kernel stamps each segment when it comes in, long before a busy machine lets us run. Its stamps are on the wall
clock, which may jump; each is turned into the monotonic clock at once, by how long ago it was. Where there is none
(TLS, or a system without them), the moment of the read counts.
"""

import contextlib
import socket
import ssl
import struct
import time
from typing import NamedTuple, cast

SO_TIMESTAMPING = 37
RX_SOFTWARE, SOFTWARE = 1 << 3, 1 << 4
STAMP = struct.Struct("qq")
ANCILLARY_BYTES = 512
PIECE_BYTES = 1 << 16
CONNECT_LIMIT_S = 5.0
RECEIVE_BUFFER_BYTES = 1 << 22
"""As much of it as the system grants: a full one holds the server up, and what it then sends late is stamped late."""
CLOCKS_TOGETHER_S = 5e-5
JUMP_S = 1e-3
"""More than two readings of both clocks can differ by."""


Ancillary = list[tuple[int, int, bytes]]


class Piece(NamedTuple):
    """What one read brought."""

    data: bytes
    """Nothing where the other side has ended."""
    ancillary: Ancillary
    read_s: float


class PlainSocket(socket.socket):
    """TCP with the kernel's receive stamps; reading never waits."""

    arrived_s: float
    """When the newest bytes arrived whose moment was asked for, on the monotonic clock."""
    kernel_stamps = 0
    """How many reads the kernel has stamped."""

    def take(self) -> Piece | None:
        """Return what has come, None where nothing has."""
        try:
            data, ancillary, _, _ = self.recvmsg(PIECE_BYTES, ANCILLARY_BYTES)
        except BlockingIOError:
            return None
        return Piece(data, ancillary, time.monotonic())

    def moment_of(self, piece: Piece) -> float:
        """Return when the bytes of *piece* arrived; to be asked in the order of reading, and soon."""
        now_s, wall_s = _both_clocks()
        late_s = _lateness(piece.ancillary, wall_s)
        at_s = piece.read_s if late_s is None else now_s - late_s
        # Nothing of this read can be older than the read before it, or younger than itself: then the wall clock jumped.
        if late_s is not None and self.arrived_s - JUMP_S <= at_s <= piece.read_s + JUMP_S:
            self.arrived_s = min(max(at_s, self.arrived_s), piece.read_s)
            self.kernel_stamps += 1
        else:
            self.arrived_s = piece.read_s
        return self.arrived_s


class TlsSocket(ssl.SSLSocket):
    """TLS, where only the moment of the read is known."""

    arrived_s: float
    kernel_stamps = 0

    def take(self) -> Piece | None:
        """Return all that has come; what is decrypted already would make no socket readable."""
        pieces: list[bytes] = []
        try:
            while piece := self.recv(PIECE_BYTES):
                pieces.append(piece)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            if not pieces:
                return None
        return Piece(b"".join(pieces), [], time.monotonic())

    def moment_of(self, piece: Piece) -> float:
        """Return when *piece* was read."""
        self.arrived_s = piece.read_s
        return self.arrived_s


StampedSocket = PlainSocket | TlsSocket


def open_plain(host: str, port: int) -> PlainSocket:
    """Connect, and ask the kernel for stamps before the first byte can come."""
    plain = _connect(host, port)
    with contextlib.suppress(OSError):  # no stamps on this system: the moment of the read counts
        plain.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, RX_SOFTWARE | SOFTWARE)
    stamped = PlainSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
    stamped.arrived_s = time.monotonic()
    stamped.settimeout(0.0)
    return stamped


def open_tls(host: str, port: int) -> TlsSocket:
    """Connect and shake hands; the certificate is checked against the system's authorities."""
    context = ssl.create_default_context()
    context.sslsocket_class = TlsSocket
    stamped = cast("TlsSocket", context.wrap_socket(_connect(host, port), server_hostname=host))
    stamped.arrived_s = time.monotonic()
    stamped.settimeout(0.0)
    return stamped


def _connect(host: str, port: int) -> socket.socket:
    plain = socket.create_connection((host, port), timeout=CONNECT_LIMIT_S)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the request must not wait for a fuller segment
    return plain


def _both_clocks() -> tuple[float, float]:
    """Read the monotonic and the wall clock at one moment, again if something came between the two."""
    for _ in range(5):
        before_s, wall_s, after_s = time.monotonic(), time.time(), time.monotonic()
        if after_s - before_s < CLOCKS_TOGETHER_S:
            break
    return after_s, wall_s


def _lateness(ancillary: Ancillary, wall_s: float) -> float | None:
    """Return how long ago the kernel received the last segment of the read; None where it did not say."""
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPING) and len(data) >= STAMP.size:
            seconds, nanoseconds = STAMP.unpack_from(data)
            return wall_s - seconds - nanoseconds / 1e9 if seconds else None
    return None
