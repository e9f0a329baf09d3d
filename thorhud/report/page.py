"""The report as one HTML file. Every text goes through `text`: answers and names are a stranger's."""

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence

import thorhud
from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Configuration, Published, Workshop
from thorhud.report.chart_data import above_the_limit, not_measured
from thorhud.report.provenance import provenance
from thorhud.report.run_table import left_out
from thorhud.report.style import colour_index, style_sheet

DASH = "\N{EN DASH}"

_LONGEST_ANSWER = 20_000
"""Characters of one answer that the page shows."""


def page(comparison: Comparison, runs: Sequence[RunRecord], workshop: Workshop, plots: Mapping[str, str]) -> str:
    """Return the whole page; *plots* holds the SVG of each plot that could be drawn."""
    parts = (
        _header(comparison, workshop),
        _notice(comparison),
        _charts(comparison, workshop, plots),
        _conditions(comparison),
        _summary(comparison, workshop),
        _runs(runs, workshop),
        _provenance(runs, comparison, workshop),
        _answers(runs, workshop),
        f"<footer>Made by thorhud {text(thorhud.__version__)}. This file loads nothing from elsewhere.</footer>",
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(_title(comparison))}</title>\n<style>\n{style_sheet(workshop)}\n</style>\n</head>\n"
        f"<body>\n<main>\n{_lines(parts)}\n</main>\n</body>\n</html>\n"
    )


def text(value: object) -> str:
    """Make any value harmless inside HTML; control characters become visible."""
    shown = "".join(each if each.isprintable() or each in "\n\t" else f"\\x{ord(each):02x}" for each in str(value))
    return html.escape(shown)


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(each for each in parts if each)


def _title(comparison: Comparison) -> str:
    return f"What each step buys you: {comparison.unit or 'this unit'}"


def _header(comparison: Comparison, workshop: Workshop) -> str:
    badges = [
        word for word, holds in (("Preliminary", comparison.preliminary), ("Simulated", comparison.simulated)) if holds
    ]
    shown = "".join(f'<span class="badge">{word}</span>' for word in badges)
    return (
        f'<header><span class="unit">{text(comparison.unit or "This unit")}</span><h1>What each step buys you</h1>'
        f"<p>{shown}{text(workshop.title)}</p></header>"
    )


def _notice(comparison: Comparison) -> str:
    if not comparison.simulated:
        return ""
    hurried = f" Starts were hurried {comparison.start_speed:g} times." if comparison.start_speed != 1.0 else ""
    return f'<p class="notice">Simulated unit: nothing on this page was measured on a Thor.{hurried}</p>'


# The plots


def _charts(comparison: Comparison, workshop: Workshop, plots: Mapping[str, str]) -> str:
    passed = " ".join(above_the_limit(comparison, workshop))
    cards = (
        _card("speed", "Generation speed", _speed_keys(comparison), plots),
        _card("limit", "How close to the memory limit", _limit_keys(comparison), plots, note=passed),
        _card("ttft", "Time to first token", "seconds, lower is better", plots),
        _card("memory", "Model memory", "GiB, lower is better", plots),
        _findings(comparison),
    )
    note = "" if plots else '<p class="quiet">The plots could not be drawn; the tables hold the same figures.</p>'
    return f'{note}<div class="charts">\n{_lines(cards)}\n</div>'


def _card(name: str, title: str, keys: str, plots: Mapping[str, str], *, note: str = "") -> str:
    if name not in plots:
        return ""
    head = f'<div class="head"><h2>{title}</h2><span class="keys">{keys}</span></div>'
    told = f'<p class="quiet">{text(note)}</p>' if note else ""
    return f'<section class="card {name}">{head}\n{plots[name]}\n{told}</section>'


def _speed_keys(comparison: Comparison) -> str:
    lengths = [each for each in ("short", "long") if any(getattr(row, each).dots for row in comparison.rows)]
    bars = "".join(f'<span><i class="{each}"></i>{each} answer</span>' for each in lengths)
    return (
        f'<span>tok/s</span>{bars}<span><i class="dot"></i>one run</span>'
        '<span><i class="tick"></i>workshop, published</span>'
    )


def _limit_keys(comparison: Comparison) -> str:
    length = "long" if any(row.long.dots for row in comparison.rows) else "short"
    return f'<span>tok/s, {length} answer</span><span><i class="hollow"></i>published</span><span>% of the limit</span>'


def _findings(comparison: Comparison) -> str:
    if not comparison.findings:
        return ""
    items = "".join(f"<dt>{text(each.figure)}</dt><dd>{text(each.sentence)}</dd>" for each in comparison.findings)
    return (
        f'<section class="card findings"><div class="head"><h2>What you are seeing</h2></div><dl>{items}</dl></section>'
    )


def _conditions(comparison: Comparison) -> str:
    label = "Preliminary: fewer than five measured runs behind a bar. A first look, not a verdict."
    told = ([label] if comparison.preliminary else []) + list(comparison.conditions)
    if not told:
        return ""
    items = "".join(f"<li>{text(each)}</li>" for each in told)
    return f'<section class="card wide"><h2>Conditions</h2><ul class="conditions">{items}</ul></section>'


# The tables


def _summary(comparison: Comparison, workshop: Workshop) -> str:
    head = _head(
        ("Configuration", "Measured tok/s, short"),
        "Published",
        "Measured tok/s, long",
        "Published",
        "TTFT s, short",
        "Memory GiB",
        "Published",
        "Start s" if comparison.start_speed == 1.0 else "Start s, hurried",
        "Published",
    )
    configurations = {each.id: each for each in workshop.configurations}
    rows = "".join(_summary_row(configurations[row.configuration_id], row, workshop) for row in comparison.rows)
    note = (
        "Measured and published figures stand beside each other, never mixed. A dash: not measured, or not published."
    )
    return _table_card("Measured beside published", note, head + rows)


