"""Why a log does not reach back to the start, or why there is none, is said in words."""

import pytest

from thorhud.agent.serving.log_notes import beginning_gone, no_log, typed_in
from thorhud.domain.errors import EngineError


@pytest.mark.parametrize("first_line_s", [0.0, 15.0, 119.0])
def test_a_log_that_begins_with_the_start_needs_no_note(first_line_s: float) -> None:
    assert beginning_gone(first_line_s) is None


@pytest.mark.parametrize(("first_line_s", "words"), [(600.0, "10 min after"), (90_000.0, "25 h after")])
def test_a_log_whose_beginning_was_thrown_away_says_from_when_on_it_is(first_line_s: float, words: str) -> None:
    assert words in (beginning_gone(first_line_s) or "")


def test_the_engine_s_own_words_are_passed_on() -> None:
    assert "does not support reading" in no_log(EngineError("configured logging driver does not support reading"))


def test_what_docker_exec_prints_is_nowhere_in_docker() -> None:
    assert "the container vllm" in typed_in("vllm")
