"""How often somebody may ask: a bucket of requests that fills again, for each address and for all together."""

import time
from collections import OrderedDict
from collections.abc import Callable

_ONE_MAY, _ONE_AGAIN_PER_S = 40.0, 4.0
"""A phone that opens the card asks twice; a download is one more."""
_ALL_MAY, _ALL_AGAIN_PER_S = 400.0, 60.0
_MOST_ADDRESSES = 512


class RequestRate:
    """Counts requests; an address that has been quiet for long is forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = (_ALL_MAY, clock())
        self._of: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Whether *address* may ask now; one that asks too often does not use up what is left to others."""
        now_s = self._clock()
        left, last_s = self._of.pop(address, (_ONE_MAY, now_s))
        left = min(_ONE_MAY, left + (now_s - last_s) * _ONE_AGAIN_PER_S)
        together = min(_ALL_MAY, self._all[0] + (now_s - self._all[1]) * _ALL_AGAIN_PER_S)
        allowed = left >= 1 and together >= 1
        self._of[address] = (left - allowed, now_s)
        self._all = (together - allowed, now_s)
        while len(self._of) > _MOST_ADDRESSES:
            self._of.popitem(last=False)
        return allowed
