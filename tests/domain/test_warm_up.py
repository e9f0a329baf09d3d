"""When a server counts as warm, and what is said where it never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.ladder_plan import is_steady, is_warm, never_settled


@pytest.mark.parametrize(
    ("rates", "steady"),
    [
        ([], False),
        ([10.0, 10.0], False),
        ([10.0, 10.0, 10.0], True),
        ([5.0, 10.0, 10.2, 10.5], True),
        ([9.9, 10.0, 10.5], False),
        ([10.0, 10.25, 10.51], True),
        ([10.0, 10.0, 10.0, 20.0], False),
        ([10.0, None, 10.0], False),
        ([None, 10.0, 10.0, 10.1], True),
        ([0.0, 0.0, 0.0], False),
    ],
)
def test_the_last_three_must_agree_within_five_percent(rates: list[float | None], steady: bool) -> None:
    assert is_steady(rates) is steady


@pytest.mark.parametrize(
    ("rates", "least", "most", "warm"),
    [
        ([10.0, 10.0], 2, 8, False),
        ([10.0, 10.0, 10.0], 2, 8, True),
        ([10.0, 10.0, 10.0], 4, 8, False),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 2, 8, False),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 2, 8, True),
        ([10.0], 1, 1, True),
        ([], 0, 0, True),
    ],
)
def test_warming_ends_when_it_is_steady_or_at_the_most(
    rates: list[float | None], least: int, most: int, warm: bool
) -> None:
    assert is_warm(rates, least=least, most=most) is warm


@given(st.lists(st.one_of(st.none(), st.floats(0.1, 1000)), min_size=8, max_size=20))
def test_warming_always_ends(rates: list[float | None]) -> None:
    assert is_warm(rates)


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ([10.0, 10.0, 10.0], None),
        (
            [8.0, 9.0, 10.0, 11.0],
            "Not comparable: the speed had not settled after 4 warm-ups (last three: 9.0, 10.0, 11.0 tok/s, 20 % apart).",
        ),
        (
            [10.0, None, 11.0],
            "Not comparable: the speed had not settled after 3 warm-ups (last three: 10.0, none, 11.0 tok/s).",
        ),
        ([10.0, 10.0], "Not comparable: with 2 warm-ups nobody knows whether the speed had settled."),
        ([10.0], "Not comparable: with 1 warm-up nobody knows whether the speed had settled."),
        ([], "Not comparable: with no warm-up nobody knows whether the speed had settled."),
    ],
)
def test_what_never_settled_says_so_with_its_figures(rates: list[float | None], said: str | None) -> None:
    assert never_settled(rates) == said
