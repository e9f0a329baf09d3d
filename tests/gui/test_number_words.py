"""Figures, times and ages as they are written on every screen."""

import pytest

from thorhud.gui.words import age, number, percent, since, span, with_unit

NARROW, NO_BREAK, MINUS = "\u202f", "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (None, 1, "\u2013"),
        (0.0, 0, "0"),
        (-0.04, 1, "0.0"),
        (-3.25, 1, f"{MINUS}3.2"),
        (1575.0, 0, f"1{NARROW}575"),
        (1234567.8, 1, f"1{NARROW}234{NARROW}567.8"),
        (118.25, 1, "118.2"),
    ],
)
def test_a_figure_has_narrow_thousands_and_a_true_minus(value: float | None, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


def test_a_missing_figure_has_no_unit() -> None:
    assert with_unit(None, "W") == "\u2013"
    assert with_unit(83.4, "W") == f"83{NO_BREAK}W"
    assert percent(None) == "\u2013"
    assert percent(0.935) == "94"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (25, "25 s"), (59.6, "1 min"), (110, "1 min 50 s"), (180, "3 min")]
)
def test_a_span_is_said_in_minutes_and_seconds(seconds: float, text: str) -> None:
    assert span(seconds).replace(NO_BREAK, " ") == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s"), (4.9, "4 s"), (61, "1 min"), (7300, "2 h"), (200_000, "2 d")]
)
def test_a_length_of_time_is_said_in_its_largest_unit(seconds: float, text: str) -> None:
    assert since(seconds).replace(NO_BREAK, " ") == text
    assert age(seconds).replace(NO_BREAK, " ") == f"{text} old"
