"""Verdicts in words, and percentiles that are not invented."""

from typing import Any

import pytest

from thorhud.domain.statistics import Interval, Verdict, percentile
from thorhud.domain.verdicts import is_shown, percent_change, verdict_between

FP16 = [10.5, 10.6, 10.7, 10.7, 10.8, 10.6, 10.7]
FP4 = [18.9, 19.0, 19.1, 19.1, 19.2, 19.3, 19.0]


def verdict(before: list[float], after: list[float], **more: Any) -> Verdict | None:
    return verdict_between(
        before,
        after,
        before_id="fp16",
        after_id="fp4",
        before_name="FP16",
        after_name="FP4",
        prompt_name="long",
        prompt_words="long prompt",
        **more,
    )


def test_a_difference_is_told_with_its_interval() -> None:
    found = verdict(FP16, FP4)

    assert found is not None
    assert found.difference_shown
    assert found.sentence == "FP4 is faster than FP16 by 78 to 81 %, 95 % CI, n = 7, long prompt."
    assert (found.before_id, found.after_id, found.prompt_name) == ("fp16", "fp4", "long")
    assert found.ratio.value == pytest.approx(19.1 / 10.7)


def test_slower_is_told_as_slower() -> None:
    found = verdict(FP4, FP16)

    assert found is not None
    assert found.sentence == "FP4 is slower than FP16 by 44 to 45 %, 95 % CI, n = 7, long prompt."


def test_a_difference_that_may_be_chance_is_not_told_as_one() -> None:
    found = verdict([10.0, 10.4, 9.8, 10.2, 10.1], [10.1, 10.3, 9.9, 10.0, 10.5, 10.2])

    assert found is not None
    assert not found.difference_shown
    assert found.sentence == (
        "No difference shown between FP4 and FP16: \N{MINUS SIGN}3 to +4 %, 95 % CI, n = 6 and 5, long prompt."
    )


def test_without_enough_repeats_there_is_no_verdict() -> None:
    assert verdict(FP16[:4], FP4) is None
    assert verdict(FP16, FP4[:4]) is None


def test_a_remark_stands_at_the_end_of_the_sentence() -> None:
    found = verdict(FP16, FP4, remark="simulated unit")

    assert found is not None
    assert found.sentence.endswith("n = 7, long prompt, simulated unit.")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1.34, 1.41, "faster than FP16 by 34 to 41 %"),
        (1.34, 1.3404, "faster than FP16 by 34 %"),
        (1.004, 1.032, "faster than FP16 by 0.4 to 3.2 %"),
        (1.0001, 1.032, "faster than FP16 by up to 3.2 %"),
        (1.0001, 1.0002, "faster than FP16 by less than 0.1 %"),
        (0.75, 0.77, "slower than FP16 by 23 to 25 %"),
        (2.3, 2.5, "faster than FP16 by 130 to 150 %"),
    ],
)
def test_figures_are_rounded_so_that_they_still_say_something(low: float, high: float, words: str) -> None:
    from thorhud.domain.verdicts import _claim

    claim = _claim(Interval(value=(low + high) / 2, low=low, high=high, n=7), "FP16", "FP4")

    assert claim == f"FP4 is {words}"


@pytest.mark.parametrize(
    ("low", "high", "shown"), [(1.0, 1.2, False), (0.9, 1.0, False), (1.01, 1.2, True), (0.8, 0.99, True)]
)
def test_an_interval_that_touches_one_shows_nothing(low: float, high: float, shown: bool) -> None:
    assert is_shown(Interval(value=1.0, low=low, high=high, n=5)) is shown


@pytest.mark.parametrize(("gain", "words"), [(0.785, "+78 %"), (-0.23, "\N{MINUS SIGN}23 %"), (0.001, "0 %")])
def test_a_change_is_written_with_its_sign(gain: float, words: str) -> None:
    assert percent_change(gain) == words


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [
        (39, 0.95, None),
        (40, 0.95, 37.05),
        (199, 0.99, None),
        (200, 0.99, 197.01),
        (1, 0.5, 0.0),
        (4, 0.5, 1.5),
        (5, 0.25, 1.0),
        (0, 0.5, None),
    ],
)
def test_no_tail_is_made_of_too_few_samples(count: int, share: float, expected: float | None) -> None:
    found = percentile([float(each) for each in range(count)][::-1], share)

    assert found == (None if expected is None else pytest.approx(expected))
