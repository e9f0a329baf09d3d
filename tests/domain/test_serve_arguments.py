"""What stands in the arguments of `vllm serve`."""

import pytest

from thorhud.domain.serve_arguments import count_of, kv_cache_dtype_of, parse_version, proposals_of, utilization_of

OLD = "0.10.1.1+381074ae.nv25.09"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("m",), None),
        (("m", "--gpu-memory-utilization", "0.7"), 0.7),
        (("m", "--gpu-memory-utilization=0.7"), 0.7),
        (("m", "--gpu_memory_utilization", "0.7"), 0.7),
        (("m", "--gpu-memory-utilization", "0.7", "--gpu_memory_utilization=0.8"), 0.8),
        (("m", "--gpu-memory-utilization"), None),
        (("m", "--gpu-memory-utilization", "most"), None),
        (("m", "--max-model-len", "0.7"), None),
    ],
)
def test_the_share_is_read_from_the_arguments(arguments: tuple[str, ...], expected: float | None) -> None:
    assert utilization_of(arguments) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [(OLD, (0, 10, 1, 1)), ("v0.11.0rc2", (0, 11, 0)), (None, (0, 10, 1)), ("unknown", (0, 10, 1)), ("1", (1,))],
)
def test_a_version_is_its_numbers(text: str | None, expected: tuple[int, ...]) -> None:
    assert parse_version(text) == expected


@pytest.mark.parametrize(
    ("arguments", "proposals", "kv_cache_dtype"),
    [
        (("m", "--speculative-config", '{"method":"eagle3","num_speculative_tokens": 5}'), 5, "auto"),
        (("m", "--kv-cache-dtype", "fp8"), None, "fp8"),
        (("m", "--kv_cache_dtype=fp8_e5m2"), None, "fp8_e5m2"),
        (("m", "--kv-cache-dtype"), None, "auto"),
        ((), None, "auto"),
    ],
)
def test_the_arguments_say_how_the_cache_is_kept(
    arguments: tuple[str, ...], proposals: int | None, kv_cache_dtype: str
) -> None:
    assert proposals_of(arguments) == proposals
    assert kv_cache_dtype_of(arguments) == kv_cache_dtype


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("m", "--max-model-len", "4096"), 4096),
        (("m", "--max_model_len=32k"), 32_000),
        (("m", "--max-model-len=32K"), 32_768),
        (("m", "--max-model-len", "1.5k"), 1500),
        (("m", "--max-model-len", "auto"), None),
        (("m", "--max-model-len", "-1"), None),
        (("m", "--max-model-len"), None),
        (("m", "--max-model-len", "8192", "--max-model-len", "4096"), 4096),
        (("m",), None),
    ],
)
def test_the_context_is_read_as_vllm_reads_it(arguments: tuple[str, ...], expected: int | None) -> None:
    assert count_of(arguments, "--max-model-len") == expected
