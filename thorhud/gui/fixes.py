"""What the failure panel offers: the one main fix, then the next steps of the ladder. No Qt in here."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from thorhud.domain.messages import Verb
from thorhud.domain.repairs import REPAIRS, Repair, RepairId, ladder_after, main_repair, repair_of
from thorhud.domain.state import AgentState, CupColour, RepairPhase, RepairState
from thorhud.gui.questions import AskFirst
from thorhud.gui.stage_words import usual
from thorhud.gui.unit_text import one_line
from thorhud.gui.wishes import Wish

MOST_NEXT = 2
"""How many further fixes stand beside the main one; the others are behind one button."""

_STARTS_NOTHING: Final = frozenset({RepairId.REBOOT, RepairId.RECONNECT_CHAT})
"""After these nothing is started again: the agent is gone, or the model serves all the while."""
_ICONS: Final = MappingProxyType(
    {
        RepairId.CLEAR_MEMORY: "broom-bold",
        RepairId.STOP_LEFTOVERS: "stop-bold",
        RepairId.RESTART_DOCKER: "arrows-clockwise-bold",
        RepairId.REBOOT: "power-bold",
        RepairId.DEFAULT_RUNTIME: "wrench-bold",
        RepairId.PUT_ENCODINGS: "copy-bold",
        RepairId.FREE_PORT: "plugs-bold",
        RepairId.MAX_POWER: "lightning-bold",
        RepairId.USE_LOCAL_COPY: "copy-bold",
        RepairId.RECONNECT_CHAT: "plugs-bold",
    }
)
_LOSSES: Final = MappingProxyType(
    {
        RepairId.RESTART_DOCKER: "Every running container stops, the chat page too. Docker is back in about 30 s.",
        RepairId.REBOOT: "The running model stops and everybody is disconnected. Back in about 3 min.",
        RepairId.RECONNECT_CHAT: "The chat page restarts and asks the address of the model from then on, whatever was"
        " set in its own settings. Accounts and chats stay. It is away for about a minute.",
        RepairId.DEFAULT_RUNTIME: 'daemon.json gets "default-runtime": "nvidia"; every other line stays, and a copy of'
        " the file is kept beside it. Every running container stops for about 30 s. Where Docker does not come up"
        " with it, the old file is put back.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One button of the failure panel."""

    text: str
    detail: str
    """Duration and loss."""
    icon: str
    wish: Wish


RED_CUP: Final = Fix(
    text="Raise the red cup",
    detail="A TA sees these lines",
    icon="warning",
    wish=Wish(Verb.CUP, {"colour": CupColour.RED.value}),
)


def fixes(state: AgentState) -> tuple[Fix, ...]:
    """Return the fixes for the failure that is shown, the main one first; none where nothing here cures it."""
    kind = kind_of(state)
    main = main_repair(kind)
    again = state.serving.configuration_id is not None
    if main is None:
        return _further(kind, again=again)
    first = Fix(
        text=f"{main.title} and try again" if again and main.id not in _STARTS_NOTHING else main.title,
        detail=main.cost,
        icon=_ICONS[main.id],
        wish=_wish(main, again=again),
    )
    return (first, *_further(kind, again=again))


def offered(state: AgentState, *, known: bool) -> tuple[Fix, ...]:
    """Return the buttons of the failure panel: the repairs, or where none is in front another try; then the cup.

    *known*: the failed configuration is one of the workshop's, so that it can be started again.
    """
    found = fixes(state)
    if main_repair(kind_of(state)) is None and known:
        found = (_another_try(state), *found)
    if state.serving.failure is not None and state.serving.failure.last_lines and state.cup.colour is not CupColour.RED:
        found = (*found, RED_CUP)
    return found


def kind_of(state: AgentState) -> str:
    """Return the kind of the failure that is shown; empty where nobody knows one."""
    return state.serving.failure.kind if state.serving.failure else ""


def _another_try(state: AgentState) -> Fix:
    total = sum(state.serving.expected_s.values())
    return Fix(
        text="Try again",
        detail=f"About {usual(total)}, nothing is deleted" if total else "Nothing is deleted",
        icon="arrow-counter-clockwise-bold",
        wish=Wish(Verb.LAUNCH, {"configuration_id": state.serving.configuration_id}),
    )


def other_fixes(state: AgentState) -> tuple[Fix, ...]:
    """Return every repair that has no button of its own for this failure."""
    shown = {fix.wish.args["repair"] for fix in fixes(state)[: 1 + MOST_NEXT]}
    return tuple(fix_of(each) for each in REPAIRS.values() if each.id.value not in shown)


def fix_of(what: Repair) -> Fix:
    """Return a repair that starts nothing after it."""
    return Fix(text=what.title, detail=what.cost, icon=_ICONS[what.id], wish=_wish(what, again=False))


def _further(kind: str, *, again: bool) -> tuple[Fix, ...]:
    return tuple(
        Fix(text=each.title, detail=_if_that_did_not_help(each), icon=_ICONS[each.id], wish=_wish(each, again=again))
        for each in ladder_after(kind)
    )


def question_before(wish: Wish, state: AgentState) -> AskFirst | None:
    """Return what is asked before a repair that ends work or changes a file of the system; None for the others."""
    if wish.verb is not Verb.REPAIR:
        return None
    what = repair_of(str(wish.args["repair"]))
    if not what.asks:
        return None
    unit = one_line(state.identity.hostname, 63) or "this unit"
    act = f"Reboot {unit}" if what.id is RepairId.REBOOT else what.title
    title = f"{act}?" if what.id is RepairId.REBOOT else f"{what.title} on {unit}?"
    agreed = Wish(wish.verb, {**wish.args, "agreed": True})
    return AskFirst(title=title, loss=_LOSSES[what.id], act=act, stay="Leave it as it is", wish=agreed)


def repair_words(repair: RepairState, name: str) -> str:
    """Return what the panel says of a repair: what it does now, or that it did not help; empty where neither holds."""
    match repair.phase:
        case RepairPhase.RUNNING:
            after = f" {name} starts again after that." if repair.restarts else ""
            return f"{repair.title}: {one_line(repair.sentence, 160)}.{after}".replace("..", ".")
        case RepairPhase.DONE if repair.restarts:
            return f"{repair.title} worked ({one_line(repair.sentence, 160).rstrip('.')}), and {name} failed again."
        case RepairPhase.FAILED:
            return f"{repair.title}: {one_line(repair.sentence, 220)} {one_line(repair.next_step, 160)}".strip()
        case _:
            return ""


def _wish(what: Repair, *, again: bool) -> Wish:
    args: dict[str, Any] = {"repair": what.id.value}
    if again and what.id not in _STARTS_NOTHING:
        args["restart_launch"] = True
    return Wish(Verb.REPAIR, args)


def _if_that_did_not_help(what: Repair) -> str:
    return f"Last resort, {what.duration.lower()}" if what.id is RepairId.REBOOT else what.duration
