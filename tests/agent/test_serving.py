"""The agent serves: launch, switch, stop, fail, be found again."""

import asyncio
from pathlib import Path

import pytest

from tests.agent.conftest import Face, Unit, end_containers, face_of, run_unit
from thorhud.agent.simulated_parts import simulated_parts
from thorhud.domain.errors import EngineUnreachable, RecordsError
from thorhud.domain.messages import AnswerKind, Expectation, QueryName, Verb
from thorhud.domain.state import PromptPhase, ServingPhase
from thorhud.settings.declared import Settings
from thorhud.settings.workshop_file import load_workshop

FP4, FP8 = "llama-3.1-8b-fp4", "llama-3.1-8b-fp8"


async def test_a_launch_becomes_ready_with_the_figures_of_its_log(unit: Unit, face: Face) -> None:
    answer = await face.launch(FP4)

    assert answer.kind is AnswerKind.DONE
    state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
    timeline = state.serving.timeline
    assert timeline is not None
    assert timeline.model_memory_gib == 6.07
    assert state.serving.model == "nvidia/Llama-3.1-8B-Instruct-FP4"
    (launch,) = unit.parts.records.launches()
    assert launch.ready_after_s is not None
    assert launch.container_id
    assert launch.image_digest
    assert launch.serve_arguments == ("nvidia/Llama-3.1-8B-Instruct-FP4",)