def _summary_row(configuration: Configuration, row: ComparisonRow, workshop: Workshop) -> str:
    published = configuration.published
    reason = not_measured(row)
    told = "" if reason is None else f'<br><span class="quiet">{text(reason)}</span>'
    name = _named(configuration, workshop) + told
    cells = (
        _median(row.short),
        _published(published.short_tokens_per_s, 1),
        _median(row.long),
        _published(published.long_tokens_per_s, 1),
        _figure(row.short.median_ttft_s, 2),
        _figure(row.model_memory_gib, 2),
        _published(published.model_memory_gib, 2),
        _figure(row.start_s, 1),
        _published(published.start_s, 1),
    )
    return f"<tr><td>{name}</td>" + "".join(f'<td class="n">{each}</td>' for each in cells) + "</tr>"


def _median(cell: ComparisonCell) -> str:
    counted = sum(dot.marked is None for dot in cell.dots)
    return DASH if cell.median_tokens_per_s is None else f"{cell.median_tokens_per_s:.1f} <small>n={counted}</small>"


def _published(figure: Published, decimals: int) -> str:
    about = f' title="{text(figure.source or figure.note)}"' if figure.source or figure.note else ""
    return f"<span{about}>{_figure(figure.value, decimals)}</span>"


def _runs(runs: Sequence[RunRecord], workshop: Workshop) -> str:
    if not runs:
        return ""
    head = _head(("Configuration", "Prompt"), "tok/s", "TTFT s", "Tokens in", "Tokens out", texts=("Ended", "Mark"))
    rows = "".join(_run_row(each, workshop) for each in in_order(runs, workshop))
    note = "Every run, warm-ups and runs that do not count included, older ones first."
    return _table_card("Every run", note, head + rows)


def _run_row(run: RunRecord, workshop: Workshop) -> str:
    result, mark = run.result, left_out(run)
    configuration = workshop.configuration(run.configuration_id)
    name = text(run.configuration_id) if configuration is None else _named(configuration, workshop)
    figures = (
        _figure(result.tokens_per_s, 2),
        _figure(result.ttft_s, 3),
        _figure(result.prompt_tokens, 0),
        _figure(result.completion_tokens, 0),
    )
    shown = "".join(f'<td class="n">{each}</td>' for each in figures)
    kind = "" if mark is None else ' class="left-out"'
    return (
        f"<tr{kind}><td>{name}</td><td>{text(run.prompt_name)}</td>{shown}"
        f'<td>{text(result.finish_reason or DASH)}</td><td class="mark">{text(mark or "")}</td></tr>'
    )


def _provenance(runs: Sequence[RunRecord], comparison: Comparison, workshop: Workshop) -> str:
    rows = "".join(
        f"<tr><td>{text(name)}</td><td>{'<br>'.join(f'<code>{text(each)}</code>' for each in values)}</td></tr>"
        for name, values in provenance(runs, comparison, workshop)
    )
    return _table_card("Where these figures come from", "", f"<tr><th>What</th><th>Value</th></tr>{rows}")


def _answers(runs: Sequence[RunRecord], workshop: Workshop) -> str:
    """Show what the models wrote, so that quality can be judged beside speed."""
    shown = "".join(_answer(run, workshop) for run in in_order(runs, workshop) if run.result.text and not run.warm_up)
    if not shown:
        return ""
    note = '<p class="quiet">What the models wrote, as it came: speed means nothing without quality.</p>'
    return f'<section class="card wide"><h2>Answers</h2>{note}{shown}</section>'


def _answer(run: RunRecord, workshop: Workshop) -> str:
    configuration = workshop.configuration(run.configuration_id)
    name = run.configuration_id if configuration is None else configuration.name
    answer = run.result.text
    cut = "" if len(answer) <= _LONGEST_ANSWER else f"\n[{len(answer) - _LONGEST_ANSWER} more characters]"
    return (
        f"<details><summary>{text(name)}, {text(run.prompt_name)}, {_figure(run.result.completion_tokens, 0)} tokens"
        f'</summary><div class="answer">{text(answer[:_LONGEST_ANSWER] + cut)}</div></details>'
    )


def in_order(runs: Iterable[RunRecord], workshop: Workshop) -> list[RunRecord]:
    """Return the runs in the workshop's order of configurations, older ones first."""
    order = {each.id: index for index, each in enumerate(workshop.configurations)}
    return sorted(runs, key=lambda each: (order.get(each.configuration_id, len(order)), each.at_unix_s))


def _named(configuration: Configuration, workshop: Workshop) -> str:
    square = f'<i class="dotcolour" style="background: var(--c{colour_index(workshop, configuration)})"></i>'
    return f"{square}{text(configuration.name)}"


def _figure(value: float | None, decimals: int) -> str:
    return DASH if value is None else f"{value:.{decimals}f}"


def _head(first: tuple[str, str], *figures: str, texts: Sequence[str] = ()) -> str:
    return "".join(_head_cells(first, figures, texts)).join(("<tr>", "</tr>"))


def _head_cells(first: tuple[str, str], figures: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    yield f"<th>{text(first[0])}</th>"
    yield f"<th>{text(first[1])}</th>" if texts else f'<th class="n">{text(first[1])}</th>'
    yield from (f'<th class="n">{text(each)}</th>' for each in figures)
    yield from (f"<th>{text(each)}</th>" for each in texts)


def _table_card(title: str, note: str, rows: str) -> str:
    told = f'<p class="quiet">{text(note)}</p>' if note else ""
    table = f'<div class="scroll"><table>{rows}</table></div>'
    return f'<section class="card wide"><h2>{text(title)}</h2>{told}{table}</section>'
