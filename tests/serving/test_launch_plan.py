"""The plan of a launch, and the same typed by hand."""

import json
import shlex
from pathlib import Path

import pytest

from thorhud.domain.containers import ContainerSpec
from thorhud.domain.workshop import (
    Configuration,
    ContainerOptions,
    Marker,
    Mount,
    Published,
    PublishedFigures,
    ReferencePrompt,
    RequiredFile,
    Ulimit,
    Workshop,
)
from thorhud.serving.launch_plan import plan, typed_commands

NOTHING = PublishedFigures(
    model_memory_gib=Published(value=None),
    start_s=Published(value=None),
    short_tokens_per_s=Published(value=None),
    long_tokens_per_s=Published(value=None),
)
SPECULATION = '{"method":"eagle3","model":"yuhuili/EAGLE3-LLaMA3.1-Instruct-8B","num_speculative_tokens":5}'
EAGLE = Configuration(
    id="llama-eagle",
    name="Llama",
    short_name="EAGLE",
    tile_name="EAGLE",
    family="Llama",
    model="nvidia/Llama-3.1-8B-Instruct-FP4",
    marker=Marker.STAR,
    serve_arguments=(
        "nvidia/Llama-3.1-8B-Instruct-FP4",
        "--trust_remote_code",
        "--speculative-config",
        SPECULATION,
    ),
    published=NOTHING,
)
GPT_OSS = Configuration(
    id="gpt-oss",
    name="GPT-OSS",
    short_name="GPT-OSS",
    tile_name="GPT-OSS",
    family="GPT-OSS",
    model="openai/gpt-oss-20b",
    marker=Marker.HEXAGON,
    serve_arguments=("openai/gpt-oss-20b",),
    published=NOTHING,
    environment={"TIKTOKEN_ENCODINGS_BASE": "/etc/encodings", "OTHER": "{data_dir}/x"},
    mounts=(Mount(host="{data_dir}/encodings", container="/etc/encodings", read_only=True),),
    required_files=(RequiredFile(host="{data_dir}/encodings/o200k_base.tiktoken", size_bytes=3),),
)
WORKSHOP = Workshop(
    id="test",
    title="Test",
    source="here",
    container=ContainerOptions(
        image="nvcr.io/nvidia/vllm:25.09-py3",
        name="vllm",
        network="host",
        shm_size="16g",
        ulimits=(Ulimit(name="memlock", value=-1), Ulimit(name="stack", value=67108864)),
        runtime="nvidia",
        mounts=(
            Mount(host="{data_dir}/models/huggingface", container="/root/.cache/huggingface"),
            Mount(host="{data_dir}/vllm_cache", container="/root/.cache/vllm"),
        ),
    ),
    configurations=(EAGLE, GPT_OSS),
    prompts=(ReferencePrompt(name="reference", text='Don\'t say "é".', max_tokens=256, temperature=0.7),),
)
DATA = Path("/home/jetson/data")


def planned(
    configuration: Configuration, *, data_dir: Path = DATA, offline: bool = True, whole: bool = True
) -> ContainerSpec:
    return plan(
        WORKSHOP,
        configuration,
        data_dir=data_dir,
        launch_id="launch-1",
        unit="thor-07",
        offline=offline,
        files_whole=whole,
    )


TYPED = r"""docker run -d \
  --network host \
  --shm-size=16g \
  --ulimit memlock=-1 \
  --ulimit stack=67108864 \
  --runtime=nvidia \
  --name=vllm \
  --label thorhud.launch=launch-1 \
  --label thorhud.configuration=llama-eagle \
  --label thorhud.unit=thor-07 \
  -e HF_HUB_OFFLINE=1 \
  -v /home/jetson/data/models/huggingface:/root/.cache/huggingface \
  -v /home/jetson/data/vllm_cache:/root/.cache/vllm \
  nvcr.io/nvidia/vllm:25.09-py3 \
  vllm serve nvidia/Llama-3.1-8B-Instruct-FP4 --trust_remote_code --speculative-config '"""


def test_it_prints_the_documents_command_with_what_the_hud_adds() -> None:
    assert typed_commands(planned(EAGLE), EAGLE, WORKSHOP).docker_run == f"{TYPED}{SPECULATION}'"


@pytest.mark.parametrize("configuration", WORKSHOP.configurations, ids=lambda each: each.id)
def test_a_shell_reads_back_what_docker_gets(configuration: Configuration) -> None:
    spec = planned(configuration, data_dir=Path("/srv/it's our data"))

    words = shlex.split(typed_commands(spec, configuration, WORKSHOP).docker_run.replace("\\\n", " "))

    after_image = words[words.index(spec.image) + 1 :]
    assert tuple(after_image) == spec.command
    binds = [words[i + 1] for i, word in enumerate(words) if word == "-v"]
    assert binds[0] == "/srv/it's our data/models/huggingface:/root/.cache/huggingface"
    assert len(binds) == len(spec.mounts)


def test_the_curl_is_the_reference_prompt_as_json() -> None:
    words = shlex.split(typed_commands(planned(EAGLE), EAGLE, WORKSHOP).curl.replace("\\\n", " "))

    assert words[:2] == ["curl", "http://localhost:8000/v1/chat/completions"]
    assert json.loads(words[-1]) == {
        "model": "nvidia/Llama-3.1-8B-Instruct-FP4",
        "messages": [{"role": "user", "content": 'Don\'t say "é".'}],
        "max_tokens": 256,
        "temperature": 0.7,
    }


def test_vllm_serve_quotes_its_json() -> None:
    assert shlex.split(typed_commands(planned(EAGLE), EAGLE, WORKSHOP).vllm_serve) == [
        "vllm",
        "serve",
        *EAGLE.serve_arguments,
    ]


def test_only_complete_weights_are_served_without_the_hub() -> None:
    assert planned(EAGLE, offline=True).environment == {"HF_HUB_OFFLINE": "1"}
    assert planned(EAGLE, offline=False).environment == {}


def test_the_encodings_are_mounted_from_the_data_directory() -> None:
    spec = planned(GPT_OSS)

    assert spec.mounts[-1] == Mount(host="/home/jetson/data/encodings", container="/etc/encodings", read_only=True)
    assert spec.environment["TIKTOKEN_ENCODINGS_BASE"] == "/etc/encodings"
    assert spec.environment["OTHER"] == "/home/jetson/data/x"


def test_damaged_encodings_are_left_out_with_the_variable_that_points_to_them() -> None:
    spec = planned(GPT_OSS, whole=False)

    assert [mount.container for mount in spec.mounts] == ["/root/.cache/huggingface", "/root/.cache/vllm"]
    assert "TIKTOKEN_ENCODINGS_BASE" not in spec.environment
    assert "OTHER" in spec.environment
