"""Running a repair to its end, as a face would."""

from thorhud.domain.repairs import RepairProgress, RepairProof
from thorhud.repair.context import RepairContext
from thorhud.repair.run import repair


async def proof_of(repair_id: str, context: RepairContext) -> RepairProof:
    """Run a repair and return its one proof, which is the last thing it says."""
    return (await told_by(repair_id, context))[1]


async def told_by(repair_id: str, context: RepairContext) -> tuple[list[str], RepairProof]:
    """Run a repair; return what it said on the way, and its proof."""
    said: list[str] = []
    proof: RepairProof | None = None
    async for step in repair(repair_id, context):
        assert proof is None, "nothing may come after the proof"
        match step:
            case RepairProgress(sentence=sentence):
                said.append(sentence)
            case RepairProof():
                proof = step
    assert proof is not None, "a repair ends with a proof"
    return said, proof
