"""What a model takes of the memory, and what would make one fit that does not."""

import time
from dataclasses import replace

import pytest

from tests.fakes.models_on_disk import LLAMA_CONFIG, gpt_oss, gpt_oss_config, llama_8b, size_of
from thorhud.domain.bytes_per_token import StoredTensor, TensorSums, sums_of
from thorhud.domain.fit import Fit, FitVerdict, fit, fit_of, idle_unit
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.memory import GIB, Part
from thorhud.domain.model_need import (
    ModelNeed,
    Precision,
    need_of_configuration,
    need_of_files,
    need_of_other,
    weights_at,
)
from thorhud.domain.model_shape import shape_of
from thorhud.settings.workshop_file import load_workshop

WORKSHOP = load_workshop()
IDLE = idle_unit(WORKSHOP)
OTHERS = {each.name: each for each in WORKSHOP.other_models}


def sums(tensors: dict[str, tuple[str, tuple[int, ...]]]) -> TensorSums:
    return sums_of(
        StoredTensor(name=name, dtype=dtype, shape=shape, size_bytes=size_of({name: (dtype, shape)}))
        for name, (dtype, shape) in tensors.items()
    )


LLAMA = need_of_files("meta-llama/Llama-3.1-8B-Instruct", sums(dict(llama_8b())), shape_of(LLAMA_CONFIG))


def said(answer: Fit) -> str:
    return " ".join((answer.sentence, answer.next_step, *answer.arithmetic))


# the models that the document proposes to try


def dense(*, hidden: int, layers: int, inner: int, words: int, bias: bool, heads: int = 64, kv_heads: int = 8) -> int:
    """Add a Llama or a Qwen up from its config.json."""
    attention = 2 * hidden * heads * 128 + 2 * hidden * kv_heads * 128 + (heads + 2 * kv_heads) * 128 * bias
    return layers * (attention + 3 * hidden * inner + 2 * hidden) + hidden + 2 * words * hidden


def test_the_described_models_have_the_parameters_that_their_shapes_add_up_to() -> None:
    llama, qwen = OTHERS["Llama-3.1-70B-Instruct"], OTHERS["Qwen2.5-72B-Instruct"]
    mixtral = OTHERS["Mixtral-8x22B-Instruct-v0.1"]
    expert = 3 * 6144 * 16384
    rest = 56 * (2 * 6144 * 48 * 128 + 2 * 6144 * 8 * 128 + 2 * 6144 + 8 * 6144) + 6144 + 2 * 32768 * 6144

    assert llama.parameters == dense(hidden=8192, layers=80, inner=28672, words=128256, bias=False)
    assert qwen.parameters == dense(hidden=8192, layers=80, inner=29568, words=152064, bias=True)
    assert mixtral.parameters == rest + 56 * 8 * expert
    assert mixtral.active_parameters == rest + 56 * 2 * expert
    assert [each.table_parameters for each in (llama, qwen, mixtral)] == [
        2 * 128256 * 8192,
        2 * 152064 * 8192,
        2 * 32768 * 6144,
    ]


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("Llama-3.1-70B-Instruct", {Precision.FP16: False, Precision.FP8: True, Precision.FP4: True}),
        ("Qwen2.5-72B-Instruct", {Precision.FP16: False, Precision.FP8: True, Precision.FP4: True}),
        ("Mixtral-8x22B-Instruct-v0.1", {Precision.FP16: False, Precision.FP8: False, Precision.FP4: True}),
    ],
)
def test_which_of_them_an_idle_unit_can_start_with_their_longest_context(
    name: str, fits: dict[Precision, bool]
) -> None:
    found = {each: fit_of(need_of_other(OTHERS[name], each), IDLE).verdict for each in Precision}

    assert {each: verdict is FitVerdict.STARTS for each, verdict in found.items()} == fits


def test_weights_in_fewer_bits_keep_their_tables_in_16() -> None:
    """The same rule gives the true sizes of Llama-3.1-8B's quantized files, but for their norms and single scales."""
    tables = 2 * 128256 * 4096
    for precision, name in ((Precision.FP16, "bf16"), (Precision.FP8, "fp8"), (Precision.FP4, "nvfp4")):
        true = size_of(llama_8b(name))
        assert weights_at(8_030_261_248, tables, precision) == pytest.approx(true, rel=1e-4)


def test_a_mixture_of_experts_reads_its_active_part() -> None:
    mixtral = need_of_other(OTHERS["Mixtral-8x22B-Instruct-v0.1"])

    assert mixtral.read_bytes_per_token == 2 * (39_161_468_928 - 32768 * 6144)
    assert mixtral.weights_bytes == 2 * 140_630_071_296


# where the figures come from


def test_a_start_counts_before_the_workshop_and_the_workshop_before_the_files() -> None:
    fp16, gpt = WORKSHOP.configuration("llama-3.1-8b-fp16"), WORKSHOP.configuration("gpt-oss-20b")
    assert fp16 is not None
    assert gpt is not None
    counted, shape = sums(dict(gpt_oss(24, 32))), shape_of(gpt_oss_config(24, 32))

    assert need_of_configuration(fp16, model_memory_gib=15.5).weights_bytes == round(15.5 * GIB)
    assert need_of_configuration(fp16, counted, shape).weights_bytes == round(14.99 * GIB)
    assert need_of_configuration(gpt, counted, shape).weights_bytes == 13_761_264_768
    assert need_of_configuration(gpt, counted, shape, draft_bytes=7).weights_bytes == 13_761_264_775
    assert need_of_configuration(gpt).weights_bytes is None


