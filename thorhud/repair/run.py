"""Run one repair: progress while it works, one proof at its end."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from thorhud.domain.errors import ThorHudError
from thorhud.domain.repairs import RepairId, RepairPlan, RepairProof, RepairStep, Situation, repair_of
from thorhud.repair.chat_page import plan_reconnect, reconnect_chat
from thorhud.repair.context import RepairContext
from thorhud.repair.default_runtime import default_runtime, plan_default_runtime
from thorhud.repair.docker_service import plan_restart, restart_docker
from thorhud.repair.encodings import plan_encodings, put_encodings
from thorhud.repair.leftovers import plan_leftovers, stop_leftovers
from thorhud.repair.local_copy import plan_local_copy, use_local_copy
from thorhud.repair.machine import max_power, reboot
from thorhud.repair.memory import clear_memory
from thorhud.repair.port import free_port, plan_port

_RUNS: Final[Mapping[RepairId, Callable[[RepairContext], AsyncIterator[RepairStep]]]] = MappingProxyType(
    {
        RepairId.CLEAR_MEMORY: clear_memory,
        RepairId.STOP_LEFTOVERS: stop_leftovers,
        RepairId.RESTART_DOCKER: restart_docker,
        RepairId.REBOOT: reboot,
        RepairId.DEFAULT_RUNTIME: default_runtime,
        RepairId.PUT_ENCODINGS: put_encodings,
        RepairId.FREE_PORT: free_port,
        RepairId.MAX_POWER: max_power,
        RepairId.USE_LOCAL_COPY: use_local_copy,
        RepairId.RECONNECT_CHAT: reconnect_chat,
    }
)
_PLANS: Final[Mapping[RepairId, Callable[[RepairContext], Awaitable[RepairPlan]]]] = MappingProxyType(
    {
        RepairId.STOP_LEFTOVERS: plan_leftovers,
        RepairId.RESTART_DOCKER: plan_restart,
        RepairId.DEFAULT_RUNTIME: plan_default_runtime,
        RepairId.PUT_ENCODINGS: plan_encodings,
        RepairId.FREE_PORT: plan_port,
        RepairId.USE_LOCAL_COPY: plan_local_copy,
        RepairId.RECONNECT_CHAT: plan_reconnect,
    }
)
"""The others change nothing that differs from unit to unit."""


async def plan(repair_id: str, context: RepairContext) -> RepairPlan:
    """Return what the repair would do here now, with the diff of a file it would change; nothing is touched.

    Raises `UnknownRepair`.
    """
    what = repair_of(repair_id)
    planned = _PLANS.get(what.id)
    if planned is None:
        return RepairPlan(repair=what, steps=what.steps)
    try:
        return await planned(context)
    except ThorHudError as error:
        return RepairPlan(repair=what, steps=what.steps, obstacle=str(error), next_step=error.next_step)


async def repair(repair_id: str, context: RepairContext) -> AsyncIterator[RepairStep]:
    """Yield what the repair does as it does it, and end with exactly one `RepairProof`.

    Trouble is a proof that is not proven, with the next step and the command to type; it never asks for a password.
    Raises `UnknownRepair`. Whoever runs it records it (`Records.add_action`) and has asked the person before.
    """
    what = repair_of(repair_id)
    try:
        async for step in _RUNS[what.id](context):
            yield step
    except ThorHudError as error:
        yield RepairProof(repair_id=what.id, proven=False, sentence=str(error), next_step=error.next_step)


class RepairsHere:
    """Repairs of this machine, as the agent asks for them."""

    def __init__(self, context: RepairContext) -> None:
        self._context = context

    async def plan(self, repair_id: str, situation: Situation) -> RepairPlan:
        """Say what one repair would do, knowing what is served now."""
        return await plan(repair_id, self._context.knowing(situation))

    def run(self, repair_id: str, situation: Situation) -> AsyncIterator[RepairStep]:
        """Run one repair, knowing what is served now."""
        return repair(repair_id, self._context.knowing(situation))
