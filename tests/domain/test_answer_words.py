"""What is counted in answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.answer_words import (
    asked_sentences,
    check_answer,
    compare_answers,
    count_sentences,
    repetition,
)
from thorhud.domain.run_record import RunRecord
from thorhud.domain.timing import PromptResult

FIVE = (
    "Jetson Thor brings 128 GB of unified memory to a robot. It runs models, e.g. Llama-3.1-8B, without a network. "
    "Latency stays low! Is that enough? For Dr. Smith's arm, it is."
)


def run(text: str, configuration_id: str = "left", finish_reason: str = "stop") -> RunRecord:
    return RunRecord(
        id=f"run-{configuration_id}",
        at_unix_s=0.0,
        configuration_id=configuration_id,
        prompt_name="reference",
        result=PromptResult(model="m", text=text, finish_reason=finish_reason),
    )


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", 0),
        ("   \n", 0),
        ("One sentence.", 1),
        ("One sentence without an end", 1),
        (FIVE, 5),
        ("It costs 3.5 W. That is little.", 2),
        ("Wait... what?! Yes.", 3),
        ("1. First point.\n2. Second point.\n- Third point.", 3),
        ('She said "Stop." Then it stopped.', 2),
        ("Use vLLM 0.10.1, not 0.9. The flags differ.", 2),
    ],
)
def test_sentences_are_counted_as_a_reader_counts_them(text: str, sentences: int) -> None:
    assert count_sentences(text) == sentences


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("Write a 5-sentence paragraph explaining the main benefit.", 5),
        ("Answer in two sentences.", 2),
        ("Answer in One sentence", 1),
        ("Write a long sentence about robots", None),
        ("", None),
    ],
)
def test_the_number_of_sentences_is_read_from_the_prompt(prompt: str, asked: int | None) -> None:
    assert asked_sentences(prompt) == asked


def test_an_answer_with_the_asked_number_of_sentences_needs_no_note() -> None:
    checks = check_answer(FIVE, prompt="Write a 5-sentence paragraph.", finish_reason="stop")
    assert (checks.sentences, checks.asked_sentences, checks.note) == (5, 5, None)


def test_another_number_of_sentences_is_said() -> None:
    checks = check_answer("Only one.", prompt="Write a 5-sentence paragraph.", finish_reason="stop")
    assert checks.note == "The prompt asks for 5 sentences; it has 1."


def test_an_answer_cut_at_the_limit_is_said_before_its_sentences_are_counted_against_it() -> None:
    checks = check_answer("One. Two. Thr", prompt="Write a 5-sentence paragraph.", finish_reason="length")
    assert checks.cut_off
    assert checks.note is not None
    assert "token limit" in checks.note


def test_a_model_that_loops_is_noticed() -> None:
    loop = "the robot moves to the shelf and " * 20
    assert repetition(loop) > 0.9
    assert "repeats itself" in (check_answer(loop).note or "")
    assert repetition(FIVE) == 0.0


def test_an_empty_answer_says_nothing() -> None:
    assert check_answer(" \n").note == "It says nothing."


def test_two_answers_are_marked_word_by_word() -> None:
    pair = compare_answers(
        run("The robot sees a red cup here."), run("The robot holds a red cup there.", "right"), prompt=""
    )
    assert [(each.text, each.same) for each in pair.left] == [
        ("The robot", True),
        (" sees", False),
        (" a red cup", True),
        (" here.", False),
    ]
    assert [each.text for each in pair.right if not each.same] == [" holds", " there."]
    assert pair.same_prefix_words == 2
    assert pair.same_share == pytest.approx(5 / 7)


def test_other_spacing_is_no_difference_in_words() -> None:
    pair = compare_answers(run("One two  three"), run("One\ntwo three", "right"), prompt="")
    assert all(each.same for each in (*pair.left, *pair.right))
    assert pair.same_share == 1.0


def test_two_empty_answers_are_the_same() -> None:
    assert compare_answers(run(""), run("", "right"), prompt="").same_share == 1.0


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_marked_pieces_put_together_are_the_answers(left: str, right: str) -> None:
    pair = compare_answers(run(left), run(right, "right"), prompt="")
    # only white space that no word follows may be lost, where there is no word at all
    assert "".join(each.text for each in pair.left) == (left if left.strip() else "")
    assert "".join(each.text for each in pair.right) == (right if right.strip() else "")
    assert 0.0 <= pair.same_share <= 1.0
