"""How good the time left was: what a screen would have shown of a start, against how long it then took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from thorhud.domain.estimate import Expectation
from thorhud.domain.log_reading import LogReading, read
from thorhud.domain.stages import LogPiece, StageName
from thorhud.domain.time_left import TimeLeftShown

SHARES: Final = (0.25, 0.5, 0.75)
"""At these shares of a start the time left is held against the truth."""
LOOK_EVERY_S: Final = 0.5
"""As often as the agent looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartErrors:
    """One start: what was shown minus what was true, in seconds."""

    ready_s: float
    at_begin_s: float | None
    """Of the whole expectation before anything was printed; None where there was none."""
    at_share_s: Mapping[float, float | None] = field(default_factory=dict)
    """By share of the start; None where no time was shown (longer than usual)."""
    largest_rise_s: float = 0.0
    """The largest rise of the shown time from one look to the next that no words explained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorFigures:
    """Absolute errors of several starts in seconds: the middle one, and that which nine of ten do not exceed."""

    count: int
    median_s: float | None = None
    p90_s: float | None = None
    not_shown: int = 0


def replay(pieces: Iterable[LogPiece], expected: Expectation) -> StartErrors | None:
    """Show a recorded start once more, look by look; None where it has no times or never was ready."""
    timed = [piece for piece in pieces if piece.at_s is not None]
    ready_s = ready_at_s(timed)
    if ready_s is None or ready_s <= 0:
        return None
    shown, rise_s = _shown_over_time(timed, expected, ready_s)
    at_share = {share: _error_at(shown, share * ready_s, ready_s) for share in SHARES}
    total_s = expected.total_s
    return StartErrors(
        ready_s=ready_s,
        at_begin_s=None if total_s is None else total_s - ready_s,
        at_share_s=at_share,
        largest_rise_s=rise_s,
    )


def ready_at_s(pieces: Iterable[LogPiece]) -> float | None:
    """Return when the server of the last start in a log was up; None where it never was."""
    reading = LogReading()
    for piece in pieces:
        reading = read(reading, piece)
        if reading.timeline.serving:
            return reading.timeline.stage(StageName.SERVER).ended_s
    return None


def _shown_over_time(
    pieces: Sequence[LogPiece], expected: Expectation, ready_s: float
) -> tuple[list[tuple[float, float | None]], float]:
    left, reading, waiting = TimeLeftShown(expected), LogReading(), list(reversed(pieces))
    shown: list[tuple[float, float | None]] = []
    before_s, rise_s = None, 0.0
    at_s = 0.0
    while at_s < ready_s:
        while waiting and (waiting[-1].at_s or 0.0) <= at_s:
            reading = read(reading, waiting.pop())
        now = left.show(reading.timeline, at_s)
        value_s = now.estimate.remaining_s
        if value_s is not None and before_s is not None and now.why is None:
            rise_s = max(rise_s, value_s - before_s)
        before_s = value_s
        shown.append((at_s, value_s))
        at_s += LOOK_EVERY_S
    return shown, rise_s


def _error_at(shown: Sequence[tuple[float, float | None]], at_s: float, ready_s: float) -> float | None:
    looked_at_s, value_s = max((each for each in shown if each[0] <= at_s), key=lambda each: each[0])
    return None if value_s is None else value_s - (ready_s - looked_at_s)


def figures_of(errors: Iterable[float | None]) -> ErrorFigures:
    """Return the figures of signed errors; None among them is a start that showed no time then."""
    every = list(errors)
    known = sorted(abs(each) for each in every if each is not None)
    if not known:
        return ErrorFigures(count=0, not_shown=len(every))
    middle = len(known) // 2
    median_s = known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2
    p90_s = known[min(len(known) - 1, -(-9 * len(known) // 10) - 1)]
    return ErrorFigures(count=len(known), median_s=median_s, p90_s=p90_s, not_shown=len(every) - len(known))
