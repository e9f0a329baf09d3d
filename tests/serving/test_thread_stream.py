"""A blocking stream in a thread: order, back-pressure, errors, and nothing left behind."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import pytest

from thorhud.serving.thread_stream import from_thread


class Endless:
    """Counts, and blocks after *count* items until it is closed."""

    def __init__(self, count: int, *, error: Exception | None = None) -> None:
        self.count = count
        self.error = error
        self.handed_over = 0
        self.closed = threading.Event()
        self.iterated = threading.Event()

    def __iter__(self) -> Iterator[int]:
        for n in range(self.count):
            self.handed_over = n + 1
            yield n
        if self.error:
            raise self.error
        self.iterated.set()
        self.closed.wait()

    def close(self) -> None:
        self.closed.set()


def reader_threads() -> int:
    return sum(thread.name == "reader" for thread in threading.enumerate())


async def test_items_come_in_order_and_the_thread_ends_with_the_iterator() -> None:
    source = Endless(1000)
    async with contextlib.aclosing(from_thread(lambda: source, name="reader")) as items:
        seen = [await anext(items) for _ in range(1000)]

    assert seen == list(range(1000))
    assert source.closed.is_set()
    assert reader_threads() == 0


async def test_a_reader_that_stands_still_stops_the_thread() -> None:
    source = Endless(1000)
    async with contextlib.aclosing(from_thread(lambda: source, name="reader", limit=10)) as items:
        await anext(items)
        await asyncio.sleep(0.05)

        assert source.handed_over <= 1 + 2 * 10


async def test_a_drained_stream_goes_on_and_keeps_the_newest() -> None:
    source = Endless(1000)
    async with contextlib.aclosing(from_thread(lambda: source, name="reader", limit=10, drain=True)) as items:
        await anext(items)
        await asyncio.to_thread(source.iterated.wait, 5)

        after = [await anext(items)]
        while after[-1] < 999:  # how many were taken with the first one is chance
            after.append(await anext(items))

    assert source.iterated.is_set()
    assert len(after) < 2 * 10


async def test_an_error_comes_after_the_items_before_it() -> None:
    source = Endless(3, error=ConnectionResetError("gone"))
    items = from_thread(lambda: source, name="reader")

    assert [await anext(items) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ConnectionResetError, match="gone"):
        await anext(items)
    assert reader_threads() == 0


async def test_a_source_that_cannot_be_opened_is_an_error() -> None:
    def refuse() -> Endless:
        raise PermissionError("no")

    with pytest.raises(PermissionError):
        await anext(from_thread(refuse, name="reader"))

    assert reader_threads() == 0


async def test_a_stream_given_up_while_it_opens_is_closed_once_it_is_open() -> None:
    source = Endless(0)
    may_open = threading.Event()

    def open_late() -> Endless:
        may_open.wait()
        return source

    reading = asyncio.ensure_future(anext(from_thread(open_late, name="reader")))
    await asyncio.sleep(0)
    reading.cancel()
    asyncio.get_running_loop().call_later(0.02, may_open.set)
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert source.closed.is_set()
    assert reader_threads() == 0
