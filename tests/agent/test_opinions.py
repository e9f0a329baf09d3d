"""Answers beside each other, blind votes and notes, asked of a whole agent."""

import time

import pytest

from tests.agent.conftest import Face, Unit
from thorhud.domain.answer_quality import AnswerPair, Ballot, Note, VoteTally
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import AnswerKind, CommandAnswer, QueryName, Verb
from thorhud.domain.run_record import RunRecord
from thorhud.domain.timing import PromptError, PromptResult
from thorhud.domain.wire import convert

FP16, FP4 = "llama-3.1-8b-fp16", "llama-3.1-8b-fp4"
TEXTS = {FP16: "Thor keeps the model on the robot.", FP4: "Thor keeps a model on the robot."}


def add(unit: Unit, configuration_id: str, text: str, *, number: int = 0, error: PromptError | None = None) -> None:
    unit.parts.records.add_run(
        RunRecord(
            id=f"{configuration_id}-{number}",
            at_unix_s=time.time() + number,
            configuration_id=configuration_id,
            prompt_name="reference",
            result=PromptResult(model="m", text=text, error=error),
        )
    )


async def told(face: Face, verb: Verb, **args: str) -> CommandAnswer:
    """Return the refusal, or what came of it."""
    first = await face.first(verb, args)
    return first if first.kind is AnswerKind.REFUSED else await face.link.outcome(first.id)


@pytest.fixture
def answered(unit: Unit) -> Unit:
    for configuration_id, text in TEXTS.items():
        add(unit, configuration_id, text)
    return unit


async def test_two_answers_come_marked_and_the_newest_whole_one_is_taken(answered: Unit, face: Face) -> None:
    add(answered, FP4, "Thor holds a model on the robot.", number=1)
    broken = PromptError(kind="aborted", headline="The connection ended.")
    add(answered, FP4, "Thor", number=2, error=broken)
    pair = convert(await face.link.query(QueryName.ANSWERS, left=FP16, right=FP4), AnswerPair)
    assert pair.right_run_id == f"{FP4}-1"
    assert "".join(each.text for each in pair.right) == "Thor holds a model on the robot."
    assert [each.text for each in pair.left if not each.same] == [" keeps the"]


async def test_without_two_answers_the_way_to_them_is_said(unit: Unit, face: Face) -> None:
    with pytest.raises(ThorHudError, match="no two answers"):
        await face.link.query(QueryName.BALLOT)
    with pytest.raises(ThorHudError, match="no whole answer"):
        await face.link.query(QueryName.ANSWERS, left=FP16, right=FP4)


async def test_equal_answers_are_no_choice(unit: Unit, face: Face) -> None:
    add(unit, FP16, "The same.")
    add(unit, FP4, "The same.")
    with pytest.raises(ThorHudError, match="no two answers"):
        await face.link.query(QueryName.BALLOT)


async def test_a_ballot_names_nobody_and_the_vote_says_who_wrote_what(answered: Unit, face: Face) -> None:
    asked = await face.link.query(QueryName.BALLOT)
    assert FP16 not in str(asked)
    assert FP4 not in str(asked)
    ballot = convert(asked, Ballot)
    assert "5-sentence" in ballot.prompt
    end = await told(face, Verb.VOTE, ballot=ballot.id, choice="a")
    assert end.kind is AnswerKind.DONE
    assert {TEXTS[str(end.details["a"])], TEXTS[str(end.details["b"])]} == {ballot.a, ballot.b}
    assert TEXTS[str(end.details["a"])] == ballot.a
    (pair,) = convert(await face.link.query(QueryName.TALLY), list[VoteTally])
    assert (pair.for_before, pair.for_after) == ((1, 0) if end.details["a"] == FP16 else (0, 1))


async def test_a_ballot_is_good_for_one_vote(answered: Unit, face: Face) -> None:
    ballot = convert(await face.link.query(QueryName.BALLOT), Ballot)
    await told(face, Verb.VOTE, ballot=ballot.id, choice="same")
    again = await told(face, Verb.VOTE, ballot=ballot.id, choice="a")
    assert again.kind is AnswerKind.REFUSED
    assert "not open" in again.reason
    assert len(answered.parts.records.votes()) == 1


async def test_a_choice_that_is_none_is_refused_and_the_ballot_stays_open(answered: Unit, face: Face) -> None:
    ballot = convert(await face.link.query(QueryName.BALLOT), Ballot)
    assert (await told(face, Verb.VOTE, ballot=ballot.id, choice="both")).kind is AnswerKind.REFUSED
    assert (await told(face, Verb.VOTE, ballot=ballot.id, choice="b")).kind is AnswerKind.DONE


async def test_a_note_is_kept_replaced_and_taken_away(unit: Unit, face: Face) -> None:
    for text in ("FP4 is enough.", "  FP4 is enough for us. "):
        assert (await told(face, Verb.NOTE, subject="question:2", text=text)).kind is AnswerKind.DONE
    (note,) = convert(await face.link.query(QueryName.NOTES), list[Note])
    assert (note.subject, note.text) == ("question:2", "FP4 is enough for us.")
    await told(face, Verb.NOTE, subject="question:2", text="")
    assert await face.link.query(QueryName.NOTES) == []


@pytest.mark.parametrize("args", [{"subject": "lunch:1", "text": "x"}, {"subject": "prompt:a", "text": "x" * 5000}])
async def test_a_note_about_nothing_or_as_long_as_a_book_is_refused(face: Face, args: dict[str, str]) -> None:
    assert (await told(face, Verb.NOTE, **args)).kind is AnswerKind.REFUSED
