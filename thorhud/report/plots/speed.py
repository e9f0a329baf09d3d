"""Generation speed: short and long answer of each configuration, every run, and what the workshop published."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from thorhud.report.plots.canvas import (
    COLOUR,
    LABEL,
    SMALL,
    VALUE,
    Row,
    frame,
    left_of_zero,
    mark,
    place,
    tick,
    width_of,
    write,
)

_PITCH, _LEFT = 62.0, 196.0
_DOT_STEPS = (0.0, -0.07, 0.07, -0.035, 0.035)
"""Dots of nearly equal runs stand apart by so much of a row."""


def speed_plot(rows: Sequence[Row], lengths: Sequence[str]) -> Figure:
    """Draw the bars of *lengths* ("short", "long") for each row; the axis begins at zero."""
    figure, axes = frame(860, _PITCH * len(rows) + 52, (_LEFT, 12, 16, 40))
    axes.set_xlim(0, 1.26 * max((value for row in rows for value in _speeds(row)), default=10.0))
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="x", color=COLOUR["hairline"], linewidth=1)
    axes.axhline(len(rows), color=COLOUR["outline"], linewidth=1.2)
    for index, row in enumerate(rows):
        _row_label(axes, row, index)
        if row["not_measured"]:
            write(axes, (0, index + 0.5), row["not_measured"], (10, 0), color=COLOUR["text2"])
            continue
        for length in lengths:
            _bar(axes, row, length, index + _offset(length, lengths), has_both=len(lengths) == 2)
    return figure


def _speeds(row: Row) -> list[float]:
    """Return everything of a row that must fit on the axis."""
    found = []
    for cell in (row["short"], row["long"]):
        found += [dot["value"] for dot in cell["dots"]]
        found += [value for value in (cell["median"], cell["published"]) if value is not None]
    return found


def _offset(length: str, lengths: Sequence[str]) -> float:
    if len(lengths) == 1:
        return 0.5
    return 0.32 if length == "short" else 0.68


def _row_label(axes: Axes, row: Row, index: int) -> None:
    is_absent = bool(row["not_measured"])
    middle = (0.0, index + 0.5)
    mark(axes, middle, row, 15, hollow=is_absent, transform=left_of_zero(axes, _LEFT - 14))
    tone = COLOUR["text3" if is_absent else "text1"]
    write(axes, middle, row["name"], (-_LEFT + 38, 9), fontsize=LABEL, weight=600, color=tone)
    tone = COLOUR["text3" if is_absent else "text2"]
    write(axes, middle, row["family"], (-_LEFT + 38, -10), fontsize=SMALL, color=tone)
    if index:
        across = axes.get_yaxis_transform()
        line: dict[str, Any] = {"color": COLOUR["hairline"], "linewidth": 0.8}
        axes.plot([-0.3, 1], [index, index], transform=across, clip_on=False, zorder=0, **line)


def _bar(axes: Axes, row: Row, length: str, y: float, *, has_both: bool) -> None:
    """Draw one bar: the median, every run as a dot, the published figure as a tick, the value at the end."""
    cell, colour = row[length], COLOUR[row["colour"]]
    height = 0.29 if has_both else 0.4
    is_short = length == "short"
    if cell["median"] is not None:
        face = (colour, 0.3) if is_short else colour
        edge = 1.4 if is_short else 0
        axes.barh(y, cell["median"], height, facecolor=face, edgecolor=colour, linewidth=edge, zorder=2)
    _dots(axes, cell["dots"], y)
    if cell["published"] is not None:
        tick(axes, cell["published"], y, height / 2 + 0.05)
    end = max([dot["value"] for dot in cell["dots"]] + [cell["median"] or 0.0, cell["published"] or 0.0])
    if cell["median"] is None:
        write(axes, (end, y), f"{length}: not measured", (10, 0), fontsize=SMALL, color=COLOUR["text3"])
        return
    behind = _value(axes, f"{cell['median']:.1f}", length, (end, y))
    if row["short"]["published"] is None and row["long"]["published"] is None and (length == "long" or not has_both):
        _nothing_published(axes, (end, y), is_solid=not is_short, behind=behind)


def _value(axes: Axes, figure: str, length: str, at: tuple[float, float]) -> float:
    """Write the median and the length behind the bar; return where the words end, in pixels from the bar's end."""
    after_figure = 10 + width_of(figure, VALUE) + 7
    write(axes, at, figure, (10, 0), weight=600)
    write(axes, at, length, (after_figure, 0), color=COLOUR["text2"], fontsize=SMALL)
    return after_figure + width_of(length, SMALL)


def _nothing_published(axes: Axes, end: tuple[float, float], *, is_solid: bool, behind: float) -> None:
    """Say that there is no figure to compare with: inside a long bar, else behind its value."""
    words = "no published figure to compare with"
    length = place(axes, end)[0] - place(axes, (0.0, end[1]))[0]
    if length > width_of(words, SMALL) + 30:
        tone = COLOUR["on_fill" if is_solid else "text1"]
        write(axes, (0, end[1]), words, (10, 0), color=tone, fontsize=SMALL, zorder=6)
    else:
        write(axes, end, "nothing published", (behind + 12, 0), color=COLOUR["text3"], fontsize=SMALL)


def _dots(axes: Axes, dots: Sequence[dict[str, Any]], y: float) -> None:
    """Draw every run; a run that does not count is a cross."""
    for index, dot in enumerate(dots):
        at = y + _DOT_STEPS[index % len(_DOT_STEPS)]
        look: dict[str, Any] = {"marker": "x", "markersize": 6, "markeredgecolor": COLOUR["text2"]}
        if dot["counts"]:
            look = {"marker": "o", "markersize": 5.5, "markeredgecolor": COLOUR["surface1"]}
        axes.plot([dot["value"]], [at], markerfacecolor=COLOUR["text1"], markeredgewidth=1.3, zorder=5, **look)
