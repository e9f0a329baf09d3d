"""A start in words."""

from dataclasses import replace

import pytest
import samples_compare as sc

from thorhud.domain.stages import PipelineStep, Stage, StageName, Timeline
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.gui.stage_words import (
    NARROW,
    SegmentState,
    cache_line,
    clock,
    duration,
    grouped,
    headline,
    segments,
    shard_words,
    time_left,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "\u2013"),
        (float("nan"), "\u2013"),
        (float("inf"), "\u2013"),
        (0.0, "0:00"),
        (27.9, "0:27"),
        (83, "1:23"),
        (725, "12:05"),
        (3723, "1:02:03"),
        (-4, "0:00"),
    ],
)
def test_a_clock_reads_like_a_stop_watch(seconds: float | None, words: str) -> None:
    assert clock(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "\u2013"),
        (0.42, "0.4 s"),
        (5.0, "5 s"),
        (12.4, "12 s"),
        (24.72, "25 s"),
        (99.6, "1:40"),
        (150, "2:30"),
        (200, "3:20"),
        (660, "about 11 min"),
    ],
)
def test_a_duration_reads_as_people_say_it(seconds: float | None, words: str) -> None:
    assert duration(seconds).replace(NARROW, " ") == words


def test_thousands_stand_apart() -> None:
    assert grouped(1_234_567) == f"1{NARROW}234{NARROW}567"


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (StageName.CONTAINER, "Starting the container"),
        (StageName.ENGINE_INIT, "Starting vLLM"),
        (StageName.WEIGHTS, "Loading weights"),
        (StageName.COMPILE, "Compiling"),
        (StageName.KV_CACHE, "Measuring memory"),
        (StageName.CUDA_GRAPHS, "Capturing CUDA graphs"),
        (StageName.SERVER, "Almost ready"),
    ],
)
def test_each_stage_has_a_headline(stage: StageName, words: str) -> None:
    assert headline(sc.loading(timeline=replace(sc.loading_timeline(), current=stage))) == words


def test_the_second_bar_is_called_a_draft_model() -> None:
    timeline = replace(sc.loading_timeline(done=0, total=1), shard_bar=2)

    assert headline(sc.loading(timeline=timeline)) == "Loading the draft model"
    assert "".join(shard_words(timeline)) == "Draft model, shard 1 of 1"


def test_a_switch_says_what_it_is_doing() -> None:
    serving = sc.loading(
        phase=ServingPhase.STOPPING, next_configuration_id="llama-3.1-8b-fp4", activity="Clearing memory"
    )

    assert headline(serving) == "Clearing memory"


def test_the_last_stage_says_what_is_waited_for() -> None:
    timeline = replace(sc.loading_timeline(), current=StageName.SERVER)

    assert headline(sc.loading(timeline=timeline, activity="Asking for one short chat")) == "Asking for one short chat"


@pytest.mark.parametrize(
    ("remaining", "figure"), [(83.0, "1:23"), (82.2, "1:23"), (0.4, "0:01"), (0.0, "0:01"), (-3.0, "0:01")]
)
def test_the_time_left_is_never_zero_before_it_is_ready(remaining: float, figure: str) -> None:
    left = time_left(sc.loading(remaining_s=remaining))

    assert (left.figure, left.label, left.so_far) == (figure, "left, about", "0:27 so far")


def test_an_overdue_start_shows_how_long_it_took_and_offers_the_log() -> None:
    left = time_left(sc.loading(remaining_s=None, longer_than_usual=True, elapsed_s=205.0))

    assert (left.figure, left.label, left.ask_log) == ("3:25", "longer than usual", True)


def test_an_unknown_time_left_is_no_number() -> None:
    left = time_left(sc.loading(remaining_s=None))

    assert (left.figure, left.label, left.so_far) == ("0:27", "so far", "no usual time known")


def test_a_stop_shows_no_clock_and_no_progress_of_the_model_that_goes() -> None:
    serving = sc.loading(phase=ServingPhase.STOPPING, remaining_s=None, elapsed_s=400.0)

    assert time_left(serving).figure == ""
    assert states(serving) == [LATER] * 5


def states(serving: ServingState) -> list[SegmentState]:
    return [each.state for each in segments(serving)]


def captions(serving: ServingState) -> list[str]:
    return [each.caption.replace(NARROW, " ") for each in segments(serving)]


DONE, NOW, LATER = SegmentState.DONE, SegmentState.CURRENT, SegmentState.TO_COME


def test_the_pipeline_tells_done_current_and_to_come() -> None:
    assert states(sc.loading()) == [DONE, NOW, LATER, LATER, LATER]
    assert captions(sc.loading()) == ["12 s", "15 of 35 s", "5 s, cache found", "21 s", "37 s"]


def test_what_is_not_known_has_no_caption() -> None:
    timeline = Timeline(current=StageName.WEIGHTS)

    assert captions(sc.loading(timeline=timeline, expected_s={}, elapsed_s=None)) == ["", "", "", "", ""]


def test_the_weights_fill_by_shards_and_never_to_the_end() -> None:
    half = segments(sc.loading(timeline=sc.loading_timeline(done=3, total=6)))[1]
    full = segments(sc.loading(timeline=sc.loading_timeline(done=6, total=6)))[1]

    assert half.progress == pytest.approx(0.5)
    assert full.progress < 1


def test_the_step_that_failed_stays_visible() -> None:
    assert states(sc.failed()) == [DONE, SegmentState.FAILED, LATER, LATER, LATER]


def test_a_failure_without_a_log_failed_at_the_container() -> None:
    serving = sc.failed(timeline=None, failed_step=None)

    assert states(serving)[0] is SegmentState.FAILED


def test_an_unknown_step_name_is_no_crash() -> None:
    assert states(sc.failed(failed_step="something new"))[1] is SegmentState.FAILED


def test_a_ready_server_is_green_at_the_end() -> None:
    assert states(sc.ready()) == [DONE, DONE, DONE, DONE, SegmentState.READY]


def test_sizing_the_cache_is_not_yet_ready() -> None:
    timeline = replace(sc.loading_timeline(), current=StageName.KV_CACHE)

    assert states(sc.loading(timeline=timeline)) == [DONE, DONE, DONE, NOW, LATER]


def test_sizing_the_cache_before_the_graphs_does_not_make_the_step_ready_as_done_as_it() -> None:
    stages = tuple(
        Stage(name=name, started_s=40.0, duration_s=2.0) if name is StageName.KV_CACHE else Stage(name=name)
        for name in StageName
    )
    timeline = Timeline(stages=stages, current=StageName.CUDA_GRAPHS)

    assert [each.step for each in segments(sc.loading(timeline=timeline)) if each.state is NOW] == [PipelineStep.GRAPHS]


@pytest.mark.parametrize(
    ("cache", "part"), [("hit", "about 5"), ("miss", "next start"), ("off", "switched off"), (None, "")]
)
def test_the_compile_cache_is_told_in_words(cache: str | None, part: str) -> None:
    line = cache_line(replace(sc.loading_timeline(), compile_cache=cache), sc.loading())

    assert part in line
    assert bool(line) is (cache is not None)
