"""Why a start or a server ended, in plain words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One cause with its evidence."""

    kind: str
    """Stable id, for example "memory-at-start", "unknown-flag", "unknown"."""
    headline: str
    """The cause in one line, as the screen shows it."""
    explanation: str = ""
    """Why, in one or two sentences."""
    evidence: str = ""
    """The root-cause line of the log, as it stood there."""
    next_step: str = ""
    """What to do next, one sentence."""
