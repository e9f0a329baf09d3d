"""What the plots draw, as plain JSON: the drawing process knows neither workshops nor runs."""

from collections.abc import Iterable, Sequence
from typing import Any

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow, read_gib
from thorhud.domain.ladder_gates import LABEL
from thorhud.domain.roofline import share_of_limit
from thorhud.domain.speculation import BreakEven, LengthPoint
from thorhud.domain.statistics import Interval
from thorhud.domain.sweep import SweepRecord
from thorhud.domain.workshop import Configuration, Published, PublishedElsewhere, Workshop

SHAPE = "2048/128"
"""Prompt and output tokens of NVIDIA's own figures."""

_BYTES_PER_GIB, _BYTES_PER_GB = 2**30, 1e9


def chart_data(comparison: Comparison, workshop: Workshop) -> dict[str, Any]:
    """Return every row of the comparison with its published figures, in the workshop's order."""
    pairs = pairs_of(comparison, workshop)
    has_long = has_long_answers(comparison)
    rows = [
        _row(configuration, row, index, workshop, has_long=has_long) for index, (configuration, row) in enumerate(pairs)
    ]
    return {
        "bandwidth_gb_per_s": workshop.bandwidth_gb_per_s,
        "lengths": lengths_of(comparison),
        "limit_length": "long" if has_long else "short",
        "rows": rows,
        "break_evens": [_break_even(each, rows) for each in comparison.break_evens if each.plain and each.drafted],
    }


def pairs_of(comparison: Comparison, workshop: Workshop) -> list[tuple[Configuration, ComparisonRow]]:
    """Return each row beside its configuration; a row of no configuration of the workshop is left out."""
    configurations = {each.id: each for each in workshop.configurations}
    return [
        (configurations[row.configuration_id], row) for row in comparison.rows if row.configuration_id in configurations
    ]


def lengths_of(comparison: Comparison) -> list[str]:
    """Return the prompt lengths that were measured, "short" where none was."""
    return [each for each in ("short", "long") if any(getattr(row, each).dots for row in comparison.rows)] or ["short"]


def has_long_answers(comparison: Comparison) -> bool:
    """Whether the long prompt was measured of anything."""
    return any(row.long.dots for row in comparison.rows)


def not_measured(row: ComparisonRow) -> str | None:
    """Return the sentence that stands in place of a bar, or None where there is one."""
    if row.reason is None:
        return None
    reason = row.reason.strip().rstrip(".")
    starts_with_a_name = reason[1:2].isupper()
    return f"Not measured: {reason if starts_with_a_name else reason[:1].lower() + reason[1:]}"


def without_label(sentences: Iterable[str]) -> str:
    """Return the sentences of gates as they stand behind "not comparable:", said once for all of them."""
    first, *others = [each.removeprefix(LABEL) for each in sentences] or [""]
    return " ".join([first, *(f"{each[:1].upper()}{each[1:]}" for each in others)])


def not_comparable(row: ComparisonRow) -> tuple[str, ...]:
    """Return the gates that the runs behind a row's bars did not pass, each once."""
    cells = (row.short, row.long, *(() if row.shape is None else (row.shape,)))
    sweep = () if row.sweep is None else row.sweep.not_comparable
    return tuple(dict.fromkeys([*(reason for cell in cells for reason in cell.not_comparable), *sweep]))


def energy_cell(row: ComparisonRow) -> ComparisonCell:
    """Return the cell whose energy stands for a row: the long answer's where it was measured."""
    return row.long if row.long.median_energy_per_token_j is not None else row.short


def acceptance_cell(row: ComparisonRow) -> tuple[str, ComparisonCell] | None:
    """Return the length and the cell whose acceptance stands for a row, or None where no draft model was measured."""
    for length, cell in (("long", row.long), ("short", row.short)):
        if cell.acceptance is not None and cell.acceptance.drafts:
            return length, cell
    return None


def limit_point(
    configuration: Configuration, row: ComparisonRow, workshop: Workshop, *, has_long: bool
) -> dict[str, Any] | None:
    """Return where a configuration stands below the bandwidth curve; None where nobody knows what it reads.

    Where the comparison names a share, the point stands so that the plot shows this share: the GiB beside it then hold
    what the key-value cache adds to the weights.
    """
    bandwidth = workshop.bandwidth_gb_per_s
    gib = read_gib(configuration, row) if row.read is None else row.read.weight_bytes / _BYTES_PER_GIB
    if gib is None or bandwidth is None:
        return None
    figures = configuration.published
    measured = (row.long if has_long else row.short).median_tokens_per_s
    share = None if measured is None else share_of_limit(measured, gib, bandwidth)
    if row.share_of_limit is not None and measured and has_long:
        share = row.share_of_limit
        gib = share * bandwidth * _BYTES_PER_GB / measured / _BYTES_PER_GIB
    return {
        "read_gib": gib,
        "measured": measured,
        "published": (figures.long_tokens_per_s if has_long else figures.short_tokens_per_s).value,
        "published_read_gib": gib if row.read is not None else configuration.read_gib_per_token or gib,
        "share": share,
    }