async def test_every_recorded_line_is_stored_once(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    (container,) = await unit.parts.engine.containers()
    await unit.parts.engine.kill(container.id, "SIGINT")
    recorded = [line async for line in unit.parts.engine.logs(container.id)]
    await face.until(lambda state: state.serving.phase is ServingPhase.FAILED)

    (launch,) = unit.parts.records.launches()
    assert sorted(unit.parts.records.lines(launch.id), key=lambda line: (line.stamp, line.text)) == sorted(
        recorded, key=lambda line: (line.stamp, line.text)
    )


async def test_an_end_that_nobody_asked_for_is_a_failure_whatever_the_exit_code(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    (container,) = await unit.parts.engine.containers()
    await unit.parts.engine.kill(container.id, "SIGINT")

    state = await face.until(lambda state: state.serving.phase is ServingPhase.FAILED)
    assert state.serving.failure is not None
    assert state.serving.failed_step == "Ready"
    (launch,) = unit.parts.records.launches()
    assert launch.exit_code == 0
    assert launch.outcome == "failed"
    assert await unit.parts.engine.containers() == ()


async def test_a_stop_leaves_no_container_and_keeps_log_and_exit_code(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    assert (await face.do(Verb.STOP)).kind is AnswerKind.DONE

    state = await face.until(lambda state: state.serving.phase is ServingPhase.IDLE)
    assert state.serving.failure is None
    assert await unit.parts.engine.containers() == ()
    (launch,) = unit.parts.records.launches()
    assert (launch.outcome, launch.exit_code, launch.stop_requested) == ("stopped", 0, True)
    texts = [line.text for line in unit.parts.records.lines(launch.id)]
    assert any(b"Application shutdown complete" in text for text in texts)


async def test_another_configuration_is_one_action(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    assert (await face.launch(FP8)).kind is AnswerKind.DONE

    state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
    assert state.serving.configuration_id == FP8
    newest, first = unit.parts.records.launches()
    assert first.outcome == "stopped"
    assert newest.outcome is None
    assert len(await unit.parts.engine.containers()) == 1


async def test_a_start_that_fails_names_its_cause_and_cleans_up(unit: Unit, face: Face) -> None:
    await face.do(Verb.SIMULATE, fault="memory-at-start")
    answer = await face.launch(FP4)

    assert answer.kind is AnswerKind.FAILED
    assert answer.failure_kind.startswith("memory")
    state = await face.until(lambda state: state.serving.phase is ServingPhase.FAILED)
    assert state.serving.failure is not None
    assert "Free memory on device" in state.serving.failure.evidence
    assert await unit.parts.engine.containers() == ()
    (launch,) = unit.parts.records.launches()
    assert launch.outcome == "failed"
    assert unit.parts.records.line_count(launch.id) > 5
    assert (await face.do(Verb.REPAIR, repair="clear-memory")).kind is AnswerKind.DONE
    assert (await face.launch(FP4)).kind is AnswerKind.DONE


async def test_a_healthy_server_that_answers_no_chat_is_not_ready(unit: Unit, face: Face) -> None:
    await face.do(Verb.SIMULATE, fault="gpt-oss-vocabulary")
    answer = await face.launch("gpt-oss-20b")

    assert answer.kind is AnswerKind.FAILED
    state = await face.until(lambda state: state.serving.phase is ServingPhase.FAILED)
    assert state.serving.ready_after_s is None
    assert await unit.parts.engine.containers() == ()


async def test_a_start_can_be_stopped_before_it_is_ready(unit: Unit, face: Face) -> None:
    await face.do(Verb.SIMULATE, fault="hang")
    first = await face.first(Verb.LAUNCH, {"configuration_id": FP4})
    state = await face.until(lambda state: state.serving.timeline is not None)
    assert state.serving.phase is ServingPhase.STARTING

    assert (await face.do(Verb.STOP)).kind is AnswerKind.DONE
    assert (await face.link.outcome(first.id)).kind is AnswerKind.FAILED
    await face.until(lambda state: state.serving.phase is ServingPhase.IDLE)
    assert await unit.parts.engine.containers() == ()


async def test_a_stop_ends_our_own_request_first(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    prompt = await face.first(Verb.PROMPT, {"prompt": "long"})
    await face.until(lambda state: state.prompt.phase is PromptPhase.STREAMING)

    assert (await face.do(Verb.STOP)).kind is AnswerKind.DONE
    assert (await face.link.outcome(prompt.id)).kind is AnswerKind.FAILED
    (run,) = unit.parts.records.runs()
    assert run.result.error is not None
    assert run.result.error.kind == "cancelled"
    (launch,) = unit.parts.records.launches()
    assert launch.exit_code == 0


async def test_a_successor_finds_what_its_predecessor_served(tmp_path: Path) -> None:
    first = await run_unit(tmp_path, boot="first")
    async with face_of(first) as face:
        await face.launch(FP4)
    await first.end()

    second = await run_unit(tmp_path, boot="second")
    async with face_of(second) as face:
        state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
        assert state.serving.configuration_id == FP4
        assert state.serving.timeline is not None
        assert state.serving.timeline.model_memory_gib == 6.07
        assert len(second.parts.records.launches()) == 1
        await face.do(Verb.STOP)
    await second.end()
    await end_containers(tmp_path)


async def test_an_end_between_two_agents_is_recorded_by_the_second(tmp_path: Path) -> None:
    first = await run_unit(tmp_path, boot="first")
    async with face_of(first) as face:
        await face.launch(FP4)
    await first.end()
    second_parts = first.parts
    (container,) = await second_parts.engine.containers()
    await second_parts.engine.kill(container.id, "SIGKILL")
    await second_parts.engine.wait(container.id)

    second = await run_unit(tmp_path, boot="second")
    async with face_of(second) as face:
        await face.until(lambda state: state.serving.phase is ServingPhase.FAILED)
        (launch,) = second.parts.records.launches()
        assert launch.outcome == "failed"
        assert launch.exit_code == 137
        assert await second.parts.engine.containers() == ()
    await second.end()


async def test_a_launch_whose_container_is_gone_is_closed(tmp_path: Path) -> None:
    first = await run_unit(tmp_path, boot="first")
    async with face_of(first) as face:
        await face.launch(FP4)
    await first.end()
    await end_containers(tmp_path)

    second = await run_unit(tmp_path, boot="second")
    async with face_of(second):
        (launch,) = second.parts.records.launches()
        assert (launch.outcome, launch.failure_kind) == ("failed", "container-gone")
    await second.end()


async def test_commands_name_the_state_they_saw(face: Face) -> None:
    blind = await face.first(Verb.LAUNCH, {"configuration_id": FP4}, expect=False)
    assert (blind.kind, "does not say" in blind.reason) == (AnswerKind.REFUSED, True)
    state = await face.until(lambda _: True)
    stale = Expectation(boot=state.agent.boot, serving_generation=state.serving.generation - 1)
    late = await face.link.command(Verb.LAUNCH, {"configuration_id": FP4}, expect=stale)
    assert (late.kind, "has changed" in late.reason) == (AnswerKind.REFUSED, True)
    other = Expectation(boot="another", serving_generation=state.serving.generation)
    after_restart = await face.link.command(Verb.LAUNCH, {"configuration_id": FP4}, expect=other)
    assert "started again" in after_restart.reason


async def test_two_people_cannot_race(face: Face) -> None:
    answers = await asyncio.gather(
        face.first(Verb.LAUNCH, {"configuration_id": FP4}), face.first(Verb.LAUNCH, {"configuration_id": FP8})
    )
    assert sorted(answer.kind for answer in answers) == [AnswerKind.ACCEPTED, AnswerKind.REFUSED]
    accepted = next(answer for answer in answers if answer.kind is AnswerKind.ACCEPTED)
    await face.link.outcome(accepted.id)


async def test_what_cannot_be_done_is_refused_with_a_reason(face: Face) -> None:
    for verb, args, words in (
        (Verb.STOP, {}, "Nothing is being served"),
        (Verb.PROMPT, {}, "No model is ready"),
        (Verb.LAUNCH, {"configuration_id": "x"}, "no configuration"),
        (Verb.LADDER, {"configuration_ids": ["x"]}, "no configuration"),
        (Verb.CUP, {"colour": "green"}, "red or blue"),
    ):
        answer = await face.first(verb, args)
        assert answer.kind is AnswerKind.REFUSED
        assert words in answer.reason


async def test_the_commands_to_type_are_told(face: Face) -> None:
    told = await face.link.query(QueryName.COMMANDS, configuration_id=FP4)
    assert told["vllm_serve"] == "vllm serve nvidia/Llama-3.1-8B-Instruct-FP4"
    assert "--runtime=nvidia" in told["docker_run"]


async def test_a_container_that_was_created_and_never_started_is_cleared_away(tmp_path: Path) -> None:
    first = await run_unit(tmp_path, boot="first")
    async with face_of(first) as face:
        await face.launch(FP4)
    await first.end()
    await end_containers_but_keep_one_created(tmp_path)

    second = await run_unit(tmp_path, boot="second")
    async with face_of(second) as face:
        assert await second.parts.engine.containers() == ()
        assert (await face.launch(FP4)).kind is AnswerKind.DONE
    await second.end()
    await end_containers(tmp_path)


async def end_containers_but_keep_one_created(folder: Path) -> None:
    """Kill the server and take the traces of its start away, as a kill between create and start leaves it."""
    (container,) = (folder / "containers").iterdir()
    parts, _ = simulated_parts(Settings(), load_workshop(), folder, start_speed=1.0)
    await parts.engine.kill(container.name, "SIGKILL")
    await parts.engine.wait(container.name)
    parts.records.close()
    for name in ("processes.json", "end.json"):
        (container / name).unlink()


async def test_a_full_disk_ends_neither_the_agent_nor_what_it_serves(
    unit: Unit, face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    await face.launch(FP4)
    store = unit.parts.records.append_lines

    def full(_launch_id: str, _lines: object) -> None:
        monkeypatch.setattr(unit.parts.records, "append_lines", store)
        raise RecordsError("The records cannot be used: database or disk is full.")

    monkeypatch.setattr(unit.parts.records, "append_lines", full)
    prompt = await face.first(Verb.PROMPT, {"max_tokens": 10})  # its access line is the one that cannot be stored

    state = await face.until(lambda state: state.serving.phase is ServingPhase.FAILED)
    assert state.serving.failure is not None
    assert "disk is full" in state.serving.failure.headline
    state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
    assert state.serving.configuration_id == FP4
    await face.link.outcome(prompt.id)
    (container,) = await unit.parts.engine.containers()
    assert container.running


async def test_nothing_can_be_started_while_docker_does_not_answer(
    unit: Unit, face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> str:
        raise EngineUnreachable("The engine is away.", next_step="Start it.")

    with monkeypatch.context() as gone:
        gone.setattr(unit.parts.engine, "version", away)
        state = await face.until(lambda state: not any(each.startable for each in state.availability))
        assert {each.reason for each in state.availability} == {"Docker does not answer."}
        assert state.agent.docker.reason == "The engine is away. Start it."
        answer = await face.first(Verb.LAUNCH, {"configuration_id": FP4})
        assert (answer.kind, answer.failure_kind) == (AnswerKind.REFUSED, "docker-unreachable")
        assert answer.reason == "The engine is away. Start it."
    await face.until(lambda state: all(each.startable for each in state.availability))
