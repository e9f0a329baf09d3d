"""The cards of the Compare page: speed, limit, small bars, findings and verdicts, each with its figures as a table."""

from collections.abc import Iterable, Mapping, Sequence

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.statistics import Interval
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.report.chart_data import (
    above_the_limit,
    energy_cell,
    has_long_answers,
    lengths_of,
    limit_point,
    pairs_of,
)
from thorhud.report.html import Cell, folded, lines, number, section, table, text

Pair = tuple[Configuration, ComparisonRow]

_BEHIND = "Figures behind this plot"


def chart_cards(comparison: Comparison, workshop: Workshop, plots: Mapping[str, str]) -> str:
    """Return the plots, what they show in words, and the figures behind each of them."""
    pairs = pairs_of(comparison, workshop)
    cards = (
        _speed(comparison, pairs, plots),
        _limit(comparison, pairs, workshop, plots),
        _small("ttft", "Time to first token", "seconds, lower is better", _ttft_rows(pairs), plots),
        _small("memory", "Model memory", "GiB, lower is better", _memory_rows(pairs), plots),
        _small("energy", "Energy for each token", "joules, whole module, lower is better", _energy_rows(pairs), plots),
        _findings(comparison),
        _verdicts(comparison),
    )
    note = "" if plots else '<p class="quiet">The plots could not be drawn; the tables hold the same figures.</p>'
    return f'{note}<div class="charts">\n{lines(cards)}\n</div>'


def plot_card(kind: str, title: str, keys: str, plot: str | None, figures: str, *, note: str = "") -> str:
    """Return one plot with what its marks mean and the table behind it; nothing where it could not be drawn."""
    if plot is None:
        return ""
    told = f'<p class="quiet">{text(note)}</p>' if note else ""
    return section(kind, title, f"{plot}\n{told}{folded(_BEHIND, figures)}", keys=keys)


def interval_words(interval: Interval | None, decimals: int) -> str | None:
    """Return the ends of a 95 % interval, None where there is none."""
    return None if interval is None else f"{number(interval.low, decimals)} to {number(interval.high, decimals)}"


def _speed(comparison: Comparison, pairs: Sequence[Pair], plots: Mapping[str, str]) -> str:
    lengths = lengths_of(comparison)
    bars = "".join(f'<span><i class="{each}"></i>{each} answer</span>' for each in lengths)
    keys = (
        f'<span>tok/s</span>{bars}<span><i class="dot"></i>one run</span><span><i class="whisker"></i>95 %</span>'
        '<span><i class="tick"></i>workshop, published</span>'
    )
    heads = ("Configuration", "Answer", "Median tok/s", "95 % interval", "Runs", "Every run", "Published", "Mark")
    rows = (
        _speed_row(configuration, length, getattr(row, length)) for configuration, row in pairs for length in lengths
    )
    figures = table("Generation speed, tok/s", heads, rows, texts=("Answer", "Every run", "Mark"))
    return plot_card("speed", "Generation speed", keys, plots.get("speed"), figures)


def _speed_row(configuration: Configuration, length: str, cell: ComparisonCell) -> Sequence[Cell]:
    figures = configuration.published
    published = figures.short_tokens_per_s if length == "short" else figures.long_tokens_per_s
    runs = ", ".join(f"{dot.tokens_per_s:.2f}{'' if dot.marked is None else ' (does not count)'}" for dot in cell.dots)
    return (
        configuration.name,
        length,
        number(cell.median_tokens_per_s, 2),
        interval_words(cell.interval, 2),
        str(sum(dot.marked is None for dot in cell.dots)),
        runs,
        number(published.value, 1),
        "not comparable" if cell.not_comparable else "",
    )


def _limit(comparison: Comparison, pairs: Sequence[Pair], workshop: Workshop, plots: Mapping[str, str]) -> str:
    has_long = has_long_answers(comparison)
    length = "long" if has_long else "short"
    keys = f'<span>tok/s, {length} answer</span><span><i class="hollow"></i>published</span><span>% of the limit</span>'
    heads = ("Configuration", "GiB read for each token", "Measured tok/s", "Share of the limit", "Published tok/s")
    points = [(each, limit_point(each, row, workshop, has_long=has_long)) for each, row in pairs]
    rows = (
        (
            configuration.name,
            number(point["read_gib"], 2),
            number(point["measured"], 1),
            None if point["share"] is None else f"{100 * point['share']:.0f} %",
            number(point["published"], 1),
        )
        for configuration, point in points
        if point is not None
    )
    note = " ".join(above_the_limit(comparison, workshop))
    figures = table("How close to the memory limit", heads, rows)
    return plot_card("limit", "How close to the memory limit", keys, plots.get("limit"), figures, note=note)


def _small(
    name: str, title: str, keys: str, rows: tuple[Sequence[str], Iterable[Sequence[Cell]]], plots: Mapping[str, str]
) -> str:
    heads, figures = rows
    shown = table(title, ("Configuration", *heads), figures)
    return plot_card(name, title, f"<span>{keys}</span>", plots.get(name), shown)


def _ttft_rows(pairs: Sequence[Pair]) -> tuple[Sequence[str], Iterable[Sequence[Cell]]]:
    heads = ("Short, s", "95 % interval", "Long, s", "95 % interval")
    rows = [
        (configuration.name, *(each for cell in (row.short, row.long) for each in _ttft(cell)))
        for configuration, row in pairs
    ]
    return heads, rows


def _ttft(cell: ComparisonCell) -> tuple[Cell, Cell]:
    return number(cell.median_ttft_s, 3), interval_words(cell.ttft_interval, 3)


def _memory_rows(pairs: Sequence[Pair]) -> tuple[Sequence[str], Iterable[Sequence[Cell]]]:
    rows = [
        (each.name, number(row.model_memory_gib, 2), number(each.published.model_memory_gib.value, 2))
        for each, row in pairs
    ]
    return ("Measured, GiB", "Published, GiB"), rows


def _energy_rows(pairs: Sequence[Pair]) -> tuple[Sequence[str], Iterable[Sequence[Cell]]]:
    rows = [
        (
            each.name,
            number(row.short.median_energy_per_token_j, 2),
            number(row.long.median_energy_per_token_j, 2),
            "long" if energy_cell(row) is row.long else "short",
        )
        for each, row in pairs
    ]
    return ("Short, J/token", "Long, J/token", "Drawn"), rows


def _findings(comparison: Comparison) -> str:
    if not comparison.findings:
        return ""
    shown = "".join(f"<dt>{text(each.figure)}</dt><dd>{text(each.sentence)}</dd>" for each in comparison.findings)
    return section("findings", "What you are seeing", f"<dl>{shown}</dl>")


def _verdicts(comparison: Comparison) -> str:
    if not comparison.verdicts:
        return ""
    shown = "".join(
        f'<li class="{"shown" if each.difference_shown else "open"}">{text(each.sentence)}</li>'
        for each in comparison.verdicts
    )
    return section("verdicts", "How sure that is", f'<ul class="verdict-list">{shown}</ul>')
