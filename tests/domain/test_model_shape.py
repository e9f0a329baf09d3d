"""What a config.json says about memory, whoever wrote it."""

from typing import Any

import pytest

from tests.fakes.models_on_disk import LLAMA_CONFIG, gpt_oss_config
from thorhud.domain.model_shape import ModelShape, shape_of

MIXTRAL = {
    "hidden_size": 6144,
    "num_attention_heads": 48,
    "num_experts_per_tok": 2,
    "num_hidden_layers": 56,
    "num_key_value_heads": 8,
    "num_local_experts": 8,
    "max_position_embeddings": 65536,
    "sliding_window": None,
    "torch_dtype": "bfloat16",
}
QWEN = {"num_hidden_layers": 80, "sliding_window": 131072, "use_sliding_window": False}
GEMMA = {"text_config": {"num_hidden_layers": 34, "sliding_window": 1024, "sliding_window_pattern": 6}}
DEEPSEEK = {
    "num_hidden_layers": 61,
    "kv_lora_rank": 512,
    "qk_rope_head_dim": 64,
    "n_routed_experts": 256,
    "num_experts_per_tok": 8,
}


def test_llama_keeps_128_kib_for_each_token() -> None:
    found = shape_of(LLAMA_CONFIG)

    assert (found.layers, found.windowed_layers, found.kv_heads, found.head_dim) == (32, 0, 8, 128)
    assert found.kv_bytes_per_token() == 131_072
    assert found.context_tokens == 131_072


def test_mixtral_asks_two_of_eight_experts() -> None:
    found = shape_of(MIXTRAL)

    assert (found.experts, found.active_experts, found.head_dim) == (8, 2, 128)
    assert found.kv_bytes_per_token() == 2 * 56 * 8 * 128 * 2


@pytest.mark.parametrize("told", [True, False])
def test_gpt_oss_has_a_window_in_every_second_layer_also_where_the_kinds_are_not_listed(told: bool) -> None:
    config = gpt_oss_config(24, 32)
    if not told:
        del config["layer_types"]

    found = shape_of(config)

    assert (found.layers, found.windowed_layers, found.window_tokens) == (12, 12, 128)
    assert found.window_kv_bytes() == 12 * 128 * 2 * 8 * 64 * 2


@pytest.mark.parametrize(
    ("config", "layers", "windowed"),
    [
        (QWEN, 80, 0),
        (GEMMA, 5, 29),
        ({"num_hidden_layers": 32, "sliding_window": 4096}, 0, 32),
        ({"num_hidden_layers": 4, "layer_types": ["linear_attention", "linear_attention", "linear_attention", "full_attention"]}, 1, 0),
        ({}, None, 0),
    ],
)  # fmt: skip
def test_layers_are_told_apart_by_how_far_they_look_back(
    config: dict[str, Any], layers: int | None, windowed: int
) -> None:
    found = shape_of(config)

    assert (found.layers, found.windowed_layers) == (layers, windowed)


def test_a_compressed_cache_is_one_vector_for_each_layer() -> None:
    assert shape_of(DEEPSEEK).kv_bytes_per_token() == 61 * (512 + 64) * 2


@pytest.mark.parametrize(
    "found",
    [
        {"quantization_config": {"kv_cache_quant_algo": "FP8"}},
        {"quantization_config": {"quantization": {"kv_cache_quant_algo": "FP8"}}},
        {"quantization_config": {"kv_cache_scheme": {"type": "float", "num_bits": 8}}},
    ],
)
def test_what_a_checkpoint_asks_of_its_cache_is_read_however_it_says_it(found: dict[str, Any]) -> None:
    assert shape_of(found).kv_quantization == "FP8"


@pytest.mark.parametrize("odd", ["32", 0, -1, True, None, 1.5, [], {}])
def test_a_figure_of_a_strange_kind_is_unknown(odd: object) -> None:
    found = shape_of({"num_hidden_layers": odd, "layer_types": odd, "text_config": odd, "quantization_config": odd})

    assert found == ModelShape()
    assert found.kv_bytes_per_token() is None
