"""Bytes read for each token, checked against the true shapes of the workshop's models and their published sizes."""

from dataclasses import replace

import pytest

from tests.fakes.models_on_disk import LLAMA_CONFIG, Tensors, gpt_oss, gpt_oss_config, llama_8b, size_of
from thorhud.domain.bytes_per_token import (
    DraftModel,
    Role,
    StoredTensor,
    TensorSums,
    counted_read,
    published_read,
    role_of,
    sums_of,
)
from thorhud.domain.model_shape import ModelShape, shape_of
from thorhud.domain.roofline import ReadPerToken, limit_tokens_per_s
from thorhud.settings.workshop_file import load_workshop

GIB = 2**30
THOR_GB_PER_S = 273.0
TABLE = 128256 * 4096 * 2
"""Llama's embedding table, and as large its output layer, in BF16."""
LINEAR = 32 * (2 * 4096 * 4096 + 2 * 1024 * 4096 + 3 * 14336 * 4096)
"""Numbers in all linear layers of Llama-3.1-8B."""
NORMS = 65 * 4096 * 2


def stored(tensors: Tensors) -> list[StoredTensor]:
    return [
        StoredTensor(name=name, dtype=dtype, shape=shape, size_bytes=size_of({name: (dtype, shape)}))
        for name, (dtype, shape) in tensors.items()
    ]


def read(tensors: Tensors, shape: ModelShape) -> ReadPerToken:
    return counted_read("any", sums_of(stored(tensors)), shape)


def limit(found: ReadPerToken) -> float:
    return limit_tokens_per_s(found.weight_bytes / GIB, THOR_GB_PER_S)


# the workshop's models


