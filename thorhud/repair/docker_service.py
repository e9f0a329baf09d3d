"""Restart Docker: who stops by it is said before, who came back after."""

import asyncio
import time
from collections.abc import AsyncIterator

from thorhud.domain.errors import EngineError
from thorhud.domain.repairs import RepairId, RepairPlan, RepairProgress, RepairProof, repair_of
from thorhud.repair.context import RepairContext
from thorhud.repair.root import RootVerb
from thorhud.repair.words import listed, not_done

_ID = RepairId.RESTART_DOCKER
ANSWERS_WITHIN_S = 60.0
POLL_S = 0.5
LOOK = "Look at: sudo systemctl status docker. If it stays so, reboot."


async def plan_restart(context: RepairContext) -> RepairPlan:
    """Name the containers that a restart stops."""
    what = repair_of(_ID)
    return RepairPlan(repair=what, steps=what.steps, stops=await running(context))


async def restart_docker(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Restart Docker and wait until it answers."""
    began = time.monotonic()
    before = await running(context)
    stopping = f"; {listed(before)} stop by it" if before else ""
    yield RepairProgress(repair_id=_ID, sentence=f"Restarting Docker{stopping}")
    result = await context.root.ask(RootVerb.RESTART_DOCKER)
    if not result.done:
        yield not_done(_ID, result, before=running_words(before), otherwise=LOOK)
        return
    yield RepairProgress(repair_id=_ID, sentence="Waiting until Docker answers")
    version = await answers(context, ANSWERS_WITHIN_S)
    after = await running(context)
    if not version:
        yield RepairProof(
            repair_id=_ID,
            proven=False,
            sentence=f"Docker was restarted and has not answered for {ANSWERS_WITHIN_S:.0f} s.",
            next_step=LOOK,
        )
        return
    gone = [name for name in before if name not in after]
    yield RepairProof(
        repair_id=_ID,
        proven=True,
        sentence=f"Docker {version} answers after {time.monotonic() - began:.0f} s"
        + (f"; {listed(gone)} did not come back by itself" if gone else ""),
        before=running_words(before),
        after=running_words(after),
    )


async def running(context: RepairContext) -> tuple[str, ...]:
    """Return the names of the running containers; none where Docker does not answer."""
    try:
        return tuple(each.name for each in await context.engine.containers() if each.running)
    except EngineError:
        return ()


async def answers(context: RepairContext, within_s: float) -> str:
    """Wait until Docker answers and return its version; empty where it does not in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            return await context.engine.version()
        except EngineError:
            await asyncio.sleep(POLL_S)
    return ""


def running_words(names: tuple[str, ...]) -> str:
    """Say which containers run."""
    return f"{listed(names)} running" if names else "no container running"
