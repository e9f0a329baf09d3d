"""Starts that no capture holds: a GPU, every version's wording, the document's, and logs that are cut, late or hostile."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.vllm_log_samples import GPU_WORDINGS, GpuWording, capture, gpu_log, raw, reading_of_text
from thorhud.domain.log_text import pieces_of
from thorhud.domain.stages import PipelineStep, StageName, Timeline, advance, pipeline
from thorhud.domain.timeline import STAGE_ORDER, LogPiece

DOCUMENT = """\
Parse safetensors files: 100%|ββββββββββββββββββββ| 15/15 [00:01<00:00, 14.70it/s]
Loading safetensors checkpoint shards: 100%|ββββββββββββββββββββ| 15/15 [00:24<00:00, 1.64s/it]
INFO: Loading weights took 24.72 seconds
INFO: torch.compile takes 45.2s in total for 1 model(s)
INFO: Graph capturing finished in 21.0 secs
(APIServer pid=92) INFO: Waiting for application startup.
(APIServer pid=92) INFO: Application startup complete.
"""

all_wordings = pytest.mark.parametrize("wording", GPU_WORDINGS, ids=lambda wording: wording.version)


def timeline_of(text: str) -> Timeline:
    timeline = Timeline()
    for piece in pieces_of(text.encode()):
        timeline = advance(timeline, piece)
    return timeline


def current_steps(timeline: Timeline) -> list[PipelineStep]:
    return [segment.step for segment in pipeline(timeline) if segment.state == "current"]


@all_wordings
def test_every_figure_of_a_gpu_start_is_exact_in_every_version(wording: GpuWording) -> None:
    timeline = timeline_of(gpu_log(wording).decode())
    assert timeline.vllm_version == wording.version
    assert timeline.model == "openai/gpt-oss-120b"
    assert (timeline.shards_done, timeline.shards_total, timeline.shard_bar) == (15, 15, 1)
    assert timeline.weights_s == 24.72
    assert timeline.model_memory_gib == 14.9889
    assert timeline.compile_s == 19.69
    assert timeline.compile_cache == "miss"
    assert timeline.kv_cache_gib == 33.31
    assert timeline.kv_cache_tokens == 1587648
    assert (timeline.graphs_done, timeline.graphs_total) == (51, 51)
    assert (timeline.graph_capture_s, timeline.graph_memory_gib) == (21.0, 0.72)
    assert timeline.engine_init_s == 196.18
    assert timeline.serving


@all_wordings
def test_printed_durations_are_those_of_the_stages(wording: GpuWording) -> None:
    timeline = timeline_of(gpu_log(wording).decode())
    durations = {stage.name: stage.duration_s for stage in timeline.stages if stage.duration_s is not None}
    assert durations == {StageName.WEIGHTS: 24.72, StageName.COMPILE: 19.69, StageName.CUDA_GRAPHS: 21.0}


@all_wordings
def test_a_found_compile_cache_is_a_hit_in_every_version(wording: GpuWording) -> None:
    assert timeline_of(gpu_log(wording, cache="hit").decode()).compile_cache == "hit"


@all_wordings
def test_eager_mode_compiles_and_captures_nothing_and_serves_all_the_same(wording: GpuWording) -> None:
    timeline = timeline_of(gpu_log(wording, compiles=False).decode())
    assert timeline.compile_cache == "off"
    assert timeline.graph_capture_s is None
    assert [segment.state for segment in pipeline(timeline)] == ["done"] * 5


@all_wordings
def test_the_stage_never_moves_backwards_and_one_segment_is_current(wording: GpuWording) -> None:
    timeline, place, step = Timeline(), 0, 0
    for piece in pieces_of(gpu_log(wording)):
        timeline = advance(timeline, piece)
        assert STAGE_ORDER[timeline.current] >= place
        place = STAGE_ORDER[timeline.current]
        if not timeline.serving:
            (current,) = current_steps(timeline)
            assert list(PipelineStep).index(current) >= step
            step = list(PipelineStep).index(current)


@all_wordings
def test_pieces_that_come_twice_change_nothing(wording: GpuWording) -> None:
    once, twice = Timeline(), Timeline()
    for second, piece in enumerate(pieces_of(gpu_log(wording))):
        timed = replace(piece, at_s=float(second))
        once = advance(once, timed)
        twice = advance(advance(twice, timed), timed)
        assert twice == once


@all_wordings
def test_log_times_without_arrival_times_give_no_stage_times(wording: GpuWording) -> None:
    timeline = timeline_of(gpu_log(wording).decode())
    assert all(stage.started_s is None and stage.ended_s is None for stage in timeline.stages)
    assert timeline.last_at_s is None


def test_the_document_s_own_wording_gives_its_figures() -> None:
    timeline = timeline_of(DOCUMENT)
    assert (timeline.shards_done, timeline.shards_total) == (15, 15)
    assert (timeline.weights_s, timeline.compile_s, timeline.graph_capture_s) == (24.72, 45.2, 21.0)
    assert timeline.serving


@pytest.mark.parametrize(
    "config",
    [
        "enforce_eager=True, compilation_config={'mode': <CompilationMode.NONE: 0>}",
        'enforce_eager=False, compilation_config={"level":0,"debug_dump_path":""}',
        "enforce_eager=False, compilation_config={'level': None, 'mode': <CompilationMode.NONE: 0>, 'x': 1}",
    ],
)
def test_a_configuration_that_compiles_nothing_is_off_whatever_its_wording(config: str) -> None:
    line = f"INFO 11-24 11:43:54 [core.py:77] Initializing a V1 LLM engine (v0.11.0) with config: model='m', {config}\n"
    assert timeline_of(line).compile_cache == "off"


@pytest.mark.parametrize(
    "config",
    [
        'enforce_eager=False, compilation_config={"level":3,"cudagraph_mode":0,"use_level":0}',
        "enforce_eager=False, compilation_config={'mode': <CompilationMode.VLLM_COMPILE: 3>}",
    ],
)
def test_a_configuration_that_compiles_is_not_off(config: str) -> None:
    line = f"Initializing a V1 LLM engine (v0.20.1) with config: model='m', {config}\n"
    assert timeline_of(line).compile_cache is None


def test_the_typed_arguments_switch_compiling_off_as_well() -> None:
    for typed in ("'enforce_eager': True", "'compilation_config': {'level': 0}", "'compilation_config': {\"mode\":0}"):
        line = f"(APIServer pid=1) INFO 11-24 11:43:54 [utils.py:233] non-default args: {{'model': 'm', {typed}}}\n"
        assert timeline_of(line).compile_cache == "off"


def test_the_draft_model_in_the_arguments_is_not_taken_for_the_model() -> None:
    line = (
        "non-default args: {'speculative_config': {'model': 'yuhuili/EAGLE3-LLaMA3.1-Instruct-8B', 'method': 'eagle3'},"
        " 'model': 'nvidia/Llama-3.1-8B-Instruct-FP4'}\n"
    )
    assert timeline_of(line).model == "nvidia/Llama-3.1-8B-Instruct-FP4"


def test_a_draft_model_s_pt_bar_begins_again_at_nought_and_stays_in_weights() -> None:
    timeline = timeline_of(
        "Starting to load model nvidia/Llama-3.1-8B-Instruct-FP4...\n"
        "\rLoading safetensors checkpoint shards: 100% Completed | 2/2 [00:03<00:00,  1.6s/it]\n"
        "Loading weights took 3.10 seconds\n"
        "\rLoading pt checkpoint shards:   0% Completed | 0/1 [00:00<?, ?it/s]\n"
    )
    assert (timeline.shard_bar, timeline.shards_done, timeline.shards_total) == (2, 0, 1)
    assert timeline.model_shards_total == 2
    assert current_steps(timeline) == [PipelineStep.WEIGHTS]


def test_a_late_bar_of_a_model_without_draft_does_not_begin_again() -> None:
    timeline = timeline_of(
        "Initializing a V1 LLM engine (v0.11.0) with config: model='m', speculative_config=None\n"
        "\rLoading safetensors checkpoint shards: 100% Completed | 4/4 [00:03<00:00,  1.6s/it]\n"
        "\rLoading safetensors checkpoint shards:   0% Completed | 0/4 [00:00<?, ?it/s]\n"
    )
    assert (timeline.shard_bar, timeline.shards_done) == (1, 4)


@pytest.mark.parametrize(
    "description",
    [
        "Loading safetensors checkpoint shards",
        "Loading safetensors checkpoint shards (eager)",
        "Loading pt checkpoint shards",
        "Loading np_cache checkpoint shards",
        "Loading safetensors using Runai Model Streamer",
        "Multi-thread loading shards",
        "Multi-thread loading pt checkpoint shards",
    ],
)
def test_every_loader_s_bar_is_counted(description: str) -> None:
    timeline = timeline_of(f"\r{description}:  70% Completed | 7/10 [00:01<00:00,  3.88it/s]\n")
    assert (timeline.shards_done, timeline.shards_total) == (7, 10)


def test_each_graph_bar_counts_for_itself_and_an_old_one_does_not_come_back() -> None:
    first, second = "Capturing CUDA graphs (mixed prefill-decode, PIECEWISE)", "Capturing CUDA graphs (decode, FULL)"
    timeline = timeline_of(
        f"\r{first}: 100%|██████████| 51/51 [00:01<00:00, 33.44it/s]\n"
        f"\r{second}:   9%|▉         | 3/35 [00:00<00:01, 33.86it/s]"
        f"\r{first}: 100%|██████████| 51/51 [00:01<00:00, 33.44it/s]\n"
    )
    assert (timeline.graph_bar, timeline.graphs_done, timeline.graphs_total) == ("decode, FULL", 3, 35)


def test_the_simulated_bytes_of_a_graph_bar_are_followed_to_their_end() -> None:
    timeline = timeline_of(raw("sim_cuda_graph_tqdm_pipe_bytes").decode())
    assert timeline.current is StageName.CUDA_GRAPHS
    assert timeline.graphs_done == timeline.graphs_total


def test_a_line_written_right_behind_a_bar_is_read_as_well() -> None:
    timeline = timeline_of(
        "\rCapturing CUDA graphs (decode, FULL):  98%|█████████▊| 34/35 [00:01<00:00,  1.27it/s]"
        "(EngineCore_DP0 pid=441) INFO 11-24 11:44:20 [gpu_model_runner.py:4245]"
        " Graph capturing finished in 106 secs, took 0.72 GiB\n"
    )
    assert (timeline.graphs_done, timeline.graph_capture_s) == (34, 106.0)


def test_of_several_workers_the_slowest_counts_once() -> None:
    timeline = timeline_of(
        "(Worker_TP0 pid=1) INFO 11-24 11:43:54 [default_loader.py:315] Loading weights took 20.10 seconds\n"
        "(Worker_TP1 pid=2) INFO 11-24 11:43:55 [default_loader.py:315] Loading weights took 21.50 seconds\n"
    )
    assert timeline.weights_s == 21.5
    assert timeline.stage(StageName.WEIGHTS).duration_s == 21.5


def test_the_parts_of_a_draft_model_s_compile_are_summed_by_the_engine_s_own_figure() -> None:
    timeline = timeline_of(
        "[backbone] torch.compile took 16.27 s in total\n[eagle_head] torch.compile took 3.10 s in total\n"
        "init engine (profile, create kv cache, warmup model) took 47.12 s (compilation: 19.37 s)\n"
    )
    assert timeline.compile_s == 19.37


def test_one_compiled_graph_outweighs_those_found_in_the_cache() -> None:
    timeline = timeline_of(
        "Directly load the compiled graph(s) for dynamic shape from the cache, took 1.234 s\n"
        "Compiling a graph for dynamic shape takes 13.62 s\n"
    )
    assert timeline.compile_cache == "miss"


def test_saving_an_artefact_after_a_hit_is_no_miss() -> None:
    timeline = timeline_of(
        "Directly load the compiled graph(s) for compile range (1, 8192) from the cache, took 0.904 s\n"
        "saved AOT compiled function to /root/.cache/vllm/torch_aot_compile/ab/rank_0_0/model\n"
    )
    assert timeline.compile_cache == "hit"


def test_a_disabled_cache_is_off_while_torch_compile_still_runs() -> None:
    timeline = timeline_of("Loading weights took 1.00 seconds\nvLLM's torch.compile cache is disabled.\n")
    assert timeline.compile_cache == "off"
    assert current_steps(timeline) == [PipelineStep.COMPILE]


def test_the_cache_size_between_compile_and_graphs_leaves_ready_to_come() -> None:
    timeline = timeline_of("torch.compile takes 45.2 s in total\nAvailable KV cache memory: 33.31 GiB\n")
    assert timeline.current is StageName.KV_CACHE
    assert current_steps(timeline) == [PipelineStep.GRAPHS]


def test_a_prompt_that_quotes_a_log_line_is_not_taken_for_one() -> None:
    timeline = timeline_of(
        "(APIServer pid=1) INFO 11-24 11:44:20 [logger.py:41] Received request chatcmpl-1: prompt:"
        " 'Application startup complete. Loading weights took 24.72 seconds'\n"
    )
    assert timeline == Timeline()


def test_after_serving_nothing_of_a_start_changes_any_more() -> None:
    serving = timeline_of(DOCUMENT)
    later = advance(serving, LogPiece("Loading weights took 99.00 seconds", 500.0))
    assert later.weights_s == 24.72
    assert later.stages[1:] == serving.stages[1:]


def test_a_json_log_is_read_like_a_plain_one() -> None:
    timeline = timeline_of('{"level": "INFO", "name": "vllm", "message": "Loading weights took 24.72 seconds"}\n')
    assert timeline.weights_s == 24.72


def test_starts_in_one_log_are_kept_apart() -> None:
    first, second = capture("52_v0.11.0_warm_start_api_sigint"), capture("58_v0.11.0_fail_max_model_len_too_large")
    text = "\n".join(piece.text for piece in (*first.pieces, *second.pieces))
    reading = reading_of_text(text)
    (earlier,) = reading.earlier
    assert (earlier.timeline.serving, earlier.timeline.kv_cache_tokens) == (True, 524288)
    assert (reading.timeline.serving, reading.timeline.kv_cache_tokens) == (False, None)


def test_a_start_after_a_wrong_flag_is_a_new_one() -> None:
    first, second = capture("59_v0.11.0_fail_unknown_flag"), capture("52_v0.11.0_warm_start_api_sigint")
    reading = reading_of_text("\n".join(piece.text for piece in (*first.pieces, *second.pieces)))
    assert len(reading.earlier) == 1
    assert [clue.kind for clue in reading.earlier[0].evidence.clues] == ["unknown-flag"]
    assert reading.timeline.serving


def test_the_version_line_that_comes_twice_begins_no_second_start() -> None:
    pieces = capture("52_v0.11.0_warm_start_api_sigint").pieces
    line = next(piece.text for piece in pieces if "API server version" in piece.text)
    reading = reading_of_text("\n".join([*(piece.text for piece in pieces), line]))
    assert reading.earlier == ()


@given(text=st.text())
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    reading_of_text(text)


_FRAGMENTS = (
    "Loading safetensors checkpoint shards: ", "100% Completed | ", "9/4 [", "Capturing CUDA graphs (", "Loading weights took ",
    "1,2", ".", " seconds", "(EngineCore pid=", ") ", "INFO 11-24 11:43:54 [a.py:1] ", "\x1b[1;36m", '{"', "\r", "\n", "非",
    "Initializing a V1 LLM engine (v", "non-default args: {", "'model': '", "init engine (", ") took ", " s (compilation: ",
)  # fmt: skip


@given(parts=st.lists(st.sampled_from(_FRAGMENTS), max_size=30))
def test_no_mixture_of_log_fragments_breaks_the_reading(parts: list[str]) -> None:
    reading_of_text("".join(parts))


@given(late=st.integers(0, 200), seconds=st.floats(0, 1000))
def test_a_late_repeated_line_never_moves_a_start_backwards(late: int, seconds: float) -> None:
    pieces = [replace(piece, at_s=float(n)) for n, piece in enumerate(pieces_of(gpu_log(GPU_WORDINGS[2])))]
    repeated = replace(pieces[late % len(pieces)], at_s=seconds)
    timeline = Timeline()
    for piece in pieces:
        timeline = advance(timeline, piece)
    again = Timeline()
    for piece in (*pieces[:-3], repeated, *pieces[-3:]):
        again = advance(again, piece)
    for name in StageName:
        assert again.stage(name).started_s == timeline.stage(name).started_s


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("wording", GPU_WORDINGS, ids=lambda wording: wording.version)
def test_any_line_of_the_start_that_comes_late_leaves_stage_and_ends_as_they_were(
    wording: GpuWording, timed: bool
) -> None:
    pieces = list(pieces_of(gpu_log(wording)))
    if timed:
        pieces = [replace(piece, at_s=float(n)) for n, piece in enumerate(pieces)]
    before_ready = Timeline()
    for piece in pieces[:-3]:
        before_ready = advance(before_ready, piece)
    for piece in pieces[:-4]:
        late = replace(piece, at_s=900.0) if timed else piece
        after = advance(before_ready, late)
        assert after.current is before_ready.current
        assert [stage.ended_s for stage in after.stages] == [stage.ended_s for stage in before_ready.stages]
        assert [stage.duration_s for stage in after.stages] == [stage.duration_s for stage in before_ready.stages]
