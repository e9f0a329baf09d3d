"""An answer and its speed in words."""

import pytest
import samples_compare as sc

from thorhud.domain.state import PromptPhase, PromptState
from thorhud.domain.timing import PromptError
from thorhud.gui.prompt_words import figure, note_of, seconds_figure, shown_prompt, speed_of

DASH = "\u2013"


@pytest.mark.parametrize(
    ("value", "words"), [(None, DASH), (float("nan"), DASH), (25.08, "25.1"), (0.0, "0.0"), (1234.5, "1234")]
)
def test_a_speed_has_one_decimal_and_an_unmeasured_one_is_a_dash(value: float | None, words: str) -> None:
    assert figure(value) == words


@pytest.mark.parametrize(("value", "words"), [(None, DASH), (0.14, "0.14"), (9.994, "9.99"), (12.34, "12.3")])
def test_seconds_have_two_decimals_below_ten(value: float | None, words: str) -> None:
    assert seconds_figure(value) == words


@pytest.mark.parametrize(
    ("prompt", "label", "speed"),
    [
        (PromptState(), "Speed", None),
        (sc.streaming(phase=PromptPhase.WAITING), "Waiting for the first token", None),
        (sc.streaming(), "Speed now", 25.1),
        (sc.streaming(phase=PromptPhase.DONE), "Speed, mean of the run", 24.0),
    ],
)
def test_the_speed_says_whether_it_is_now_or_a_mean(prompt: PromptState, label: str, speed: float | None) -> None:
    assert speed_of(prompt) == (label, speed)


def test_the_answer_of_a_model_that_is_gone_is_not_shown() -> None:
    state = sc.state(sc.ready("llama-3.1-8b-fp8"), sc.streaming(phase=PromptPhase.DONE))

    assert shown_prompt(state).phase is PromptPhase.NONE


def test_trouble_comes_before_doubt_and_doubt_before_the_warm_up() -> None:
    error = PromptError(kind="http", headline="The server answered 500.", next_step="Run it again.")
    broken = sc.streaming(phase=PromptPhase.FAILED, error=error, disagreement="They differ.", warm_up=True)
    doubtful = sc.streaming(phase=PromptPhase.DONE, disagreement="They differ by 12 %.", warm_up=True)
    first = sc.streaming(phase=PromptPhase.DONE, warm_up=True)

    assert note_of(sc.state(sc.ready()), broken).text == "The server answered 500. Run it again."
    assert note_of(sc.state(sc.ready()), doubtful).text == "They differ by 12 %."
    assert note_of(sc.state(sc.ready()), first).text.startswith("Warm-up")


def test_a_cancelled_answer_is_no_alarm() -> None:
    error = PromptError(kind="cancelled", headline="Cancelled.")
    note = note_of(sc.state(sc.ready()), sc.streaming(phase=PromptPhase.FAILED, error=error))

    assert (note.text, note.urgent, note.tone) == ("Cancelled.", False, "text2")


def test_a_server_of_somebody_else_is_said() -> None:
    note = note_of(sc.state(sc.ready(started_outside=True, ready_after_s=None)), PromptState())

    assert "Started outside the HUD" in note.text


def test_a_running_comparison_is_said() -> None:
    note = note_of(sc.state(sc.ready(), ladder=sc.ladder()), PromptState())

    assert note.text == "Comparison: FP8, repeat 1 of 3, about 1:23 left."
