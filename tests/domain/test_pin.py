"""Who is asked for the PIN, and how long a wrong one waits."""

import pytest

from thorhud.domain.pin import (
    FIRST_WAIT_S,
    FREE_TRIES,
    LONGEST_WAIT_S,
    PinTries,
    is_pin,
    locked_words,
    needs_pin,
    one_more_wrong,
    wait_words,
    wrong_words,
)

NOW = 1_000_000.0


def after(wrong: int) -> PinTries:
    tries = PinTries()
    for _ in range(wrong):
        tries = one_more_wrong(tries, NOW)
    return tries


@pytest.mark.parametrize("text", ["1234", "0000", "12345678"])
def test_four_to_eight_digits_are_a_pin(text: str) -> None:
    assert is_pin(text)


@pytest.mark.parametrize("text", ["", "123", "123456789", "12 34", "12a4", "1234\n", "١٢٣٤", "-123"])
def test_anything_else_is_none(text: str) -> None:
    assert not is_pin(text)


def test_only_the_touch_display_is_asked() -> None:
    assert needs_pin("kiosk")
    assert not any(map(needs_pin, ("desk", "terminal", "terminal of anna", "")))


def test_the_first_wrong_ones_cost_no_wait_and_say_how_many_are_left() -> None:
    words = [wrong_words(after(wrong), NOW) for wrong in range(1, FREE_TRIES)]

    assert words == [f"Wrong PIN. {left} {'try' if left == 1 else 'tries'} left." for left in (4, 3, 2, 1)]


def test_after_them_the_wait_doubles_up_to_an_hour() -> None:
    waits = [after(FREE_TRIES + more).wait_s(NOW) for more in range(9)]

    assert waits[:4] == [FIRST_WAIT_S, 60.0, 120.0, 240.0]
    assert waits[-1] == LONGEST_WAIT_S
    assert after(5000).wait_s(NOW) == LONGEST_WAIT_S


def test_once_the_wait_is_over_there_is_one_try_more() -> None:
    tries = after(FREE_TRIES)

    assert tries.wait_s(NOW + FIRST_WAIT_S) == 0.0
    assert tries.left == 1


def test_a_clock_that_was_set_back_makes_nobody_wait_for_days() -> None:
    assert after(FREE_TRIES).wait_s(NOW - 1_000_000.0) == LONGEST_WAIT_S


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.1, "1 s"), (29.2, "30 s"), (99.0, "99 s"), (100.0, "2 min"), (3600.0, "60 min")]
)
def test_a_wait_is_never_said_shorter_than_it_is(seconds: float, words: str) -> None:
    assert wait_words(seconds) == words
    assert locked_words(seconds) == f"Too many wrong PINs. The next try is possible in {words}."
