"""What the plots draw, as plain JSON: the drawing process knows neither workshops nor runs."""

from typing import Any

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow, read_gib
from thorhud.domain.roofline import share_of_limit
from thorhud.domain.workshop import Configuration, Published, Workshop


def chart_data(comparison: Comparison, workshop: Workshop) -> dict[str, Any]:
    """Return every row of the comparison with its published figures, in the workshop's order."""
    configurations = {each.id: each for each in workshop.configurations}
    pairs = [(configurations[row.configuration_id], row) for row in comparison.rows]
    has_long = any(row.long.dots for row in comparison.rows)
    return {
        "bandwidth_gb_per_s": workshop.bandwidth_gb_per_s,
        "lengths": [length for length in ("short", "long") if _is_measured(comparison, length)] or ["short"],
        "limit_length": "long" if has_long else "short",
        "rows": [
            _row(configuration, row, index, workshop, has_long=has_long)
            for index, (configuration, row) in enumerate(pairs)
        ],
    }


def not_measured(row: ComparisonRow) -> str | None:
    """Return the sentence that stands in place of a bar, or None where there is one."""
    if row.reason is None:
        return None
    reason = row.reason.strip().rstrip(".")
    starts_with_a_name = reason[1:2].isupper()
    return f"Not measured: {reason if starts_with_a_name else reason[:1].lower() + reason[1:]}"


def above_the_limit(comparison: Comparison, workshop: Workshop) -> list[str]:
    """Return the sentences that explain points above the bandwidth curve; empty where there are none."""
    configurations = {each.id: each for each in workshop.configurations}
    has_long = any(row.long.dots for row in comparison.rows)
    above = set()
    for row in comparison.rows:
        configuration = configurations[row.configuration_id]
        point = _limit_point(configuration, row, workshop, has_long=has_long)
        if point is not None and (point["share"] or 0.0) > 1:
            above.add(configuration.draft_model is not None)
    told = {
        True: "With a draft model a point may pass the limit: one read of the weights yields several tokens.",
        False: "A point above the limit without a draft model reads fewer bytes than this chart assumes.",
    }
    return [sentence for is_drafted, sentence in told.items() if is_drafted in above]


def _is_measured(comparison: Comparison, length: str) -> bool:
    return any(getattr(row, length).dots for row in comparison.rows)


def _row(
    configuration: Configuration, row: ComparisonRow, index: int, workshop: Workshop, *, has_long: bool
) -> dict[str, Any]:
    published = configuration.published
    return {
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
        "not_measured": not_measured(row),
        "limit": _limit_point(configuration, row, workshop, has_long=has_long),
    }


def _cell(cell: ComparisonCell, published: Published) -> dict[str, Any]:
    return {
        "median": cell.median_tokens_per_s,
        "dots": [{"value": dot.tokens_per_s, "counts": dot.marked is None} for dot in cell.dots],
        "published": published.value,
    }


def _limit_point(
    configuration: Configuration, row: ComparisonRow, workshop: Workshop, *, has_long: bool
) -> dict[str, Any] | None:
    """Return where a configuration stands below the bandwidth curve; None for a mixture of experts."""
    gib = read_gib(configuration, row)
    if gib is None or workshop.bandwidth_gb_per_s is None:
        return None
    figures = configuration.published
    measured = (row.long if has_long else row.short).median_tokens_per_s
    share = None if measured is None else share_of_limit(measured, gib, workshop.bandwidth_gb_per_s)
    return {
        "read_gib": gib,
        "measured": measured,
        "published": (figures.long_tokens_per_s if has_long else figures.short_tokens_per_s).value,
        "published_read_gib": configuration.read_gib_per_token,
        "share": share,
    }
