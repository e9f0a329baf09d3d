"""From one model to the next in steps that are seen, timed, and can be cancelled."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.agent.conftest import Face, Unit, face_of
from thorhud.agent.serving.switching import Switch, SwitchCancelled, brought
from thorhud.domain.messages import AnswerKind, Expectation, Verb
from thorhud.domain.repairs import RepairId, RepairPlan, RepairProof, RepairStep, Situation, repair_of
from thorhud.domain.state import AgentState, PromptPhase, ServingPhase, ServingState
from thorhud.domain.switching import StepState, SwitchStepName

FP4, FP8 = "llama-3.1-8b-fp4", "llama-3.1-8b-fp8"


def states_of(state: AgentState) -> dict[str, str]:
    return {each.name: each.state for each in state.serving.switch_steps}


async def test_every_step_of_a_switch_is_said_with_its_time_and_the_memory_with_figures(face: Face) -> None:
    await face.launch(FP4)
    assert (await face.launch(FP8)).kind is AnswerKind.DONE

    state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
    steps = state.serving.switch_steps
    assert [each.name for each in steps] == [each.value for each in SwitchStepName]
    assert {each.state for each in steps} == {StepState.DONE}
    assert all(each.seconds is not None and each.seconds >= 0 for each in steps)
    (proof,) = [each.detail for each in steps if each.name == SwitchStepName.PROVE]
    assert "GiB was free before" in proof


async def test_nothing_looks_idle_between_two_models(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    phases: list[ServingPhase] = []
    unit.agent.hub.listen(lambda: phases.append(unit.agent.hub.state.serving.phase))

    await face.launch(FP8)

    assert ServingPhase.STOPPING in phases
    assert ServingPhase.IDLE not in phases


async def test_cancelled_before_the_stop_the_old_model_goes_on(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    held = _Held(unit)
    first = await face.first(Verb.LAUNCH, {"configuration_id": FP8})
    await held.reached.wait()
    await face.until(lambda state: state.serving.next_configuration_id == FP8)

    stopped = await face.do(Verb.STOP)

    assert stopped.details["sentence"] == "Llama-3.1-8B FP4 goes on; Llama-3.1-8B FP8 was not started."
    launched = await face.link.outcome(first.id)
    assert (launched.kind, "goes on" in launched.reason) == (AnswerKind.FAILED, True)
    state = await face.until(lambda state: state.serving.next_configuration_id is None)
    assert (state.serving.phase, state.serving.configuration_id) == (ServingPhase.READY, FP4)
    held.go.set()
    await face.do(Verb.PROMPT, prompt="reference")
    (run,) = unit.parts.records.runs()
    assert run.result.error is None


async def test_cancelled_while_memory_is_cleared_nothing_runs_and_that_is_said(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    first = await face.first(Verb.LAUNCH, {"configuration_id": FP8})
    await face.until(lambda state: states_of(state).get(SwitchStepName.CLEAR) == StepState.RUNNING)

    stopped = await face.do(Verb.STOP)

    assert "FP4 is stopped and Llama-3.1-8B FP8 was not started" in str(stopped.details["sentence"])
    assert "Copies of files may still fill the memory" in str(stopped.details["sentence"])
    assert (await face.link.outcome(first.id)).failure_kind == "cancelled"
    state = await face.until(lambda state: state.serving.phase is ServingPhase.IDLE)
    assert state.serving.next_configuration_id is None
    assert await unit.parts.engine.containers() == ()
    assert (await face.launch(FP8)).kind is AnswerKind.DONE


async def test_a_next_model_that_cannot_start_costs_nobody_the_present_one(face: Face) -> None:
    await face.launch(FP4)
    answer = await face.do(Verb.LAUNCH, configuration_id=FP8, options={"image": "not/here:1"})

    assert (answer.kind, answer.failure_kind) == (AnswerKind.FAILED, "image-missing")
    state = await face.until(lambda state: state.serving.next_configuration_id is None)
    assert (state.serving.phase, state.serving.configuration_id) == (ServingPhase.READY, FP4)


async def test_where_caches_may_not_be_dropped_the_step_says_what_to_type_and_the_switch_goes_on(
    unit: Unit, face: Face
) -> None:
    object.__setattr__(unit.parts, "repairs", _NotAllowed())
    await face.launch(FP4)
    assert (await face.launch(FP8)).kind is AnswerKind.DONE

    state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
    (clear,) = [each for each in state.serving.switch_steps if each.name == SwitchStepName.CLEAR]
    assert (clear.state, clear.command) == (StepState.SKIPPED, "sudo sysctl -w vm.drop_caches=3")


async def test_another_person_is_told_whose_start_goes_on_and_may_take_over(unit: Unit, face: Face) -> None:
    async with face_of(unit, who="terminal of mina") as mina:
        await mina.do(Verb.SIMULATE, fault="hang")
        hers = await mina.first(Verb.LAUNCH, {"configuration_id": FP4})
        await face.until(lambda state: state.serving.changing_who == "terminal of mina")
        await face.until(lambda state: state.serving.timeline is not None)

        refused = await face.first(Verb.LAUNCH, {"configuration_id": FP8})
        assert refused.kind is AnswerKind.REFUSED
        assert refused.reason == "Mina is starting Llama-3.1-8B FP4 here."
        assert "take over" in refused.next_step

        assert (await face.do(Verb.LAUNCH, configuration_id=FP8, take_over=True)).kind is AnswerKind.DONE
        lost = await mina.link.outcome(hers.id)
        assert (lost.kind, "Test took over" in lost.reason) == (AnswerKind.FAILED, True)
        assert lost.failure_kind == "taken-over"
    state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
    assert state.serving.configuration_id == FP8
    assert state.serving.changing_who is None


async def test_the_same_person_changes_their_mind_without_being_asked_twice(face: Face) -> None:
    await face.do(Verb.SIMULATE, fault="hang")
    await face.first(Verb.LAUNCH, {"configuration_id": FP4})
    await face.until(lambda state: state.serving.timeline is not None)

    assert (await face.launch(FP8)).kind is AnswerKind.DONE


async def test_a_start_right_after_a_stop_does_not_race_with_the_end_of_it(face: Face) -> None:
    assert (await face.launch(FP8)).kind is AnswerKind.DONE
    stopping = await face.first(Verb.STOP)
    await face.until(lambda state: state.serving.phase is ServingPhase.IDLE)

    started = await face.launch(FP4)

    assert started.kind is AnswerKind.DONE, started.reason
    assert (await face.link.outcome(stopping.id)).kind is AnswerKind.DONE


async def test_who_loses_the_race_hears_who_won_it(unit: Unit, face: Face) -> None:
    async with face_of(unit, who="mina") as mina:
        seen = face.state
        await mina.launch(FP4)
        assert seen is not None
        unit.agent.hub.change_serving(changing_who="mina")
        face.state = seen
        late = await face.link.command(Verb.LAUNCH, {"configuration_id": FP8}, expect=_seen(seen))
    assert (late.kind, "Mina asked for something here" in late.reason) == (AnswerKind.REFUSED, True)


async def test_a_stop_while_something_streams_ends_the_stream_first(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    prompt = await face.first(Verb.PROMPT, {"prompt": "long"})
    await face.until(lambda state: state.prompt.phase is PromptPhase.STREAMING)

    await face.launch(FP8)

    assert (await face.link.outcome(prompt.id)).kind is AnswerKind.FAILED
    _, launch = unit.parts.records.launches()
    assert launch.exit_code == 0


@pytest.mark.parametrize("name", [SwitchStepName.SYNC, SwitchStepName.PROVE])
async def test_a_step_that_may_be_broken_off_ends_at_once(name: SwitchStepName) -> None:
    switch = _switch()
    stepping = asyncio.ensure_future(switch.step(name, _forever()))
    await asyncio.sleep(0)
    switch.cancel("Mina took over.")

    with pytest.raises(SwitchCancelled, match=r"^Mina took over\."):
        await asyncio.wait_for(stepping, 30)


async def test_a_stop_is_never_broken_off_and_nothing_follows_it() -> None:
    switch, go = _switch(), asyncio.Event()
    stepping = asyncio.ensure_future(switch.step(SwitchStepName.STOP, _after(go)))
    await asyncio.sleep(0)
    switch.cancel()
    await asyncio.sleep(0)
    assert not stepping.done()
    go.set()

    with pytest.raises(SwitchCancelled, match="A is stopped and B was not started"):
        await asyncio.wait_for(stepping, 30)
    states = {each.name: each.state for each in switch.steps}
    assert states[SwitchStepName.STOP] == StepState.DONE
    assert states[SwitchStepName.SYNC] == StepState.CANCELLED


def test_between_the_models_the_state_names_the_next() -> None:
    seen = _switch().seen_in(ServingState())

    assert (seen.phase, seen.next_configuration_id) == (ServingPhase.STOPPING, "b")
    assert len(seen.switch_steps) == len(SwitchStepName)


def _switch() -> Switch:
    return Switch(old="A", new="B", new_id="b", show=lambda: None)


def _seen(state: AgentState) -> Any:
    return Expectation(boot=state.agent.boot, serving_generation=state.serving.generation)


async def _forever() -> Any:
    await asyncio.Event().wait()


async def _after(go: asyncio.Event) -> Any:
    await go.wait()
    return brought("Done.")


class _Held:
    """Lets the look at the next model's image wait, so that a test can cancel there."""

    def __init__(self, unit: Unit) -> None:
        self.reached, self.go = asyncio.Event(), asyncio.Event()
        engine = unit.parts.engine
        before = engine.image_digest

        async def image_digest(image: str) -> str | None:
            self.reached.set()
            await self.go.wait()
            return await before(image)

        engine.image_digest = image_digest  # type: ignore[method-assign]


class _NotAllowed:
    """Repairs on a unit where the root helper is not installed."""

    async def plan(self, repair_id: str, _situation: Situation) -> RepairPlan:
        return RepairPlan(repair=repair_of(repair_id), steps=())

    async def run(self, repair_id: str, _situation: Situation) -> AsyncIterator[RepairStep]:
        yield RepairProof(
            repair_id=RepairId(repair_id),
            proven=False,
            sentence="This account may not clear memory.",
            command="sudo sysctl -w vm.drop_caches=3",
        )
