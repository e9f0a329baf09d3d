"""The cards of what not every ladder measures: the draft model, several users at once, the shape of others."""

from collections.abc import Iterator, Mapping, Sequence

from thorhud.domain.comparison import Comparison, ComparisonRow
from thorhud.domain.speculation import BreakEven, LengthPoint, ParityPrompt, ParityResult
from thorhud.domain.sweep import SweepLevel
from thorhud.domain.workshop import Configuration, PublishedElsewhere, Workshop
from thorhud.report.chart_cards import interval_words, plot_card
from thorhud.report.chart_data import SHAPE, acceptance_cell, pairs_of
from thorhud.report.html import Cell, Markup, folded, lines, number, section, table, text

_SWEEPS = (
    ("sweep_total", "All users together", "tok/s"),
    ("sweep_per_user", "What each user gets", "tok/s, median"),
    ("sweep_ttft", "Wait for the first token", "s, p95; hollow: slowest of fewer than 40 answers"),
)


# The draft model


def drafting(comparison: Comparison, workshop: Workshop, plots: Mapping[str, str]) -> str:
    """Return what the draft model buys: speed over length, acceptance, and whether the answers stay the same."""
    drawn = [each for each in comparison.break_evens if each.plain and each.drafted]
    cards = [
        _lengths(pair, workshop, plots.get(f"lengths_{index}"), alone=index == 0) for index, pair in enumerate(drawn)
    ]
    cards.append(_acceptance(comparison, workshop, plots))
    cards += [_parity(each, workshop) for each in comparison.parity]
    shown = lines(cards)
    return f'<div class="charts">\n{shown}\n</div>' if shown else ""


def _lengths(pair: BreakEven, workshop: Workshop, plot: str | None, *, alone: bool) -> str:
    plain, drafted = _name(pair.plain_id, workshop), _name(pair.drafted_id, workshop)
    by_length = [{each.tokens: each for each in points} for points in (pair.plain, pair.drafted)]
    rows = (
        (str(tokens), *(cell for points in by_length for cell in _length_cells(points.get(tokens))))
        for tokens in sorted({*by_length[0], *by_length[1]})
    )
    heads = ("Output tokens", f"{plain}, tok/s", f"{plain}, s", f"{drafted}, tok/s", f"{drafted}, s")
    title = "Speed over the length of the answer" if alone else f"Speed over the length of the answer, {drafted}"
    keys = "<span>tok/s up to each token, time to first token included</span>"
    return plot_card("lengths", title, keys, plot, table(title, heads, rows), note=pair.sentence)


def _length_cells(point: LengthPoint | None) -> tuple[Cell, Cell]:
    return (None, None) if point is None else (number(point.tokens_per_s, 1), number(point.seconds, 2))


def _acceptance(comparison: Comparison, workshop: Workshop, plots: Mapping[str, str]) -> str:
    rows, told = [], []
    for configuration, row in pairs_of(comparison, workshop):
        found = acceptance_cell(row)
        if found is None or (acceptance := found[1].acceptance) is None:
            continue
        places = ", ".join(f"{100 * share:.0f} %" for share in acceptance.rate_per_position)
        rate = None if acceptance.rate is None else f"{100 * acceptance.rate:.0f} %"
        counts = (str(acceptance.drafts), str(acceptance.draft_tokens), str(acceptance.accepted_tokens))
        rows.append((configuration.name, f"{found[0]}", *counts, rate, number(acceptance.length, 2), places))
        if acceptance.length is not None:
            told.append(
                f"{configuration.short_name}: {number(acceptance.length, 2)} tokens a step, {rate} of the proposed "
                f"tokens accepted, {found[0]} answer."
            )
    heads = ("Configuration", "Answer", "Proposals", "Proposed", "Accepted", "Rate", "Tokens a step", "By place")
    figures = table("Accepted tokens by place", heads, rows, texts=("Answer", "By place"))
    keys = "<span>share accepted, higher is better</span>"
    return plot_card("acceptance", "Accepted tokens", keys, plots.get("acceptance"), figures, note=" ".join(told))


def _parity(result: ParityResult, workshop: Workshop) -> str:
    title = f"Are the answers the same? {_name(result.drafted_id, workshop)}"
    heads = ("Prompt", "Tokens, plain", "Tokens, drafted", "First difference", "Compared by", "Where they part")
    rows = (_parity_row(each) for each in result.prompts)
    shown = table(title, heads, rows, texts=("Compared by", "Where they part"))
    return section("wide", title, shown, note=result.sentence)


