"""A running comparison in words. No Qt in here."""

from thorhud.domain.state import LadderPhase, LadderState, LadderStep
from thorhud.domain.workshop import Workshop
from thorhud.gui.stage_words import clock
from thorhud.gui.unit_text import one_line

_OVER = {"done", "failed", "skipped"}


def place_in_ladder(ladder: LadderState) -> str:
    """Return where a running comparison stands: "comparison, 2 of 6"; empty where none runs."""
    if ladder.phase is not LadderPhase.RUNNING or not ladder.steps:
        return ""
    over = sum(1 for step in ladder.steps if step.state in _OVER)
    return f"comparison, {min(over + 1, len(ladder.steps))} of {len(ladder.steps)}"


def ladder_line(ladder: LadderState, workshop: Workshop) -> str:
    """Return the progress of a running comparison in one line: what is measured now and how long it still takes."""
    if ladder.phase is not LadderPhase.RUNNING:
        return ""
    place = place_in_ladder(ladder).removeprefix("comparison, ")
    left = _time(ladder)
    return f"Model {place}: " * bool(place) + _activity(ladder, workshop) + (f". {left}" if left else "")


def ladder_end(ladder: LadderState) -> str:
    """Return how the last comparison ended where that needs saying; empty where it went well."""
    reason = one_line(ladder.reason or "")
    if ladder.phase is LadderPhase.FAILED:
        return reason or "The comparison stopped before its end. What was measured is kept."
    if ladder.phase is LadderPhase.CANCELLED:
        return reason or "The comparison was cancelled. What was measured is kept."
    return ""


def _activity(ladder: LadderState, workshop: Workshop) -> str:
    if ladder.activity:
        return one_line(ladder.activity, 120)
    step = next((each for each in ladder.steps if each.state not in {*_OVER, "waiting"}), None)
    return "Measuring" if step is None else _step_words(step, workshop)


def _step_words(step: LadderStep, workshop: Workshop) -> str:
    configuration = workshop.configuration(step.configuration_id)
    name = step.configuration_id if configuration is None else configuration.short_name
    runs = (
        f", run {step.runs_done + 1} of {step.runs_planned}" if step.state == "measuring" and step.runs_planned else ""
    )
    return f"{step.state.capitalize()} {name}{runs}"


def _time(ladder: LadderState) -> str:
    if ladder.remaining_s is None:
        return f"{clock(ladder.elapsed_s)} so far" if ladder.elapsed_s is not None else ""
    return f"About {clock(max(1.0, ladder.remaining_s))} left"
