"""How fast a pull goes."""

import pytest

from thorhud.domain.pull_rate import LEAST_S, WINDOW_S, PullRate


def test_the_rate_is_that_of_the_last_seconds_not_of_the_whole_pull() -> None:
    rate = PullRate()
    for second in range(60):
        rate.add(second, second * 1000 if second < 30 else 29_000 + (second - 29) * 100)

    assert rate.bytes_per_s == pytest.approx(100, rel=0.01)
    assert rate.remaining_s(1000) == pytest.approx(10, rel=0.01)


def test_nobody_knows_a_rate_after_a_moment() -> None:
    rate = PullRate()
    assert rate.bytes_per_s is None
    rate.add(0.0, 0)
    rate.add(LEAST_S / 2, 5000)

    assert rate.bytes_per_s is None
    assert rate.remaining_s(1000) is None


def test_where_nothing_comes_there_is_no_time_left_to_tell() -> None:
    rate = PullRate()
    for second in range(int(WINDOW_S) * 2):
        rate.add(second, 500)

    assert rate.bytes_per_s == 0
    assert rate.remaining_s(1000) is None


def test_a_layer_that_begins_again_does_not_make_a_rate_below_zero() -> None:
    rate = PullRate()
    rate.add(0.0, 0)
    rate.add(5.0, 5000)
    rate.add(6.0, 1000)
    rate.add(10.0, 5000)

    assert rate.bytes_per_s == pytest.approx(1000)
