"""Parity: whether the draft model leaves the greedy answers to the same prompts as they are without it.

A draft model only proposes; the large model decides. Its greedy answers should not change, up to the numerics of
batches of another shape. So the first token at which they part is worth seeing, and "identical" is never said.
"""

import asyncio
import re
import time
from collections.abc import Iterable, Sequence

from thorhud.agent.ladder.answers import Answers
from thorhud.agent.ladder.book import LadderBook
from thorhud.agent.ladder.prompts import PARITY_NAME, parity_prompts
from thorhud.agent.ladder.resume import measured_before
from thorhud.agent.parts import Parts
from thorhud.domain.run_record import RunRecord
from thorhud.domain.speculation import ParityPrompt, ParityResult
from thorhud.domain.workshop import Configuration, Workshop

CONTEXT_CHARACTERS = 60
_WORD = re.compile(r"\s*\S+|\s+$")


def has_partner(configuration: Configuration, workshop: Workshop, ids: Sequence[str]) -> bool:
    """Whether a configuration's answers can be compared with those of another one of the same ladder."""
    return any(configuration.id in pair for pair in pairs(workshop, ids))


def pairs(workshop: Workshop, ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return plain and drafted of every pair among *ids*."""
    drafted = [each for each in workshop.configurations if each.draft_model is not None and each.id in ids]
    found = ((workshop.without_draft(each), each) for each in drafted)
    return tuple((plain.id, each.id) for plain, each in found if plain is not None and plain.id in ids)


class ParityPart:
    """Collects greedy answers, and compares them once both sides have theirs."""

    def __init__(self, parts: Parts, *, book: LadderBook, answers: Answers) -> None:
        self._parts = parts
        self._book = book
        self._answers = answers

    async def measure(self, configuration: Configuration) -> None:
        """Ask every prompt that this ladder has not asked yet, then compare if the other side is done."""
        known = await measured_before(self._parts.records, self._book.id, configuration.id)
        prompts = parity_prompts(self._parts.workshop, self._book.plan)
        for number, prompt in enumerate(prompts, start=1):
            if known.count(prompt.name):
                continue
            self._book.say(f"{configuration.name}: greedy answer {number} of {len(prompts)}")
            await self._answers.as_it_stands(prompt)
        for plain_id, drafted_id in pairs(self._parts.workshop, self._book.plan.configuration_ids):
            if configuration.id in {plain_id, drafted_id}:
                await self._compare(plain_id, drafted_id)

    async def _compare(self, plain_id: str, drafted_id: str) -> None:
        records = self._parts.records
        plain = await measured_before(records, self._book.id, plain_id)
        drafted = await measured_before(records, self._book.id, drafted_id)
        prompts = tuple(_compared(plain.runs, drafted.runs))
        if not prompts:
            return  # the other side comes later, or never came
        parity = ParityResult(
            plain_id=plain_id,
            drafted_id=drafted_id,
            at_unix_s=time.time(),
            prompts=prompts,
            ladder_id=self._book.id,
            simulated=self._parts.simulated,
            sentence=_sentence(prompts),
        )
        await asyncio.to_thread(records.add_parity, parity)
        self._book.tell(parity.sentence)


def _compared(plain: Iterable[RunRecord], drafted: Iterable[RunRecord]) -> Iterable[ParityPrompt]:
    others = {run.prompt_name: run for run in drafted if run.prompt_name.startswith(PARITY_NAME)}
    for run in plain:
        other = others.get(run.prompt_name)
        if other is not None:
            yield _prompt(run, other)


def _prompt(plain: RunRecord, drafted: RunRecord) -> ParityPrompt:
    by_ids = bool(plain.result.token_ids and drafted.result.token_ids)
    before, after = _text(plain), _text(drafted)
    left: Sequence[object] = plain.result.token_ids if by_ids else _WORD.findall(before)
    right: Sequence[object] = drafted.result.token_ids if by_ids else _WORD.findall(after)
    first = next((index for index, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
    if first is None and len(left) != len(right):
        first = min(len(left), len(right))
    same = _same_characters(before, after)
    return ParityPrompt(
        prompt_name=plain.prompt_name.removeprefix(PARITY_NAME),
        plain_tokens=plain.result.completion_tokens or len(left),
        drafted_tokens=drafted.result.completion_tokens or len(right),
        first_difference=first,
        compared_by="tokens" if by_ids else "text",
        context="" if first is None else before[max(0, same - CONTEXT_CHARACTERS) : same],
        plain_next="" if first is None else before[same : same + CONTEXT_CHARACTERS],
        drafted_next="" if first is None else after[same : same + CONTEXT_CHARACTERS],
    )


def _same_characters(before: str, after: str) -> int:
    """Return how many characters at the beginning are the same."""
    pairs_of = enumerate(zip(before, after, strict=False))
    return next((at for at, (a, b) in pairs_of if a != b), min(len(before), len(after)))


def _text(run: RunRecord) -> str:
    return (run.result.reasoning or "") + run.result.text


def _sentence(prompts: Sequence[ParityPrompt]) -> str:
    parted = [each for each in prompts if each.first_difference is not None]
    count = f"{len(prompts)} {'prompt' if len(prompts) == 1 else 'prompts'}"
    if not parted:
        return f"Lossless up to numerics: the greedy answers to {count} agree in everything that was compared."
    first = min(each.first_difference or 0 for each in parted)
    unit = "word" if any(each.compared_by == "text" for each in parted) else "token"
    return f"The greedy answers to {len(parted)} of {count} part, the earliest at {unit} {first}."