def test_a_windowed_model_keeps_little_for_a_long_context() -> None:
    need = need_of_files("openai/gpt-oss-120b", sums(dict(gpt_oss(36, 128))), shape_of(gpt_oss_config(36, 128)))

    answer = fit_of(need, IDLE)

    assert answer.least_bytes == 65_248_815_744 + 2 * GIB + 131_072 * 36_864 + 18 * 128 * 2048
    assert need.other_precisions == (), "it is in 4 bits already"


# the sum with a context


def test_one_conversation_of_full_length_is_part_of_the_sum() -> None:
    answer = fit_of(LLAMA, IDLE)

    assert answer.context_tokens == 131_072
    assert answer.least_bytes == LLAMA.weights_bytes + 2 * GIB + 16 * GIB  # type: ignore[operator]
    assert answer.conversations == pytest.approx((answer.needed_bytes - LLAMA.weights_bytes - 2 * GIB) / (16 * GIB))  # type: ignore[operator]
    assert "one conversation of 131,072 tokens 16.0 = 33.0 GiB" in said(answer)


@pytest.mark.parametrize(
    ("options", "arguments", "context"),
    [
        (LaunchOptions(max_model_len=4096), (), 4096),
        (LaunchOptions(max_model_len=4096), ("m", "--max-model-len", "8192"), 4096),
        (LaunchOptions(), ("m", "--max-model-len", "8192"), 8192),
        (LaunchOptions(extra_arguments=("--max-model-len=16384",)), ("m", "--max-model-len", "8192"), 16384),
        (LaunchOptions(), ("m",), 131_072),
    ],
)
def test_the_options_say_the_context_before_the_arguments(
    options: LaunchOptions, arguments: tuple[str, ...], context: int
) -> None:
    assert fit_of(LLAMA, IDLE, options=options, serve_arguments=arguments).context_tokens == context


def test_more_answers_at_a_time_than_there_is_room_start_all_the_same_and_wait() -> None:
    answer = fit_of(LLAMA, IDLE, options=LaunchOptions(max_num_seqs=64))

    assert answer.verdict is FitVerdict.STARTS
    assert "--max-num-seqs 64 at full length each would take" in said(answer)
    assert "--max-num-seqs" not in said(fit_of(LLAMA, IDLE, options=LaunchOptions(max_num_seqs=5)))


# what would help


def test_a_share_too_small_names_the_share_and_the_context_that_fit() -> None:
    answer = fit_of(LLAMA, IDLE, options=LaunchOptions(gpu_memory_utilization=0.2))

    assert answer.verdict is FitVerdict.DOES_NOT_FIT
    assert answer.helps[:2] == (
        "with a share of 0.27 (--gpu-memory-utilization 0.27)",
        "with a context of 61,440 tokens (--max-model-len 61440)",
    )


@pytest.mark.parametrize("wanted", [0, 1])
def test_what_is_advised_is_enough_and_holds(wanted: int) -> None:
    tight = LaunchOptions(gpu_memory_utilization=0.2)
    flag, figure = fit_of(LLAMA, IDLE, options=tight).helps[wanted].rpartition("(")[2].removesuffix(")").split()
    better = {
        "--gpu-memory-utilization": lambda: replace(tight, gpu_memory_utilization=float(figure)),
        "--max-model-len": lambda: replace(tight, max_model_len=int(figure)),
    }[flag]()

    assert fit_of(LLAMA, IDLE, options=better).verdict is FitVerdict.STARTS


def test_fewer_bits_are_advised_with_a_shorter_context_where_they_alone_do_not_help() -> None:
    mixtral = need_of_other(OTHERS["Mixtral-8x22B-Instruct-v0.1"])

    answer = fit_of(mixtral, IDLE, options=LaunchOptions(gpu_memory_utilization=0.7))

    assert answer.sentence == "Mixtral-8x22B-Instruct-v0.1 in FP16 does not fit into the 122.8 GiB of a unit."
    assert answer.helps == ("as an FP4 version (74.2 GiB of weights) with a context of 45,056 tokens",)


def test_a_share_that_is_never_free_is_not_advised() -> None:
    taken = dict.fromkeys(Part, 0)
    taken[Part.FREE], taken[Part.OTHER] = 20 * GIB, IDLE.total_bytes - 20 * GIB
    full = replace(IDLE, free_bytes=20 * GIB, available_bytes=20 * GIB, parts=taken)

    answer = fit_of(LLAMA, full, options=LaunchOptions(gpu_memory_utilization=0.16))

    assert not any("share of" in each for each in answer.helps)
    assert any("--max-model-len" in each for each in answer.helps)


def test_a_model_that_nothing_helps_says_so() -> None:
    giant = ModelNeed(id="x", name="Giant", weights_bytes=1000 * GIB, kv_bytes_per_token=10**6, context_tokens=4096)

    answer = fit_of(giant, IDLE)

    assert (answer.helps, answer.next_step) == ((), "Take a smaller model.")


def test_the_sum_is_fast_enough_to_follow_a_slider() -> None:
    began = time.perf_counter()
    for share in range(1, 101):
        fit_of(LLAMA, IDLE, options=LaunchOptions(gpu_memory_utilization=share / 100, max_model_len=4096))

    assert (time.perf_counter() - began) / 100 < 0.01, "about 0.03 ms on a quiet machine"


def test_a_configuration_is_judged_by_its_own_arguments_and_options() -> None:
    fp8 = WORKSHOP.configuration("llama-3.1-8b-fp8")
    assert fp8 is not None

    answer = fit(fp8, IDLE, options=LaunchOptions(gpu_memory_utilization=0.5), need=replace(LLAMA, id=fp8.id))

    assert answer.configuration_id == fp8.id
    assert answer.needed_bytes == round(0.5 * IDLE.total_bytes)
    assert answer.context_tokens == 131_072
