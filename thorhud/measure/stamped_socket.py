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
from typing import TYPE_CHECKING, TypeVar, cast

from thorhud.measure.watch import Watch

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SO_TIMESTAMPING = 37
RX_SOFTWARE, SOFTWARE = 1 << 3, 1 << 4
STAMP = struct.Struct("qq")
ANCILLARY_BYTES = 512
CONNECT_LIMIT_S = 5.0
CLOCKS_TOGETHER_S = 5e-5


class PlainSocket(socket.socket):
    """TCP with the kernel's receive stamps."""

    watch: Watch
    limit_s: float
    """How long a read may wait for its first byte."""
    arrived_s: float
    """When the bytes of the last read arrived, on the monotonic clock."""
    kernel_stamps = 0
    """How many reads the kernel has stamped."""

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """Wait under the watch, read, and note when the bytes arrived."""
        self.watch.wait_readable(self, self.limit_s)
        view = memoryview(buffer)[: nbytes or None]
        count, ancillary, _, _ = self.recvmsg_into([view], ANCILLARY_BYTES, flags)
        now_s, wall_s = _both_clocks()
        late_s = _lateness(ancillary, wall_s)
        # Nothing of this read can be older than the read before it, or younger than now: then the wall clock jumped.
        if late_s is not None and 0 <= late_s <= now_s - self.arrived_s:
            self.arrived_s = now_s - late_s
            self.kernel_stamps += 1
        else:
            self.arrived_s = now_s
        return count


class TlsSocket(ssl.SSLSocket):
    """TLS, where only the moment of the read is known."""

    watch: Watch
    limit_s: float
    arrived_s: float
    kernel_stamps = 0

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0) -> int:
        """Wait under the watch unless bytes are decrypted already, read, and note the time."""
        if not self.pending():
            self.watch.wait_readable(self, self.limit_s)
        count = super().recv_into(buffer, nbytes, flags)
        self.arrived_s = time.monotonic()
        return count


StampedSocket = PlainSocket | TlsSocket
S = TypeVar("S", PlainSocket, TlsSocket)


def open_plain(host: str, port: int, watch: Watch) -> PlainSocket:
    """Connect, and ask the kernel for stamps before the first byte can come."""
    plain = _connect(host, port)
    with contextlib.suppress(OSError):  # no stamps on this system: the moment of the read counts
        plain.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, RX_SOFTWARE | SOFTWARE)
    stamped = PlainSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
    stamped.settimeout(CONNECT_LIMIT_S)
    return _watched(stamped, watch)


def open_tls(host: str, port: int, watch: Watch) -> TlsSocket:
    """Connect and shake hands; the certificate is checked against the system's authorities."""
    context = ssl.create_default_context()
    context.sslsocket_class = TlsSocket
    stamped = context.wrap_socket(_connect(host, port), server_hostname=host)
    return _watched(cast("TlsSocket", stamped), watch)


def _connect(host: str, port: int) -> socket.socket:
    plain = socket.create_connection((host, port), timeout=CONNECT_LIMIT_S)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the request must not wait for a fuller segment
    return plain


def _watched(stamped: S, watch: Watch) -> S:
    stamped.watch, stamped.limit_s, stamped.arrived_s = watch, CONNECT_LIMIT_S, time.monotonic()
    return stamped


def _both_clocks() -> tuple[float, float]:
    """Read the monotonic and the wall clock at one moment, again if something came between the two."""
    for _ in range(5):
        before_s, wall_s, after_s = time.monotonic(), time.time(), time.monotonic()
        if after_s - before_s < CLOCKS_TOGETHER_S:
            break
    return after_s, wall_s


def _lateness(ancillary: list[tuple[int, int, bytes]], wall_s: float) -> float | None:
    """Return how long ago the kernel received the last segment of the read; None where it did not say."""
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPING) and len(data) >= STAMP.size:
            seconds, nanoseconds = STAMP.unpack(data[: STAMP.size])
            return wall_s - seconds - nanoseconds / 1e9 if seconds else None
    return None
