"""Stop what was left behind: only containers of this HUD; what others run is named and stays."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass

from thorhud.domain.containers import ContainerState
from thorhud.domain.errors import EngineError
from thorhud.domain.repairs import RepairId, RepairPlan, RepairProgress, RepairProof, repair_of
from thorhud.repair.context import RepairContext
from thorhud.repair.processes import Process, processes_in, vllm_processes
from thorhud.repair.words import listed
from thorhud.serving.server import StopPlan, finish, stop

_ID = RepairId.STOP_LEFTOVERS
QUICK = StopPlan(interrupt_s=5.0, second_interrupt_s=3.0, terminate_s=3.0, kill_s=15.0)
"""Nobody waits for an answer of a leftover: it is asked once more and then ended."""
LOG_LINES_KEPT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """What runs or lies here without anybody watching it, and what is not ours to stop."""

    containers: tuple[ContainerState, ...]
    """Ours, running or ended, of launches that nobody watches."""
    processes: tuple[Process, ...]
    """What goes on in containers of ours that have ended."""
    foreign: tuple[str, ...]
    """Running containers and vLLM processes that the HUD did not start, in words."""

    @property
    def words(self) -> str:
        """Say what of ours there is."""
        names = [each.name for each in self.containers] + [each.words for each in self.processes]
        return listed(names) if names else "nothing of this HUD left behind"


async def plan_leftovers(context: RepairContext) -> RepairPlan:
    """Name what would be stopped."""
    what = repair_of(_ID)
    found = await look(context)
    return RepairPlan(
        repair=what, steps=what.steps, stops=tuple(each.name for each in found.containers if each.running)
    )


async def stop_leftovers(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Stop and remove our containers that nobody watches, and end what outlived them."""
    before = await look(context)
    for container in before.containers:
        yield RepairProgress(repair_id=_ID, sentence=f"Stopping {container.name}")
        await end_container(context, container)
    for process in before.processes:
        yield RepairProgress(repair_id=_ID, sentence=f"Ending {process.words}")
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process.pid, signal.SIGKILL)
    after = await look(context)
    yield _proof(before, after)


async def look(context: RepairContext) -> Leftovers:
    """Look at every container, and at the processes that this account may see."""
    containers = await context.engine.containers()
    ours = {each.id: each for each in containers if each.launch_id is not None}
    ended = frozenset(each.id for each in ours.values() if not each.running)
    seen = await asyncio.to_thread(lambda: (tuple(processes_in(ended)) if ended else (), tuple(vllm_processes())))
    of_ended, vllm = seen
    foreign = [f"the container {each.name}" for each in containers if each.running and each.id not in ours]
    known = {each.id for each in containers}
    foreign += [each.words for each in vllm if each.container not in known and each.pid != os.getpid()]
    return Leftovers(
        containers=tuple(each for each in ours.values() if each.launch_id not in context.in_use),
        processes=of_ended,
        foreign=tuple(foreign),
    )


async def end_container(context: RepairContext, container: ContainerState) -> str:
    """Stop one of our containers, keep its log and remove it; return why that failed, or an empty text."""
    try:
        if container.running:
            report = await stop(context.engine, container.id, plan=QUICK)
            if not report.gone:
                return report.reason or f"{container.name} did not stop."
        await _keep_log(context, container)
        await finish(context.engine, container.id)
    except (EngineError, OSError) as error:
        return str(error)
    return ""


async def _keep_log(context: RepairContext, container: ContainerState) -> None:
    """Write what an ended container printed to a file: with the container its log would be gone."""
    if context.logs_to is None:
        return
    lines: list[bytes] = []
    async with contextlib.aclosing(context.engine.logs(container.id)) as recorded:  # type: ignore[type-var]
        async for line in recorded:
            lines.append(line.stamp.encode() + b" " + line.text + b"\n")
            if len(lines) >= LOG_LINES_KEPT:
                break
    await asyncio.to_thread(context.logs_to.mkdir, mode=0o700, parents=True, exist_ok=True)
    path = context.logs_to / f"{container.name}-{container.id[:12]}.log"
    await asyncio.to_thread(path.write_bytes, b"".join(lines))


def _proof(before: Leftovers, after: Leftovers) -> RepairProof:
    left = len(after.containers) + len(after.processes)
    others = f" Not ours, so not touched: {listed(after.foreign)}." if after.foreign else ""
    if left:
        command = " ".join(("docker rm -f", *(each.name for each in after.containers))) if after.containers else ""
        pids = " ".join(str(each.pid) for each in after.processes)
        command = command or f"sudo kill -9 {pids}"
        sentence, next_step = f"Still there: {after.words}.", f"Type: {command}. If that does not help, restart Docker."
    else:
        gone = len(before.containers) + len(before.processes)
        sentence = f"Stopped and removed: {before.words}." if gone else "Nothing of this HUD was left behind."
        command = next_step = ""
    return RepairProof(
        repair_id=_ID,
        proven=not left,
        sentence=sentence + others,
        before=before.words,
        after=after.words,
        command=command,
        next_step=next_step,
        details={"foreign": ", ".join(after.foreign)[:1000]},
    )
