"""Several users at once, in words and as lines of a chart. No Qt in here."""

from collections.abc import Callable, Iterator

from thorhud.domain.comparison import Comparison
from thorhud.domain.sweep import SweepLevel, SweepRecord
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.bar_words import why_not
from thorhud.gui.comparison_words import one_decimal, two_decimals
from thorhud.gui.stage_words import DASH

SWEEP_HEADER = (
    "Configuration",
    "Prompt",
    "Users",
    "Answers",
    "Failed",
    "Total tok/s",
    "Per user tok/s",
    "Median TTFT s",
    "p95 TTFT s",
    "Not comparable because",
)

Value = Callable[[SweepLevel], float | None]


def sweeps(comparison: Comparison | None, workshop: Workshop) -> list[tuple[Configuration, SweepRecord]]:
    """Return what was swept, in the workshop's order."""
    rows = {row.configuration_id: row.sweep for row in comparison.rows} if comparison else {}
    return [(each, sweep) for each in workshop.configurations if (sweep := rows.get(each.id)) is not None]


def level_words(level: SweepLevel) -> str:
    """Say everything about one level."""
    users = "user" if level.concurrency == 1 else "users"
    lines = [
        f"{level.concurrency} {users} at once, {level.requests} whole answers"
        + (f", {level.failed} failed" if level.failed else ""),
        f"all together {one_decimal(level.total_tokens_per_s)} tok/s, each {one_decimal(level.per_user_tokens_per_s)}",
        (
            f"first token: median {two_decimals(level.median_ttft_s)} s, "
            f"95 of 100 within {two_decimals(level.p95_ttft_s)} s"
        ),
    ]
    if level.p95_ttft_s is None:
        lines.append("Fewer than 40 answers: no 95 % figure.")
    if level.error is not None:
        lines.append(level.error.headline)
    return "\n".join(lines)


def reasons(comparison: Comparison | None, workshop: Workshop) -> Iterator[tuple[Configuration, str]]:
    """Say of each sweep why it went no further, and whether it can be compared."""
    for configuration, sweep in sweeps(comparison, workshop):
        last = sweep.levels[-1].concurrency if sweep.levels else 0
        why = sweep.stopped_because or "Every level was measured."
        mark = f" {why_not(sweep.not_comparable)}" if sweep.not_comparable else ""
        yield configuration, f"{configuration.short_name}, up to {last} at once. {why}{mark}"


def sweep_rows(comparison: Comparison | None, workshop: Workshop) -> list[tuple[str, ...]]:
    """Return one table line for each level."""
    return [
        (
            configuration.name,
            sweep.prompt_name,
            str(level.concurrency),
            str(level.requests),
            str(level.failed),
            one_decimal(level.total_tokens_per_s),
            one_decimal(level.per_user_tokens_per_s),
            two_decimals(level.median_ttft_s),
            two_decimals(level.p95_ttft_s),
            why_not(sweep.not_comparable).removeprefix("Not comparable: ") or DASH,
        )
        for configuration, sweep in sweeps(comparison, workshop)
        for level in sweep.levels
    ]
