"""Intervals of medians and of their ratios: held against scipy, and against what they claim to cover."""

import math
import random
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap, norm, t

from thorhud.domain.bootstrap import FEWEST_REPEATS, _expanded_tail, _student_t, median_interval, ratio_interval
from thorhud.domain.statistics import Interval

RESAMPLES = 9999
SEEDS = range(12)

speeds = st.lists(st.floats(0.5, 500.0), min_size=FEWEST_REPEATS, max_size=12)


def sample(seed: int) -> list[float]:
    """5 to 12 speeds around 19 tok/s, some of them alike, as rounded figures are."""
    source = random.Random(seed)
    digits = source.choice((1, 6))
    return [round(source.gauss(19.1, 0.4), digits) for _ in range(source.randint(5, 12))]


def scipy_resamples(values: tuple[Sequence[float], ...], statistic: Callable[..., Any], seed: int) -> Any:
    found = bootstrap(
        values,
        statistic,
        n_resamples=RESAMPLES,
        method="percentile",
        vectorized=True,
        axis=-1,
        rng=np.random.default_rng(seed),
    )
    return found.bootstrap_distribution


def assert_cuts_off(interval: Interval, resamples: Any, tail: float) -> None:
    """Both ends must be where scipy's resamples have the tail, within four standard errors of counting them."""
    error = 4 * math.sqrt(tail * (1 - tail) / RESAMPLES)
    near = 1e-9 * interval.value
    assert np.mean(resamples < interval.low - near) <= tail + error
    assert np.mean(resamples <= interval.low + near) >= tail - error
    assert np.mean(resamples > interval.high + near) <= tail + error
    assert np.mean(resamples >= interval.high - near) >= tail - error


@pytest.mark.parametrize("seed", SEEDS)
def test_the_median_s_interval_is_that_of_scipy_s_resamples(seed: int) -> None:
    values = sample(seed)
    interval = median_interval(values)

    assert interval is not None
    assert interval.value == pytest.approx(np.median(values))
    assert_cuts_off(interval, scipy_resamples((values,), np.median, seed), _expanded_tail(len(values)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ratio_s_interval_is_that_of_scipy_s_resamples(seed: int) -> None:
    before, after = sample(seed), [1.3 * each for each in sample(seed + 1000)]

    def ratio(first: Any, second: Any, axis: int) -> Any:
        return np.median(second, axis=axis) / np.median(first, axis=axis)

    interval = ratio_interval(before, after)

    assert interval is not None
    assert interval.value == pytest.approx(np.median(after) / np.median(before))
    assert interval.n == min(len(before), len(after))
    assert_cuts_off(interval, scipy_resamples((before, after), ratio, seed), 0.025)


@pytest.mark.parametrize("n", [5, 6, 7, 10, 30, 200])
def test_the_tail_is_moved_outwards_as_student_s_t_says(n: int) -> None:
    assert _student_t(n - 1) == pytest.approx(t.ppf(0.975, n - 1), abs=1e-3)
    assert _expanded_tail(n) == pytest.approx(norm.cdf(-math.sqrt(n / (n - 1)) * t.ppf(0.975, n - 1)), rel=0.01)


DRAWS: dict[str, tuple[Callable[[random.Random], float], float]] = {
    "normal": (lambda source: source.gauss(19.1, 0.5), 19.1),
    "now and then slow": (lambda source: 19.1 - source.expovariate(2), 19.1 - math.log(2) / 2),
    "heavy tails": (lambda source: 19.1 * math.exp(0.01 * source.gauss(0, 1) / math.sqrt(source.expovariate(1))), 19.1),
}


@pytest.mark.parametrize("kind", DRAWS)
@pytest.mark.parametrize(("n", "covered"), [(5, 0.9375), (6, 0.96875), (7, 0.984375)])
def test_the_median_s_interval_covers_what_it_says(kind: str, n: int, covered: float) -> None:
    draw, true = DRAWS[kind]
    source = random.Random(n)
    hits = 0
    for _ in range(2000):
        interval = median_interval([draw(source) for _ in range(n)])
        assert interval is not None
        hits += interval.low <= true <= interval.high

    assert hits / 2000 == pytest.approx(covered, abs=4 * math.sqrt(covered * (1 - covered) / 2000))


@pytest.mark.parametrize("kind", DRAWS)
@pytest.mark.parametrize("n", [5, 6, 7])
def test_where_nothing_differs_a_difference_is_shown_in_at_most_one_of_twenty(kind: str, n: int) -> None:
    draw, _ = DRAWS[kind]
    source = random.Random(100 + n)
    shown = 0
    for _ in range(2000):
        interval = ratio_interval([draw(source) for _ in range(n)], [draw(source) for _ in range(n)])
        assert interval is not None
        shown += not interval.low <= 1 <= interval.high

    assert 0.01 < shown / 2000 < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2000)


@pytest.mark.parametrize("n", range(FEWEST_REPEATS))
def test_fewer_than_five_repeats_have_no_interval(n: int) -> None:
    assert median_interval([10.0] * n) is None
    assert ratio_interval([10.0] * n, [10.0] * 7) is None
    assert ratio_interval([10.0] * 7, [10.0] * n) is None


def test_with_five_repeats_it_is_the_slowest_to_the_fastest() -> None:
    assert median_interval([19.0, 18.8, 19.3, 18.9, 19.1]) == Interval(value=19.0, low=18.8, high=19.3, n=5)


def test_repeats_that_are_all_alike_leave_no_doubt() -> None:
    assert median_interval([19.0] * 5) == Interval(value=19.0, low=19.0, high=19.0, n=5)
    assert ratio_interval([10.0] * 5, [19.0] * 6) == Interval(value=1.9, low=1.9, high=1.9, n=5)


def test_a_speed_of_zero_has_no_ratio() -> None:
    assert ratio_interval([0.0, 1.0, 1.0, 1.0, 1.0], [1.0] * 5) is None
    assert ratio_interval([1.0] * 5, [0.0, 1.0, 1.0, 1.0, 1.0]) is None


@given(speeds)
def test_an_interval_holds_its_median_and_stays_within_the_repeats(values: list[float]) -> None:
    interval = median_interval(values)

    assert interval is not None
    assert min(values) <= interval.low <= interval.value <= interval.high <= max(values)


@given(speeds, speeds)
def test_seen_from_the_other_side_a_ratio_is_its_inverse(before: list[float], after: list[float]) -> None:
    there, back = ratio_interval(before, after), ratio_interval(after, before)

    assert there is not None
    assert back is not None
    assert there.low <= there.value * (1 + 1e-12)
    assert there.value <= there.high * (1 + 1e-12)
    assert (back.value, back.low, back.high) == pytest.approx((1 / there.value, 1 / there.high, 1 / there.low))


@given(speeds, st.floats(0.1, 10.0), st.randoms())
def test_the_order_of_repeats_and_their_unit_do_not_matter(
    values: list[float], unit: float, source: random.Random
) -> None:
    shuffled = [unit * each for each in values]
    source.shuffle(shuffled)
    first, second = median_interval(values), median_interval(shuffled)

    assert first is not None
    assert second is not None
    assert (second.low, second.high) == pytest.approx((unit * first.low, unit * first.high))


def test_a_comparison_s_worth_of_intervals_takes_milliseconds() -> None:
    source = random.Random(1)
    cells = [[source.gauss(19.1, 0.4) for _ in range(7)] for _ in range(12)]
    ratio_interval(cells[0], cells[1])
    began = time.process_time()
    for before, after in pairwise(cells):
        median_interval(before)
        ratio_interval(before, after)

    assert time.process_time() - began < 0.05
