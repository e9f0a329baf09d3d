"""How sure a figure is: the interval of a median, of a ratio, and what may be said of it in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST_FOR_P95 = 40
"""A 95th percentile of fewer samples is the story of one or two of them."""
FEWEST_FOR_P99 = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with the interval that holds it at 95 %, from a percentile bootstrap over the repeats.

    `thorhud.domain.bootstrap` makes them and says what they are worth.
    """

    value: float
    low: float
    high: float
    n: int
    """Repeats behind it; behind a ratio the fewer of both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the runs of two configurations show about each other."""

    before_id: str
    after_id: str
    prompt_name: str
    difference_shown: bool
    """Whether the interval of the ratio leaves out 1."""
    ratio: Interval
    """Speed after over speed before."""
    sentence: str
    """"FP4 is faster than FP16 by 34 to 41 %, 95 % CI, n = 7, long prompt." or that no difference is shown."""


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which *share* (0 to 1) of the samples lie, between two samples in proportion.

    None where there are too few samples for a tail: from 0.95 on fewer than 40, from 0.99 on fewer than 200.
    """
    fewest = FEWEST_FOR_P99 if share >= 0.99 else FEWEST_FOR_P95 if share >= 0.95 else 1
    if len(values) < fewest:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
