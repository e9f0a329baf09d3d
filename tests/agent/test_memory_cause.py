"""A start that finds too little memory is told by who holds it."""

import pytest

from tests.agent.conftest import Face, Unit
from thorhud.domain.memory import GIB
from thorhud.domain.messages import AnswerKind, Verb
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.simulate.source import SimulatedSource

FP4 = "llama-3.1-8b-fp4"


def free_gib(state: AgentState) -> float:
    memory = state.telemetry.memory.value
    return memory.free_bytes / GIB if memory else 0.0


@pytest.mark.parametrize(
    ("held", "kind", "next_step"),
    [
        ("_idle_gib", "memory-unclaimed", "restart Docker"),
        ("_cache_gib", "memory-file-cache", "Clear memory and try again."),
        (None, "memory-at-start", "Try again."),
    ],
)
async def test_a_failed_start_names_its_cause(
    unit: Unit, face: Face, held: str | None, kind: str, next_step: str
) -> None:
    source = unit.parts.source
    assert isinstance(source, SimulatedSource)
    if held is not None:
        setattr(source, held, 100.0)
        await face.until(lambda state: free_gib(state) < 30)
    await face.do(Verb.SIMULATE, fault="memory-at-start")

    answer = await face.launch(FP4)

    assert (answer.kind, answer.failure_kind) == (AnswerKind.FAILED, kind)
    state = await face.until(lambda state: state.serving.phase is ServingPhase.FAILED)
    failure = state.serving.failure
    assert failure is not None
    assert next_step in failure.next_step
    assert "Free memory on device" in failure.evidence
    (launch,) = unit.parts.records.launches()
    assert launch.failure_kind == kind
