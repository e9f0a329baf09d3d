"""The time left is the usual time, corrected by what the log counts, and never promises what it cannot keep."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.vllm_log_samples import GPU_WORDINGS, GpuWording, gpu_log
from thorhud.domain.estimate import Estimate, SmoothRemaining, expected_steps, remaining
from thorhud.domain.log_text import pieces_of
from thorhud.domain.stages import PipelineStep, StageName, Timeline, advance
from thorhud.domain.timeline import LogPiece

USUAL = {
    PipelineStep.CONTAINER: 20.0,
    PipelineStep.WEIGHTS: 35.0,
    PipelineStep.COMPILE: 45.0,
    PipelineStep.GRAPHS: 21.0,
    PipelineStep.READY: 29.0,
}
WEIGHTS = "Starting to load model openai/gpt-oss-120b..."


def after(*lines: tuple[float, str]) -> Timeline:
    timeline = Timeline()
    for at_s, text in lines:
        timeline = advance(timeline, LogPiece(text, at_s))
    return timeline


def left_s(timeline: Timeline, elapsed_s: float) -> float:
    estimate = remaining(USUAL, timeline, elapsed_s)
    assert estimate.remaining_s is not None
    return estimate.remaining_s


def bar(done: int) -> str:
    return f"Loading safetensors checkpoint shards:  {done * 10}% Completed | {done}/10 [00:01<00:00,  3.88it/s]"


def test_at_the_start_all_of_the_usual_time_is_left() -> None:
    assert left_s(Timeline(), 0.0) == 150.0


def test_time_passes_within_a_segment() -> None:
    assert left_s(after((0.0, "x")), 8.0) == 142.0


def test_a_finished_segment_counts_no_more_however_long_it_took() -> None:
    assert left_s(after((60.0, WEIGHTS)), 60.0) == 130.0
    assert left_s(after((5.0, WEIGHTS)), 5.0) == 130.0


def test_weights_that_load_slower_than_usual_move_the_end_back() -> None:
    slow = after((20.0, WEIGHTS), (60.0, bar(5)))
    assert left_s(slow, 60.0) > 95.0 + 35.0 / 2


def test_weights_that_load_faster_than_usual_move_the_end_forward() -> None:
    fast = after((20.0, WEIGHTS), (25.0, bar(5)))
    assert left_s(fast, 25.0) < 95.0 + 35.0 / 2


def test_a_found_compile_cache_drops_the_expectation_of_torch_compile() -> None:
    before = after(
        (20.0, WEIGHTS), (55.0, "Loading weights took 24.72 seconds"), (56.0, "Dynamo bytecode transform time: 6 s")
    )
    found = advance(
        before, LogPiece("Directly load the compiled graph(s) for dynamic shape from the cache, took 1 s", 57.0)
    )
    assert left_s(before, 57.0) == 44.0 + 50.0
    assert left_s(found, 57.0) == 4.0 + 50.0
    assert remaining(USUAL, found, 57.0, cached_compile_s=9.0).remaining_s == 8.0 + 50.0


def test_a_start_that_compiles_nothing_expects_no_compile() -> None:
    eager = after(
        (10.0, "Initializing a V1 LLM engine (v0.11.0) with config: model='m', enforce_eager=True"), (20.0, WEIGHTS)
    )
    assert left_s(eager, 20.0) == 35.0 + 21.0 + 29.0


def test_a_segment_that_overruns_keeps_a_little_left_instead_of_nothing() -> None:
    assert left_s(after((0.0, "x"), (10.0, "y")), 120.0) == pytest.approx(131.0)


def test_past_one_and_a_half_times_the_expectation_no_time_is_promised() -> None:
    timeline = after((20.0, WEIGHTS))
    assert not remaining(USUAL, timeline, 224.0).longer_than_usual
    assert remaining(USUAL, timeline, 226.0) == Estimate(remaining_s=None, longer_than_usual=True)


def test_less_than_a_second_is_never_promised_before_ready() -> None:
    nearly = after((140.0, "Waiting for application startup."))
    assert left_s(nearly, 190.0) >= 1.0
    assert remaining(USUAL, replace(nearly, serving=True), 190.0).remaining_s == 0.0


def test_without_an_expectation_nothing_is_guessed() -> None:
    assert remaining({}, Timeline(), 10.0) == Estimate(remaining_s=None)


def test_without_arrival_times_the_counts_alone_correct_the_usual_time() -> None:
    assert left_s(advance(Timeline(), LogPiece(bar(5))), 30.0) == 17.5 + 95.0


def test_stages_become_segments() -> None:
    stages = {name: float(place) for place, name in enumerate(StageName, 1)}
    assert expected_steps(stages) == {
        PipelineStep.CONTAINER: 3.0,
        PipelineStep.WEIGHTS: 3.0,
        PipelineStep.COMPILE: 4.0,
        PipelineStep.READY: 5.0 + 7.0,
        PipelineStep.GRAPHS: 6.0,
    }


@given(step_s=st.floats(0.1, 5.0), wording=st.sampled_from(GPU_WORDINGS))
def test_no_start_whatever_its_pace_leaves_less_than_a_second_or_more_than_expected_twice(
    step_s: float, wording: GpuWording
) -> None:
    timeline = Timeline()
    for place, piece in enumerate(pieces_of(gpu_log(wording))):
        timeline = advance(timeline, replace(piece, at_s=place * step_s))
        estimate = remaining(USUAL, timeline, place * step_s)
        if timeline.serving or estimate.longer_than_usual:
            return
        assert estimate.remaining_s is not None
        assert 1.0 <= estimate.remaining_s <= 300.0


@given(values=st.lists(st.floats(1.0, 500.0), min_size=1, max_size=30))
def test_the_shown_time_never_rises_by_more_than_five_seconds(values: list[float]) -> None:
    smooth = SmoothRemaining()
    lowest = float("inf")
    for value in values:
        shown = smooth.show(Estimate(remaining_s=value)).remaining_s
        assert shown is not None
        assert shown <= min(value, lowest + 5.0)
        lowest = min(lowest, shown)


def test_with_a_reason_beside_it_the_shown_time_may_jump() -> None:
    smooth = SmoothRemaining()
    smooth.show(Estimate(remaining_s=10.0))
    assert smooth.show(Estimate(remaining_s=90.0), reason=True).remaining_s == 90.0
    assert smooth.show(Estimate(remaining_s=92.0)).remaining_s == 92.0


def test_longer_than_usual_is_passed_on_as_it_is() -> None:
    overdue = Estimate(remaining_s=None, longer_than_usual=True)
    assert SmoothRemaining().show(overdue) == overdue
