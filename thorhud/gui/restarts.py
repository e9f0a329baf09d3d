"""What a display that starts itself again remembers: on which page it was, and how often it did so. No Qt in here."""

import json
import os
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

MEMORY = "THORHUD_FACE_RESTART"
"""The environment variable in which one start of the program leaves word for the next; it keeps its process."""
MOST, WITHIN_S = 3, 60.0
"""So many restarts by itself in so many seconds; a fault that comes back at once waits for a person."""
PAGES = ("kiosk", "compare", "log")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarts:
    """Read from the environment when the display begins, and written to it before it begins again."""

    page: str = PAGES[0]
    theme: str | None = None
    at_unix_s: tuple[float, ...] = field(default=())
    """When it restarted by itself, in the last minute."""

    def may_again(self, now_unix_s: float) -> bool:
        """Whether it may restart by itself now."""
        return len(_recent(self.at_unix_s, now_unix_s)) < MOST

    def after(self, *, page: str, theme: str, now_unix_s: float, by_itself: bool) -> "Restarts":
        """Return what the next start is told; a person who presses the button begins a new count."""
        kept = (*_recent(self.at_unix_s, now_unix_s), now_unix_s) if by_itself else ()
        return Restarts(page=page, theme=theme, at_unix_s=kept)

    def write(self, environment: MutableMapping[str, str] = os.environ) -> None:
        """Leave word for the next start."""
        told = {"page": self.page, "theme": self.theme, "at": self.at_unix_s}
        environment[MEMORY] = json.dumps(told)


def taken_up(environment: MutableMapping[str, str] = os.environ) -> Restarts:
    """Return what the start before this one left, and take it away: children of this process must not see it."""
    text = environment.pop(MEMORY, "")
    try:
        told = json.loads(text) if text else {}
        return _of(told)
    except (ValueError, AttributeError, TypeError):
        return Restarts()


def _of(told: Mapping[str, object]) -> Restarts:
    page, theme, at = told.get("page"), told.get("theme"), told.get("at")
    return Restarts(
        page=page if isinstance(page, str) and page in PAGES else PAGES[0],
        theme=theme if isinstance(theme, str) else None,
        at_unix_s=tuple(float(each) for each in at) if isinstance(at, list) else (),
    )


def _recent(at_unix_s: tuple[float, ...], now_unix_s: float) -> tuple[float, ...]:
    return tuple(each for each in at_unix_s if 0 <= now_unix_s - each < WITHIN_S)


def now() -> float:
    """Return the time that survives a restart of the process."""
    return time.time()
