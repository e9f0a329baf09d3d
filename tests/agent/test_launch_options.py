"""Options of a launch on their way: refused or applied, recorded, counted in the sum, and never a token written down."""

import asyncio
import dataclasses
import json
import logging
import time
from pathlib import Path

import pytest

from tests.agent.conftest import Face, Unit, run_unit
from tests.agent.conftest import face_of as open_face
from thorhud.domain.fit import Fit, FitVerdict
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.messages import AnswerKind, LaunchRecord, QueryName, TypedCommands, Verb
from thorhud.domain.state import ServingPhase
from thorhud.domain.wire import convert, plain

FP4 = "llama-3.1-8b-fp4"
TOKEN = "hf_QmFzZTY0SXNOb3RBU2VjcmV0"


async def test_options_are_applied_recorded_and_shown(unit: Unit, face: Face) -> None:
    options = {"gpu_memory_utilization": 0.5, "max_model_len": 8192, "extra_arguments": ["--seed", "7"]}
    await face.do(Verb.LAUNCH, configuration_id=FP4, options=options)
    await face.do(Verb.PROMPT, prompt="reference")

    state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
    wanted = LaunchOptions(gpu_memory_utilization=0.5, max_model_len=8192, extra_arguments=("--seed", "7"))
    (launch,), (run,) = unit.parts.records.launches(), unit.parts.records.runs()
    assert state.serving.options == launch.options == wanted
    added = ("--gpu-memory-utilization", "0.5", "--max-model-len", "8192", "--seed", "7")
    assert launch.serve_arguments[-6:] == run.serve_arguments[-6:] == added
    (container,) = await unit.parts.engine.containers()
    assert container.command[2:] == launch.serve_arguments


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"extra_arguments": ["--port", "1"]}, "--port is refused"),
        ({"gpu_memory_utilization": 2.0}, "0.05 to 0.98"),
        ({"no_such": 1}, "no_such"),
        (7, "names with values"),
    ],
)
async def test_options_that_are_not_allowed_are_refused_before_anything_stops(
    unit: Unit, face: Face, options: object, said: str
) -> None:
    refused = await face.first(Verb.LAUNCH, {"configuration_id": FP4, "options": options})

    assert (refused.kind, said in refused.reason) == (AnswerKind.REFUSED, True)
    assert unit.parts.records.launches() == []


async def test_the_same_configuration_with_other_options_is_another_start(unit: Unit, face: Face) -> None:
    await face.launch(FP4)
    again = await face.first(Verb.LAUNCH, {"configuration_id": FP4})
    assert again.reason == "This configuration is being served already."

    assert (await face.do(Verb.LAUNCH, configuration_id=FP4, options={"max_num_seqs": 2})).kind is AnswerKind.DONE
    assert len(unit.parts.records.launches()) == 2


async def test_fast_start_is_said_in_the_words_of_the_version_that_ran_before(unit: Unit, face: Face) -> None:
    typed = convert(await _typed(face, {"fast_start": True}), TypedCommands)
    assert "--enforce-eager" in typed.vllm_serve
    await face.launch(FP4)
    (launch,) = unit.parts.records.launches()
    assert launch.vllm_version is not None

    typed = convert(await _typed(face, {"fast_start": True}), TypedCommands)
    assert """--compilation-config '{"level":0}'""" in typed.vllm_serve
    assert launch.vllm_version.startswith("0.10")


async def test_another_model_is_served_under_an_id_of_its_own(unit: Unit, face: Face) -> None:
    await face.do(Verb.LAUNCH, configuration_id="model:Qwen/Qwen2.5-72B-Instruct")
    await face.do(Verb.PROMPT, prompt="reference")

    (launch,), (run,) = unit.parts.records.launches(), unit.parts.records.runs()
    assert launch.configuration_id == run.configuration_id == "model:Qwen/Qwen2.5-72B-Instruct"
    assert launch.serve_arguments == ("Qwen/Qwen2.5-72B-Instruct",)
    answer = await face.link.query(QueryName.COMPARISON)
    assert "72B-Instruct" not in json.dumps(answer)


async def test_a_model_named_by_somebody_hostile_is_refused(face: Face) -> None:
    refused = await face.first(Verb.LAUNCH, {"configuration_id": "model:--port"})

    assert (refused.kind, "owner/name" in refused.reason) == (AnswerKind.REFUSED, True)


