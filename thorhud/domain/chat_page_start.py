"""How far the start of a chat page is, from its log, and how long such a start takes on this unit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

KEPT_STARTS: Final = 9
"""The newest so many count: a median of them forgets one odd start."""
LONGER_FROM: Final = 1.5
CONTAINER_STAGE: Final = "Loading its program"

_STAGES: Final = (
    ("Answering", re.compile(r"Uvicorn running on|Application startup complete")),
    ("Opening its settings", re.compile(r"Waiting for application startup|Started server process|Installing external")),
    ("Getting a search model from the internet", re.compile(r"Fetching \d+ files")),
    ("Preparing its database", re.compile(r"Running (?:migrations|upgrade)|alembic|Context impl")),
    (CONTAINER_STAGE, re.compile(r"WEBUI_SECRET_KEY|Loading|Starting")),
)
"""The furthest first. The words are of Open WebUI 0.12.4 and its uvicorn and alembic, which older ones use as well."""


def stage_of(lines: Iterable[str]) -> str:
    """Return how far the start is, in words; a start never goes backwards, so the furthest stage counts."""
    text = "\n".join(lines)
    return next((words for words, pattern in _STAGES if pattern.search(text)), CONTAINER_STAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimes:
    """Seconds from the container to the first page on this unit: with an empty folder, and with one that was used."""

    first: tuple[float, ...] = ()
    again: tuple[float, ...] = ()

    def with_one(self, seconds: float, *, fresh: bool) -> "StartTimes":
        """Return the times with another one; *fresh* where its folder was empty."""
        if fresh:
            return replace(self, first=(*self.first, seconds)[-KEPT_STARTS:])
        return replace(self, again=(*self.again, seconds)[-KEPT_STARTS:])

    def usual_s(self, *, fresh: bool) -> float | None:
        """Return what such a start usually takes here; None before the first of its kind."""
        known = self.first if fresh else self.again
        return median(known) if known else None


def time_left_words(elapsed_s: float, usual_s: float | None) -> tuple[float | None, str]:
    """Return the seconds that are left and what is said beside them; nobody knows before the first start here."""
    if usual_s is None:
        return None, "The first start on this unit; it takes a minute or more."
    if elapsed_s > LONGER_FROM * usual_s:
        return None, f"Longer than usual; on this unit it takes about {usual_s:.0f} s."
    return max(0.0, usual_s - elapsed_s), ""