def above_the_limit(comparison: Comparison, workshop: Workshop) -> list[str]:
    """Return the sentences that explain points above the bandwidth curve; empty where there are none."""
    has_long = has_long_answers(comparison)
    above = set()
    for configuration, row in pairs_of(comparison, workshop):
        point = limit_point(configuration, row, workshop, has_long=has_long)
        if point is not None and (point["share"] or 0.0) > 1:
            above.add(configuration.draft_model is not None)
    told = {
        True: "With a draft model a point may pass the limit: one read of the weights yields several tokens.",
        False: "A point above the limit without a draft model reads fewer bytes than this chart assumes.",
    }
    return [sentence for is_drafted, sentence in told.items() if is_drafted in above]


def elsewhere(workshop: Workshop, configuration_id: str, *, concurrency: int = 1) -> list[PublishedElsewhere]:
    """Return what others published of the 2048/128 shape for the nearest configuration of ours."""
    return [
        each
        for each in workshop.published_elsewhere
        if (each.configuration_id, each.shape, each.concurrency) == (configuration_id, SHAPE, concurrency)
    ]


def _row(
    configuration: Configuration, row: ComparisonRow, index: int, workshop: Workshop, *, has_long: bool
) -> dict[str, Any]:
    published = configuration.published
    return {
        "id": configuration.id,
        "name": configuration.short_name,
        "point_name": configuration.tile_name,
        "family": configuration.family,
        "marker": configuration.marker.value,
        "colour": f"c{index}",
        "short": _cell(row.short, published.short_tokens_per_s),
        "long": _cell(row.long, published.long_tokens_per_s),
        "ttft_s": row.short.median_ttft_s if row.short.median_ttft_s is not None else row.long.median_ttft_s,
        "model_memory_gib": row.model_memory_gib,
        "published_memory_gib": published.model_memory_gib.value,
        "energy_j": energy_cell(row).median_energy_per_token_j,
        "not_measured": not_measured(row),
        "is_comparable": not not_comparable(row),
        "limit": limit_point(configuration, row, workshop, has_long=has_long),
        "shape": _shape(row, workshop),
        "sweep": _sweep(row.sweep),
        "acceptance": _acceptance(row),
    }


def _cell(cell: ComparisonCell, published: Published | None = None) -> dict[str, Any]:
    return {
        "median": cell.median_tokens_per_s,
        "interval": _interval(cell.interval),
        "dots": [{"value": dot.tokens_per_s, "counts": dot.marked is None} for dot in cell.dots],
        "published": None if published is None else published.value,
        "is_comparable": not cell.not_comparable,
    }


def _interval(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def _shape(row: ComparisonRow, workshop: Workshop) -> dict[str, Any] | None:
    others = [each.tokens_per_s for each in elsewhere(workshop, row.configuration_id)]
    if row.shape is None or not row.shape.dots:
        return None
    return _cell(row.shape) | {"elsewhere": others}


def _sweep(sweep: SweepRecord | None) -> list[dict[str, Any]] | None:
    """Return the levels that brought something; the slowest answer stands in where there is no p95."""
    if sweep is None:
        return None
    return [
        {
            "users": level.concurrency,
            "total": level.total_tokens_per_s,
            "per_user": level.per_user_tokens_per_s,
            "p95_ttft": level.p95_ttft_s,
            "slowest_ttft": max(level.ttft_s, default=None),
        }
        for level in sweep.levels
    ]


def _acceptance(row: ComparisonRow) -> list[float] | None:
    found = acceptance_cell(row)
    acceptance = None if found is None else found[1].acceptance
    return None if acceptance is None else list(acceptance.rate_per_position)


def _break_even(pair: BreakEven, rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    by_id = {row["id"]: row for row in rows}
    lines = [(pair.plain_id, pair.plain), (pair.drafted_id, pair.drafted)]
    return {
        "tokens": pair.tokens,
        "longest": pair.longest_measured,
        "lines": [_line(by_id[name], points) for name, points in lines if name in by_id],
    }


def _line(row: dict[str, Any], points: Sequence[LengthPoint]) -> dict[str, Any]:
    look = {key: row[key] for key in ("name", "marker", "colour")}
    return look | {"points": [[each.tokens, each.tokens_per_s] for each in points]}
