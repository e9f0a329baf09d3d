"""The commands "ladder" and "cancel-ladder": what they may ask for, and what is measured then."""

from typing import Any

from thorhud.agent.dispatcher import Details, Refusal
from thorhud.agent.hub import Hub
from thorhud.agent.ladder.ladder import Ladder, choose
from thorhud.agent.parts import Parts
from thorhud.domain.errors import ThorHudError
from thorhud.domain.ladder_plan import LEAST_WARM_UPS, MOST_WARM_UPS, READY_FOR_S, LadderPlan, Part
from thorhud.domain.messages import Command
from thorhud.domain.sweep import LEVELS

MOST_REPEATS = 50
MOST_USERS = 256
LONGEST_WAIT_S = 600.0
DEFAULT_PARTS = (Part.SHORT, Part.LONG)


class LadderVerbs:
    """Turns commands into plans."""

    def __init__(self, hub: Hub, parts: Parts, ladder: Ladder) -> None:
        self._hub = hub
        self._parts = parts
        self._ladder = ladder

    def check(self, command: Command) -> None:
        """Refuse what cannot be measured as it is asked for."""
        if self._hub.state.serving.started_outside:
            raise Refusal("A server that was started outside the HUD is running.", next_step="Stop it first.")
        if command.args.get("resume"):
            return
        try:
            choose(self._parts, _words(command.args, "configuration_ids"))
            _plan(command.args, ())
        except ThorHudError as error:
            raise Refusal(str(error), next_step=error.next_step) from error

    async def begin(self, command: Command) -> Details | None:
        """Measure, or go on with what was broken off."""
        resume = command.args.get("resume")
        if resume:
            return {"ladder_id": await self._ladder.resume(str(resume))}
        ids = _words(command.args, "configuration_ids")
        chosen = tuple(each.id for each in choose(self._parts, ids))
        if not ids:
            startable = {each.configuration_id for each in self._hub.state.availability if each.startable}
            chosen = tuple(each for each in chosen if each in startable)
        if not chosen:
            raise ThorHudError("No configuration of the workshop can be started on this unit.")
        return {"ladder_id": await self._ladder.begin(_plan(command.args, chosen), who=command.who)}

    async def cancel(self, _command: Command) -> None:
        """End it; what was measured is kept."""
        await self._ladder.cancel()


def _plan(args: dict[str, Any], configuration_ids: tuple[str, ...]) -> LadderPlan:
    most = _whole(args, "most_warm_ups", MOST_WARM_UPS, 1, MOST_REPEATS)
    return LadderPlan(
        configuration_ids=configuration_ids,
        parts=_parts(args),
        repeats=_whole(args, "repeats", 5, 1, MOST_REPEATS),
        least_warm_ups=min(most, _whole(args, "least_warm_ups", LEAST_WARM_UPS, 1, MOST_REPEATS)),
        most_warm_ups=most,
        max_tokens=_whole(args, "max_tokens", 0, 0, 100_000) or None,
        ready_for_s=_seconds(args, "ready_for_s", READY_FOR_S),
        sweep_levels=_levels(args),
    )


def _parts(args: dict[str, Any]) -> tuple[Part, ...]:
    """Return the parts in the order in which they are measured."""
    wanted = _words(args, "parts")
    unknown = [each for each in wanted if each not in set(Part)]
    if unknown:
        raise Refusal(f"A ladder has no part {', '.join(unknown)}.", next_step=f"It has: {', '.join(Part)}.")
    return tuple(part for part in Part if part in wanted) or DEFAULT_PARTS


def _levels(args: dict[str, Any]) -> tuple[int, ...]:
    levels = args.get("sweep_levels") or list(LEVELS)
    if not isinstance(levels, list) or not all(_is_whole(each) and 1 <= each <= MOST_USERS for each in levels):
        raise Refusal(f"sweep_levels is a list of whole numbers from 1 to {MOST_USERS}.")
    return tuple(sorted(set(levels)))


def _words(args: dict[str, Any], name: str) -> list[str]:
    words = args.get(name) or []
    if not isinstance(words, list):
        raise Refusal(f"{name} is not a list.")
    return [str(each) for each in words]


def _whole(args: dict[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = args.get(name)
    if value is None:
        return default
    if not _is_whole(value) or not low <= value <= high:
        raise Refusal(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
    return int(value)


def _seconds(args: dict[str, Any], name: str, default: float) -> float:
    value = args.get(name)
    if value is None:
        return default
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= LONGEST_WAIT_S:
        raise Refusal(f"{name} must be a number from 0 to {LONGEST_WAIT_S:.0f}, not {value!r}.")
    return float(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
