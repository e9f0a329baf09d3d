"""How sure a figure is: the interval of a median, of a ratio, and what may be said of it in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with the interval that holds it at 95 %, from a percentile bootstrap over the repeats."""

    value: float
    low: float
    high: float
    n: int


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
