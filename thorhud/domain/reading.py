"""A value, or the reason why there is none."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[T]):
    """What a source said about one quantity.

    A quantity that was not measured is ``value=None`` with a ``reason``; it is never zero.
    ``age_s`` is the age that the source gives its value when the reading was taken.
    On Python 3.11 make it as ``Reading(...)``: ``Reading[X](...)`` fails for a frozen generic with slots.
    """

    value: T | None = None
    reason: str | None = None
    source: str | None = None
    age_s: float | None = None
