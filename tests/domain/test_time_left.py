"""What a screen says of the time left rises only with words beside it."""

from dataclasses import replace

import pytest

from thorhud.domain.estimate import LARGEST_RISE_S, Expectation
from thorhud.domain.stages import PipelineStep, Timeline, advance
from thorhud.domain.time_left import TimeLeftShown
from thorhud.domain.timeline import LogPiece

USUAL = Expectation(
    usual_s={
        PipelineStep.CONTAINER: 20.0,
        PipelineStep.WEIGHTS: 40.0,
        PipelineStep.COMPILE: 45.0,
        PipelineStep.GRAPHS: 20.0,
        PipelineStep.READY: 25.0,
    },
    cached_compile_s=8.0,
)
WEIGHTS = (20.0, "Starting to load model m...")
COMPILING = (60.0, "Dynamo bytecode transform time: 6 s")
MISS = (62.0, "Compiling a graph for dynamic shape takes 13.62 s")


def after(*lines: tuple[float, str]) -> Timeline:
    timeline = Timeline()
    for at_s, text in lines:
        timeline = advance(timeline, LogPiece(text, at_s))
    return timeline


def bar(done: int) -> str:
    return f"Loading safetensors checkpoint shards:  {done * 10}% Completed | {done}/10 [00:01<00:00,  3.88it/s]"


def left_s(shown: TimeLeftShown, timeline: Timeline, at_s: float) -> float:
    value = shown.show(timeline, at_s).estimate.remaining_s
    assert value is not None
    return value


def test_a_slow_disk_raises_the_time_with_words_and_at_once_to_what_is_true() -> None:
    shown = TimeLeftShown(USUAL)
    begun = left_s(shown, after(WEIGHTS), 20.0)
    slow = after(WEIGHTS, (80.0, bar(2)))

    now = shown.show(slow, 80.0)

    assert now.why == "Reading the weights takes longer than last time"
    assert now.estimate.remaining_s is not None
    assert now.estimate.remaining_s > begun - 60.0 + LARGEST_RISE_S


def test_without_words_it_rises_by_five_seconds_at_most() -> None:
    shown = TimeLeftShown(USUAL)
    fast = left_s(shown, after(WEIGHTS, (21.0, bar(9))), 21.0)
    behind = left_s(shown, after(WEIGHTS, (21.0, bar(2)), (40.0, bar(3))), 40.0)

    assert behind <= fast + LARGEST_RISE_S


def test_compiling_that_lasts_longer_than_last_time_is_said_to() -> None:
    shown = TimeLeftShown(USUAL)
    compiling = after(WEIGHTS, COMPILING)

    assert shown.show(compiling, 100.0).why is None
    assert shown.show(compiling, 125.0).why == "Compiling takes longer than last time"


def test_a_likely_cache_shortens_the_first_figure_and_a_miss_is_said_and_makes_it_whole_again() -> None:
    likely = replace(USUAL, cache_likely=True)
    shown = TimeLeftShown(likely)

    assert likely.total_s == 113.0
    assert left_s(shown, Timeline(), 0.0) == 113.0
    before = left_s(shown, after(WEIGHTS, COMPILING), 61.0)
    missed = shown.show(after(WEIGHTS, COMPILING, MISS), 62.0)
    assert "compiles anew" in (missed.why or "")
    assert missed.estimate.remaining_s == pytest.approx(before + 45.0 - 8.0 - 1.0)


def test_a_found_cache_takes_what_it_took_here_before() -> None:
    found = after(WEIGHTS, (60.0, "Directly load the compiled graph(s) for dynamic shape from the cache, took 1 s"))

    assert left_s(TimeLeftShown(USUAL), found, 60.0) == 8.0 + 20.0 + 25.0


def test_a_start_that_says_nothing_yet_counts_down_all_the_same() -> None:
    shown = TimeLeftShown(USUAL)

    assert left_s(shown, Timeline(), 0.0) - left_s(shown, Timeline(), 10.0) == 10.0


def test_nothing_is_promised_where_nothing_is_expected() -> None:
    assert TimeLeftShown(Expectation()).show(Timeline(), 30.0).estimate.remaining_s is None
    assert Expectation().total_s is None
