"""The take-home card as a small page for a phone: the unit's own figures, what to type at home, what to take along."""

from collections.abc import Collection, Sequence

import thorhud
from thorhud.assets import asset
from thorhud.domain.comparison import Comparison, ComparisonRow
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.report.card import CARD_TITLE, badges, measured_on
from thorhud.report.chart_data import not_comparable, not_measured, pairs_of, without_label
from thorhud.report.html import Markup, items, number, text
from thorhud.report.repeating import by_hand_of
from thorhud.report.style import colour_rules
from thorhud.report.write import CARD, FIGURES, PAGE, RUNS

_TAKE_ALONG = (
    (PAGE, "The whole report", "one page with plots, works offline"),
    (CARD, "The picture", "PNG for a slide"),
    (RUNS, "Every run", "CSV for a spreadsheet"),
    (FIGURES, "All figures", "JSON with everything needed to recompute them"),
)


def phone_style(workshop: Workshop) -> str:
    """Return the style of the page: the themes' colours without typefaces, small enough for any network."""
    return f"{colour_rules(workshop)}\n{asset('report/phone.css').read_text(encoding='utf-8')}"


def phone_page(
    comparison: Comparison, runs: Sequence[RunRecord], workshop: Workshop, *, style: str, files: Collection[str]
) -> str:
    """Return the page; *files* are the names of what lies beside it."""
    unit = comparison.unit or "This unit"
    parts = (
        _notices(comparison),
        _picture(comparison, files),
        _figures(comparison, workshop),
        _findings(comparison),
        _at_home(runs, workshop),
        _take_along(files),
        _footer(workshop),
    )
    shown = "\n".join(each for each in parts if each)
    when = ", ".join(each for each in (workshop.title, measured_on(comparison)) if each)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(unit)}: {CARD_TITLE}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        f'<header><p class="unit">{text(unit)}</p><h1>{CARD_TITLE}</h1><p class="quiet">{text(when)}</p></header>\n'
        f"{shown}\n</main>\n</body>\n</html>\n"
    )


def _footer(workshop: Workshop) -> str:
    made = f"Made by thorhud {text(thorhud.__version__)} on the unit itself"
    return f"<footer>{text(workshop.title)}. {made}; this address ends when sharing ends.</footer>"


def _notices(comparison: Comparison) -> str:
    told = {
        "Simulated": "Nothing here was measured on a Thor.",
        "First look": "Fewer than five runs stand behind a bar: not a verdict.",
    }
    return "".join(f'<p class="notice"><strong>{word}.</strong> {told[word]}</p>' for word in badges(comparison))


def _picture(comparison: Comparison, files: Collection[str]) -> str:
    if CARD not in files:
        return ""
    about = (
        f"Bars of the speed of each configuration on {comparison.unit or 'this unit'}; the same figures stand below."
    )
    return f'<img src="{CARD}" width="2400" height="1260" alt="{text(about)}">'


def _figures(comparison: Comparison, workshop: Workshop) -> str:
    rows = "".join(_row(each, row) for each, row in pairs_of(comparison, workshop))
    return (
        "<section><h2>Your unit in figures</h2><table><thead><tr>"
        '<th scope="col">tok/s</th><th scope="col">short</th><th scope="col">long</th>'
        f'<th scope="col">published, long</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )


def _row(configuration: Configuration, row: ComparisonRow) -> Markup:
    reasons = [reason] if (reason := not_measured(row)) is not None else []
    reasons += [f"Not comparable: {without_label(apart)}"] if (apart := not_comparable(row)) else []
    told = "".join(f'<br><span class="quiet">{text(each)}</span>' for each in reasons)
    cells = (
        row.short.median_tokens_per_s,
        row.long.median_tokens_per_s,
        configuration.published.long_tokens_per_s.value,
    )
    figures = "".join(f"<td>{number(each, 1)}</td>" for each in cells)
    return Markup(f'<tr><th scope="row">{text(configuration.name)}{told}</th>{figures}</tr>')


def _findings(comparison: Comparison) -> str:
    if not comparison.findings:
        return ""
    shown = "".join(f"<dt>{text(each.figure)}</dt><dd>{text(each.sentence)}</dd>" for each in comparison.findings)
    verdicts = items(each.sentence for each in comparison.verdicts) if comparison.verdicts else ""
    return f"<section><h2>What you are seeing</h2><dl>{shown}</dl>{verdicts}</section>"


def _at_home(runs: Sequence[RunRecord], workshop: Workshop) -> str:
    """Return the commands for what was measured, each to be opened and copied."""
    measured = [each for each in workshop.configurations if any(run.configuration_id == each.id for run in runs)]
    if not measured:
        return ""
    shown = "".join(
        f"<details><summary>{text(each.name)}</summary>"
        f"{''.join(f'<pre>{text(command)}</pre>' for command in by_hand_of(each, runs, workshop))}</details>"
        for each in measured
    )
    note = "Start the server, then ask it. As typed on a Jetson Thor; another computer needs its own image."
    return f'<section><h2>Try it at home</h2><p class="quiet">{note}</p>{shown}</section>'


def _take_along(files: Collection[str]) -> str:
    shown = "".join(
        f'<li><a href="{name}" download><strong>{title}</strong><br><span class="quiet">{about}</span></a></li>'
        for name, title, about in _TAKE_ALONG
        if name in files
    )
    return f'<section><h2>Take it along</h2><ul class="files">{shown}</ul></section>' if shown else ""
