"""Repairs of a simulated unit: they look like real ones, say that they are simulated, and touch nothing."""

import pytest

from thorhud.domain.repairs import RepairId, RepairProgress, RepairProof, Situation, repair_of
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.repairs import SimulatedRepairs
from thorhud.simulate.source import SimulatedActivity, SimulatedSource

GIB = 1024**3


@pytest.fixture
def repairs() -> SimulatedRepairs:
    return SimulatedRepairs(SimulatedSource(load_workshop(), SimulatedActivity), step_s=0.0)


async def steps(repairs: SimulatedRepairs, repair_id: str, situation: Situation) -> tuple[list[str], RepairProof]:
    said = [step async for step in repairs.run(repair_id, situation)]
    proof = said.pop()
    assert isinstance(proof, RepairProof)
    return [step.sentence for step in said if isinstance(step, RepairProgress)], proof


@pytest.mark.parametrize("repair_id", RepairId)
async def test_each_says_its_steps_and_that_it_is_simulated(repairs: SimulatedRepairs, repair_id: RepairId) -> None:
    said, proof = await steps(repairs, repair_id, Situation())

    assert tuple(said) == repair_of(repair_id).steps
    assert proof.proven
    assert "(simulated)" in proof.sentence


async def test_clearing_memory_frees_the_simulated_file_cache(repairs: SimulatedRepairs) -> None:
    _, proof = await steps(repairs, "clear-memory", Situation())

    before, after = (float(text.split()[0]) for text in (proof.before, proof.after))
    assert after > before


async def test_a_model_that_needs_more_than_there_is_is_not_helped(repairs: SimulatedRepairs) -> None:
    _, proof = await steps(repairs, "clear-memory", Situation(need_bytes=500 * GIB))

    assert not proof.proven
    assert proof.next_step
