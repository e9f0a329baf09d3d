"""A running comparison in words. No Qt in here."""

import time
from dataclasses import dataclass

from thorhud.domain.ladder_plan import LadderRecord
from thorhud.domain.state import LadderPhase, LadderState, LadderStep
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.stage_words import clock
from thorhud.gui.unit_text import one_line

_OVER = {"done", "failed", "skipped"}
CANCEL_KEEPS = "Cancel keeps every finished run, stops the model, and the rest can be measured later."


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """One configuration of a comparison as the page shows it."""

    name: str
    state: str
    configuration: Configuration | None
    icon: str
    tone: str
    share: float
    """How much of it is measured, 0 to 1."""


_LOOKS: dict[str, tuple[str, str, str]] = {
    "waiting": ("waiting", "clock", "text3"),
    "starting": ("starting", "play-fill", "blue"),
    "gating": ("checking the unit", "wrench-bold", "blue"),
    "warming": ("warming up", "lightning-bold", "blue"),
    "measuring": ("measuring", "chart-bar-bold", "blue"),
    "stopping": ("stopping", "stop-fill", "blue"),
    "done": ("measured", "check-circle-fill", "green"),
    "failed": ("failed", "x-circle-fill", "red"),
    "skipped": ("left out", "info-fill", "text3"),
}
"""Each state in words, with its icon and tone."""


def steps_in_words(ladder: LadderState, workshop: Workshop) -> tuple[StepWords, ...]:
    """Return every step of a comparison in its order."""
    return tuple(_in_words(step, workshop.configuration(step.configuration_id)) for step in ladder.steps)


def _in_words(step: LadderStep, configuration: Configuration | None) -> StepWords:
    state, icon, tone = _LOOKS.get(step.state, (step.state, "", "text2"))
    if step.state == "measuring" and step.runs_planned:
        state = f"run {min(step.runs_done + 1, step.runs_planned)} of {step.runs_planned}"
    elif step.state in {"failed", "skipped"} and step.reason:
        state = f"{state}: {step.reason}"
    elif step.not_comparable:
        state, tone = f"{state}, not comparable", "amber" if step.state == "done" else tone
    over = step.state in _OVER
    share = 1.0 if over else step.runs_done / step.runs_planned if step.runs_planned else 0.0
    return StepWords(
        name=one_line(step.configuration_id, 40) if configuration is None else configuration.short_name,
        state=one_line(state, 120),
        configuration=configuration,
        icon=icon,
        tone=tone,
        share=min(1.0, share),
    )


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
    if ladder.phase is LadderPhase.NONE and ladder.resumable_id is not None:
        return "A comparison was broken off before its end. What was measured is kept."
    return ""


def resume_words(resumable_id: str | None, ladders: tuple[LadderRecord, ...]) -> str:
    """Return what the button says that takes a comparison up again, with the time at which it began."""
    record = next((each for each in ladders if each.id == resumable_id), None)
    if resumable_id is None:
        return ""
    if record is None:
        return "Continue the comparison"
    return f"Continue the comparison of {time.strftime('%H:%M', time.localtime(record.began_unix_s))}"


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
