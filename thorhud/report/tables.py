"""The tables of the page: measured beside published, every run, and what does not count."""

from collections.abc import Callable, Iterable, Sequence

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Configuration, Published, Workshop
from thorhud.report.chart_data import not_comparable, not_measured, pairs_of, without_label
from thorhud.report.html import DASH, Cell, Markup, number, section, table, text
from thorhud.report.run_table import left_out
from thorhud.report.style import colour_index


def measured_beside_published(comparison: Comparison, workshop: Workshop) -> str:
    """Return the summary: one row for each configuration."""
    heads = (
        "Configuration",
        "Measured tok/s, short",
        "Published",
        "Measured tok/s, long",
        "Published",
        "TTFT s, short",
        "Memory GiB",
        "Published",
        "Start s" if comparison.start_speed == 1.0 else "Start s, hurried",
        "Published",
    )
    rows = (_summary_row(each, row, workshop) for each, row in pairs_of(comparison, workshop))
    note = (
        "Measured and published figures stand beside each other, never mixed. A dash: not measured, or not published."
    )
    title = "Measured beside published"
    return section("wide", title, table(title, heads, rows), note=note)


def every_run(runs: Sequence[RunRecord], workshop: Workshop) -> str:
    """Return all runs, warm-ups and marked ones included; a figure that no run has takes no column."""
    if not runs:
        return ""
    columns = {head: of for head, of in _RUN_COLUMNS.items() if any(of(each) is not None for each in runs)}
    rows = (
        [_configuration_of(run, workshop), *(of(run) for of in columns.values())] for run in in_order(runs, workshop)
    )
    note = "Every run, warm-ups and runs that do not count included, older ones first."
    shown = table("Every run", ("Configuration", *columns), rows, texts=("Prompt", "Ended", "Mark"))
    return section("wide", "Every run", shown, note=note)


def left_out_runs(runs: Sequence[RunRecord], workshop: Workshop) -> str:
    """Say which runs do not count towards a median, and why; warm-ups never do and are not told."""
    marked = [each for each in in_order(runs, workshop) if not each.warm_up and left_out(each) is not None]
    if not marked:
        return ""
    rows = (
        (_configuration_of(run, workshop), run.prompt_name, number(run.result.tokens_per_s, 2), left_out(run))
        for run in marked
    )
    heads = ("Configuration", "Prompt", "tok/s", "Why it does not count")
    shown = table("Marked runs", heads, rows, texts=("Prompt", "Why it does not count"))
    return section("wide", "What does not count, and why", shown)


def in_order(runs: Iterable[RunRecord], workshop: Workshop) -> list[RunRecord]:
    """Return the runs in the workshop's order of configurations, older ones first."""
    order = {each.id: index for index, each in enumerate(workshop.configurations)}
    return sorted(runs, key=lambda each: (order.get(each.configuration_id, len(order)), each.at_unix_s, each.id))


def named(configuration: Configuration, workshop: Workshop) -> Markup:
    """Return a configuration's name behind its colour."""
    square = f'<i class="dotcolour" style="background: var(--c{colour_index(workshop, configuration)})"></i>'
    return Markup(f"{square}{text(configuration.name)}")


def _configuration_of(run: RunRecord, workshop: Workshop) -> Cell:
    configuration = workshop.configuration(run.configuration_id)
    return run.configuration_id if configuration is None else named(configuration, workshop)


def _summary_row(configuration: Configuration, row: ComparisonRow, workshop: Workshop) -> list[Cell]:
    published = configuration.published
    return [
        _name_with_reasons(configuration, row, workshop),
        _median(row.short),
        _published(published.short_tokens_per_s, 1),
        _median(row.long),
        _published(published.long_tokens_per_s, 1),
        number(row.short.median_ttft_s, 2),
        number(row.model_memory_gib, 2),
        _published(published.model_memory_gib, 2),
        number(row.start_s, 1),
        _published(published.start_s, 1),
    ]


def _name_with_reasons(configuration: Configuration, row: ComparisonRow, workshop: Workshop) -> Markup:
    told = named(configuration, workshop)
    if (reason := not_measured(row)) is not None:
        told = Markup(f'{told}<br><span class="quiet">{text(reason)}</span>')
    if reasons := not_comparable(row):
        told = Markup(f'{told}<br><span class="apart">Not comparable: {text(without_label(reasons))}</span>')
    return told


def _median(cell: ComparisonCell) -> Cell:
    counted = sum(dot.marked is None for dot in cell.dots)
    if cell.median_tokens_per_s is None:
        return None
    ends = cell.interval
    within = "" if ends is None else f"<br><small>{number(ends.low, 1)} to {number(ends.high, 1)}</small>"
    return Markup(f"{number(cell.median_tokens_per_s, 1)} <small>n={counted}</small>{within}")


def _published(figure: Published, decimals: int) -> Cell:
    about = f' title="{text(figure.source or figure.note)}"' if figure.source or figure.note else ""
    return Markup(f"<span{about}>{number(figure.value, decimals)}</span>")


def _shown(of: Callable[[RunRecord], float | None], decimals: int) -> Callable[[RunRecord], Cell]:
    """Return how a figure of a run is shown; None where the run does not have it."""

    def show(run: RunRecord) -> Cell:
        value = of(run)
        return None if value is None else number(value, decimals)

    return show


def _percent(run: RunRecord) -> float | None:
    server = run.result.server
    return None if server is None or server.kv_cache_usage is None else 100 * server.kv_cache_usage


def _mark(run: RunRecord) -> Cell:
    told = [each for each in (left_out(run), "not comparable" if run.not_comparable else None) if each]
    return Markup(f'<span class="mark">{text("; ".join(told))}</span>') if told else Markup("")


_RUN_COLUMNS: dict[str, Callable[[RunRecord], Cell]] = {
    "Prompt": lambda run: run.prompt_name,
    "tok/s": _shown(lambda run: run.result.tokens_per_s, 2),
    "Server tok/s": _shown(lambda run: run.result.server.tokens_per_s if run.result.server else None, 2),
    "TTFT s": _shown(lambda run: run.result.ttft_s, 3),
    "Server TTFT s": _shown(lambda run: run.result.server.ttft_s if run.result.server else None, 3),
    "First answer token s": _shown(lambda run: run.result.ttfa_s, 3),
    "Prompt tok/s": _shown(lambda run: run.result.prompt_tokens_per_s, 0),
    "Tokens in": _shown(lambda run: run.result.prompt_tokens, 0),
    "Tokens out": _shown(lambda run: run.result.completion_tokens, 0),
    "J/token": _shown(lambda run: run.conditions.energy_per_token_j(run.result.completion_tokens), 2),
    "°C": _shown(lambda run: run.conditions.temp_c, 0),
    "GPU MHz": _shown(lambda run: run.conditions.gpu_clock_mhz, 0),
    "KV cache %": _shown(_percent, 1),
    "Prefix hits": _shown(lambda run: run.result.server.prefix_cache_hits if run.result.server else None, 0),
    "Ended": lambda run: run.result.finish_reason or DASH,
    "Mark": _mark,
}
"""What the table of runs shows; the CSV file has everything."""
