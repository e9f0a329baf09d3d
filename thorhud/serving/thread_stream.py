"""A blocking stream read in a thread of its own, as an asynchronous iterator."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from typing import Generic, Protocol, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

LETTING_GO_S = 5.0
"""How long a closed stream may take to let go of its thread; only an engine that hangs takes longer."""


class Source(Protocol[T_co]):
    """Something that blocks while it is read and can be closed from another thread meanwhile."""

    def __iter__(self) -> Iterator[T_co]:
        """Yield items; return at the end, raise where the stream broke."""
        ...

    def close(self) -> None:
        """Make a blocked read return, from any thread, once or twice."""
        ...


async def from_thread(
    open_source: Callable[[], Source[T]], *, name: str, limit: int = 4096, drain: bool = False
) -> AsyncGenerator[T, None]:
    """Yield what the source that *open_source* returns yields, in a daemon thread called *name*.

    At most *limit* items wait. Beyond that the thread stops reading; with *drain* it reads on and drops the oldest.
    Closing the iterator closes the source and waits until the thread has ended.
    """
    handover = _Handover(open_source, limit=limit, drain=drain)
    thread = threading.Thread(target=handover.run, name=name, daemon=True)
    thread.start()
    try:
        while items := await handover.take():
            for item in items:
                yield item
    finally:
        await handover.let_go()
        if handover.ended.is_set():
            thread.join()


async def put_away(stream: AsyncIterator[object]) -> None:
    """Close *stream* where it is a generator, so that what it holds is let go now and not some day."""
    if isinstance(stream, AsyncGenerator):
        await stream.aclose()


class _Handover(Generic[T]):
    """Where the thread puts items down and the loop picks them up."""

    def __init__(self, open_source: Callable[[], Source[T]], *, limit: int, drain: bool) -> None:
        self._open_source = open_source
        self._limit = limit
        self._drain = drain
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self.ended = asyncio.Event()
        self._room = threading.Condition()
        self._items: deque[T] = deque(maxlen=limit if drain else None)
        self._source: Source[T] | None = None
        self._closed = False
        self._error: BaseException | None = None

    # on the loop

    async def take(self) -> tuple[T, ...]:
        """Wait for items and return all there are; () is the end."""
        while True:
            ended = self.ended.is_set()
            with self._room:
                items = tuple(self._items)
                self._items.clear()
                self._news.clear()
                self._room.notify()
            if items:
                return items
            if ended:
                if self._error is not None:
                    raise self._error
                return ()
            await self._news.wait()

    async def let_go(self) -> None:
        """Close the source and wait for the thread's last word."""
        with self._room:
            self._closed = True
            source = self._source
            self._room.notify()
        if source is not None:
            source.close()
        try:
            await asyncio.wait_for(self.ended.wait(), LETTING_GO_S)
        except TimeoutError:
            log.warning("a stream of the Docker Engine does not let go of its thread")

    # in the thread

    def run(self) -> None:
        """Read the source to its end."""
        try:
            source = self._open_source()
            self._begin(source)
            try:
                for item in source:
                    if not self._put(item):
                        break
            finally:
                source.close()
        except Exception as error:  # noqa: BLE001 - raised again on the loop, where somebody waits for it
            self._error = None if self._closed else error
        self._call(self._end)

    def _begin(self, source: Source[T]) -> None:
        with self._room:
            self._source = source
            if self._closed:
                source.close()

    def _put(self, item: T) -> bool:
        with self._room:
            while not self._drain and len(self._items) >= self._limit and not self._closed:
                self._room.wait()
            first = not self._items
            self._items.append(item)
            closed = self._closed
        if first:
            self._call(self._news.set)
        return not closed

    def _call(self, function: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:  # the loop has ended before its stream did: nobody waits any more
            self._closed = True

    def _end(self) -> None:
        self.ended.set()
        self._news.set()
