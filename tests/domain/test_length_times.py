"""When an answer had which length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.length_times import LENGTHS, time_to_token, token_times
from thorhud.domain.timing import Arrival, PromptResult, RequestTiming


def timing(*counts: int, total: int | None = None, gap_s: float = 0.1) -> RequestTiming:
    arrivals = tuple(
        Arrival(at_s=100.5 + index * gap_s, tokens_so_far=count, answer=True) for index, count in enumerate(counts)
    )
    return RequestTiming(sent_s=100.0, arrivals=arrivals, completion_tokens=total or max(counts, default=None))


def test_a_token_is_there_when_the_arrival_that_brought_it_is() -> None:
    times = dict(token_times(timing(1, 4, 5, 9)))

    assert times == pytest.approx({1: 0.5, 2: 0.6, 3: 0.6, 4: 0.6, 6: 0.8, 8: 0.8, 9: 0.8})


def test_an_event_without_new_tokens_moves_nothing() -> None:
    assert dict(token_times(timing(1, 2, 2, 2))) == pytest.approx({1: 0.5, 2: 0.6})


def test_where_the_server_does_not_count_there_are_no_times() -> None:
    silent = RequestTiming(sent_s=0.0, arrivals=(Arrival(at_s=1.0, answer=True),), completion_tokens=20)

    assert token_times(silent) == ()
    assert token_times(RequestTiming(sent_s=0.0)) == ()


@given(st.lists(st.integers(1, 6), min_size=1, max_size=400))
def test_a_long_answer_is_remembered_in_few_moments_that_only_grow(steps: list[int]) -> None:
    counts = [sum(steps[: index + 1]) for index in range(len(steps))]

    times = token_times(timing(*counts))

    assert len(times) <= len(LENGTHS) + 1
    assert times[-1][0] == counts[-1]
    assert [each for each, _ in times] == sorted({each for each, _ in times})
    assert [each for _, each in times] == sorted(each for _, each in times)


def result(**fields: object) -> PromptResult:
    return PromptResult(model="m", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("tokens", "seconds"), [(1, 0.5), (2, 0.6), (51, 5.5), (100, 10.4), (101, None), (0, None)])
def test_without_moments_the_mean_pace_tells_the_time(tokens: int, seconds: float | None) -> None:
    even = result(completion_tokens=100, ttft_s=0.5, tpot_s=0.1)

    assert time_to_token(even, tokens) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(("tokens", "seconds"), [(1, 0.5), (4, 2.0), (6, 3.0), (8, 4.0)])
def test_with_moments_they_tell_and_in_between_it_is_in_proportion(tokens: int, seconds: float) -> None:
    uneven = result(completion_tokens=8, ttft_s=9.0, tpot_s=9.0, token_times=((1, 0.5), (4, 2.0), (8, 4.0)))

    assert time_to_token(uneven, tokens) == pytest.approx(seconds)


def test_an_answer_without_a_pace_has_no_times() -> None:
    assert time_to_token(result(completion_tokens=100, ttft_s=0.5), 50) is None
