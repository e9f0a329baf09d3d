"""How old a value may be before a screen says so. The viewer's own monotonic clock decides."""

from enum import Enum

STALE_S = 3.0
LOST_S = 10.0


class Freshness(Enum):
    """Fresh values are shown plainly, stale ones with their age, lost ones as readings that stopped."""

    FRESH = "fresh"
    STALE = "stale"
    LOST = "lost"


def freshness(age_s: float) -> Freshness:
    """Return how a value of that age is to be shown."""
    if age_s < STALE_S:
        return Freshness.FRESH
    return Freshness.STALE if age_s < LOST_S else Freshness.LOST
