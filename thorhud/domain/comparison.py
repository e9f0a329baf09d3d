"""Runs of several configurations beside each other."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from thorhud.domain.findings import Speeds, findings_in
from thorhud.domain.power import about_modes
from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.run_record import RunRecord
from thorhud.domain.speculation import BreakEven, ParityResult
from thorhud.domain.statistics import Interval, Verdict
from thorhud.domain.sweep import SweepRecord
from thorhud.domain.timing import Acceptance
from thorhud.domain.workshop import Configuration, Workshop

ENOUGH_REPEATS = 5
"""Fewer measured runs behind a bar are a first look, not a verdict."""

_FINDINGS_SHOWN = 3

_VIEWS_SAY = "Not measured: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One measured run on a chart."""

    tokens_per_s: float
    ttft_s: float | None
    completion_tokens: int | None
    marked: str | None = None
    """Why the dot does not count towards the median, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonCell:
    """All runs of one configuration with one prompt length ("short" or "long")."""

    dots: tuple[Dot, ...] = ()
    median_tokens_per_s: float | None = None
    median_ttft_s: float | None = None
    median_completion_tokens: float | None = None
    interval: Interval | None = None
    """95 % interval of the median speed; None from fewer than 3 runs."""
    ttft_interval: Interval | None = None
    median_prompt_tokens_per_s: float | None = None
    median_energy_per_token_j: float | None = None
    acceptance: Acceptance | None = None
    """Sum over the runs behind the bar."""
    not_comparable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One configuration of the comparison, measured beside published."""

    configuration_id: str
    short: ComparisonCell
    long: ComparisonCell
    model_memory_gib: float | None = None
    start_s: float | None = None
    reason: str | None = None
    """Why nothing was measured, as a sentence; None where something was.

    A view puts "Not measured: " in front of it.
    """
    shape: ComparisonCell | None = None
    """The 2048/128 shape; None where nobody measured it."""
    read: ReadPerToken | None = None
    share_of_limit: float | None = None
    """Of the long prompt's median, key-value cache of the mean context included; above 1 only with speculation."""
    sweep: SweepRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What Compare and the report show, in the workshop's order."""

    unit: str
    rows: tuple[ComparisonRow, ...]
    preliminary: bool = True
    """One warm-up and three repeats: a first look, not a verdict."""
    simulated: bool = False
    start_speed: float = 1.0
    conditions: tuple[str, ...] = ()
    """What a reader must know: repeats, sampling, power mode, in sentences."""
    findings: tuple["Finding", ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    """Each configuration against what it is compared with, one for each prompt that both have."""
    break_evens: tuple[BreakEven, ...] = ()
    parity: tuple[ParityResult, ...] = ()
    assumptions: tuple[str, ...] = ()
    """Behind the limit line, in sentences."""
    ladder_id: str | None = None
    measured_unix_s: tuple[float, float] | None = None
    """First and last run shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the data shows: a figure ("+79 %") and the sentence it stands for."""

    figure: str
    sentence: str


def compare(
    workshop: Workshop,
    runs: Sequence[RunRecord],
    *,
    unit: str = "",
    not_measured: Mapping[str, str] | None = None,
    start_s: Mapping[str, float] | None = None,
    conditions: Sequence[str] = (),
) -> Comparison:
    """Put the runs of every configuration beside each other, in the workshop's order.

    *not_measured* says, by configuration id, why there are no runs; *start_s* how long the newest start took.
    """
    shown = [each for each in runs if _is_shown(each, workshop)]
    rows = tuple(
        _row(
            workshop,
            configuration,
            [each for each in shown if each.configuration_id == configuration.id],
            reason=(not_measured or {}).get(configuration.id),
            start_s=(start_s or {}).get(configuration.id),
        )
        for configuration in workshop.configurations
    )
    found = findings_in(workshop, {each.configuration_id: _speeds(workshop, each) for each in rows})
    return Comparison(
        unit=unit,
        rows=rows,
        preliminary=_is_preliminary(rows),
        simulated=any(each.simulated for each in shown),
        start_speed=max((each.start_speed for each in shown if each.simulated), default=1.0),
        conditions=(*_conditions(shown, rows), *conditions),
        findings=tuple(Finding(figure=figure, sentence=sentence) for figure, sentence in found)[:_FINDINGS_SHOWN],
    )


def median(values: Iterable[float | None]) -> float | None:
    """Return the median of the values that exist, or None where there is none."""
    present = [each for each in values if each is not None]
    return statistics.median(present) if present else None


def read_gib(configuration: Configuration, row: ComparisonRow) -> float | None:
    """Return the GiB of weights read for each token: what this unit's log said, else what the workshop says.

    None for a mixture of experts, which reads only a part of its weights for each token.
    """
    if configuration.read_gib_per_token is None:
        return None
    return row.model_memory_gib or configuration.read_gib_per_token


def _is_shown(run: RunRecord, workshop: Workshop) -> bool:
    prompts = (workshop.short_prompt, workshop.long_prompt)
    return not run.warm_up and run.prompt_name in prompts and run.workshop in {"", workshop.id}


def _row(
    workshop: Workshop,
    configuration: Configuration,
    runs: list[RunRecord],
    *,
    reason: str | None,
    start_s: float | None,
) -> ComparisonRow:
    short = _cell(each for each in runs if each.prompt_name == workshop.short_prompt)
    long = _cell(each for each in runs if each.prompt_name == workshop.long_prompt)
    newest_first = sorted(runs, key=lambda each: each.at_unix_s, reverse=True)
    memories = (each.model_memory_gib for each in newest_first if each.model_memory_gib is not None)
    measured = short.median_tokens_per_s is not None or long.median_tokens_per_s is not None
    return ComparisonRow(
        configuration_id=configuration.id,
        short=short,
        long=long,
        model_memory_gib=next(memories, None),
        start_s=start_s,
        reason=None if measured else (reason or _why_nothing(newest_first)).removeprefix(_VIEWS_SAY),
    )


def _cell(runs: Iterable[RunRecord]) -> ComparisonCell:
    runs = sorted(runs, key=lambda each: each.at_unix_s)
    counted = [each.result for each in runs if each.counts]
    return ComparisonCell(
        dots=tuple(_dots(runs)),
        median_tokens_per_s=median(each.tokens_per_s for each in counted),
        median_ttft_s=median(each.ttft_s for each in counted),
        median_completion_tokens=median(each.completion_tokens for each in counted),
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


def _speeds(workshop: Workshop, row: ComparisonRow) -> Speeds:
    configuration = workshop.configuration(row.configuration_id)
    return Speeds(
        short_tokens_per_s=row.short.median_tokens_per_s,
        long_tokens_per_s=row.long.median_tokens_per_s,
        read_gib=None if configuration is None else read_gib(configuration, row),
    )


def _counted_repeats(rows: Iterable[ComparisonRow]) -> list[int]:
    """Return the number of runs behind each bar that is drawn."""
    cells = [cell for row in rows for cell in (row.short, row.long) if cell.dots]
    return [sum(dot.marked is None for dot in cell.dots) for cell in cells]


def _is_preliminary(rows: Iterable[ComparisonRow]) -> bool:
    return min(_counted_repeats(rows), default=0) < ENOUGH_REPEATS


def _conditions(runs: list[RunRecord], rows: Sequence[ComparisonRow]) -> Iterator[str]:
    """Say in sentences what a reader must know before believing the bars."""
    if any(each.simulated for each in runs):
        yield _about_simulation(max(each.start_speed for each in runs if each.simulated))
    if repeats := _counted_repeats(rows):
        low, high = min(repeats), max(repeats)
        count = f"{low}" if low == high else f"{low} to {high}"
        runs_word = "run" if high == 1 else "runs"
        yield f"{count} measured {runs_word} behind each bar; the bar is their median, each run a dot."
    if marked := sum(dot.marked is not None for row in rows for cell in (row.short, row.long) for dot in cell.dots):
        yield f"{marked} marked {'run does' if marked == 1 else 'runs do'} not count towards a median."
    yield from _about_sampling(runs)
    versions = sorted({each.vllm_version for each in runs if each.vllm_version})
    if versions:
        yield f"vLLM {', '.join(versions)}." + (" Not all bars come from the same version." if versions[1:] else "")
    if runs:
        yield from about_modes(
            sorted({each.power_mode for each in runs if each.power_mode}),
            all_known=all(each.power_mode for each in runs),
            measured=not all(each.simulated for each in runs),
        )


def _about_simulation(start_speed: float) -> str:
    hurried = f", start hurried {start_speed:g} times" if start_speed != 1.0 else ""
    return f"Simulated unit: token rates are the published ones{hurried}."


def _about_sampling(runs: Iterable[RunRecord]) -> Iterator[str]:
    ways = sorted({_sampling(each) for each in runs})
    if ways:
        yield f"Sampling: {'; '.join(ways)}."
    if ways[1:]:
        yield "Not all runs were sampled alike."


def _sampling(run: RunRecord) -> str:
    words = ["the server's temperature" if run.temperature is None else f"temperature {run.temperature:g}"]
    if run.seed is not None:
        words.append(f"seed {run.seed}")
    return ", ".join(words)
