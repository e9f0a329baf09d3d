"""How fast a pull goes, and how long it still takes."""

from collections import deque

WINDOW_S = 15.0
"""Over so long the rate is taken: layers come in bursts, and between two of them is the unpacking."""
LEAST_S = 2.0
"""Before that nobody knows a rate."""


class PullRate:
    """Remembers how many bytes had come when."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, now_s: float, done_bytes: int) -> None:
        """Add a look at *now_s* on a monotonic clock; a layer that begins again takes bytes away."""
        if self._seen and done_bytes < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now_s, done_bytes))
        while len(self._seen) > 1 and now_s - self._seen[1][0] >= WINDOW_S:
            self._seen.popleft()

    @property
    def bytes_per_s(self) -> float | None:
        """The rate of the last seconds; None while it is too early."""
        if not self._seen:
            return None
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        return (last - first) / (last_s - first_s) if last_s - first_s >= LEAST_S else None

    def remaining_s(self, bytes_left: int) -> float | None:
        """Return how long *bytes_left* take at this rate; None where nothing comes."""
        rate = self.bytes_per_s
        return bytes_left / rate if rate else None
