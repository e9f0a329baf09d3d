"""Answers beside each other, blind votes and notes: what people make of what was measured."""

import asyncio
import itertools
import random
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from thorhud.agent.answers import Answers
from thorhud.agent.dispatcher import Action, Details, Dispatcher, Refusal
from thorhud.agent.parts import Parts
from thorhud.domain.answer_quality import AnswerPair, Ballot, Note, Vote, VoteTally
from thorhud.domain.answer_words import compare_answers
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import Command, QueryName, Verb
from thorhud.domain.run_record import RunRecord
from thorhud.domain.votes import CHOICES, tally

LOOKED_AT = 2000
"""Newest runs among which an answer is looked for."""
BALLOTS_KEPT = 100
LONGEST_NOTE = 4000
SUBJECTS = ("question", "configuration", "prompt")
MEASURE_FIRST = "Run the prompt on two configurations, or measure a ladder."


@dataclass(frozen=True, slots=True)
class _Pair:
    a: RunRecord
    b: RunRecord


class Opinions:
    """Serves ballots and keeps what was said; who wrote which answer stays here until the vote."""

    def __init__(self, parts: Parts, *, chance: random.Random | None = None) -> None:
        self._parts = parts
        self._chance = chance or random.SystemRandom()
        self._ballots: OrderedDict[str, _Pair] = OrderedDict()

    def add_to(self, dispatcher: Dispatcher, queries: Answers) -> None:
        """Answer the queries and carry out the verbs."""
        queries.add(QueryName.ANSWERS, self.answers)
        queries.add(QueryName.BALLOT, self.ballot)
        queries.add(QueryName.TALLY, self.tally)
        queries.add(QueryName.NOTES, self.notes)
        dispatcher.add(Verb.VOTE, Action(self.may_vote, self.vote))
        dispatcher.add(Verb.NOTE, Action(self.may_note, self.note))

    # queries

    async def answers(self, args: dict[str, Any]) -> AnswerPair:
        """Return the newest whole answers of two configurations to one prompt, word by word."""
        name = str(args.get("prompt") or self._parts.workshop.short_prompt)
        newest = (await self._newest()).get(name, {})
        left, right = str(args.get("left", "")), str(args.get("right", ""))
        for each in (left, right):
            if each not in newest:
                raise ThorHudError(f"There is no whole answer of {each or '?'} to {name}.", next_step=MEASURE_FIRST)
        # two long answers take longer to compare than the agent may stand still
        return await asyncio.to_thread(compare_answers, newest[left], newest[right], prompt=self._text_of(name))

    async def ballot(self, args: dict[str, Any]) -> Ballot:
        """Draw two answers to one prompt, in random order and without names."""
        wanted = args.get("prompt")
        newest = await self._newest()
        pairs = [
            pair
            for name, by_configuration in newest.items()
            if not wanted or name == wanted
            for pair in _different(list(by_configuration.values()))
        ]
        if not pairs:
            raise ThorHudError("There are no two answers to choose from yet.", next_step=MEASURE_FIRST)
        drawn = list(self._chance.choice(pairs))
        self._chance.shuffle(drawn)
        pair = _Pair(*drawn)
        ballot = Ballot(
            id=uuid.uuid4().hex,
            prompt_name=pair.a.prompt_name,
            prompt=self._text_of(pair.a.prompt_name),
            a=pair.a.result.text,
            b=pair.b.result.text,
        )
        self._ballots[ballot.id] = pair
        while len(self._ballots) > BALLOTS_KEPT:
            self._ballots.popitem(last=False)
        return ballot

    async def tally(self, _args: dict[str, Any]) -> tuple[VoteTally, ...]:
        """Count all votes of this unit."""
        return tally(await asyncio.to_thread(self._parts.records.votes), self._parts.workshop)

    async def notes(self, _args: dict[str, Any]) -> list[Note]:
        """Return the newest note of each subject."""
        return await asyncio.to_thread(self._parts.records.notes)

    # commands

    def may_vote(self, command: Command) -> None:
        """Refuse a vote that says nothing."""
        if command.args.get("choice") not in CHOICES:
            raise Refusal(f"A vote is one of {', '.join(CHOICES)}.")
        if command.args.get("ballot") not in self._ballots:
            raise Refusal("This pair of answers is not open for a vote any more.", next_step="Ask for another pair.")

    async def vote(self, command: Command) -> Details:
        """Keep the vote, and say who wrote what."""
        ballot_id = str(command.args["ballot"])
        pair = self._ballots.pop(ballot_id)
        vote = Vote(
            id=ballot_id,
            at_unix_s=time.time(),
            prompt_name=pair.a.prompt_name,
            a_run_id=pair.a.id,
            b_run_id=pair.b.id,
            a_configuration_id=pair.a.configuration_id,
            b_configuration_id=pair.b.configuration_id,
            choice=str(command.args["choice"]),
            who=command.who,
        )
        await asyncio.to_thread(self._parts.records.add_vote, vote)
        return {"a": vote.a_configuration_id, "b": vote.b_configuration_id}

    def may_note(self, command: Command) -> None:
        """Refuse a note about nothing, or one that is a book."""
        subject, text = command.args.get("subject"), command.args.get("text")
        kind, _, name = str(subject).partition(":")
        if kind not in SUBJECTS or not name:
            raise Refusal("A note is about question:N, configuration:ID or prompt:NAME.")
        if not isinstance(text, str) or len(text) > LONGEST_NOTE:
            raise Refusal(f"A note is a text of at most {LONGEST_NOTE} characters.")

    async def note(self, command: Command) -> None:
        """Keep the note; an empty one takes the former away."""
        note = Note(
            subject=str(command.args["subject"]),
            text=str(command.args["text"]).strip(),
            at_unix_s=time.time(),
            who=command.who,
        )
        await asyncio.to_thread(self._parts.records.keep_note, note)

    async def _newest(self) -> dict[str, dict[str, RunRecord]]:
        """Return the newest whole answer by prompt and configuration."""
        newest: dict[str, dict[str, RunRecord]] = {}
        for run in await asyncio.to_thread(self._parts.records.runs, LOOKED_AT):
            if self._is_whole(run):
                newest.setdefault(run.prompt_name, {}).setdefault(run.configuration_id, run)
        return newest

    def _is_whole(self, run: RunRecord) -> bool:
        known = self._parts.workshop.prompt(run.prompt_name) is not None
        return known and bool(run.configuration_id) and run.result.error is None and bool(run.result.text.strip())

    def _text_of(self, prompt_name: str) -> str:
        prompt = self._parts.workshop.prompt(prompt_name)
        return "" if prompt is None else prompt.text


def _different(runs: list[RunRecord]) -> Iterator[tuple[RunRecord, RunRecord]]:
    """Yield every pair whose answers differ; between two equal ones there is nothing to choose."""
    return (pair for pair in itertools.combinations(runs, 2) if pair[0].result.text != pair[1].result.text)
