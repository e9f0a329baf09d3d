"""What stands quietly below the stage: a trouble that stops nothing yet, or what a repair proved. No Qt in here."""

from dataclasses import dataclass, replace

from thorhud.domain.chat_page import NOTHING_SERVED, ChatPagePhase
from thorhud.domain.failures import Failure, failure_of
from thorhud.domain.repairs import main_repair
from thorhud.domain.state import AgentState, RepairPhase, RepairState, ServingPhase, ServingState
from thorhud.domain.trouble import facts_of, troubles
from thorhud.gui.fixes import Fix, fix_of
from thorhud.gui.outside_words import ended_line, port_line
from thorhud.gui.unit_text import one_line

_QUIET = frozenset({ServingPhase.IDLE, ServingPhase.READY})
"""While a start goes on or has failed, its own panel says what matters."""
_PROOF = frozenset({ServingPhase.IDLE, ServingPhase.STARTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One line with at most one button."""

    tone: str
    """amber for a trouble, blue for a repair that goes on, green for one that is proven, quiet for what is so."""
    icon: str
    title: str
    detail: str
    fix: Fix | None = None


def remark_of(state: AgentState) -> Remark | None:
    """Return what is worth a line, the news of a repair before older troubles."""
    serving = state.serving
    if serving.phase is ServingPhase.STARTING and (serving.stalled or serving.remaining_why):
        return _of_stall(serving)  # what goes wrong now needs the room of what was proven before
    found = _of_repair(state.repair, serving.phase) or _of_port(serving) or _of_trouble(state)
    return found or _of_log(serving) or _of_ended(serving)


def _of_stall(serving: ServingState) -> Remark | None:
    if not serving.stalled:
        return None
    return Remark(tone="amber", icon="warning-fill", title=one_line(serving.stalled, 320), detail="")


def _of_port(serving: ServingState) -> Remark | None:
    if not (held := port_line(serving)):
        return None
    detail = "A model can be served once that program has ended."
    return Remark(tone="amber", icon="warning-fill", title=held, detail=detail)


def _of_log(serving: ServingState) -> Remark | None:
    """Say why the log of a ready server is not whole; a start says it in its own panel."""
    if serving.phase is not ServingPhase.READY or not serving.log_note:
        return None
    return Remark(tone="quiet", icon="info", title=one_line(serving.log_note, 240), detail="")


def _of_ended(serving: ServingState) -> Remark | None:
    """Say it beside a failure; the idle panel has its own place for it."""
    if serving.phase is not ServingPhase.FAILED or not (ended := ended_line(serving)):
        return None
    return Remark(tone="quiet", icon="info", title=ended, detail="Type vllm serve in it again, or pick a model here.")


def _of_repair(repair: RepairState, phase: ServingPhase) -> Remark | None:
    if repair.phase is RepairPhase.RUNNING and phase in _QUIET:
        return Remark(tone="blue", icon="info-fill", title=repair.title, detail=one_line(repair.sentence, 200))
    if repair.phase is RepairPhase.DONE and phase in _PROOF:
        return Remark(
            tone="green",
            icon="check-circle-fill",
            title=f"{repair.title}: proven",
            detail=proof_words(repair),
        )
    if repair.phase is RepairPhase.FAILED and phase in _QUIET:
        detail = f"{one_line(repair.sentence, 200)} {one_line(repair.next_step, 160)}".strip()
        return Remark(tone="amber", icon="warning-fill", title=f"{repair.title}: not proven", detail=detail)
    return None


def proof_words(repair: RepairState) -> str:
    """Say what was measured before and after; the sentence alone where nothing was."""
    sentence = one_line(repair.sentence, 200)
    if not repair.before or not repair.after or repair.before == repair.after:
        return sentence
    return f"Before: {one_line(repair.before, 120)}. After: {one_line(repair.after, 120)}."


def _of_trouble(state: AgentState) -> Remark | None:
    if state.serving.phase not in _QUIET:
        return None
    found = (*troubles(facts_of(state.telemetry)), *_chat_page(state))
    if not found:
        return None
    worst = found[0]
    more = f" And {len(found) - 1} more." if len(found) > 1 else ""
    fix = _fix(worst)
    step = "" if fix is not None else f" {one_line(worst.next_step, 160)}"
    detail = f"{one_line(worst.explanation, 160)}{step}{more}"
    return Remark(tone="amber", icon="warning-fill", title=worst.headline, detail=detail, fix=fix)


def _chat_page(state: AgentState) -> tuple[Failure, ...]:
    page = state.chat_page
    if page.phase is not ChatPagePhase.NO_MODEL or page.cause == NOTHING_SERVED:
        return ()
    missing = failure_of("chat-model-missing", evidence=page.evidence)
    return (replace(missing, explanation=page.sentence or missing.explanation),)


def _fix(trouble: Failure) -> Fix | None:
    repair = main_repair(trouble.kind)
    return None if repair is None else fix_of(repair)
