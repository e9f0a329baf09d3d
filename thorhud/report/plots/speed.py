"""Generation speed: short and long answer of each configuration, every run, and what the workshop published."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from thorhud.report.plots.canvas import (
    COLOUR,
    SMALL,
    VALUE,
    Row,
    dots,
    frame,
    place,
    row_label,
    tick,
    whisker,
    width_of,
    write,
)

_PITCH, _LEFT = 62.0, 196.0
_ROOM_BESIDE_A_TICK = 110.0
"""Pixels that a value and its word need before a tick."""
_ROOM, _ROOM_FOR_A_LABEL = 1.26, 1.44
"""Width of the axis over the longest bar: room behind it for its value, and for "not comparable" as well."""


def speed_plot(rows: Sequence[Row], lengths: Sequence[str]) -> Figure:
    """Draw the bars of *lengths* ("short", "long") for each row; the axis begins at zero."""
    is_labelled = any(not row[length]["is_comparable"] for row in rows for length in ("short", "long"))
    room = _ROOM_FOR_A_LABEL if is_labelled else _ROOM
    figure, axes = bar_frame(rows, room * max((value for row in rows for value in _speeds(row)), default=10.0))
    for index, row in enumerate(rows):
        row_label(axes, row, index, _LEFT, is_absent=bool(row["not_measured"]))
        if row["not_measured"]:
            write(axes, (0, index + 0.5), row["not_measured"], (10, 0), color=COLOUR["text2"])
            continue
        for length in lengths:
            _bar(axes, row, length, index + _offset(length, lengths), has_both=len(lengths) == 2)
    return figure


def bar_frame(rows: Sequence[Row], largest: float) -> tuple[Figure, Axes]:
    """Make a chart of lying bars, a row for each configuration, on an axis from zero to *largest*."""
    figure, axes = frame(860, _PITCH * len(rows) + 52, (_LEFT, 12, 16, 40))
    axes.set_xlim(0, largest)
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="x", color=COLOUR["hairline"], linewidth=1)
    axes.axhline(len(rows), color=COLOUR["outline"], linewidth=1.2)
    return figure, axes


def end_of(cell: dict[str, Any]) -> float:
    """Return how far a bar, its runs, its whisker and its ticks reach."""
    values: list[float] = (
        [dot["value"] for dot in cell["dots"]] + list(cell["interval"] or ()) + list(cell.get("elsewhere", ()))
    )
    return max([*values, cell["median"] or 0.0, cell["published"] or 0.0])


def label_end(axes: Axes, cell: dict[str, Any], *, room: float) -> float:
    """Return behind what the value of a bar is written: before a published tick only where it has room there.

    A value that stood behind a far tick would be taken for the tick's.
    """
    own = end_of(cell | {"published": None})
    far = end_of(cell)
    gap = place(axes, (far, 0.0))[0] - place(axes, (own, 0.0))[0]
    return own if gap > room else far


def _speeds(row: Row) -> list[float]:
    """Return everything of a row that must fit on the axis."""
    ends = (end_of(cell) for cell in (row["short"], row["long"]))
    return [each for each in ends if each > 0]


def _offset(length: str, lengths: Sequence[str]) -> float:
    if len(lengths) == 1:
        return 0.5
    return 0.32 if length == "short" else 0.68


def _bar(axes: Axes, row: Row, length: str, y: float, *, has_both: bool) -> None:
    """Draw one bar: the median, its interval, every run, the published figure, the value at the end."""
    cell, colour = row[length], COLOUR[row["colour"]]
    height = 0.29 if has_both else 0.4
    is_short = length == "short"
    if cell["median"] is not None:
        face = (colour, 0.3) if is_short else colour
        edge = 1.4 if is_short else 0
        axes.barh(y, cell["median"], height, facecolor=face, edgecolor=colour, linewidth=edge, zorder=2)
    dots(axes, cell["dots"], y)
    whisker(axes, cell["interval"], y, 0.13)
    if cell["published"] is not None:
        tick(axes, cell["published"], y, height / 2 + 0.05)
    end = label_end(axes, cell, room=_ROOM_BESIDE_A_TICK)
    if cell["median"] is None:
        write(axes, (end, y), f"{length}: not measured", (10, 0), fontsize=SMALL, color=COLOUR["text3"])
        return
    behind = write_value(axes, f"{cell['median']:.1f}", length, (end, y))
    if not cell["is_comparable"]:
        _say_not_comparable(axes, cell, (end, y), behind)
        return
    if row["short"]["published"] is None and row["long"]["published"] is None and (length == "long" or not has_both):
        _nothing_published(axes, (end, y), is_solid=not is_short, behind=behind)


def _say_not_comparable(axes: Axes, cell: dict[str, Any], end: tuple[float, float], behind: float) -> None:
    """Say it behind the value, and behind the published tick where that would stand in the words."""
    words = "not comparable"
    far = (end_of(cell), end[1])
    gap = place(axes, far)[0] - place(axes, end)[0]
    is_in_the_way = 0 < gap < behind + 24 + width_of(words, SMALL)
    at, offset = (far, 12.0) if is_in_the_way else (end, behind + 12)
    write(axes, at, words, (offset, 0), fontsize=SMALL, weight=600, color=COLOUR["amber"])


def write_value(axes: Axes, figure: str, word: str, at: tuple[float, float]) -> float:
    """Write a value and a word behind a bar; return where the words end, in pixels from the bar's end."""
    after_figure = 10 + width_of(figure, VALUE) + 7
    write(axes, at, figure, (10, 0), weight=600)
    write(axes, at, word, (after_figure, 0), color=COLOUR["text2"], fontsize=SMALL)
    return after_figure + width_of(word, SMALL)


def _nothing_published(axes: Axes, end: tuple[float, float], *, is_solid: bool, behind: float) -> None:
    """Say that there is no figure to compare with: inside a long bar, else behind its value."""
    words = "no published figure to compare with"
    length = place(axes, end)[0] - place(axes, (0.0, end[1]))[0]
    if length > width_of(words, SMALL) + 30:
        tone = COLOUR["on_fill" if is_solid else "text1"]
        write(axes, (0, end[1]), words, (10, 0), color=tone, fontsize=SMALL, zorder=6)
    else:
        write(axes, end, "nothing published", (behind + 12, 0), color=COLOUR["text3"], fontsize=SMALL)