def _parity_row(prompt: ParityPrompt) -> Sequence[Cell]:
    if prompt.first_difference is None:
        where: Cell = "nowhere in what was compared"
    else:
        where = Markup(
            f"<code>{text(prompt.context)}</code> plain: <code>{text(prompt.plain_next)}</code>, "
            f"drafted: <code>{text(prompt.drafted_next)}</code>"
        )
    counts = (str(prompt.plain_tokens), str(prompt.drafted_tokens), number(prompt.first_difference, 0))
    return (prompt.prompt_name, *counts, prompt.compared_by, where)


# Several users at once


def sweep(comparison: Comparison, workshop: Workshop, plots: Mapping[str, str]) -> str:
    """Return what several users at once get, with the figures of every level below."""
    swept = [(each, row) for each, row in pairs_of(comparison, workshop) if row.sweep is not None]
    if not swept:
        return ""
    cards = lines(
        section(name, title, plots[name], keys=f"<span>{keys}</span>") for name, title, keys in _SWEEPS if name in plots
    )
    heads = ("Configuration", "Users", "Answers", "Failed", "Total tok/s", "Each user tok/s", "TTFT median s",
             "TTFT p95 s", "TTFT slowest s")  # fmt: skip
    title = "Several users at once"
    figures = folded("Figures behind these plots", table(title, heads, _sweep_rows(swept)))
    told = " ".join(filter(None, (_why_stopped(each, row) for each, row in swept)))
    return f'<div class="charts">\n{cards}\n</div>\n' + section("wide", title, figures, note=told)


def _sweep_rows(swept: Sequence[tuple[Configuration, ComparisonRow]]) -> Iterator[Sequence[Cell]]:
    for configuration, row in swept:
        for level in () if row.sweep is None else row.sweep.levels:
            yield (configuration.name, *_level(level))


def _level(level: SweepLevel) -> Sequence[Cell]:
    return (
        str(level.concurrency),
        str(level.requests),
        str(level.failed),
        number(level.total_tokens_per_s, 1),
        number(level.per_user_tokens_per_s, 1),
        number(level.median_ttft_s, 3),
        number(level.p95_ttft_s, 3),
        number(max(level.ttft_s, default=None), 3),
    )


def _why_stopped(configuration: Configuration, row: ComparisonRow) -> str:
    because = None if row.sweep is None else row.sweep.stopped_because
    return "" if because is None else f"{configuration.short_name} ended early: {because}"


# The shape of others


def shape(comparison: Comparison, workshop: Workshop, plots: Mapping[str, str]) -> str:
    """Return the 2048/128 shape beside what others published of it, with addresses and conditions."""
    measured = [
        (each, row.shape) for each, row in pairs_of(comparison, workshop) if row.shape is not None and row.shape.dots
    ]
    if not measured:
        return ""
    title = "2048 prompt tokens, 128 output tokens"
    heads = ("Configuration", "Median tok/s", "95 % interval", "Runs", "TTFT s", "Prompt tok/s")
    rows = (
        (
            each.name,
            number(cell.median_tokens_per_s, 1),
            interval_words(cell.interval, 1),
            str(sum(dot.marked is None for dot in cell.dots)),
            number(cell.median_ttft_s, 3),
            number(cell.median_prompt_tokens_per_s, 0),
        )
        for each, cell in measured
    )
    others = [each for each in workshop.published_elsewhere if each.shape == SHAPE]
    tick = '<span><i class="others"></i>published by others, one request at a time</span>' if others else ""
    keys = f'<span>tok/s</span><span><i class="dot"></i>one run</span>{tick}'
    card = plot_card("shape", title, keys, plots.get("shape"), table(title, heads, rows))
    return f'<div class="charts">\n{lines((card, _others(others, workshop)))}\n</div>'


def _others(others: Sequence[PublishedElsewhere], workshop: Workshop) -> str:
    if not others:
        return ""
    shown = "".join(
        f"<li><strong>{number(each.tokens_per_s, 1)} tok/s</strong> {text(each.title)}"
        f"{_beside(each, workshop)}. {text(each.conditions)} <code>{text(each.source)}</code></li>"
        for each in others
    )
    note = "Not measured here and never part of a median or a verdict."
    return section("others", "What others published", f'<ul class="others-list">{shown}</ul>', note=note)


def _beside(figure: PublishedElsewhere, workshop: Workshop) -> str:
    users = f", {figure.concurrency} at once" if figure.concurrency > 1 else ""
    near = "" if figure.configuration_id is None else f", beside {_name(figure.configuration_id, workshop)}"
    return text(f"{users}{near}")


def _name(configuration_id: str, workshop: Workshop) -> str:
    configuration = workshop.configuration(configuration_id)
    return configuration_id if configuration is None else configuration.short_name
