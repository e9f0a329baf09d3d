"""A switch in words: one line for each step, and one line that remains once the next model starts. No Qt in here."""

from dataclasses import dataclass

from thorhud.domain.asker import asker
from thorhud.domain.custom_model import configuration_of
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.switching import StepState, SwitchStep, SwitchStepName, title
from thorhud.domain.workshop import Workshop
from thorhud.gui.stage_words import duration
from thorhud.gui.unit_text import one_line

_ICONS = {
    StepState.WAITING: ("circle", "text3"),
    StepState.RUNNING: ("clock", "blue"),
    StepState.DONE: ("check-bold", "text2"),
    StepState.SKIPPED: ("info", "amber"),
    StepState.FAILED: ("warning", "amber"),
    StepState.CANCELLED: ("x-bold", "text2"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchRow:
    """One step on the screen."""

    title: str
    icon: str
    tone: str
    time: str
    detail: str
    muted: bool
    """It has not begun."""


def is_switching(serving: ServingState) -> bool:
    """Whether the steps are what happens now; the next model has a pipeline of its own."""
    return serving.phase is ServingPhase.STOPPING and bool(serving.switch_steps)


def switch_rows(serving: ServingState, workshop: Workshop) -> tuple[SwitchRow, ...]:
    """Return the steps as they stand."""
    old = _name(workshop, serving.configuration_id, "the model")
    new = _name(workshop, serving.next_configuration_id or serving.configuration_id, "the next")
    return tuple(_row(step, old, new) for step in serving.switch_steps)


def _row(step: SwitchStep, old: str, new: str) -> SwitchRow:
    state = StepState(step.state)
    icon, tone = _ICONS[state]
    # the command is what helps; why the HUD may not type it itself stands in the events
    detail = f"By hand: {step.command}" if step.command else step.detail
    return SwitchRow(
        title=one_line(title(step.name, old=old, new=new), 60),
        icon=icon,
        tone=tone,
        time="" if step.seconds is None or state is StepState.WAITING else duration(float(round(step.seconds, 1))),
        detail=one_line(detail, 160),
        muted=state is StepState.WAITING,
    )


def switched_line(serving: ServingState) -> str:
    """Say how the memory came back, while the next model starts; empty where nothing was switched."""
    if serving.phase is not ServingPhase.STARTING or not serving.switch_steps:
        return ""
    took = sum(each.seconds or 0.0 for each in serving.switch_steps)
    proof = next((each.detail for each in serving.switch_steps if each.name == SwitchStepName.PROVE), "")
    left_out = next((each for each in serving.switch_steps if each.command), None)
    why = f" {left_out.detail}" if left_out is not None else ""
    return one_line(f"Switched in {duration(float(round(took)))}. {proof}{why}", 240)


def whose_line(serving: ServingState, workshop: Workshop, *, own: str = "kiosk") -> str:
    """Say who is starting or stopping something here, where that is somebody else."""
    who = serving.changing_who
    if not who or who == own or serving.phase not in {ServingPhase.STARTING, ServingPhase.STOPPING}:
        return ""
    ends = serving.phase is ServingPhase.STOPPING and serving.next_configuration_id is None
    name = _name(workshop, serving.next_configuration_id or serving.configuration_id, "a model")
    return one_line(f"{asker(who)} is {'stopping' if ends else 'starting'} {name} here.", 120)


def _name(workshop: Workshop, configuration_id: str | None, otherwise: str) -> str:
    known = configuration_of(workshop, configuration_id)
    return otherwise if known is None else known.short_name
