"""From which length on a draft model pays, and what is said of its proposals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.speculation import BreakEven, acceptance_words, break_even, length_points
from thorhud.domain.timing import Acceptance, PromptResult


def answer(ttft_s: float, tpot_s: float, tokens: int = 1024) -> PromptResult:
    return PromptResult(model="m", ttft_s=ttft_s, tpot_s=tpot_s, completion_tokens=tokens)


def judged(plain: list[PromptResult], drafted: list[PromptResult]) -> BreakEven | None:
    return break_even(
        plain,
        drafted,
        plain_id="fp4",
        drafted_id="eagle",
        plain_name="FP4",
        drafted_name="FP4 + EAGLE3",
        prompt_words="long prompt",
    )


def test_a_draft_that_starts_late_and_runs_faster_pays_from_where_the_lines_cross() -> None:
    # 0.1 + 0.05 (n - 1) meets 0.6 + 0.04 (n - 1) at n = 51
    found = judged([answer(0.1, 0.05)] * 5, [answer(0.6, 0.04)] * 5)

    assert found is not None
    assert found.tokens == 51
    assert found.longest_measured == 1024
    assert found.sentence == (
        "FP4 + EAGLE3 pays from about 51 output tokens on: from there it stays ahead of FP4 "
        "(long prompt, up to 1,024 tokens, n = 5)."
    )


def test_the_document_s_short_answers_never_pay() -> None:
    found = judged([answer(0.3, 1 / 19.1, 141)] * 5, [answer(0.3, 1 / 14.3, 141)] * 3)

    assert found is not None
    assert found.tokens is None
    assert found.sentence == (
        "FP4 + EAGLE3 does not pay within what was measured: at the end it is 2.5 s behind FP4 "
        "(long prompt, up to 141 tokens, n = 3)."
    )


def test_ahead_from_the_beginning_is_the_first_token() -> None:
    found = judged([answer(0.3, 1 / 19.1)] * 5, [answer(0.3, 1 / 25.6)] * 5)

    assert found is not None
    assert found.tokens == 1
    assert "from the first token on" in found.sentence


def test_two_that_are_alike_do_not_pay() -> None:
    found = judged([answer(0.3, 0.05)] * 5, [answer(0.3, 0.05)] * 5)

    assert found is not None
    assert found.tokens is None


def test_a_lead_that_is_lost_again_is_none() -> None:
    early = PromptResult(model="m", completion_tokens=64, token_times=((1, 0.1), (32, 1.0), (64, 5.0)))
    even = PromptResult(model="m", completion_tokens=64, token_times=((1, 0.1), (32, 2.0), (64, 4.0)))

    found = judged([even], [early])

    assert found is not None
    assert found.tokens is None


def test_a_short_lead_in_the_middle_does_not_count_and_the_last_crossing_does() -> None:
    wavy = PromptResult(model="m", completion_tokens=64, token_times=((1, 0.1), (8, 0.4), (32, 2.2), (64, 3.0)))
    even = PromptResult(model="m", completion_tokens=64, token_times=((1, 0.1), (8, 0.5), (32, 2.0), (64, 4.0)))

    found = judged([even], [wavy])

    assert found is not None
    # between 45 and 64 tokens the lag of 32 tokens has become a lead
    assert found.tokens == 38


def test_lengths_are_compared_as_far_as_the_shortest_answer_went() -> None:
    found = judged([answer(0.1, 0.05, 1024), answer(0.1, 0.05, 700)], [answer(0.6, 0.04, 900)])

    assert found is not None
    assert found.longest_measured == 700
    assert [each.tokens for each in found.plain] == [each.tokens for each in found.drafted]
    assert found.plain[-1].tokens == 700


def test_without_times_there_is_nothing_to_compare() -> None:
    assert judged([], [answer(0.1, 0.1)]) is None
    assert judged([PromptResult(model="m", completion_tokens=50)], [answer(0.1, 0.1)]) is None


def test_a_point_is_the_median_time_and_the_speed_until_there() -> None:
    (point,) = length_points([answer(0.1, 0.1), answer(0.2, 0.1), answer(9.9, 0.1)], [11])

    assert point.seconds == pytest.approx(1.2)
    assert point.tokens_per_s == pytest.approx(11 / 1.2)


paces = st.floats(0.001, 0.5)


@given(st.floats(0.01, 5.0), paces, st.floats(0.01, 5.0), paces, st.integers(8, 2000))
def test_the_break_even_is_where_even_paces_meet(
    plain_s: float, plain_pace: float, drafted_s: float, drafted_pace: float, tokens: int
) -> None:
    found = judged([answer(plain_s, plain_pace, tokens)], [answer(drafted_s, drafted_pace, tokens)])

    assert found is not None
    lead = (plain_s + (tokens - 1) * plain_pace) - (drafted_s + (tokens - 1) * drafted_pace)
    if abs(lead) < 1e-9:
        return
    assert (found.tokens is not None) == (lead > 0)
    if found.tokens is not None and drafted_s > plain_s:
        meeting = 1 + (drafted_s - plain_s) / (plain_pace - drafted_pace)
        assert found.tokens == pytest.approx(meeting, abs=1.001, rel=1e-6)


@pytest.mark.parametrize(
    ("acceptance", "words"),
    [
        (
            Acceptance(drafts=100, draft_tokens=300, accepted_tokens=163, accepted_per_position=(71, 52, 40)),
            "2.6 tokens per step, 54 % of the proposed tokens accepted; by position 71, 52, 40 %",
        ),
        (
            # the server's own log line of a recorded run: 31.3 %, 2.16
            Acceptance(drafts=132, draft_tokens=489, accepted_tokens=153),
            "2.2 tokens per step, 31 % of the proposed tokens accepted",
        ),
        (Acceptance(drafts=0, draft_tokens=0, accepted_tokens=0), None),
        (None, None),
    ],
)
def test_what_became_of_the_proposals_in_words(acceptance: Acceptance | None, words: str | None) -> None:
    assert acceptance_words(acceptance) == words
