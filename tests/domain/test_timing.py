import pytest

from thorhud.domain.timing import Arrival, RequestTiming, ServerFigures, prompt_tokens_per_s


def timing(*arrivals: Arrival, tokens: int | None) -> RequestTiming:
    return RequestTiming(sent_s=100.0, arrivals=arrivals, completion_tokens=tokens)


def said(at_s: float, tokens: int | None = None) -> Arrival:
    return Arrival(at_s=at_s, tokens_so_far=tokens, answer=True)


def thought(at_s: float, tokens: int | None = None) -> Arrival:
    return Arrival(at_s=at_s, tokens_so_far=tokens, reasoning=True)


def test_the_rate_leaves_out_every_token_of_the_first_arrival() -> None:
    measured = timing(said(100.5, 4), said(102.5, 24), tokens=24)

    assert measured.ttft_s == pytest.approx(0.5)
    assert measured.tokens_per_s == pytest.approx(20 / 2)
    assert measured.tpot_s == pytest.approx(0.1)


def test_without_running_counts_the_first_arrival_is_one_token() -> None:
    measured = timing(said(100.5), said(101.0), said(102.5), tokens=21)

    assert measured.tokens_per_s == pytest.approx(20 / 2)


def test_a_token_without_text_before_the_first_text_is_no_first_token() -> None:
    measured = timing(Arrival(at_s=100.1, tokens_so_far=1), said(100.2, 2), said(101.2, 12), tokens=12)

    assert measured.ttft_s == pytest.approx(0.2)
    assert measured.tokens_per_s == pytest.approx(10.0)


def test_the_span_ends_with_the_last_tokens_and_not_with_the_last_event() -> None:
    measured = timing(said(100.0, 1), said(101.0, 11), Arrival(at_s=105.0, tokens_so_far=11), tokens=11)

    assert measured.tokens_per_s == pytest.approx(10.0)
    assert measured.total_s == pytest.approx(5.0)


def test_an_end_of_text_token_counts_although_nobody_sees_it() -> None:
    measured = timing(said(100.0, 1), said(101.0, 10), Arrival(at_s=101.1, tokens_so_far=12), tokens=12)

    assert measured.tokens_per_s == pytest.approx(11 / 1.1)


@pytest.mark.parametrize(
    ("arrivals", "ttfa_s"),
    [
        ((thought(100.2), said(101.0)), 1.0),
        ((said(100.2), said(101.0)), None),
        ((said(100.2), thought(100.5), said(101.0)), None),
        ((thought(100.2), thought(101.0)), None),
        ((Arrival(at_s=100.3, answer=True, reasoning=True),), 0.3),
    ],
)
def test_the_answer_proper_begins_after_the_reasoning(arrivals: tuple[Arrival, ...], ttfa_s: float | None) -> None:
    measured = timing(*arrivals, tokens=2).ttfa_s

    assert measured == (None if ttfa_s is None else pytest.approx(ttfa_s))


@pytest.mark.parametrize("kind", ["answer", "reasoning", "tool_call"])
def test_the_first_token_may_be_of_any_kind(kind: str) -> None:
    assert timing(Arrival(at_s=100.25, **{kind: True}), tokens=1).ttft_s == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("arrivals", "tokens", "why"),
    [
        ((), None, "No text"),
        ((Arrival(at_s=100.1),), 1, "No text"),
        ((said(100.0), said(109.0)), None, "no token counts"),
        ((said(100.0, 1), said(109.0, 7)), 7, "Only 7 tokens"),
        ((said(100.0, 1), said(100.0049, 64)), 64, "All 64 tokens came in one burst of 4.9 ms"),
        ((said(100.0, 64),), 64, "one burst"),
    ],
)
def test_refuses_a_rate_that_would_say_nothing(arrivals: tuple[Arrival, ...], tokens: int | None, why: str) -> None:
    measured = timing(*arrivals, tokens=tokens)

    assert measured.tokens_per_s is None
    assert measured.tpot_s is None
    assert measured.no_rate_because is not None
    assert why in measured.no_rate_because


@pytest.mark.parametrize("counted", [True, False])
def test_a_few_bursts_of_a_starved_server_give_no_rate(*, counted: bool) -> None:
    arrivals = [said(100.0 + 0.0065 * (number > 30), number if counted else None) for number in range(1, 65)]

    assert "only 2 bursts" in (timing(*arrivals, tokens=64).no_rate_because or "")


def test_tokens_that_are_counted_but_never_sent_are_no_burst() -> None:
    arrivals = [said(100.0, 4), said(100.1, 14), Arrival(at_s=102.0, tokens_so_far=256)]

    assert timing(*arrivals, tokens=256).tokens_per_s == pytest.approx(126)


def test_several_tokens_at_a_time_are_what_speculation_looks_like() -> None:
    arrivals = [said(100.0 + number * 0.1, 1 + number * 6) for number in range(20)]

    assert timing(*arrivals, tokens=115).tokens_per_s == pytest.approx(60)


def test_eight_tokens_within_five_milliseconds_are_enough() -> None:
    measured = timing(said(100.0, 1), said(100.0051, 8), tokens=8)

    assert measured.no_rate_because is None
    assert measured.tokens_per_s is not None


def spaced(gaps: list[float]) -> list[Arrival]:
    moments = [100.0]
    for gap in gaps:
        moments.append(moments[-1] + gap)
    return [said(at_s, number) for number, at_s in enumerate(moments, start=1)]


def test_quantiles_of_the_gaps_need_forty_of_them() -> None:
    gaps = [0.01 * number for number in range(1, 42)]

    assert timing(*spaced(gaps[:39]), tokens=40).itl_s == ()
    assert timing(*spaced(gaps), tokens=42).itl_s == pytest.approx((0.03, 0.11, 0.21, 0.31, 0.39))


def test_gaps_lie_between_tokens_only() -> None:
    arrivals = spaced([0.01] * 40)
    role = Arrival(at_s=99.0, tokens_so_far=0)
    end = Arrival(at_s=200.0, tokens_so_far=41)

    assert timing(role, *arrivals, end, tokens=41).itl_s == pytest.approx((0.01,) * 5)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (ServerFigures(prefix_cache_hits=0), 200.0),
        (ServerFigures(prefix_cache_hits=16), None),
        (ServerFigures(), None),
        (None, None),
    ],
)
def test_a_prompt_has_a_speed_where_all_of_it_was_computed(
    server: ServerFigures | None, expected: float | None
) -> None:
    assert prompt_tokens_per_s(0.5, 100, server) == expected


def test_without_a_first_token_the_prompt_has_no_speed() -> None:
    assert prompt_tokens_per_s(None, 100, ServerFigures(prefix_cache_hits=0)) is None
    assert prompt_tokens_per_s(0.5, None, ServerFigures(prefix_cache_hits=0)) is None
