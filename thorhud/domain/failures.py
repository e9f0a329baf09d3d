"""Why a start or a server ended, in plain words."""

from dataclasses import dataclass, replace
from typing import Final

from thorhud.domain.failure_causes import CAUSES, KINDS, cause_of
from thorhud.domain.failure_patterns import ONLY_WHILE_SERVING, WHILE_SERVING, Clue, figures_in, said_in_full
from thorhud.domain.log_reading import Evidence, Start
from thorhud.domain.log_text import clean
from thorhud.domain.timeline import Timeline

__all__ = ["KINDS", "Failure", "diagnose", "failure_of", "outcome", "outcome_of_earlier"]


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
    last_lines: tuple[str, ...] = ()
    """Where nobody knows the cause: how the log ended, shortened, for whoever is asked for help."""


_KILLED: Final = (137, -9)
_CRASHED: Final = (139, -11, 134, -6, 135, -7, 132, -4)
_SIGNALLED: Final = (130, -2, 143, -15)
"""SIGINT and SIGTERM, as a shell and as Python count them."""


def diagnose(
    evidence: Evidence,
    *,
    exit_code: int | None,
    stop_requested: bool,
    timeline: Timeline,
    ready_seen: bool = False,
) -> Failure | None:
    """Return why it ended, or None: for a stop that was asked for, and while nothing is known to be wrong.

    ``exit_code`` is None while the process runs, or where nobody knows it. An end that was not asked for is a
    failure whatever the exit code: vLLM ends with 0 after its engine died.
    """
    if stop_requested:
        return None
    ready = ready_seen or timeline.serving
    clue = _root_cause(evidence, ready=ready)
    if exit_code is None:
        return _while_running(evidence, clue, ready=ready)
    if clue is not None and clue.certain:
        return _explain(clue, evidence)
    return _of_exit(exit_code, evidence, clue)


def _root_cause(evidence: Evidence, *, ready: bool) -> Clue | None:
    """Return the first certain clue, else the first of the others; that the engine is gone is only a consequence."""
    clues = [clue for clue in evidence.clues if _applies(clue, ready=ready)]
    first = min(clues, key=lambda clue: (not clue.certain, clue.kind in ONLY_WHILE_SERVING), default=None)
    return None if first is None else said_in_full(first)


def _applies(clue: Clue, *, ready: bool) -> bool:
    return clue.kind in WHILE_SERVING if ready else clue.kind not in ONLY_WHILE_SERVING


def _while_running(evidence: Evidence, clue: Clue | None, *, ready: bool) -> Failure | None:
    if clue is not None and (clue.certain or evidence.giving_up):
        return _explain(clue, evidence)
    return _unknown(evidence) if evidence.giving_up and not ready else None


def _of_exit(exit_code: int, evidence: Evidence, clue: Clue | None) -> Failure:
    if evidence.stop_line is not None or exit_code in _SIGNALLED:
        return failure_of("stopped-outside", evidence=evidence.stop_line or evidence.last_line)
    if exit_code in _KILLED:
        return failure_of("killed", evidence=evidence.last_line)
    if clue is not None:
        return _explain(clue, evidence)
    if exit_code in _CRASHED:
        return failure_of("crashed", evidence=evidence.last_line)
    if exit_code == 127:
        return failure_of("command-missing", evidence=evidence.last_line)
    return _unknown(evidence)


def _explain(clue: Clue, evidence: Evidence) -> Failure:
    line = clue.line
    if clue.kind in ONLY_WHILE_SERVING:
        # the first word of it, and not the error that each waiting request gets: that one points back to the first
        line = evidence.first_error or next(each.line for each in evidence.clues if each.kind == clue.kind)
    return failure_of(clue.kind, evidence=line, figures=figures_in(clue))


def _unknown(evidence: Evidence) -> Failure:
    error = evidence.first_error
    failure = failure_of(
        "unknown", evidence=error or evidence.last_line, figures={"error": clean(error)} if error else {}
    )
    return replace(failure, last_lines=evidence.last_lines)


def failure_of(kind: str, *, evidence: str = "", figures: dict[str, str] | None = None) -> Failure:
    """Return the failure of that kind in the words of the screen; the figures come from the log line."""
    cause = cause_of(kind) or CAUSES["unknown"]
    explanation = cause.explanation
    if cause.explanation_with_figures is not None:
        try:
            explanation = cause.explanation_with_figures.format_map(figures or {})
        except KeyError:
            explanation = cause.explanation
    return Failure(
        kind=kind, headline=cause.headline, explanation=explanation, evidence=evidence, next_step=cause.next_step
    )


def outcome(start: Start, failure: Failure | None, *, stop_requested: bool = False) -> str:
    """Return "ready", "starting", "failed" or "stopped" for a start and its diagnosis."""
    if stop_requested:
        return "stopped"
    if failure is not None:
        return "failed"
    if start.evidence.ended:
        return "stopped"
    return "ready" if start.timeline.serving else "starting"


def outcome_of_earlier(start: Start) -> tuple[str, Failure | None]:
    """Return how a start ended that another one followed in the same log: nobody knows its exit code."""
    failure = diagnose(start.evidence, exit_code=None, stop_requested=False, timeline=start.timeline)
    if failure is None and start.evidence.first_error is not None and not start.evidence.ended:
        failure = _unknown(start.evidence)
    return ("stopped" if failure is None else "failed"), failure
