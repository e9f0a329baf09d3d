"""Items of a stream taken together, so that a burst of lines costs a few steps and not one each."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Generic, TypeVar

from thorhud.serving.thread_stream import put_away

T = TypeVar("T")

PERIOD_S = 0.05
MOST_WAITING = 10_000
"""With so many items waiting the stream is not read on."""


async def gathered(items: AsyncIterator[T], *, period_s: float = PERIOD_S) -> AsyncGenerator[tuple[T, ...], None]:
    """Yield what comes together with what else comes within *period_s*; the first item does not wait."""
    basket = _Basket(items)
    filling = asyncio.create_task(basket.fill(), name="gather")
    try:
        while batch := await basket.take():
            yield batch
            await asyncio.wait((filling,), timeout=period_s)
        await filling  # its error is ours
    finally:
        await _end(filling)


async def _end(task: asyncio.Task[None]) -> None:
    """Cancel *task* and wait for it; an error was either raised already or nobody waits for it any more."""
    task.cancel()
    await asyncio.wait((task,))
    if not task.cancelled():
        task.exception()


class _Basket(Generic[T]):
    """What came and was not taken yet."""

    def __init__(self, items: AsyncIterator[T]) -> None:
        self._items = items
        self._waiting: list[T] = []
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._full = False
        self._ended = False

    async def fill(self) -> None:
        """Put every item into the basket until there are no more."""
        try:
            async for item in self._items:
                self._waiting.append(item)
                self._news.set()
                if len(self._waiting) >= MOST_WAITING:
                    self._room.clear()
                    await self._room.wait()
        finally:
            self._ended = True
            self._news.set()
            await put_away(self._items)

    async def take(self) -> tuple[T, ...]:
        """Wait for items and empty the basket; () is the end."""
        while not self._waiting:
            if self._ended:
                return ()
            self._news.clear()
            await self._news.wait()
        batch = tuple(self._waiting)
        self._waiting.clear()
        self._room.set()
        return batch
