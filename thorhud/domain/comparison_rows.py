"""How the runs of one configuration become a row: medians, intervals, energy, acceptance, share of the limit."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from thorhud.domain.bootstrap import median_interval
from thorhud.domain.comparison_values import ComparisonCell, ComparisonRow, Dot
from thorhud.domain.ladder_plan import SHAPE_PROMPT
from thorhud.domain.roofline import BYTES_PER_GIB, ReadPerToken, share_of_limit, share_with_context
from thorhud.domain.run_record import RunRecord
from thorhud.domain.run_sets import RunSet, newest_set
from thorhud.domain.sweep import SweepRecord
from thorhud.domain.timing import Acceptance
from thorhud.domain.workshop import Configuration, Workshop

_VIEWS_SAY = "Not measured: "


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRow:
    """A row with the runs behind it."""

    configuration: Configuration
    row: ComparisonRow
    sets: Mapping[str, RunSet]
    """By the prompt's name; those of the short and the long prompt and of the 2048/128 shape."""
    read_gib: float | None
    """Of the weights, for each token; None for a mixture of experts whose files nobody read."""
    shares: Mapping[str, float | None]
    """Of the memory's limit, by the prompt's name."""


def prompt_names(workshop: Workshop) -> tuple[str, str, str]:
    """Return the names of the prompts that are compared: short, long, and the shape of others' figures."""
    return workshop.short_prompt, workshop.long_prompt, SHAPE_PROMPT


def measured_row(
    workshop: Workshop,
    configuration: Configuration,
    runs: Sequence[RunRecord],
    *,
    reason: str | None = None,
    start_s: float | None = None,
    read: ReadPerToken | None = None,
    sweep: SweepRecord | None = None,
) -> MeasuredRow:
    """Make the row of *configuration* from its *runs* of any prompt that is compared."""
    names = prompt_names(workshop)
    sets = {name: newest_set(each for each in runs if each.prompt_name == name) for name in names}
    short, long, shape = (_cell(sets[name]) for name in names)
    newest_first = sorted(runs, key=lambda each: each.at_unix_s, reverse=True)
    memories = (each.model_memory_gib for each in newest_first if each.model_memory_gib is not None)
    memory = next(memories, None)
    measured = any(cell.median_tokens_per_s is not None for cell in (short, long, shape))
    limit = _Limit(
        bandwidth_gb_per_s=workshop.bandwidth_gb_per_s, read=read, assumed_gib=_assumed_gib(configuration, memory)
    )
    shares = {name: limit.share(found.counted) for name, found in sets.items()}
    row = ComparisonRow(
        configuration_id=configuration.id,
        short=short,
        long=long,
        model_memory_gib=memory,
        start_s=start_s,
        reason=None if measured else (reason or _why_nothing(newest_first)).removeprefix(_VIEWS_SAY),
        shape=shape if shape.dots else None,
        read=read,
        share_of_limit=shares[workshop.long_prompt],
        sweep=sweep,
    )
    return MeasuredRow(
        configuration=configuration, row=row, sets=sets, read_gib=read_gib(configuration, row), shares=shares
    )


def median(values: Iterable[float | None]) -> float | None:
    """Return the median of the values that exist, or None where there is none."""
    present = [each for each in values if each is not None]
    return statistics.median(present) if present else None


def read_gib(configuration: Configuration, row: ComparisonRow) -> float | None:
    """Return the GiB of weights read for each token.

    Counted from the files where they were read, else what this unit's log said, else what the workshop says. None for
    a mixture of experts whose files were not read: it reads only a part of its weights for each token.
    """
    if row.read is not None:
        return row.read.weight_bytes / BYTES_PER_GIB
    return _assumed_gib(configuration, row.model_memory_gib)


def summed_acceptance(parts: Iterable[Acceptance | None]) -> Acceptance | None:
    """Add up what became of the draft model's tokens over several runs; None where no run has it."""
    present = [each for each in parts if each is not None]
    if not present:
        return None
    positions = zip_longest(*(each.accepted_per_position for each in present), fillvalue=0)
    return Acceptance(
        drafts=sum(each.drafts for each in present),
        draft_tokens=sum(each.draft_tokens for each in present),
        accepted_tokens=sum(each.accepted_tokens for each in present),
        accepted_per_position=tuple(sum(each) for each in positions),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """What the memory's bandwidth allows one configuration."""

    bandwidth_gb_per_s: float | None
    read: ReadPerToken | None
    assumed_gib: float | None
    """Where nobody counted what is read."""

    def share(self, counted: Sequence[RunRecord]) -> float | None:
        """Return the share that the median speed of these runs reaches; without counted bytes without the context's."""
        speed = median(each.result.tokens_per_s for each in counted)
        if speed is None or self.bandwidth_gb_per_s is None:
            return None
        if self.read is not None:
            context = _mean_context(counted)
            return share_with_context(speed, self.read, self.bandwidth_gb_per_s, context_tokens=context)
        return None if self.assumed_gib is None else share_of_limit(speed, self.assumed_gib, self.bandwidth_gb_per_s)


def _cell(found: RunSet) -> ComparisonCell:
    counted = found.counted
    results = [each.result for each in counted]
    return ComparisonCell(
        dots=tuple(_dots(found.runs)),
        median_tokens_per_s=median(each.tokens_per_s for each in results),
        median_ttft_s=median(each.ttft_s for each in results),
        median_completion_tokens=median(each.completion_tokens for each in results),
        interval=median_interval(each.tokens_per_s for each in results if each.tokens_per_s is not None),
        ttft_interval=median_interval(each.ttft_s for each in results if each.ttft_s is not None),
        median_prompt_tokens_per_s=median(each.prompt_tokens_per_s for each in results),
        median_energy_per_token_j=median(
            each.conditions.energy_per_token_j(each.result.completion_tokens) for each in counted
        ),
        acceptance=summed_acceptance(each.server.acceptance for each in results if each.server is not None),
        not_comparable=tuple(dict.fromkeys(sentence for each in counted for sentence in each.not_comparable)),
    )


def _dots(runs: Iterable[RunRecord]) -> Iterator[Dot]:
    for run in runs:
        result = run.result
        if result.tokens_per_s is not None:
            yield Dot(
                tokens_per_s=result.tokens_per_s,
                ttft_s=result.ttft_s,
                completion_tokens=result.completion_tokens,
                marked=run.mark,
            )


def _why_nothing(newest_first: list[RunRecord]) -> str:
    """Say why no run of a configuration counts."""
    if not newest_first:
        return "no run yet"
    newest = newest_first[0]
    return newest.mark or newest.result.note or "the answer was too short to time"


def _assumed_gib(configuration: Configuration, memory_gib: float | None) -> float | None:
    if configuration.read_gib_per_token is None:
        return None
    return memory_gib or configuration.read_gib_per_token


def _mean_context(counted: Sequence[RunRecord]) -> float:
    """Return how many tokens stood before the one being generated, in the mean: the prompt and half of the answer."""
    prompt = median(each.result.prompt_tokens for each in counted) or 0
    completion = median(each.result.completion_tokens for each in counted) or 0
    return prompt + completion / 2
