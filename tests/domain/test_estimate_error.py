"""The error of the time left is what a screen would have shown, against how long it then took."""

import pytest

from tests.domain.vllm_log_samples import capture, reading_of
from thorhud.domain.estimate import LARGEST_RISE_S, Expectation
from thorhud.domain.estimate_error import SHARES, ErrorFigures, figures_of, ready_at_s, replay
from thorhud.domain.stages import PipelineStep, step_seconds
from thorhud.domain.timeline import LogPiece

READY = ("01_cold_start_default", "02_warm_cache_default", "04_enforce_eager", "08_specdecode_eagle")


def own_times(name: str, factor: float = 1.0) -> Expectation:
    steps = step_seconds(reading_of(capture(name).pieces).timeline)
    scaled = {step: seconds * factor for step, seconds in steps.items()}
    return Expectation(usual_s=scaled, cached_compile_s=scaled.get(PipelineStep.COMPILE, 0.0))


@pytest.mark.parametrize("name", READY)
def test_a_start_that_takes_what_it_took_before_is_shown_right_all_along(name: str) -> None:
    errors = replay(capture(name).pieces, own_times(name))

    assert errors is not None
    assert errors.at_begin_s == pytest.approx(0.0, abs=0.1)
    for share in SHARES:
        assert errors.at_share_s[share] == pytest.approx(0.0, abs=2.5)


@pytest.mark.parametrize("name", READY)
@pytest.mark.parametrize("factor", [0.5, 0.8, 1.2, 2.0])
def test_whatever_was_expected_nothing_rises_by_more_than_five_seconds_without_words(name: str, factor: float) -> None:
    errors = replay(capture(name).pieces, own_times(name, factor))

    assert errors is not None
    assert errors.largest_rise_s <= LARGEST_RISE_S


def test_past_one_and_a_half_times_nothing_is_shown_and_that_is_counted() -> None:
    errors = replay(capture(READY[0]).pieces, own_times(READY[0], 0.5))

    assert errors is not None
    assert figures_of([errors.at_share_s[0.25], None]).not_shown == 1


def test_a_start_that_never_was_ready_has_no_error() -> None:
    failed = capture("24_fail_max_model_len_too_large").pieces

    assert ready_at_s(failed) is None
    assert replay(failed, Expectation()) is None
    assert replay([LogPiece("Application startup complete.")], Expectation()) is None


def test_figures_are_the_middle_and_what_nine_of_ten_do_not_exceed() -> None:
    assert figures_of([float(-each) for each in range(1, 11)]) == ErrorFigures(count=10, median_s=5.5, p90_s=9.0)
    assert figures_of([3.0]) == ErrorFigures(count=1, median_s=3.0, p90_s=3.0)
    assert figures_of([None]) == ErrorFigures(count=0, not_shown=1)
