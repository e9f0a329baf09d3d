"""What the agent of a real unit knows of the models on its disk."""

from pathlib import Path

import pytest

from tests.fakes.models_on_disk import LLAMA_CONFIG, REVISION, HubModel, llama_8b
from thorhud.agent.parts import Parts
from thorhud.agent.real_parts import real_parts
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.workshop import Configuration
from thorhud.settings.declared import Settings
from thorhud.settings.workshop_file import load_workshop

WORKSHOP = load_workshop()


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return real_parts(Settings(data_dir=tmp_path / "data"), WORKSHOP, tmp_path)


def configuration(name: str) -> Configuration:
    found = WORKSHOP.configuration(name)
    assert found is not None
    return found


def lay_down_fp8(tmp_path: Path) -> None:
    model = HubModel(tmp_path / "data", "nvidia/Llama-3.1-8B-Instruct-FP8")
    model.put_config(LLAMA_CONFIG)
    model.put_weights(llama_8b("fp8"), shards=2)


async def test_a_missing_model_comes_with_the_way_to_get_it(parts: Parts) -> None:
    found = await parts.look(configuration("llama-3.1-8b-fp8"))

    assert not found.complete
    assert found.reason == "nvidia/Llama-3.1-8B-Instruct-FP8: not on this unit (8.5 GB)."
    assert "RACK-SERVER:" in found.next_step


async def test_a_whole_model_tells_its_revision_and_what_a_token_reads(parts: Parts, tmp_path: Path) -> None:
    lay_down_fp8(tmp_path)
    fp8 = configuration("llama-3.1-8b-fp8")
    assert parts.revision is not None
    assert parts.read_per_token is not None

    assert (await parts.look(fp8)).complete
    assert parts.revision(fp8) == REVISION
    read = parts.read_per_token(fp8)
    assert read is not None
    assert read.exact
    assert parts.revision(configuration("gpt-oss-20b")) is None


def test_a_launch_with_another_model_is_judged_by_that_model(parts: Parts, tmp_path: Path) -> None:
    lay_down_fp8(tmp_path)
    fp16 = configuration("llama-3.1-8b-fp16")
    assert parts.model_need is not None

    own = parts.model_need(fp16, LaunchOptions())
    other = parts.model_need(fp16, LaunchOptions(model="nvidia/Llama-3.1-8B-Instruct-FP8"))
    later = parts.model_need(fp16, LaunchOptions(model="Qwen/Qwen2.5-72B-Instruct"))
    unknown = parts.model_need(fp16, LaunchOptions(model="some/thing"))

    assert own.weights_source == "as published"
    assert (own.kv_bytes_per_token, other.kv_bytes_per_token) == (None, 131_072)
    assert other.weights_bytes == 9_081_202_432
    assert later.name == "Qwen2.5-72B-Instruct in FP16"
    assert unknown.weights_bytes is None
