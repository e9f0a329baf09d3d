"""Weights of a configuration: whole, or what is missing and how to get it."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.models_on_disk import REVISION, HubModel, small_model
from tests.serving.test_launch_plan import GPT_OSS
from thorhud.serving.weights import files_fault, read_per_token, revision, weights_state
from thorhud.settings.workshop_file import load_workshop

TARGET, DRAFT = "nvidia/Llama-3.1-8B-Instruct-FP4", "yuhuili/EAGLE3-LLaMA3.1-Instruct-8B"
WORKSHOP = load_workshop()
EAGLE = next(each for each in WORKSHOP.configurations if each.draft_model == DRAFT)


def test_a_whole_model_with_its_draft_is_complete_and_counted(tmp_path: Path) -> None:
    small_model(tmp_path, TARGET)
    small_model(tmp_path, DRAFT, shards=1)

    state = weights_state(tmp_path, EAGLE)

    assert state.complete
    assert (state.reason, state.next_step, state.missing) == (None, "", ())
    assert state.size_bytes == sum(each.read_bytes for each in state.models) > 512


def test_a_draft_model_must_be_there_too(tmp_path: Path) -> None:
    small_model(tmp_path, TARGET)

    state = weights_state(tmp_path, replace(EAGLE, weights=()))

    assert not state.complete
    assert state.missing == (DRAFT,)
    assert state.reason == f"{DRAFT}: not on this unit."


def test_what_is_absent_is_said_with_its_size_and_the_way_to_get_it(tmp_path: Path) -> None:
    configuration = WORKSHOP.configuration("gpt-oss-120b")
    assert configuration is not None

    state = weights_state(tmp_path, configuration)

    folder = f"{tmp_path}/models/huggingface/hub/models--openai--gpt-oss-120b/"
    assert state.reason == "openai/gpt-oss-120b: not on this unit (122.0 GB)."
    assert f"rsync -av --mkpath --progress RACK-SERVER:{folder} {folder}" in state.next_step
    assert f"HF_HOME={tmp_path}/models/huggingface hf download openai/gpt-oss-120b" in state.next_step


@pytest.mark.parametrize(("content", "fault"), [(b"123", None), (b"", "0 bytes instead of 3"), (None, "is missing")])
def test_a_file_of_another_size_is_as_bad_as_none(tmp_path: Path, content: bytes | None, fault: str | None) -> None:
    (tmp_path / "encodings").mkdir()
    if content is not None:
        (tmp_path / "encodings" / "o200k_base.tiktoken").write_bytes(content)

    found = files_fault(tmp_path, GPT_OSS)

    assert found is None if fault is None else fault in (found or "")


def test_the_revision_is_what_the_server_would_take(tmp_path: Path) -> None:
    configuration = WORKSHOP.configuration("llama-3.1-8b-fp16")
    assert configuration is not None
    assert revision(tmp_path, configuration) is None

    HubModel(tmp_path, configuration.model, ref=False)
    assert revision(tmp_path, configuration) is None

    HubModel(tmp_path, configuration.model)
    assert revision(tmp_path, configuration) == REVISION


def test_without_its_weights_a_configuration_reads_what_the_workshop_says(tmp_path: Path) -> None:
    small_model(tmp_path, TARGET)
    configuration = WORKSHOP.configuration("llama-3.1-8b-fp4-eagle3")
    assert configuration is not None

    found = read_per_token(tmp_path, WORKSHOP, configuration)

    assert found is not None
    assert not found.exact
    assert (found.weight_bytes, found.draft_bytes) == (round(6.07 * 2**30), round(0.79 * 2**30))
    assert any("not on this unit" in each for each in found.assumptions)


def test_a_missing_shard_is_never_counted_as_if_it_were_nothing(tmp_path: Path) -> None:
    configuration = WORKSHOP.configuration("llama-3.1-8b-fp8")
    assert configuration is not None
    model = small_model(tmp_path, configuration.model)
    whole = read_per_token(tmp_path, WORKSHOP, configuration)
    model.blob("model-00002-of-00002.safetensors").unlink()

    found = read_per_token(tmp_path, WORKSHOP, configuration)

    assert whole is not None
    assert whole.exact
    assert found is not None
    assert not found.exact
