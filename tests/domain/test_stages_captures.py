"""Every recorded start of a real vLLM gives the stages, times and figures that its log holds."""

import random

import pytest

from tests.domain.vllm_log_samples import capture, names, raw, reading_of
from thorhud.domain.log_text import PieceSplitter
from thorhud.domain.stages import PipelineStep, StageName, Timeline, pipeline, step_seconds
from thorhud.domain.timeline import LogPiece

TINY = "models/tiny-llama"
MID = "models/mid-llama"

FIGURES = {
    # name: version, model, shards of the model, weights_s, cache, KV tokens, engine_init_s
    "01_cold_start_default": ("0.32.0", TINY, 6, 0.02, "miss", 524288, 30.45),
    "02_warm_cache_default": ("0.32.0", TINY, 6, 0.01, "miss", 524288, 8.95),
    "03_mid_model_10_shards_cold_pagecache": ("0.32.0", MID, 10, 2.45, "off", 21760, 0.47),
    "04_enforce_eager": ("0.32.0", TINY, 6, 0.02, "off", 524288, 5.87),
    "06_specdecode_ngram": ("0.32.0", TINY, 6, 0.02, "miss", 524288, 47.12),
    "08_specdecode_eagle": ("0.32.0", TINY, 6, 0.01, "miss", 419328, 41.71),
    "09_compile_mode3_inductor": ("0.32.0", TINY, 6, 0.02, "miss", 524288, 11.91),
    "10_compile_level3_old_key": (None, None, None, None, None, None, None),
    "20_fail_model_path_missing": ("0.32.0", "/models/does-not-exist", None, None, None, None, None),
    "21_fail_hf_repo_offline": ("0.32.0", "meta-llama/Llama-3.1-8B-Instruct", None, None, None, None, None),
    "23_fail_port_in_use": ("0.32.0", TINY, None, None, None, None, None),
    "24_fail_max_model_len_too_large": ("0.32.0", TINY, None, None, None, None, None),
    "26_fail_kv_out_of_memory": ("0.32.0", TINY, 6, 0.02, "off", None, None),
    "27_fail_unknown_flag": (None, None, None, None, None, None, None),
    "28_fail_bad_compilation_config": (None, None, None, None, None, None, None),
    "29_fail_bad_json": (None, None, None, None, None, None, None),
    "31_underscore_flag": ("0.32.0", TINY, None, None, "off", None, None),
    "32_fail_unknown_arch": ("0.32.0", "models/badarch", None, None, None, None, None),
    "33_fail_truncated_shard": ("0.32.0", "models/truncated", 6, None, "off", None, None),
    "35_fail_no_tokenizer": ("0.32.0", "models/notok", None, None, "off", None, None),
    "40_sigint_during_weight_loading": ("0.32.0", MID, 10, 2.02, "off", 21760, 0.89),
    "42_engine_core_killed_midstream": ("0.32.0", TINY, 6, 0.03, "off", 524288, 1.83),
    "44_sigint_ignored_when_parent_ignores_sigint": ("0.32.0", MID, 10, 4.42, "off", 21760, 0.58),
    "45_clean_sigterm_after_ready_mid_model": ("0.32.0", MID, 10, 3.51, "off", 21760, 2.35),
    "51_v0.11.0_fail_tokenizer_class_from_newer_transformers": (
        "0.11.0.post2", "models/tiny-llama-v4", None, None, None, None, None,
    ),
    "52_v0.11.0_warm_start_api_sigint": ("0.11.0.post2", "models/tiny-llama-v4", 6, 0.04, None, 524288, 5.45),
    "56_v0.11.0_fail_model_path_missing": ("0.11.0.post2", "models/does/not-exist", None, None, None, None, None),
    "58_v0.11.0_fail_max_model_len_too_large": ("0.11.0.post2", "models/tiny-llama-v4", None, None, None, None, None),
    "59_v0.11.0_fail_unknown_flag": (None, None, None, None, None, None, None),
    "61_v0.11.0_compilation_config_mode_key_not_refused_stopped": (
        "0.11.0.post2", "models/tiny-llama-v4", None, None, None, None, None,
    ),
}  # fmt: skip

MARKS = {
    StageName.ENGINE_INIT: ("Initializing a V1 LLM engine", "Starting to load model"),
    StageName.WEIGHTS: ("Starting to load model", "Loading weights took"),
    StageName.COMPILE: ("Warming up model for the compilation", "Warming up done"),
    StageName.SERVER: ("Starting vLLM", "Application startup complete"),
}

STARTS = (
    "01_cold_start_default",
    "02_warm_cache_default",
    "03_mid_model_10_shards_cold_pagecache",
    "04_enforce_eager",
    "06_specdecode_ngram",
    "08_specdecode_eagle",
    "09_compile_mode3_inductor",
    "42_engine_core_killed_midstream",
    "44_sigint_ignored_when_parent_ignores_sigint",
    "45_clean_sigterm_after_ready_mid_model",
    "52_v0.11.0_warm_start_api_sigint",
)


