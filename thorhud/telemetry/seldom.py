"""A look that costs much, or changes rarely, is taken again only after a while."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Seldom(Generic[T]):
    """Gives what *look* returned last; looks again when that is *every_s* old."""

    def __init__(self, look: Callable[[], T], every_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._look = look
        self._every_s = every_s
        self._clock = clock
        self._last: tuple[float, T] | None = None

    def __call__(self) -> T:
        """Return the newest look."""
        now_s = self._clock()
        if self._last is None or now_s - self._last[0] >= self._every_s:
            self._last = now_s, self._look()
        return self._last[1]