async def test_an_agent_that_finds_its_server_again_knows_the_options(tmp_path: Path) -> None:
    first = await run_unit(tmp_path, boot="first")
    async with open_face(first) as face:
        await face.do(Verb.LAUNCH, configuration_id="model:a/b", options={"max_num_seqs": 3})
    await first.end()

    second = await run_unit(tmp_path, boot="second")
    async with open_face(second) as face:
        state = await face.until(lambda state: state.serving.phase is ServingPhase.READY)
        assert state.serving.configuration_id == "model:a/b"
        assert state.serving.options.max_num_seqs == 3
        await face.do(Verb.STOP)
    await second.end()


async def test_the_sum_answers_for_options_while_somebody_moves_them(face: Face) -> None:
    took = []
    for share in (0.3, 0.5, 0.7, 0.9):
        began_s = time.perf_counter()
        answer = await face.link.query(QueryName.FIT, configuration_id=FP4, options={"gpu_memory_utilization": share})
        took.append(time.perf_counter() - began_s)
        assert convert(answer, Fit).verdict in {FitVerdict.STARTS, FitVerdict.STARTS_AFTER_RECLAIM}
    # the best of them: a busy machine may hold back any one
    assert min(took) < 0.05


async def test_the_sum_says_that_a_large_model_does_not_fit(face: Face) -> None:
    answer = convert(
        await face.link.query(QueryName.FIT, configuration_id="model:mistralai/Mixtral-8x22B-Instruct-v0.1"), Fit
    )

    assert answer.verdict is FitVerdict.DOES_NOT_FIT
    assert answer.configuration_id == "mistralai/Mixtral-8x22B-Instruct-v0.1"


async def test_what_was_compiled_here_is_said_to_be_warm(unit: Unit, face: Face) -> None:
    known = LaunchRecord(
        id="before",
        configuration_id=FP4,
        started_unix_s=1.0,
        image=unit.parts.workshop.container.image,
        serve_arguments=_arguments(unit),
        ready_after_s=20.0,
        compile_cache="miss",
        outcome="stopped",
    )
    await asyncio.to_thread(unit.parts.records.save_launch, known)

    state = await face.until(lambda state: any(each.warm for each in state.availability))
    assert [each.configuration_id for each in state.availability if each.warm] == [FP4]


async def test_no_token_is_kept_anywhere(
    unit: Unit, face: Face, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    unit.agent.hub.listen(lambda: seen.append(json.dumps(plain(unit.agent.hub.state), default=str)))
    arguments = {"configuration_id": FP4, "hf_token": TOKEN}
    first = await face.first(Verb.LAUNCH, arguments)
    assert TOKEN not in repr(first)
    assert (await face.link.outcome(first.id)).kind is AnswerKind.DONE
    typed = await face.link.query(QueryName.COMMANDS, **arguments)

    assert "-e HF_TOKEN" in typed["docker_run"]
    assert TOKEN not in json.dumps(typed)
    assert not any(TOKEN in each for each in seen)
    assert TOKEN not in json.dumps([dataclasses.asdict(each) for each in unit.agent.hub.events])
    assert TOKEN not in caplog.text
    assert TOKEN not in "".join(capfd.readouterr())
    containers = await unit.parts.engine.containers()
    assert TOKEN not in repr(containers)
    assert holding(TOKEN, tmp_path) == []  # while the container is there, and once it is gone
    await face.do(Verb.STOP)
    assert any(path.name == "records.sqlite3" for path in tmp_path.rglob("*"))
    assert holding(TOKEN, tmp_path) == []


async def test_something_that_is_no_token_is_refused_without_being_repeated(face: Face) -> None:
    refused = await face.first(Verb.LAUNCH, {"configuration_id": FP4, "hf_token": f"{TOKEN} {TOKEN}"})

    assert refused.kind is AnswerKind.REFUSED
    assert TOKEN not in refused.reason


def holding(text: str, folder: Path) -> list[Path]:
    """Return the files below *folder* in which *text* stands."""
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def _arguments(unit: Unit) -> tuple[str, ...]:
    configuration = unit.parts.workshop.configuration(FP4)
    assert configuration is not None
    return configuration.serve_arguments


async def _typed(face: Face, options: dict[str, object]) -> object:
    return await face.link.query(QueryName.COMMANDS, configuration_id=FP4, options=options)
