"""What is left to do when a container has ended: sharpen the cause, keep what was learned, remove it."""

import asyncio
import logging
from typing import Final

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.domain.containers import ContainerEngine
from thorhud.domain.errors import EngineError, EngineUnreachable
from thorhud.domain.failures import Failure
from thorhud.domain.memory_cause import ledger_after, refine
from thorhud.domain.stages import StageName, Timeline, step_seconds
from thorhud.domain.trouble import facts_of, refine_by_unit

log = logging.getLogger(__name__)

RETRY_S: Final = 1.0
BELIEVED_S: Final = 10.0
BELIEVED_SHARE: Final = 0.2
LATE_S: Final = 5.0


async def sharpened(failure: Failure, hub: Hub, parts: Parts, container: str) -> Failure:
    """Return *failure* with what the unit itself knows of its memory and its hardware."""
    try:
        out_of_memory = (await parts.engine.inspect(container)).out_of_memory
    except EngineError:
        out_of_memory = False
    failure = refine(failure, ledger_after(hub.state, parts.workshop, container))
    return refine_by_unit(failure, facts_of(hub.state.telemetry, out_of_memory=out_of_memory))


async def remove_ended(engine: ContainerEngine, container: str, name: str) -> None:
    """Remove an ended container of ours, also across an engine that goes away."""
    while True:
        try:
            await engine.remove(container)
        except EngineUnreachable:
            await asyncio.sleep(RETRY_S)
        except EngineError as error:
            log.warning("the container of %s stays: %s", name, error)
            return
        else:
            return


def seconds_to_ready(timeline: Timeline, elapsed_s: float) -> float:
    """Return when the server was ready: now, unless its log says that this was long before anybody looked."""
    ended_s = timeline.stage(StageName.SERVER).ended_s
    if timeline.serving and ended_s is not None and elapsed_s - ended_s > LATE_S:
        return ended_s
    return elapsed_s


def believable_steps(timeline: Timeline, ready_after_s: float | None) -> dict[str, float]:
    """Return the seconds of each segment to learn from; none where a clock that jumped has stretched them."""
    steps = {step.value: seconds for step, seconds in step_seconds(timeline).items()}
    if ready_after_s is None:
        return steps
    off_s = abs(sum(steps.values()) - ready_after_s)
    return steps if off_s <= max(BELIEVED_S, BELIEVED_SHARE * ready_after_s) else {}
