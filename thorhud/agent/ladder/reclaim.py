"""After a stop: whether the memory is back that the server held."""

import asyncio
import time

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.domain.memory import GIB
from thorhud.domain.repairs import RepairId, RepairProof, Situation

BACK_WITHIN_BYTES = GIB
BACK_WITHIN_SHARE = 0.02
"""A unit never stands at the same byte twice."""
BACK_AFTER_S = 20.0
LOOK_EVERY_S = 0.25


def available_bytes(hub: Hub) -> int | None:
    """Return what a program could get now: MemAvailable, for file copies are given back when one asks."""
    memory = hub.state.telemetry.memory.value
    return None if memory is None else memory.available_bytes


async def clear_memory(hub: Hub, parts: Parts) -> None:
    """Run the repair that gives memory back, and say what came of it."""
    if parts.repairs is None:
        return
    hub.change_ladder(activity="Clearing memory")
    async for step in parts.repairs.run(RepairId.CLEAR_MEMORY, Situation()):
        if isinstance(step, RepairProof):
            hub.tell("ladder", step.sentence)


class Reclaim:
    """Waits for the memory, and clears it where it does not come by itself."""

    def __init__(self, hub: Hub, parts: Parts, *, known: bool) -> None:
        self._hub = hub
        self._parts = parts
        self._before_bytes = available_bytes(hub) if known else None

    async def memory(self) -> tuple[bool, str]:
        """Return whether it is back, and the sentence with both figures."""
        if self._before_bytes is None:
            return True, "Whether the memory is back cannot be told: what was free before the start is not known."
        back = await self._wait()
        if not back and self._parts.clears_memory and self._parts.repairs is not None:
            await clear_memory(self._hub, self._parts)
            back = await self._wait()
        now = available_bytes(self._hub) or 0
        before, after = self._before_bytes / GIB, now / GIB
        words = f"{before:.1f} GiB was available before the start, {after:.1f} GiB is after the stop"
        return back, f"The memory is back: {words}." if back else f"Not all memory came back: {words}."

    async def _wait(self) -> bool:
        sampled_s, began_s = self._hub.state.telemetry.taken_s, time.monotonic()
        while time.monotonic() - began_s < BACK_AFTER_S:
            # a sample from before the stop proves nothing
            if self._hub.state.telemetry.taken_s > sampled_s and self._is_back():
                return True
            await asyncio.sleep(LOOK_EVERY_S)
        return False

    def _is_back(self) -> bool:
        before, now = self._before_bytes or 0, available_bytes(self._hub)
        return now is not None and now >= before - max(BACK_WITHIN_BYTES, BACK_WITHIN_SHARE * before)
