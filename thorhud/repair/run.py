"""Run one repair: progress while it works, one proof at its end."""

from collections.abc import AsyncIterator

from thorhud.domain.repairs import RepairPlan, RepairProgress, RepairProof, repair_of
from thorhud.repair.context import RepairContext

__all__ = ["plan", "repair"]


async def plan(repair_id: str, context: RepairContext) -> RepairPlan:
    """Return what the repair would do here now, with the diff of a file it would change; nothing is touched.

    Raises `UnknownRepair`.
    """
    what = repair_of(repair_id)
    del context
    return RepairPlan(repair=what, steps=what.steps)


async def repair(repair_id: str, context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Yield what the repair does as it does it, and end with exactly one `RepairProof`.

    Trouble is a proof that is not proven, with the next step and the command to type; it never asks for a password.
    Raises `UnknownRepair`. Whoever runs it records it (`Records.add_action`) and has asked the person before.
    """
    what = repair_of(repair_id)
    del context
    yield RepairProof(repair_id=what.id, proven=False, sentence="This repair is not built yet.")
