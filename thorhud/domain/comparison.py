"""Runs of several configurations beside each other."""

from collections.abc import Iterator, Mapping, Sequence

from thorhud.domain.bootstrap import FEWEST_REPEATS
from thorhud.domain.comparison_conditions import conditions_of, counted_repeats
from thorhud.domain.comparison_pairs import about_withheld, break_evens_of, verdicts_of
from thorhud.domain.comparison_rows import MeasuredRow, measured_row, median, prompt_names, read_gib
from thorhud.domain.comparison_values import Comparison, ComparisonCell, ComparisonRow, Dot, Finding
from thorhud.domain.findings import findings_in
from thorhud.domain.roofline import ReadPerToken, about_bandwidth, about_draft, about_passing
from thorhud.domain.run_record import RunRecord
from thorhud.domain.speculation import ParityResult
from thorhud.domain.sweep import SweepRecord
from thorhud.domain.workshop import Workshop

__all__ = [
    "ENOUGH_REPEATS",
    "Comparison",
    "ComparisonCell",
    "ComparisonRow",
    "Dot",
    "Finding",
    "compare",
    "median",
    "read_gib",
]

ENOUGH_REPEATS = FEWEST_REPEATS
"""Fewer measured runs behind a bar are a first look, not a verdict."""

_FINDINGS_SHOWN = 3


def compare(
    workshop: Workshop,
    runs: Sequence[RunRecord],
    *,
    unit: str = "",
    not_measured: Mapping[str, str] | None = None,
    start_s: Mapping[str, float] | None = None,
    conditions: Sequence[str] = (),
    reads: Mapping[str, ReadPerToken] | None = None,
    sweeps: Sequence[SweepRecord] = (),
    parity: Sequence[ParityResult] = (),
    ladder_id: str | None = None,
) -> Comparison:
    """Put the runs of every configuration beside each other, in the workshop's order.

    *not_measured* says, by configuration id, why there are no runs; *start_s* how long the newest start took; *reads*
    what one token reads. Of *sweeps* and *parity* the newest of each configuration are shown. *ladder_id* names the
    ladder where *runs* are of one only. Runs are never pooled across conditions: see `thorhud.domain.run_sets`.
    """
    shown = [each for each in runs if _is_shown(each, workshop)]
    rows = [
        measured_row(
            workshop,
            each,
            [run for run in shown if run.configuration_id == each.id],
            reason=(not_measured or {}).get(each.id),
            start_s=(start_s or {}).get(each.id),
            read=_some((reads or {}).get(each.id)),
            sweep=_newest_sweep(sweeps, each.id),
        )
        for each in workshop.configurations
    ]
    kept = [run for row in rows for found in row.sets.values() for run in found.runs]
    verdicts = verdicts_of(workshop, rows)
    moments = [each.at_unix_s for each in kept]
    return Comparison(
        unit=unit,
        rows=tuple(each.row for each in rows),
        preliminary=min(counted_repeats(rows), default=0) < ENOUGH_REPEATS,
        simulated=any(each.simulated for each in kept),
        start_speed=max((each.start_speed for each in kept if each.simulated), default=1.0),
        conditions=(*conditions_of(rows), *about_withheld(workshop, rows), *conditions),
        findings=tuple(findings_in(workshop, rows, verdicts))[:_FINDINGS_SHOWN],
        verdicts=verdicts,
        break_evens=break_evens_of(workshop, rows),
        parity=_newest_parity(parity, workshop),
        assumptions=tuple(_assumptions(workshop, rows)),
        ladder_id=ladder_id,
        measured_unix_s=(min(moments), max(moments)) if moments else None,
    )


def _some(read: ReadPerToken | None) -> ReadPerToken | None:
    """Return what one token reads; files without tensors are read in no time, and nothing can be told of a limit."""
    return read if read is not None and read.weight_bytes > 0 else None


def _is_shown(run: RunRecord, workshop: Workshop) -> bool:
    return not run.warm_up and run.prompt_name in prompt_names(workshop) and run.workshop in {"", workshop.id}


def _newest_sweep(sweeps: Sequence[SweepRecord], configuration_id: str) -> SweepRecord | None:
    """Return the newest sweep of one configuration that came to any level."""
    own = (each for each in sweeps if each.configuration_id == configuration_id and each.levels)
    return max(own, key=lambda each: each.at_unix_s, default=None)


def _newest_parity(parity: Sequence[ParityResult], workshop: Workshop) -> tuple[ParityResult, ...]:
    """Return the newest result of each pair, in the workshop's order."""
    newest = {each.drafted_id: each for each in sorted(parity, key=lambda each: each.at_unix_s)}
    return tuple(newest[each.id] for each in workshop.configurations if each.id in newest)


def _assumptions(workshop: Workshop, rows: Sequence[MeasuredRow]) -> Iterator[str]:
    """Yield what stands behind the limit line; what is assumed of one configuration stands in its `ReadPerToken`."""
    if workshop.bandwidth_gb_per_s is None:
        return
    yield from about_bandwidth(workshop.bandwidth_gb_per_s, workshop.bandwidth_source)
    counted = [each.configuration.short_name for each in rows if each.row.read is not None and each.row.read.exact]
    if counted:
        yield f"Bytes counted tensor by tensor in the files on this unit: {', '.join(counted)}."
    if assumed := [each.configuration.short_name for each in rows if _is_assumed(each)]:
        yield f"Bytes taken from the model's memory as the workshop or the server's log tells it: {', '.join(assumed)}."
    if any(each.row.read is not None and each.row.read.kv_bytes_per_context_token for each in rows):
        yield "Keys and values are counted at the mean context: the prompt and half of the answer."
    above = [each for each in rows if any((share or 0) > 1 for share in each.shares.values())]
    drafted = [each.configuration.short_name for each in above if each.configuration.draft_model is not None]
    plain = [each.configuration.short_name for each in above if each.configuration.draft_model is None]
    yield from about_passing(drafted, plain)
    yield from _about_drafts(rows)


def _about_drafts(rows: Sequence[MeasuredRow]) -> Iterator[str]:
    """Yield what each draft model must win to be worth its reads, beside what it won in the longest answers."""
    for each in rows:
        acceptance = each.row.long.acceptance or each.row.short.acceptance
        if each.row.read is not None and acceptance is not None:
            sentence = about_draft(each.configuration.short_name, each.row.read, acceptance)
            yield from [] if sentence is None else [sentence]


def _is_assumed(each: MeasuredRow) -> bool:
    return each.read_gib is not None and not (each.row.read is not None and each.row.read.exact)
