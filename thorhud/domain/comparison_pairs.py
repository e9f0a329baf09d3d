"""Configurations against what they are compared with: verdicts, and from which length on a draft model pays."""

from collections.abc import Iterator, Mapping, Sequence

from thorhud.domain.comparison_rows import MeasuredRow, prompt_names
from thorhud.domain.ladder_plan import SHAPE_PROMPT
from thorhud.domain.run_record import RunRecord
from thorhud.domain.run_sets import RunSet
from thorhud.domain.speculation import BreakEven, break_even
from thorhud.domain.statistics import Verdict
from thorhud.domain.verdicts import verdict_between
from thorhud.domain.workshop import Configuration, Workshop


def verdicts_of(workshop: Workshop, rows: Sequence[MeasuredRow]) -> tuple[Verdict, ...]:
    """Return the verdicts on each configuration, in the workshop's order, short prompt first.

    Runs that were measured under different conditions are not judged against each other.
    """
    return tuple(
        found
        for before, after in _pairs(workshop, rows)
        for name in prompt_names(workshop)
        if (found := _verdict(workshop, before, after, name)) is not None
    )


def about_withheld(workshop: Workshop, rows: Sequence[MeasuredRow]) -> Iterator[str]:
    """Say of which configurations no verdict is given, because they were measured under different conditions."""
    for before, after in _pairs(workshop, rows):
        pairs = [(before.sets[name], after.sets[name]) for name in prompt_names(workshop)]
        named = dict.fromkeys(word for pair in pairs for word in pair[0].differs_from(pair[1]))
        if named:
            names = f"{after.configuration.short_name} and {before.configuration.short_name}"
            yield f"{names} were measured under different conditions ({', '.join(named)}), so no verdict is given."


def break_evens_of(workshop: Workshop, rows: Sequence[MeasuredRow]) -> tuple[BreakEven, ...]:
    """Return from which length on each draft model pays, by the long prompt where both have it, else by the short."""
    by_id = {each.configuration.id: each for each in rows}
    return tuple(
        found
        for each in rows
        if (plain := _without_draft(workshop, each.configuration, by_id)) is not None
        if (found := _break_even(workshop, plain, each)) is not None
    )


def prompt_words(workshop: Workshop, prompt_name: str) -> str:
    """Return how a sentence names one of the compared prompts."""
    if prompt_name == SHAPE_PROMPT:
        return f"{SHAPE_PROMPT} tokens"
    return "short prompt" if prompt_name == workshop.short_prompt else "long prompt"


def _pairs(workshop: Workshop, rows: Sequence[MeasuredRow]) -> Iterator[tuple[MeasuredRow, MeasuredRow]]:
    """Yield each configuration behind the first of its family, and behind its model without a draft."""
    by_id = {each.configuration.id: each for each in rows}
    for after in rows:
        baseline = by_id[workshop.baseline_of(after.configuration).id]
        plain = _without_draft(workshop, after.configuration, by_id)
        if baseline is not after:
            yield baseline, after
        if plain is not None and plain is not baseline:
            yield plain, after


def _without_draft(
    workshop: Workshop, configuration: Configuration, by_id: Mapping[str, MeasuredRow]
) -> MeasuredRow | None:
    plain = workshop.without_draft(configuration)
    return None if plain is None else by_id[plain.id]


def _verdict(workshop: Workshop, before: MeasuredRow, after: MeasuredRow, prompt_name: str) -> Verdict | None:
    first, second = before.sets[prompt_name], after.sets[prompt_name]
    if first.differs_from(second):
        return None
    return verdict_between(
        _speeds(first),
        _speeds(second),
        before_id=before.configuration.id,
        after_id=after.configuration.id,
        before_name=before.configuration.short_name,
        after_name=after.configuration.short_name,
        prompt_name=prompt_name,
        prompt_words=prompt_words(workshop, prompt_name),
        remark=_remark((*first.counted, *second.counted)),
    )


def _remark(runs: Sequence[RunRecord]) -> str:
    """Return what must stand in the sentence itself, because it may be read without the rest of the page."""
    if any(each.simulated for each in runs):
        return "simulated unit"
    return "labelled not comparable" if any(each.not_comparable for each in runs) else ""


def _speeds(found: RunSet) -> list[float]:
    return [each.result.tokens_per_s for each in found.counted if each.result.tokens_per_s is not None]


def _break_even(workshop: Workshop, plain: MeasuredRow, drafted: MeasuredRow) -> BreakEven | None:
    for name in (workshop.long_prompt, workshop.short_prompt):
        first, second = plain.sets[name], drafted.sets[name]
        if first.counted and second.counted and not first.differs_from(second):
            return break_even(
                [each.result for each in first.counted],
                [each.result for each in second.counted],
                plain_id=plain.configuration.id,
                drafted_id=drafted.configuration.id,
                plain_name=plain.configuration.short_name,
                drafted_name=drafted.configuration.short_name,
                prompt_words=prompt_words(workshop, name),
            )
    return None
