"""Free the port that vLLM serves on: who holds it is named, and stopped only where it is a container of this HUD."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from thorhud.domain.containers import ContainerState
from thorhud.domain.errors import EngineError
from thorhud.domain.repairs import RepairId, RepairPlan, RepairProgress, RepairProof, repair_of
from thorhud.repair.context import RepairContext
from thorhud.repair.leftovers import end_container
from thorhud.repair.processes import Process, listener_on

_ID = RepairId.FREE_PORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who listens on the port."""

    process: Process
    container: ContainerState | None
    """The container it runs in, where Docker knows that one."""

    @property
    def words(self) -> str:
        """Name it for a person."""
        if self.container is not None:
            return f"the container {self.container.name}"
        return self.process.words if self.process.pid else "a program of another account"


async def plan_port(context: RepairContext) -> RepairPlan:
    """Say who holds the port and whether it may be stopped."""
    what = repair_of(_ID)
    holder = await holder_of(context)
    obstacle = "" if holder is None else _obstacle(context, holder)
    stops = (holder.container.name,) if holder and holder.container and not obstacle else ()
    next_step = _next_step(context, holder) if holder and obstacle else ""
    return RepairPlan(repair=what, steps=what.steps, stops=stops, obstacle=obstacle or None, next_step=next_step)


async def free_port(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Stop our container that listens on the port, and look again."""
    holder = await holder_of(context)
    if holder is None:
        yield RepairProof(
            repair_id=_ID, proven=True, sentence=f"Port {context.port} is free.", before="free", after="free"
        )
        return
    before = f"{holder.words} listens"
    obstacle = _obstacle(context, holder)
    if obstacle or holder.container is None:
        yield RepairProof(
            repair_id=_ID,
            proven=False,
            sentence=obstacle,
            before=before,
            after=before,
            next_step=_next_step(context, holder),
        )
        return
    yield RepairProgress(repair_id=_ID, sentence=f"Stopping {holder.container.name}, which listens on {context.port}")
    trouble = await end_container(context, holder.container)
    left = await holder_of(context)
    yield RepairProof(
        repair_id=_ID,
        proven=left is None,
        sentence=f"Port {context.port} is free: {holder.words} was stopped." if left is None else trouble or before,
        before=before,
        after="free" if left is None else f"{left.words} listens",
        next_step="" if left is None else _next_step(context, left),
    )


async def holder_of(context: RepairContext) -> Holder | None:
    """Return who listens on the port, or None."""
    process = await asyncio.to_thread(listener_on, context.port)
    if process is None:
        return None
    return Holder(process=process, container=await _container(context, process))


async def _container(context: RepairContext, process: Process) -> ContainerState | None:
    if process.container is None:
        return None
    try:
        return await context.engine.inspect(process.container)
    except EngineError:
        return None


def _obstacle(context: RepairContext, holder: Holder) -> str:
    """Return why the holder is not stopped by us, or an empty text."""
    if holder.container is None or holder.container.launch_id is None:
        return f"Port {context.port} is held by {holder.words}, which this HUD did not start; it is not stopped."
    if holder.container.launch_id in context.in_use:
        return f"Port {context.port} is held by the model that this HUD serves now."
    return ""


def _next_step(context: RepairContext, holder: Holder) -> str:
    if holder.container is not None and holder.container.launch_id in context.in_use:
        return "Stop the model first."
    if holder.container is not None:
        return f"If nobody needs it type: docker stop {holder.container.name}"
    if holder.process.pid:
        return f"If nobody needs it type: sudo kill {holder.process.pid}"
    return f"See who it is with: sudo ss -ltnp sport = :{context.port}"
