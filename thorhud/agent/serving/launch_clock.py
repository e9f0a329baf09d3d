"""The time of one start, which goes on evenly whatever somebody does to the wall clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from thorhud.domain.log_text import stamp_s


@dataclass
class LaunchClock:
    """Counts the seconds since a start began, and places stamped lines on that count.

    A unit gets its time from the network, often while the first model starts: stamps and wall clock then jump together,
    and their difference is still how long ago a line was written.
    """

    began_unix_s: float
    """When it began, by the wall clock as it was when this was made."""
    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    _zero: float = field(init=False)
    _last_at_s: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._zero = self.monotonic() - max(0.0, self.wall() - self.began_unix_s)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start began."""
        return self.monotonic() - self._zero

    def recorded_at_s(self, stamp: str) -> float | None:
        """Place a line that was stored before this clock was made; None where it carries no time."""
        at_unix_s = stamp_s(stamp)
        return None if at_unix_s is None else self._onward(min(at_unix_s - self.began_unix_s, self.elapsed_s))

    def arrived_at_s(self, stamp: str) -> float | None:
        """Place a line that has come now: as long before now as its stamp is behind the wall clock."""
        at_unix_s = stamp_s(stamp)
        if at_unix_s is None:
            return None
        age_s = max(0.0, self.wall() - at_unix_s)
        return self._onward(self.elapsed_s - age_s)

    def _onward(self, at_s: float) -> float:
        """Never before an earlier line: neighbours race by milliseconds, and a jump of the clock is no time."""
        self._last_at_s = max(self._last_at_s, at_s)
        return self._last_at_s
