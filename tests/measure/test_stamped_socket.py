import socket
import time
from collections.abc import Iterator

import pytest

from thorhud.measure import stamped_socket
from thorhud.measure.stamped_socket import SO_TIMESTAMPING, STAMP, PlainSocket, open_plain
from thorhud.measure.watch import Watch

Pair = tuple[PlainSocket, socket.socket]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def pair(listener: socket.socket) -> Iterator[Pair]:
    client = open_plain("127.0.0.1", listener.getsockname()[1])
    server, _ = listener.accept()
    with client, server:
        yield client, server


def taken(client: PlainSocket) -> bytes | None:
    piece = client.take()
    if piece is not None:
        client.moment_of(piece)
    return None if piece is None else piece.data


def read(client: PlainSocket) -> bytes | None:
    Watch().wait_readable(client.fileno(), 5)
    return taken(client)


def test_a_late_reader_still_knows_when_the_bytes_came(pair: Pair) -> None:
    client, server = pair
    late_s = 0.05
    for _ in range(8):  # the kernel begins to stamp a moment after it was asked to
        sent_s = time.monotonic()
        server.sendall(b"token")
        time.sleep(late_s)
        read(client)
        if client.kernel_stamps:
            break
    assert client.kernel_stamps
    assert sent_s - 0.001 <= client.arrived_s < sent_s + late_s / 2


class Answers(PlainSocket):
    """A socket whose kernel says what the test wants."""

    ancillary: list[tuple[int, int, bytes]]

    def recvmsg(self, *_: object) -> tuple[bytes, list[tuple[int, int, bytes]], int, object]:
        return b"token", self.ancillary, 0, None


def stamped(wall_s: float) -> list[tuple[int, int, bytes]]:
    return [(socket.SOL_SOCKET, SO_TIMESTAMPING, STAMP.pack(int(wall_s), int(wall_s % 1 * 1e9)) + bytes(32))]


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
def test_a_wall_clock_that_jumps_does_not_move_an_arrival(jump_s: float) -> None:
    ours, theirs = socket.socketpair()
    client = Answers(ours.family, ours.type, fileno=ours.detach())
    with client, theirs:
        client.arrived_s = time.monotonic()
        client.ancillary = stamped(time.time() + jump_s)
        before_s = time.monotonic()
        taken(client)

        assert before_s <= client.arrived_s <= time.monotonic()
        assert client.kernel_stamps == 0


def test_without_stamps_of_the_kernel_the_moment_of_the_read_counts(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamped_socket, "SO_TIMESTAMPING", 9999)
    with open_plain("127.0.0.1", listener.getsockname()[1]) as client, listener.accept()[0] as server:
        server.sendall(b"token")
        before_s = time.monotonic()

        assert read(client) == b"token"
        assert before_s <= client.arrived_s <= time.monotonic()
        assert client.kernel_stamps == 0


def test_reading_never_waits(pair: Pair) -> None:
    client, server = pair

    assert client.take() is None
    server.close()
    Watch().wait_readable(client.fileno(), 5)
    assert taken(client) == b""
