"""Waiting for bytes, and for a wish to stop."""

import os
import threading
import time
from collections.abc import Iterator

import pytest

from thorhud.measure.watch import Cancelled, Silence, Watch

Pipe = tuple[int, int]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)
    os.close(writer)


def test_silence_ends_a_wait(pipe: Pipe) -> None:
    with pytest.raises(Silence):
        Watch().wait_readable(pipe[0], 0.05)


def test_bytes_that_come_in_time_end_the_wait_and_it_looks_up_before(pipe: Pipe) -> None:
    looked_up = threading.Event()

    def send_once_it_looked_up() -> None:
        looked_up.wait(5)
        os.write(pipe[1], b"token")

    sender = threading.Thread(target=send_once_it_looked_up)
    sender.start()
    Watch(looked_up=looked_up.set).wait_readable(pipe[0], 5)
    sender.join()

    assert os.read(pipe[0], 9) == b"token"


def test_a_stop_ends_a_wait_even_while_bytes_come(pipe: Pipe) -> None:
    stop, asks = os.pipe()
    os.write(pipe[1], b"token")
    os.close(asks)

    with pytest.raises(Cancelled):
        Watch((stop,)).wait_readable(pipe[0], 5)
    os.close(stop)


def test_several_are_waited_for_at_once_until_they_are_left(pipe: Pipe) -> None:
    other, writes = os.pipe()
    watch = Watch()
    watch.follow(pipe[0])
    watch.follow(other)
    os.write(writes, b"token")
    os.write(pipe[1], b"token")

    assert set(watch.wait(time.monotonic() + 5)) == {pipe[0], other}
    watch.leave(other)
    assert watch.wait(time.monotonic() + 5) == [pipe[0]]
    os.close(other)
    os.close(writes)
