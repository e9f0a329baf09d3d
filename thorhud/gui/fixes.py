"""What the failure panel offers: the one main fix, then the next steps of the ladder. No Qt in here."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from thorhud.domain.messages import Verb
from thorhud.domain.repairs import Repair, RepairId, ladder_after, main_repair, repair_of
from thorhud.domain.state import AgentState, RepairPhase, RepairState
from thorhud.gui.questions import AskFirst
from thorhud.gui.unit_text import one_line
from thorhud.gui.wishes import Wish

MOST_NEXT = 2
"""How many further fixes stand beside the main one."""

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


def fixes(state: AgentState) -> tuple[Fix, ...]:
    """Return the fixes for the failure that is shown, the main one first; none where nothing here cures it."""
    serving = state.serving
    kind = serving.failure.kind if serving.failure else ""
    main = main_repair(kind)
    again = serving.configuration_id is not None
    if main is None:
        return _further(kind, again=again)
    first = Fix(
        text=f"{main.title} and try again" if again and main.id not in _STARTS_NOTHING else main.title,
        detail=main.cost,
        icon=_ICONS[main.id],
        wish=_wish(main, again=again),
    )
    return (first, *_further(kind, again=again))


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