def timeline_of(name: str) -> Timeline:
    return reading_of(capture(name).pieces).timeline


def test_the_table_names_every_recorded_log() -> None:
    assert sorted(FIGURES) == names("log")


@pytest.mark.parametrize("name", FIGURES)
def test_every_printed_figure_is_exact(name: str) -> None:
    timeline = timeline_of(name)
    assert (
        timeline.vllm_version,
        timeline.model,
        timeline.model_shards_total,
        timeline.weights_s,
        timeline.compile_cache,
        timeline.kv_cache_tokens,
        timeline.engine_init_s,
    ) == FIGURES[name]


@pytest.mark.parametrize("name", STARTS)
def test_stages_begin_and_end_when_their_lines_arrive(name: str) -> None:
    recorded, timeline = capture(name), timeline_of(name)
    for stage, (first, last) in MARKS.items():
        if stage is StageName.COMPILE and timeline.compile_cache == "off":
            assert timeline.stage(stage).started_s is None
            continue
        assert timeline.stage(stage).started_s == pytest.approx(recorded.first_at_s(first), abs=0.1)
        assert timeline.stage(stage).ended_s == pytest.approx(recorded.last_at_s(last), abs=0.1)
    assert timeline.stage(StageName.KV_CACHE).started_s == pytest.approx(recorded.first_at_s("KV cache size"), abs=0.1)
    assert timeline.stage(StageName.CONTAINER).started_s == 0.0
    assert timeline.stage(StageName.CUDA_GRAPHS).started_s is None


@pytest.mark.parametrize("name", STARTS)
def test_a_finished_start_is_done_in_all_five_segments(name: str) -> None:
    timeline = timeline_of(name)
    assert timeline.serving
    assert [segment.state for segment in pipeline(timeline)] == ["done"] * 5


@pytest.mark.parametrize("name", STARTS)
def test_the_segments_of_a_watched_start_add_up_to_the_time_to_ready(name: str) -> None:
    ready_s = capture(name).first_at_s("Application startup complete")
    assert sum(step_seconds(timeline_of(name)).values()) == pytest.approx(ready_s)


def test_a_start_that_did_not_end_has_no_segment_durations_to_learn_from() -> None:
    assert step_seconds(timeline_of("33_fail_truncated_shard")) == {}


@pytest.mark.parametrize("name", [name for name in names("raw") if not name.startswith("sim_")])
@pytest.mark.parametrize("seed", range(3))
def test_raw_bytes_in_random_cuts_say_the_same_as_the_timed_log(name: str, seed: int) -> None:
    data, cuts = raw(name), random.Random(seed)
    splitter, pieces, begin = PieceSplitter(), [], 0
    while begin < len(data):
        size = cuts.choice((1, 2, 3, 7, 64, 500))
        pieces += splitter.feed(data[begin : begin + size])
        begin += size
    pieces += splitter.finish()
    from_raw = reading_of([LogPiece(piece.text) for piece in pieces]).timeline
    from_log = reading_of([LogPiece(piece.text) for piece in capture(name).pieces]).timeline
    assert from_raw == from_log


def test_the_printed_seconds_are_the_duration_of_the_weights_and_not_the_arrival_times() -> None:
    weights = timeline_of("03_mid_model_10_shards_cold_pagecache").stage(StageName.WEIGHTS)
    assert weights.duration_s == 2.45
    assert weights.ended_s is not None
    assert weights.started_s is not None
    assert weights.ended_s - weights.started_s == pytest.approx(2.591, abs=0.001)


def test_a_draft_model_has_a_bar_of_its_own_and_its_seconds_are_added_to_the_stage() -> None:
    timeline = timeline_of("08_specdecode_eagle")
    assert (timeline.shard_bar, timeline.shards_done, timeline.shards_total) == (2, 1, 1)
    assert (timeline.weights_s, timeline.draft_weights_s) == (0.01, 0.01)
    assert timeline.stage(StageName.WEIGHTS).duration_s == pytest.approx(0.02)
    assert timeline.speculation == "eagle"


def test_guessing_by_ngram_loads_no_second_model_although_the_log_says_drafter() -> None:
    timeline = timeline_of("06_specdecode_ngram")
    assert (timeline.shard_bar, timeline.shards_done, timeline.shards_total) == (1, 6, 6)


def test_on_a_cpu_0_11_sizes_the_cache_before_it_compiles_and_the_pipeline_stays_at_compile() -> None:
    pieces = capture("52_v0.11.0_warm_start_api_sigint").pieces
    until = next(place for place, piece in enumerate(pieces) if "Warming up done" in piece.text)
    compiling = reading_of(pieces[:until]).timeline
    current = [segment.step for segment in pipeline(compiling) if segment.state == "current"]
    assert current == [PipelineStep.COMPILE]
    assert compiling.kv_cache_tokens == 524288
