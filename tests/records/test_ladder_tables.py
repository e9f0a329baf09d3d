"""Ladders, sweeps, parity, votes and notes in the records."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from thorhud.domain.answer_quality import Note, Vote
from thorhud.domain.ladder_plan import LadderPlan, LadderRecord, Part, StepRecord
from thorhud.domain.speculation import ParityPrompt, ParityResult
from thorhud.domain.sweep import SweepLevel, SweepRecord
from thorhud.records.store import Records

LADDER = LadderRecord(
    id="a",
    began_unix_s=1.0,
    plan=LadderPlan(configuration_ids=("fp16", "fp4"), parts=(Part.SHORT, Part.SWEEP), repeats=7, max_tokens=40),
    who="kiosk",
    steps=(
        StepRecord(configuration_id="fp16", state="done", parts_done=("short",)),
        StepRecord(configuration_id="fp4"),
    ),
)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with closing(Records(tmp_path / "records.sqlite3")) as records:
        yield records


def test_a_ladder_is_open_until_its_end_is_known(records: Records) -> None:
    records.save_ladder(LADDER)
    assert records.open_ladders() == [LADDER]
    ended = replace(LADDER, outcome="cancelled", ended_unix_s=9.0)
    records.save_ladder(ended)
    assert records.open_ladders() == []
    assert records.ladder("a") == ended
    assert ended.can_resume


def test_the_newest_ladder_comes_first(records: Records) -> None:
    for number in range(3):
        records.save_ladder(replace(LADDER, id=str(number), began_unix_s=float(number)))
    assert [each.id for each in records.ladders(2)] == ["2", "1"]
    assert records.ladder("none") is None


def test_sweeps_are_found_by_their_ladder(records: Records) -> None:
    level = SweepLevel(concurrency=4, requests=8, total_tokens_per_s=40.0, ttft_s=(0.1, 0.2))
    sweep = SweepRecord(id="s", at_unix_s=1.0, configuration_id="fp4", prompt_name="long", levels=(level,))
    records.add_sweep(sweep)
    records.add_sweep(replace(sweep, id="t", at_unix_s=2.0, ladder_id="a"))
    records.add_sweep(replace(sweep, id="t", at_unix_s=3.0, ladder_id="a"))
    assert [each.id for each in records.sweeps()] == ["t", "s"]
    (of_ladder,) = records.sweeps(ladder_id="a")
    assert (of_ladder.at_unix_s, of_ladder.levels) == (3.0, (level,))


def test_parity_is_found_by_its_ladder(records: Records) -> None:
    prompt = ParityPrompt(prompt_name="long", plain_tokens=9, drafted_tokens=9, first_difference=4, plain_next=" a")
    parity = ParityResult(plain_id="fp4", drafted_id="eagle", at_unix_s=1.0, prompts=(prompt,), ladder_id="a")
    records.add_parity(parity)
    records.add_parity(replace(parity, ladder_id=None, at_unix_s=2.0))
    assert records.parities(ladder_id="a") == [parity]
    assert [each.at_unix_s for each in records.parities()] == [2.0, 1.0]


def test_one_ballot_is_one_vote(records: Records) -> None:
    vote = Vote(
        id="v",
        at_unix_s=1.0,
        prompt_name="reference",
        a_run_id="1",
        b_run_id="2",
        a_configuration_id="fp16",
        b_configuration_id="fp4",
        choice="a",
    )
    records.add_vote(vote)
    records.add_vote(replace(vote, choice="b"))
    records.add_vote(replace(vote, id="w", at_unix_s=2.0))
    assert [(each.id, each.choice) for each in records.votes()] == [("w", "a"), ("v", "a")]


def test_the_newest_note_of_a_subject_counts_and_an_empty_one_takes_it_away(records: Records) -> None:
    for number, (subject, text) in enumerate([("question:2", "slow"), ("question:1", "fine"), ("question:2", "fast")]):
        records.keep_note(Note(subject=subject, text=text, at_unix_s=float(number)))
    assert [(each.subject, each.text) for each in records.notes()] == [("question:1", "fine"), ("question:2", "fast")]
    records.keep_note(Note(subject="question:1", text=" ", at_unix_s=9.0))
    assert [each.subject for each in records.notes()] == ["question:2"]
