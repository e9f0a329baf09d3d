"""Blind votes counted: which of two configurations people preferred, and how much that says."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from thorhud.domain.answer_quality import Vote, VoteTally
from thorhud.domain.workshop import Workshop

A, B, SAME = "a", "b", "same"
CHOICES = (A, B, SAME)
CHANCE = 0.05
"""Below this probability of chance alone a preference is called one."""


def tally(votes: Iterable[Vote], workshop: Workshop) -> tuple[VoteTally, ...]:
    """Count the votes of each pair of configurations, in the workshop's order; others come last, by name."""
    order = {each.id: place for place, each in enumerate(workshop.configurations)}
    counted: dict[tuple[str, str], Counter[str]] = {}
    for vote in votes:
        ids = sorted(
            (vote.a_configuration_id, vote.b_configuration_id), key=lambda each: (order.get(each, len(order)), each)
        )
        winner = {A: vote.a_configuration_id, B: vote.b_configuration_id}.get(vote.choice, SAME)
        counted.setdefault((ids[0], ids[1]), Counter())[winner] += 1
    pairs = sorted(counted, key=lambda pair: [(order.get(each, len(order)), each) for each in pair])
    return tuple(_tally(pair, counted[pair], workshop) for pair in pairs)


def chance_of(one: int, other: int) -> float:
    """Return the probability that a fair coin parts so many votes at least as unevenly (two-sided sign test)."""
    n, least = one + other, min(one, other)
    tail = sum(math.comb(n, count) for count in range(least + 1)) / (1 << n)
    return min(1.0, 2 * tail)


def _tally(pair: Sequence[str], counted: Counter[str], workshop: Workshop) -> VoteTally:
    before, after = pair
    return VoteTally(
        before_id=before,
        after_id=after,
        for_before=counted[before],
        for_after=counted[after],
        same=counted[SAME],
        sentence=_sentence(_name(before, workshop), counted[before], _name(after, workshop), counted[after]),
    )


def _sentence(before: str, for_before: int, after: str, for_after: int) -> str:
    n = for_before + for_after
    if n == 0:
        return f"Nobody preferred {before} or {after}."
    if chance_of(for_before, for_after) >= CHANCE:
        return f"No preference shown between {before} and {after} ({for_before} to {for_after}, sign test)."
    preferred, most, least = (before, for_before, for_after)
    if for_after > for_before:
        preferred, most, least = (after, for_after, for_before)
    return f"{preferred} was preferred, {most} to {least} (sign test, 5 %)."


def _name(configuration_id: str, workshop: Workshop) -> str:
    found = workshop.configuration(configuration_id)
    return configuration_id if found is None else found.name
