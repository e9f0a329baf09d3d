"""An answer and its speed in words. No Qt in here."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from thorhud.domain.state import AgentState, LadderPhase, PromptPhase, PromptState
from thorhud.domain.workshop import Workshop
from thorhud.gui.outside_words import outside_line
from thorhud.gui.stage_words import DASH, clock
from thorhud.gui.unit_text import one_line

_RUNNING = {PromptPhase.WAITING, PromptPhase.STREAMING}
_FINISHED = {"length": "It stopped at the token limit.", "cancelled": "Cancelled."}


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence beside the button, with its icon."""

    text: str = ""
    icon: str = ""
    tone: str = "text2"
    urgent: bool = False


def shown_prompt(state: AgentState) -> PromptState:
    """Return the answer to show: one of another configuration belongs to a model that is gone."""
    prompt, serving = state.prompt, state.serving
    if prompt.configuration_id != serving.configuration_id and prompt.phase not in _RUNNING:
        return PromptState()
    return prompt


def note_of(state: AgentState, prompt: PromptState, workshop: Workshop | None = None) -> Note:
    """Return the one sentence that matters most: trouble, then doubt, then what is useful to know."""
    return next(_notes(state, prompt, workshop), Note())


def _notes(state: AgentState, prompt: PromptState, workshop: Workshop | None) -> Iterator[Note]:
    serving, begun = state.serving, prompt.phase is not PromptPhase.NONE
    if prompt.phase is PromptPhase.FAILED or prompt.error is not None:
        yield _error_note(prompt)
    if prompt.disagreement:
        yield Note(one_line(prompt.disagreement, 240), "warning-fill", "amber", urgent=True)
    if state.ladder.phase is LadderPhase.RUNNING:
        yield Note(f"Comparison: {_ladder_rest(state)}", "info")
    if prompt.warm_up and begun:
        yield Note("Warm-up: the first run after a start. It is not used for Compare.", "info")
    if prompt.note:
        yield Note(one_line(prompt.note, 240), "info")
    if finished := _FINISHED.get(prompt.finish_reason or "") if prompt.phase is PromptPhase.DONE else None:
        yield Note(finished, "info")
    if outside := outside_line(serving, workshop):
        yield Note(f"{outside} Stop asks once before it ends it.", "info")
    if not begun and serving.ready_after_s is not None:
        yield Note(f"Ready after {clock(serving.ready_after_s)}. The first run warms the model up.", "info")


def _ladder_rest(state: AgentState) -> str:
    activity = one_line(state.ladder.activity or "", 80)
    rest = "" if state.ladder.remaining_s is None else f"about {clock(max(1.0, state.ladder.remaining_s))} left"
    return ", ".join(part for part in (activity, rest) if part) + "." if activity or rest else "please wait."


def _error_note(prompt: PromptState) -> Note:
    if prompt.error is None:
        return Note("The answer did not end well. Run it again.", "warning-octagon-fill", "red", urgent=True)
    words = f"{one_line(prompt.error.headline, 160)} {one_line(prompt.error.next_step, 160)}".strip()
    quiet = prompt.error.kind == "cancelled"
    return Note(words, "info" if quiet else "warning-octagon-fill", "text2" if quiet else "red", urgent=not quiet)


def speed_of(prompt: PromptState) -> tuple[str, float | None]:
    """Return what the big figure is and the figure: of the last second while it streams, the mean at the end."""
    match prompt.phase:
        case PromptPhase.STREAMING:
            return "Speed now", prompt.tokens_per_s_now
        case PromptPhase.WAITING:
            return "Waiting for the first token", None
        case PromptPhase.DONE:
            return "Speed, mean of the run", prompt.tokens_per_s
        case PromptPhase.FAILED:
            return "Speed until it broke off", prompt.tokens_per_s
        case _:
            return "Speed", None


def figure(value: float | None, decimals: int = 1) -> str:
    """Return a figure, or a dash where nothing was measured; from 1000 on without decimals."""
    if value is None or not math.isfinite(value):
        return DASH
    return f"{value:.0f}" if value >= 999.5 else f"{value:.{decimals}f}"


def seconds_figure(value: float | None) -> str:
    """Return seconds with two decimals below ten and one above."""
    if value is None or not math.isfinite(value):
        return DASH
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}"
