"""Giving the memory back between two models: written to the disk, copies of files dropped, and proven with figures."""

import asyncio
import os
import time
from dataclasses import dataclass

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.switching import Outcome, brought
from thorhud.domain.fit import fit
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.memory import GIB, MemoryLedger, ledger_of
from thorhud.domain.repairs import RepairId, RepairProof, Situation
from thorhud.domain.switching import StepState
from thorhud.domain.workshop import Configuration

BACK_WITHIN_S = 10.0
"""The driver gives a hundred gigabytes back within seconds; what is not back then does not come by itself."""
LOOK_EVERY_S = 0.1
TOLERANCE_BYTES = GIB
"""A unit never stands at the same byte twice."""


@dataclass(frozen=True, slots=True)
class _Before:
    ledger: MemoryLedger | None
    needed_bytes: int | None


class MemoryBack:
    """Knows the memory before the switch, and compares."""

    def __init__(self, hub: Hub, parts: Parts, new: Configuration, options: LaunchOptions) -> None:
        self._hub = hub
        self._parts = parts
        ledger = ledger_of(hub.state, parts.workshop)
        sum_before = fit(new, ledger, options=options, vllm_version=hub.state.serving.vllm_version)
        self._before = _Before(ledger, sum_before.needed_bytes)

    async def sync(self) -> Outcome:
        """Write to the disk what only the memory holds; a simulated unit has no such thing."""
        if self._parts.simulated:
            return brought("Nothing to write (simulated).")
        await asyncio.to_thread(os.sync)
        return brought("Everything is on the disk.")

    async def clear(self) -> Outcome:
        """Drop the copies of files; where the HUD may not, say what to type, and go on."""
        repairs = self._parts.repairs
        if repairs is None:
            return brought("This unit's memory cannot be cleared from here.", state=StepState.SKIPPED)
        proof: RepairProof | None = None
        async for said in repairs.run(RepairId.CLEAR_MEMORY, Situation()):
            if isinstance(said, RepairProof):
                proof = said
        if proof is None:
            return brought("Nobody said what came of it.", state=StepState.SKIPPED)
        if proof.command:
            return brought(proof.sentence, state=StepState.SKIPPED, command=proof.command)
        return brought(proof.sentence)

    async def prove(self) -> Outcome:
        """Wait until the memory is back, and say both figures; a start that will not fit is vLLM's to refuse."""
        before = self._before.ledger
        if before is None:
            return brought("The memory was not measured before.", state=StepState.SKIPPED)
        after = await self._after(before)
        if after is None:
            return brought("The memory is not measured any more.", state=StepState.SKIPPED)
        figures = f"{before.free_bytes / GIB:.1f} GiB was free before, {after.free_bytes / GIB:.1f} GiB is now."
        if not before.unified:
            return brought(f"{figures} The GPU of this machine has a memory of its own.")
        if self._is_back(before, after):
            return brought(figures)
        return brought(f"{figures} {self._missing(before, after)}", state=StepState.FAILED)

    async def _after(self, before: MemoryLedger) -> MemoryLedger | None:
        """Return the newest look at the memory, the first one in which it is back where there is one in time."""
        sampled_s, began_s = self._hub.state.telemetry.taken_s, time.monotonic()
        after: MemoryLedger | None = None
        while time.monotonic() - began_s < BACK_WITHIN_S:
            # a sample from before the stop proves nothing
            if self._hub.state.telemetry.taken_s > sampled_s:
                after = ledger_of(self._hub.state, self._parts.workshop)
                if after is None or not before.unified or self._is_back(before, after):
                    return after
            await asyncio.sleep(LOOK_EVERY_S)
        return after

    def _is_back(self, before: MemoryLedger, after: MemoryLedger) -> bool:
        needed = self._before.needed_bytes
        enough = needed is not None and after.free_bytes >= needed
        return enough or after.free_bytes >= before.free_bytes + before.server_bytes - TOLERANCE_BYTES

    def _missing(self, before: MemoryLedger, after: MemoryLedger) -> str:
        wanted = before.free_bytes + before.server_bytes
        needed = self._before.needed_bytes
        what = "The next model needs" if needed is not None else "Expected was"
        wanted = wanted if needed is None else min(wanted, needed)
        return f"{what} {wanted / GIB:.1f} GiB; {(wanted - after.free_bytes) / GIB:.1f} GiB is missing."
