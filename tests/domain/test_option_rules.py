"""Which options of a launch are taken, which are refused and why."""

from typing import Any

import pytest

from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.option_rules import parse_options, refusal_of


@pytest.mark.parametrize(
    "values",
    [
        None,
        {},
        {"gpu_memory_utilization": 0.05, "max_model_len": 4096, "max_num_seqs": 4096},
        {"gpu_memory_utilization": 0.98, "enforce_eager": True, "fast_start": True},
        {"image": "nvcr.io/nvidia/vllm:25.09-py3"},
        {"image": "localhost:5000/a/b@sha256:" + "0" * 64},
        {"model": "Qwen/Qwen2.5-72B-Instruct"},
        {"model": "/home/jetson/data/my model"},
        {"extra_arguments": ["--swap-space", "4", "--trust_remote_code", "--seed=-1", "--rope-theta", "-1"]},
        {"extra_arguments": ["--override-generation-config", '{"temperature": 0.1}', "--model-impl", "vllm"]},
    ],
)
def test_what_a_launch_may_change_is_taken(values: dict[str, Any] | None) -> None:
    _, faults = parse_options(values)

    assert faults == ()


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"gpu_memory_utilization": 0.04}, "gpu_memory_utilization", "0.05 to 0.98"),
        ({"gpu_memory_utilization": 0.981}, "gpu_memory_utilization", "0.05 to 0.98"),
        ({"max_model_len": 0}, "max_model_len", "64"),
        ({"max_num_seqs": 4097}, "max_num_seqs", "4,096"),
        ({"max_model_len": "4096"}, "options", "int"),
        ({"enforce_eager": 1}, "options", "bool"),
        ({"gpu_utilization": 0.5}, "options", "gpu_utilization"),
        ("--port 1", "options", "names with values"),
        ({"image": "vllm; rm -rf /"}, "image", "Docker names it"),
        ({"image": "--privileged"}, "image", "Docker names it"),
        ({"image": "UPPER/case"}, "image", "Docker names it"),
        ({"model": "--port"}, "model", "owner/name"),
        ({"model": "/data/../etc"}, "model", "without"),
        ({"model": "/data/a:/etc"}, "model", "folder"),
        ({"model": "a/b/c"}, "model", "owner/name"),
        ({"extra_arguments": ["--seed", "1", "other/model"]}, "extra_arguments", "follows no flag"),
        ({"extra_arguments": ["other/model"]}, "extra_arguments", "follows no flag"),
        ({"extra_arguments": ["--seed", "1\n--port"]}, "extra_arguments", "printable"),
        ({"extra_arguments": [""]}, "extra_arguments", "printable"),
        ({"extra_arguments": ["--a"] * 41}, "extra_arguments", "at most 40"),
    ],
)
def test_what_a_launch_may_not_change_is_refused_with_the_reason(values: object, field: str, said: str) -> None:
    _, faults = parse_options(values)

    assert [each.field for each in faults] == [field]
    assert said in faults[0].sentence


@pytest.mark.parametrize(
    "word",
    [
        "--port",
        "--port=8001",
        "--host",
        "--served_model_name",
        "--served-model-name=x",
        "--api-key",
        "--gpu_memory_utilization=0.5",
        "--config=/etc/passwd",
        "--hf-token",
        "--ssl-keyfile",
        "--por",
        "--served",
        "--max-model",
        "--model",
    ],
)
def test_a_flag_that_the_hud_needs_is_refused_in_every_spelling(word: str) -> None:
    assert refusal_of(word) is not None


@pytest.mark.parametrize("word", ["--seed", "--model-impl", "-O2", "--kv-cache-dtype=fp8", "--max-num-batched-tokens"])
def test_a_flag_of_vllms_own_business_is_not(word: str) -> None:
    assert refusal_of(word) is None


def test_options_of_a_wrong_type_count_as_none_of_them() -> None:
    options, faults = parse_options({"max_model_len": 4096.5, "fast_start": True})

    assert options == LaunchOptions()
    assert faults
