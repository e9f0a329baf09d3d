"""The comparison as rows of a table: all that the charts draw, and what they have no room for. No Qt in here."""

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.workshop import Configuration, Published, Workshop
from thorhud.gui.bar_words import counted, why_not
from thorhud.gui.comparison_words import nothing_measured, one_decimal, percent, reason_words, two_decimals
from thorhud.gui.stage_words import DASH

SHAPE = "2048/128"
_NOBODY = Published(value=None)

TABLE_HEADER = (
    "Configuration",
    "Answer",
    "Median tok/s",
    "Runs (not counted)",
    "n",
    "95 % low",
    "95 % high",
    "Published tok/s",
    "Tokens",
    "TTFT s",
    "Prompt tok/s",
    "J/token",
    "Accepted",
    "Tokens/step",
    "Memory GiB",
    "Published GiB",
    "Read GiB/token",
    "Of limit",
    "Start s",
    "Published start s",
    "Not comparable because",
)


def table_rows(comparison: Comparison, workshop: Workshop) -> list[tuple[str, ...]]:
    """Return one line for each configuration and prompt length, in the workshop's order.

    Where nothing was measured the line has only a name and the reason.
    """
    rows = {row.configuration_id: row for row in comparison.rows}
    lines: list[tuple[str, ...]] = []
    for configuration in workshop.configurations:
        row = rows.get(configuration.id)
        if row is None:
            continue
        if nothing_measured(row) and row.shape is None:
            lines.append((configuration.name, reason_words(row)))
            continue
        figures = configuration.published
        lines.append(_line(configuration, "short", row, row.short, figures.short_tokens_per_s))
        lines.append(_line(configuration, "long", row, row.long, figures.long_tokens_per_s))
        if row.shape is not None:
            lines.append(_line(configuration, SHAPE, row, row.shape, _NOBODY))
    return lines


def _line(
    configuration: Configuration, which: str, row: ComparisonRow, cell: ComparisonCell, published: Published
) -> tuple[str, ...]:
    runs = ", ".join(f"({dot.tokens_per_s:.1f})" if dot.marked else f"{dot.tokens_per_s:.1f}" for dot in cell.dots)
    return (
        configuration.name,
        which,
        one_decimal(cell.median_tokens_per_s),
        runs or DASH,
        str(counted(cell)),
        one_decimal(None if cell.interval is None else cell.interval.low),
        one_decimal(None if cell.interval is None else cell.interval.high),
        one_decimal(published.value),
        _whole(cell.median_completion_tokens),
        two_decimals(cell.median_ttft_s),
        _whole(cell.median_prompt_tokens_per_s),
        two_decimals(cell.median_energy_per_token_j),
        *_accepted(cell),
        *_about_model(configuration, row, which),
        why_not(cell.not_comparable).removeprefix("Not comparable: ") or DASH,
    )


def _accepted(cell: ComparisonCell) -> tuple[str, str]:
    if cell.acceptance is None or cell.acceptance.rate is None:
        return DASH, DASH
    return percent(cell.acceptance.rate), two_decimals(cell.acceptance.length)


def _about_model(configuration: Configuration, row: ComparisonRow, which: str) -> tuple[str, ...]:
    figures = configuration.published
    read = None if row.read is None else row.read.weight_bytes / 2**30
    share = row.share_of_limit if which == "long" else None
    return (
        two_decimals(row.model_memory_gib),
        two_decimals(figures.model_memory_gib.value),
        two_decimals(read),
        DASH if share is None else percent(share),
        one_decimal(row.start_s),
        one_decimal(figures.start_s.value),
    )


def _whole(value: float | None) -> str:
    return DASH if value is None else f"{value:.0f}"
