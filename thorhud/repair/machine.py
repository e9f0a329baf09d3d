"""Full power and reboot: what concerns the machine as a whole."""

from collections.abc import AsyncIterator

from thorhud.domain.repairs import RepairId, RepairProgress, RepairProof
from thorhud.repair.context import RepairContext
from thorhud.repair.root import RootVerb
from thorhud.repair.words import not_done


async def reboot(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Reboot the unit. Whether it came back is seen by the next agent, which knows the boot before."""
    yield RepairProgress(repair_id=RepairId.REBOOT, sentence=f"Asking {context.unit} to reboot")
    result = await context.root.ask(RootVerb.REBOOT)
    if not result.done:
        yield not_done(RepairId.REBOOT, result)
        return
    yield RepairProof(
        repair_id=RepairId.REBOOT, proven=True, sentence=f"{context.unit} reboots now. It is back in about 3 min."
    )


async def max_power(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Set power mode 0 and the highest clocks; the mode that is read afterwards is the proof."""
    yield RepairProgress(repair_id=RepairId.MAX_POWER, sentence="Setting power mode 0 and the highest clocks")
    result = await context.root.ask(RootVerb.MAX_POWER)
    if not result.done:
        yield not_done(RepairId.MAX_POWER, result)
        return
    after = str(result.details.get("mode_after") or "")
    yield RepairProof(
        repair_id=RepairId.MAX_POWER,
        proven=after.endswith("(0)"),
        before=str(result.details.get("mode_before") or "not known"),
        after=after or "not known",
        sentence=result.sentence,
        next_step="" if after.endswith("(0)") else "Look at the mode with: sudo nvpmodel -q",
    )