@pytest.mark.parametrize(
    ("precision", "linear_bytes", "published_gib"),
    [
        ("bf16", LINEAR * 2, 14.99),
        ("fp8", LINEAR + 224 * 8, 8.49),
        ("nvfp4", LINEAR // 2 + LINEAR // 16 + 224 * 8, 6.07),
    ],
)
def test_llama_reads_all_but_its_embedding_table(precision: str, linear_bytes: int, published_gib: float) -> None:
    found = read(llama_8b(precision), shape_of(LLAMA_CONFIG))

    assert found.stored_bytes == linear_bytes + NORMS + 2 * TABLE
    assert found.weight_bytes == linear_bytes + NORMS + TABLE
    assert found.exact
    # what vLLM says it loaded is the files and a little of its own around them, most with packed FP4
    assert 0 < published_gib - found.stored_bytes / GIB < 0.5


def test_llama_in_bf16_is_its_published_number_of_parameters() -> None:
    assert size_of(llama_8b()) == 8_030_261_248 * 2


@pytest.mark.parametrize(("precision", "tokens_per_s"), [("bf16", 18.2), ("fp8", 34.0), ("nvfp4", 54.9)])
def test_the_limit_of_llama_on_a_thor(precision: str, tokens_per_s: float) -> None:
    assert limit(read(llama_8b(precision), shape_of(LLAMA_CONFIG))) == pytest.approx(tokens_per_s, abs=0.05)


@pytest.mark.parametrize(
    ("layers", "experts", "stored_bytes", "read_bytes"),
    [(24, 32, 13_761_264_768, 3_708_083_328), (36, 128, 65_248_815_744, 5_002_902_144)],
)
def test_gpt_oss_reads_four_experts_of_each_layer(
    layers: int, experts: int, stored_bytes: int, read_bytes: int
) -> None:
    """The stored bytes are the ``total_size`` that the repositories' indexes tell."""
    found = read(gpt_oss(layers, experts), shape_of(gpt_oss_config(layers, experts)))

    assert found.stored_bytes == stored_bytes
    expert = 5760 * 90 * 17 + 5760 * 2 + 2880 * 90 * 17 + 2880 * 2
    attention = 2 * (2 * 4096 * 2880 + 2 * 512 * 2880 + 4096 + 2 * 512 + 2880 + 64)
    router = 2 * (experts * 2880 + experts)
    by_hand = layers * (4 * expert + attention + router + 2 * 2 * 2880) + 2 * 2880 + 2 * 201088 * 2880
    assert found.weight_bytes == by_hand == read_bytes


def test_gpt_oss_keeps_half_of_its_layers_to_a_window() -> None:
    found = read(gpt_oss(36, 128), shape_of(gpt_oss_config(36, 128)))

    assert found.kv_bytes_per_context_token == 18 * 2 * 8 * 64 * 2
    said = " ".join(found.assumptions)
    assert "A token asks 4 of 128 experts" in said
    assert "18 layers look back 128 tokens at most; what they add, no more than 4.7 MB" in said


def test_llamas_context_adds_its_keys_and_values_of_every_layer() -> None:
    found = read(llama_8b(), shape_of(LLAMA_CONFIG))

    assert found.kv_bytes_per_context_token == 131_072
    assert found.bytes_at(8192) == found.weight_bytes + 8192 * 131_072


# what is left out, and what is not


def tensor(name: str, size_bytes: int = 100) -> StoredTensor:
    return StoredTensor(name=name, dtype="BF16", shape=(size_bytes // 2,), size_bytes=size_bytes)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("model.embed_tokens.weight", Role.EMBEDDING),
        ("language_model.model.embed_tokens.weight", Role.EMBEDDING),
        ("transformer.wte.weight", Role.EMBEDDING),
        ("lm_head.weight", Role.OUTPUT),
        ("output.weight", Role.OUTPUT),
        ("model.layers.0.attention.output.dense.weight", Role.LAYER),
        ("model.layers.0.mlp.experts.gate_up_proj_blocks", Role.EXPERT),
        ("model.layers.0.block_sparse_moe.experts.7.w1.weight", Role.EXPERT),
        ("model.layers.0.block_sparse_moe.gate.weight", Role.LAYER),
        ("model.layers.0.mlp.shared_experts.up_proj.weight", Role.LAYER),
        ("model.layers.0.mlp.shared_expert_gate.weight", Role.LAYER),
        ("vision_tower.blocks.0.attn.qkv.weight", Role.OTHER_SENSE),
        ("model.visual.blocks.0.attn.qkv.weight", Role.OTHER_SENSE),
        ("multi_modal_projector.linear_1.weight", Role.OTHER_SENSE),
        ("mtp.layers.0.mlp.up_proj.weight", Role.SPARE),
        ("t2d", Role.SPARE),
        ("d2t", Role.LAYER),
        ("model.layers.0.input_layernorm.weight", Role.LAYER),
    ],
)
def test_a_tensors_name_says_what_it_is_for(name: str, role: Role) -> None:
    assert role_of(name) is role


def test_a_tied_table_is_read_once_as_the_output_layer() -> None:
    sums = sums_of([tensor("model.embed_tokens.weight", 1000), tensor("model.layers.0.mlp.up_proj.weight", 10)])

    found = counted_read("tied", sums, ModelShape())

    assert found.weight_bytes == 1010
    assert any("is the output layer too" in each for each in found.assumptions)


def test_towers_for_pictures_are_not_read_for_text() -> None:
    sums = sums_of([tensor("visual.patch_embed.weight", 10**9), tensor("lm_head.weight", 10)])

    found = counted_read("sees", sums, ModelShape())

    assert found.weight_bytes == 10
    assert "1.0 GB for pictures and sound are left out." in found.assumptions


def test_experts_of_unknown_number_are_all_counted_and_that_is_said() -> None:
    sums = TensorSums(layers=10, output=1, experts=1000)

    found = counted_read("any", sums, ModelShape(experts=8))

    assert found.weight_bytes == 1011
    assert any("the limit is too low" in each for each in found.assumptions)


def test_what_the_context_adds_is_said_to_be_unknown_where_the_configuration_is_silent() -> None:
    found = counted_read("any", TensorSums(layers=1, output=1), ModelShape())

    assert found.kv_bytes_per_context_token is None
    assert "What the context adds is not known and left out." in found.assumptions


def test_an_fp8_cache_adds_half() -> None:
    shape = shape_of(LLAMA_CONFIG)

    assert counted_read("a", TensorSums(), shape, kv_cache_dtype="fp8").kv_bytes_per_context_token == 65_536
    assert counted_read("a", TensorSums(), shape, kv_cache_dtype="odd").kv_bytes_per_context_token is None


def test_a_checkpoint_that_asks_for_another_cache_is_said() -> None:
    shape = shape_of({**LLAMA_CONFIG, "quantization_config": {"quantization": {"kv_cache_quant_algo": "FP8"}}})

    found = counted_read("fp8", TensorSums(), shape)

    assert found.kv_bytes_per_context_token == 131_072
    assert any("asks for a cache in FP8" in each for each in found.assumptions)


# draft models

EAGLE3 = {
    "fc.weight": 4096 * 12288 * 2,
    "midlayer.self_attn.q_proj.weight": 4096 * 8192 * 2,
    "midlayer.self_attn.k_proj.weight": 1024 * 8192 * 2,
    "midlayer.self_attn.v_proj.weight": 1024 * 8192 * 2,
    "midlayer.self_attn.o_proj.weight": 4096 * 4096 * 2,
    "midlayer.mlp.gate_proj.weight": 14336 * 4096 * 2,
    "midlayer.mlp.up_proj.weight": 14336 * 4096 * 2,
    "midlayer.mlp.down_proj.weight": 14336 * 4096 * 2,
    "lm_head.weight": 32000 * 4096 * 2,
    "d2t": 32000 * 8,
    "t2d": 128256,
}
"""The workshop's EAGLE3 head; with it the vocabulary of the draft is 32,000 and the embedding is the model's."""


def test_the_eagle3_head_reads_itself_for_each_proposal() -> None:
    head = sums_of(tensor(name, size) for name, size in EAGLE3.items())
    draft = DraftModel(sums=head, shape=ModelShape(), proposals=5)

    found = counted_read("fp4-eagle3", sums_of(stored(llama_8b("nvfp4"))), shape_of(LLAMA_CONFIG), draft=draft)

    assert sum(EAGLE3.values()) / 2**20 == pytest.approx(811, abs=1), "811M on disk, says the workshop"
    assert found.draft_bytes == sum(EAGLE3.values()) - EAGLE3["t2d"]
    assert found.weight_bytes == read(llama_8b("nvfp4"), shape_of(LLAMA_CONFIG)).weight_bytes
    assert any("0.8 GB for each proposal, 5 of them" in each for each in found.assumptions)


def test_a_head_without_an_output_layer_uses_the_models() -> None:
    target = TensorSums(layers=100, embedding=30, output=20)
    draft = DraftModel(sums=TensorSums(layers=5), shape=ModelShape())

    assert counted_read("eagle", target, ModelShape(), draft=draft).draft_bytes == 25


def test_a_draft_that_is_a_small_model_of_its_own_is_read_like_one() -> None:
    draft = DraftModel(sums=TensorSums(layers=5, embedding=3), shape=ModelShape())

    assert counted_read("draft", TensorSums(layers=100, output=20), ModelShape(), draft=draft).draft_bytes == 8


# what the workshop says


def test_without_weights_the_published_memory_stands_in_and_says_so() -> None:
    workshop = load_workshop()
    plain = workshop.configuration("llama-3.1-8b-fp4")
    assert plain is not None

    found = published_read(workshop, plain)

    assert found is not None
    assert (found.weight_bytes, found.draft_bytes, found.exact) == (round(6.07 * GIB), None, False)


@pytest.mark.parametrize(("name", "layers", "experts"), [("gpt-oss-20b", 24, 32), ("gpt-oss-120b", 36, 128)])
def test_without_weights_a_mixture_of_experts_reads_what_its_shapes_say(name: str, layers: int, experts: int) -> None:
    workshop = load_workshop()
    configuration = workshop.configuration(name)
    assert configuration is not None

    found = published_read(workshop, configuration)

    assert found is not None
    assert not found.exact
    counted = read(gpt_oss(layers, experts), shape_of(gpt_oss_config(layers, experts)))
    assert found.weight_bytes == pytest.approx(counted.weight_bytes, rel=2e-4)


def test_nothing_is_made_up_where_the_workshop_says_nothing() -> None:
    workshop = load_workshop()
    silent = replace(workshop.configurations[0], read_gib_per_token=None, active_read_gib_per_token=None)

    assert published_read(workshop, silent) is None
