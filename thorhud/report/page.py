"""The report as one HTML file that loads nothing from elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

import thorhud
from thorhud.domain.comparison import Comparison
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Workshop
from thorhud.report.answers import answers
from thorhud.report.card import CARD_TITLE, badges
from thorhud.report.chart_cards import chart_cards
from thorhud.report.chart_data import not_comparable, pairs_of, without_label
from thorhud.report.further_cards import drafting, shape, sweep
from thorhud.report.html import Markup, items, lines, section, table, text
from thorhud.report.provenance import provenance
from thorhud.report.repeating import how_to_repeat
from thorhud.report.style import style_sheet
from thorhud.report.tables import every_run, left_out_runs, measured_beside_published


def page(comparison: Comparison, runs: Sequence[RunRecord], workshop: Workshop, plots: Mapping[str, str]) -> str:
    """Return the whole page; *plots* holds the SVG of each plot that could be drawn."""
    parts = (
        _header(comparison, workshop),
        *_notices(comparison, workshop),
        chart_cards(comparison, workshop, plots),
        drafting(comparison, workshop, plots),
        sweep(comparison, workshop, plots),
        shape(comparison, workshop, plots),
        _conditions(comparison),
        measured_beside_published(comparison, workshop),
        left_out_runs(runs, workshop),
        every_run(runs, workshop),
        _assumptions(comparison, workshop),
        how_to_repeat(comparison, runs, workshop),
        _provenance(runs, comparison, workshop),
        answers(runs, workshop),
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(_title(comparison))}</title>\n<style>\n{style_sheet(workshop)}\n</style>\n</head>\n"
        f"<body>\n{_banner(comparison)}<main>\n{lines(parts)}\n</main>\n"
        f"<footer>Made by thorhud {text(thorhud.__version__)}. This file loads nothing from elsewhere.</footer>\n"
        "</body>\n</html>\n"
    )


def _title(comparison: Comparison) -> str:
    return f"{CARD_TITLE}: {comparison.unit or 'this unit'}"


def _banner(comparison: Comparison) -> str:
    """Say on every screenful and every printed page that nothing was measured."""
    if not comparison.simulated:
        return ""
    hurried = f" Starts were hurried {comparison.start_speed:g} times." if comparison.start_speed != 1.0 else ""
    return (
        '<div class="banner" role="alert"><strong>Simulated unit:</strong> nothing on this page was measured on a Thor.'
        f"{hurried}</div>\n"
    )


def _header(comparison: Comparison, workshop: Workshop) -> str:
    shown = "".join(f'<span class="badge">{text(word)}</span>' for word in badges(comparison))
    return (
        f'<header><span class="unit">{text(comparison.unit or "This unit")}</span><h1>{CARD_TITLE}</h1>'
        f"<p>{shown}{text(workshop.title)}</p></header>"
    )


def _notices(comparison: Comparison, workshop: Workshop) -> Iterator[str]:
    """Say above everything else what keeps the figures from being a verdict."""
    measured = sum(row.reason is None for row in comparison.rows)
    if comparison.preliminary:
        so_far = "" if measured == len(comparison.rows) else f" {measured} of {len(comparison.rows)} were measured."
        yield _notice("A first look, not a verdict.", f"Fewer than five measured runs stand behind a bar.{so_far}")
    apart: dict[str, list[str]] = {}
    for configuration, row in pairs_of(comparison, workshop):
        if reasons := not_comparable(row):
            apart.setdefault(without_label(reasons), []).append(configuration.name)
    if apart:
        told = (f"{', '.join(names)}: {reasons}" for reasons, names in apart.items())
        yield _notice("Not comparable.", "Measured all the same, but a gate was not passed.", items(told))


def _notice(first: str, rest: str, further: str = "") -> str:
    return f'<div class="notice"><p><strong>{text(first)}</strong> {text(rest)}</p>{further}</div>'


def _conditions(comparison: Comparison) -> str:
    return section("wide", "Conditions", items(comparison.conditions)) if comparison.conditions else ""


def _assumptions(comparison: Comparison, workshop: Workshop) -> str:
    told = list(comparison.assumptions)
    for configuration, row in pairs_of(comparison, workshop):
        told += [f"{configuration.short_name}: {each}" for each in (() if row.read is None else row.read.assumptions)]
    if workshop.bandwidth_source and workshop.bandwidth_gb_per_s is not None:
        told.append(f"{workshop.bandwidth_gb_per_s:g} GB/s: {workshop.bandwidth_source}.")
    if len(told) < 2 and not comparison.assumptions:
        return ""
    note = "What the limit line and the shares of it take for granted."
    return section("wide", "Assumptions behind the limit", items(dict.fromkeys(told)), note=note)


def _provenance(runs: Sequence[RunRecord], comparison: Comparison, workshop: Workshop) -> str:
    rows = (
        (name, Markup("<br>".join(f"<code>{text(each)}</code>" for each in values)))
        for name, values in provenance(runs, comparison, workshop)
    )
    title = "Where these figures come from"
    return section("wide", title, table(title, ("What", "Value"), rows, texts=("Value",)))
