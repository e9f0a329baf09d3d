"""What one level of a sweep yields, and when a sweep ends."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.sweep import SweepLevel, requests_at
from thorhud.domain.sweep_level import SweepLimits, level_of, stop_reason
from thorhud.domain.timing import Arrival, PromptError, RequestTiming, ServerFigures


def answer(
    sent_s: float, tokens: int, *, wait_s: float = 0.5, gap_s: float = 0.1, counted: bool = True
) -> RequestTiming:
    """One answer whose tokens come one by one at an even pace."""
    arrivals = tuple(
        Arrival(at_s=sent_s + wait_s + index * gap_s, tokens_so_far=index + 1 if counted else None, answer=True)
        for index in range(tokens)
    )
    return RequestTiming(sent_s=sent_s, arrivals=arrivals, completion_tokens=tokens)


def rounds(users: int, each: int, tokens: int = 50, **pace: Any) -> list[RequestTiming]:
    """So many users who ask again the moment their answer is whole."""
    answers: list[RequestTiming] = []
    for _ in range(users):
        at = 0.0
        for _ in range(each):
            answers.append(answer(at, tokens, **pace))
            at = answers[-1].arrivals[-1].at_s
    return answers


def test_one_user_s_total_is_the_speed_with_the_reading_of_each_next_prompt() -> None:
    level = level_of(1, rounds(1, 2))

    # 49 tokens in 4.9 s, then 0.5 s for the next prompt and 50 tokens over 4.9 s
    assert level.total_tokens_per_s == pytest.approx(99 / 10.3)
    assert level.per_user_tokens_per_s == pytest.approx(10.0)
    assert level.duration_s == pytest.approx(10.8)
    assert level.completion_tokens == 100


def test_ramp_up_and_tail_are_left_out() -> None:
    early, late = answer(0.0, 100), answer(3.0, 100)
    level = level_of(2, [late, early])

    # both are served from 3.5 s to 10.4 s; 20 tok/s in all, although alone each has 10
    assert level.total_tokens_per_s == pytest.approx(20.0, rel=0.02)
    assert level.ttft_s == pytest.approx((0.5, 0.5))


@given(users=st.integers(1, 32), gap_ms=st.integers(5, 200), tokens=st.integers(8, 60), counted=st.booleans())
def test_users_served_evenly_in_one_round_get_the_sum_of_their_speeds(
    users: int, gap_ms: int, tokens: int, counted: bool
) -> None:
    level = level_of(users, rounds(users, 1, tokens, gap_s=gap_ms / 1000, counted=counted))

    assert level.total_tokens_per_s == pytest.approx(users * 1000 / gap_ms, rel=1e-6)
    assert level.per_user_tokens_per_s == pytest.approx(1000 / gap_ms, rel=1e-6)


@given(st.integers(1, 8), st.integers(1, 4), st.booleans())
def test_the_total_never_exceeds_all_tokens_over_the_window_nor_the_sum_of_the_speeds(
    users: int, each: int, counted: bool
) -> None:
    level = level_of(users, rounds(users, each, counted=counted))

    assert level.total_tokens_per_s is not None
    assert level.total_tokens_per_s <= users * 10.0 * (1 + 1e-9)


@pytest.mark.parametrize(("counted", "total"), [(True, 18.0), (False, 18.0)])
def test_an_answer_that_goes_on_beyond_the_window_counts_with_what_had_come(counted: bool, total: float) -> None:
    # the second is still at it when the first has ended: from 1 s to 5 s they get 10 and 8 tokens each second
    first = answer(0.0, 51, wait_s=0.0, gap_s=0.1, counted=counted)
    second = answer(0.0, 101, wait_s=1.0, gap_s=0.125, counted=counted)

    assert level_of(2, [first, second]).total_tokens_per_s == pytest.approx(total)


def test_a_95th_percentile_needs_forty_answers() -> None:
    waits = [answer(float(index), 10, wait_s=0.1 + index / 100) for index in range(40)]

    assert level_of(1, waits[:39]).p95_ttft_s is None
    assert level_of(1, waits).p95_ttft_s == pytest.approx(0.1 + 0.95 * 0.39)
    assert level_of(1, waits[:39]).median_ttft_s == pytest.approx(0.29)


@pytest.mark.parametrize(("users", "requests"), [(1, 4), (2, 4), (3, 6), (4, 8), (8, 40), (16, 48), (20, 40), (32, 64)])
def test_a_level_asks_in_whole_rounds_and_from_eight_users_on_often_enough_for_a_tail(
    users: int, requests: int
) -> None:
    assert requests_at(users) == requests


def test_fewer_answers_than_users_have_no_total() -> None:
    level = level_of(3, rounds(2, 1), failed=1)

    assert level.total_tokens_per_s is None
    assert (level.requests, level.failed) == (2, 1)


def test_users_who_queue_one_behind_the_other_were_never_served_together() -> None:
    level = level_of(2, [answer(0.0, 10), answer(0.0, 10, wait_s=20.0)])

    assert level.total_tokens_per_s is None
    assert stop_reason([level], SweepLimits(longest_wait_s=60)) == (
        "Stopped at 2 users: at no moment were all of them served."
    )


def test_without_token_counts_there_is_no_speed() -> None:
    silent = RequestTiming(sent_s=0.0, arrivals=(Arrival(at_s=1.0, answer=True), Arrival(at_s=2.0, answer=True)))

    level = level_of(1, [silent])

    assert (level.total_tokens_per_s, level.per_user_tokens_per_s) == (None, None)
    assert level.ttft_s == (1.0,)
    assert stop_reason([level]) == "Stopped at 1 user: the server sent no token counts, so there is no total speed."


def test_no_answer_at_all_is_a_level_of_nothing() -> None:
    level = level_of(4, [], failed=8, error=PromptError(kind="http", headline="HTTP 500."))

    assert (level.requests, level.duration_s, level.median_ttft_s) == (0, None, None)
    assert stop_reason([level]) == "Stopped at 4 users: 8 of 8 answers did not come whole: HTTP 500."


def test_a_level_without_answers_ends_the_sweep() -> None:
    assert stop_reason([level_of(2, [])]) == "Stopped at 2 users: no answer came."


def level(users: int, total: float | None, **more: Any) -> SweepLevel:
    return SweepLevel(concurrency=users, requests=2 * users, total_tokens_per_s=total, **more)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([], None),
        ([level(1, 10.0)], None),
        ([level(1, 10.0), level(2, 19.0)], None),
        ([level(8, 100.0), level(16, 106.0)], None),
        ([level(8, 100.0), level(16, 125.0)], None),
        (
            [level(8, 100.0), level(16, 102.0)],
            "Stopped at 16 users: the total speed grew by only 2 % from 8 users (100.0 to 102.0 tok/s).",
        ),
        (
            [level(8, 100.0), level(16, 90.0)],
            "Stopped at 16 users: the total speed no longer grew from 8 users (100.0 to 90.0 tok/s).",
        ),
        ([level(8, None), level(16, 90.0)], None),
        (
            [level(1, 10.0, median_ttft_s=11.0)],
            "Stopped at 1 user: half of the users wait 11.0 s or longer for the first token, at most 10 s is asked for.",
        ),
        (
            [level(32, 10.0, median_ttft_s=1.0, p95_ttft_s=12.3)],
            "Stopped at 32 users: one in twenty waits 12.3 s or longer for the first token, at most 10 s is asked for.",
        ),
        (
            [level(4, 10.0, server=ServerFigures(preemptions=3))],
            "Stopped at 4 users: the KV cache ran full and the server put answers aside 3 times.",
        ),
        (
            [level(4, 10.0, server=ServerFigures(preemptions=0, kv_cache_usage=0.997))],
            "Stopped at 4 users: the KV cache is full (100 %).",
        ),
        ([level(4, 10.0, server=ServerFigures(preemptions=0, kv_cache_usage=0.9))], None),
        ([level(4, 10.0, failed=2)], "Stopped at 4 users: 2 of 10 answers did not come whole."),
    ],
)
def test_a_sweep_ends_with_the_reason(levels: list[SweepLevel], said: str | None) -> None:
    assert stop_reason(levels) == said


def test_limits_can_be_wished_for() -> None:
    assert stop_reason([level(1, 10.0), level(2, 12.0)], SweepLimits(least_growth=0.5)) is not None
    assert stop_reason([level(1, 10.0), level(2, 15.0)], SweepLimits(least_growth=0.5)) is None
    assert stop_reason([level(1, 10.0, median_ttft_s=1.0)], SweepLimits(longest_wait_s=0.5)) is not None
