"""Which rows the two charts of small bars show."""

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.bar_words import interval_words
from thorhud.gui.comparison_words import reason_words, two_decimals
from thorhud.gui.widgets.small_bars import SmallBar


def first_tokens(comparison: Comparison, workshop: Workshop) -> tuple[SmallBar, ...]:
    """Return the wait for the first token of each configuration, of the short prompt where that was measured."""
    return tuple(
        _first_token(row, configuration)
        for row in comparison.rows
        if (configuration := workshop.configuration(row.configuration_id)) is not None
    )


def _first_token(row: ComparisonRow, configuration: Configuration) -> SmallBar:
    which, cell = ("short", row.short) if row.short.median_ttft_s is not None else ("long", row.long)
    interval = cell.ttft_interval
    return SmallBar(configuration, cell.median_ttft_s, interval=interval, words=_ttft_words(row, cell, which))


def _ttft_words(row: ComparisonRow, cell: ComparisonCell, which: str) -> str:
    if cell.median_ttft_s is None:
        return reason_words(row)
    runs = sum(dot.ttft_s is not None and dot.marked is None for dot in cell.dots)
    between = interval_words(cell.ttft_interval, 2)
    return (
        f"first token after {two_decimals(cell.median_ttft_s)} s, median of n = {runs}, {which} prompt"
        + (f"\n{between}" if between else "")
        + "\nNobody published a time to first token to compare with."
    )


def memories(comparison: Comparison, workshop: Workshop) -> tuple[SmallBar, ...]:
    """Return the memory of each model beside the published one."""
    return tuple(
        SmallBar(configuration, row.model_memory_gib, configuration.published.model_memory_gib.value)
        for row in comparison.rows
        if (configuration := workshop.configuration(row.configuration_id)) is not None
    )
