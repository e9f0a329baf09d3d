"""Any number of answers under way, read by one loop.

Nothing else runs beside it, so each byte is read as soon as it has come; threads would only take turns at the same
interpreter.
"""

import math
import time
from typing import Any

from thorhud.measure.asking import Asking
from thorhud.measure.kv_peak import KvPeak
from thorhud.measure.watch import Watch


class Round:
    """Waits for all of them at once."""

    def __init__(self, watch: Watch, kv_peak: KvPeak) -> None:
        self._watch = watch
        self._kv_peak = kv_peak
        self._under_way: dict[int, Asking] = {}
        self._over: list[Asking] = []
        self._look_s = math.inf
        """When one of them has bytes to be worked out, or may have fallen silent; at the latest."""

    def begin(self, asking: Asking, path: str, body: dict[str, Any]) -> None:
        """Send one more prompt."""
        asking.begin(path, body)
        if asking.over:
            self._over.append(asking)
            return
        self._under_way[asking.fileno()] = asking
        self._watch.follow(asking.fileno())
        self._look_s = min(self._look_s, asking.quiet_until_s)

    def turn(self) -> list[Asking]:
        """Wait until something comes, take it, and return those whose answer is over by now."""
        ready = self._watch.wait(0.0 if self._over else min(self._look_s, self._kv_peak.due_s))
        for number in ready:
            asking = self._under_way.get(number)
            if asking is None:
                continue
            if asking.take():
                self._look_at(number, asking)
            elif asking.read_by_s < self._look_s:
                self._look_s = asking.read_by_s
        now_s = time.monotonic()
        if now_s >= self._look_s:
            self._look_at_all(now_s)
        if ready or now_s >= self._kv_peak.due_s:
            self._kv_peak.turn(ready)
        over, self._over = self._over, []
        return over

    def work_out(self) -> None:
        """Work out what has come of every answer; for one who will not wait for their ends."""
        for asking in self._under_way.values():
            asking.work_out()

    def _look_at(self, number: int, asking: Asking) -> None:
        """See what became of an answer whose bytes were worked out."""
        if asking.over:
            self._watch.leave(number)  # it may be closed by now, but its number is not in use again yet
            del self._under_way[number]
            self._over.append(asking)
        elif asking.quiet_until_s < self._look_s:
            self._look_s = asking.quiet_until_s
        if asking.answer.chunks:
            self._kv_peak.begin()

    def _look_at_all(self, now_s: float) -> None:
        for number, asking in list(self._under_way.items()):
            if asking.read_by_s <= now_s:
                asking.work_out()
            if not asking.over and asking.quiet_until_s <= now_s:
                asking.fall_silent()
            self._look_at(number, asking)
        moments = (min(each.read_by_s, each.quiet_until_s) for each in self._under_way.values())
        self._look_s = min(moments, default=math.inf)
