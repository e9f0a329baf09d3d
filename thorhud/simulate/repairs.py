"""Repairs of a simulated unit: nothing of this machine is touched, and the proof says that it is simulated."""

import asyncio
from collections.abc import AsyncIterator

from thorhud.domain.reading import Reading
from thorhud.domain.repairs import RepairId, RepairPlan, RepairProgress, RepairProof, RepairStep, Situation, repair_of
from thorhud.domain.telemetry import Memory
from thorhud.simulate.source import SimulatedSource

STEP_S = 0.4
"""How long each step is shown: long enough to be read on a screen, short enough for a demonstration."""
GIB = 1024**3
DAEMON_JSON_DIFF = """\
--- /etc/docker/daemon.json
+++ /etc/docker/daemon.json (new)
@@ -3,6 +3,7 @@
     "nvidia": {
       "args": [],
       "path": "nvidia-container-runtime"
     }
-  }
+  },
+  "default-runtime": "nvidia"
 }
"""
"""What the workshop document adds by hand to the file that the container toolkit leaves behind."""


class SimulatedRepairs:
    """Fulfils `thorhud.agent.parts.Repairs` for a simulated unit."""

    def __init__(self, source: SimulatedSource, *, step_s: float = STEP_S) -> None:
        self._source = source
        self._step_s = step_s

    async def plan(self, repair_id: str, _situation: Situation) -> RepairPlan:
        """Say what the repair would do, with the change that a fresh unit's daemon.json would get."""
        what = repair_of(repair_id)
        preview = DAEMON_JSON_DIFF if what.id is RepairId.DEFAULT_RUNTIME else ""
        return RepairPlan(repair=what, steps=what.steps, preview=preview)

    async def run(self, repair_id: str, situation: Situation) -> AsyncIterator[RepairStep]:
        """Say each step of the repair, then prove it with what the simulated hardware shows."""
        what = repair_of(repair_id)
        before = await self._memory()
        for step in what.steps:
            yield RepairProgress(repair_id=repair_id, sentence=step)
            await asyncio.sleep(self._step_s)
        if what.id in {RepairId.CLEAR_MEMORY, RepairId.REBOOT}:
            self._source.drop_file_cache()
        after = await self._memory()
        free = None if after.value is None else after.value.free_bytes
        enough = situation.need_bytes is None or (free is not None and free >= situation.need_bytes)
        yield RepairProof(
            repair_id=repair_id,
            proven=enough,
            sentence=f"{_DONE[what.id]} (simulated), {_free(after)}",
            before=_free(before),
            after=_free(after),
            next_step="" if enough else "Restart Docker, then reboot.",
        )

    async def _memory(self) -> Reading[Memory]:
        return (await self._source.read()).memory


_DONE = {
    RepairId.CLEAR_MEMORY: "Memory cleared",
    RepairId.STOP_LEFTOVERS: "Nothing of this HUD was left behind",
    RepairId.RESTART_DOCKER: "Docker answers",
    RepairId.REBOOT: "The unit was not rebooted",
    RepairId.DEFAULT_RUNTIME: "Docker's default runtime is nvidia",
    RepairId.PUT_ENCODINGS: "The token files are in place and whole",
    RepairId.FREE_PORT: "The port is free",
    RepairId.MAX_POWER: "The power mode is MAXN (0)",
    RepairId.USE_LOCAL_COPY: "The model is on the disk as a whole",
    RepairId.RECONNECT_CHAT: "The chat page lists the model",
}


def _free(memory: Reading[Memory]) -> str:
    return f"{memory.value.free_bytes / GIB:.1f} GiB is free" if memory.value else "memory was not measured"
