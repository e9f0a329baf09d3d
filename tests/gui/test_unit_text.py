"""Foreign text on a screen."""

import pytest

from thorhud.gui.unit_text import one_line, shown, tool_tip


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb", "a\nb"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2067rtl\u2069", "\\u2067rtl\\u2069"),
        ("שלום", "שלום"),
        ("نص", "نص"),
        ("emoji \U0001f600", "emoji \U0001f600"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
    ],
)
def test_control_characters_are_seen_and_do_nothing(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_long_text_is_cut_and_says_so() -> None:
    assert shown("x" * 50, 10) == "x" * 10 + "…"


def test_one_line_has_no_line_end() -> None:
    assert one_line("first\nsecond\r\n  third") == "first second third"


def test_one_line_of_endless_text_is_short() -> None:
    assert len(one_line("x" * 1_000_000)) == 401


def test_a_tool_tip_shows_markup_as_text() -> None:
    assert tool_tip("<b>a</b>\nb & c") == "<qt>&lt;b&gt;a&lt;/b&gt;<br>b &amp; c</qt>"
    assert tool_tip("") == ""
