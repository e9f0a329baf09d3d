"""What every plot is made of: an empty frame in CSS pixels, words, markers, and boxes that must not touch."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation, Transform

from thorhud.report.roles import ROLE_COLOURS

COLOUR = dict(ROLE_COLOURS)
"""The colour of each role while a plot is drawn: stand-ins for a page, real ones for a picture file."""

Row = dict[str, Any]
"""One configuration, as `thorhud.report.chart_data` describes it."""

Point = tuple[float, float]

LABEL, VALUE, SMALL = 16.0, 14.5, 13.0
"""Sizes of text in pixels."""

_DOT_STEPS = (0.0, -0.07, 0.07, -0.035, 0.035)
"""Dots of nearly equal runs stand apart by so much of a row."""

_MARKERS = {"hexagon": "h", "triangle": "^", "circle": "o", "square": "s", "diamond": "D", "star": "*"}
_MARKER_SCALE = {"star": 1.5, "triangle": 1.1, "hexagon": 1.2, "diamond": 0.9}


class Box(NamedTuple):
    """A rectangle in pixels from the lower left corner of the plot."""

    left: float
    low: float
    right: float
    high: float

    def touches(self, other: "Box") -> bool:
        """Say whether the two overlap."""
        is_beside = self.right <= other.left or other.right <= self.left
        return not is_beside and self.low < other.high and other.low < self.high


def frame(width: float, height: float, margins: tuple[float, float, float, float]) -> tuple[Figure, Axes]:
    """Make a figure of so many CSS pixels, with *margins* left, top, right and bottom of its axes."""
    left, top, right, bottom = margins
    figure = Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=COLOUR["text2"], pad=8)
    return figure, axes


def write(axes: Axes, at: Point, words: str, offset: Point = (0, 0), **look: Any) -> None:  # noqa: ANN401 - matplotlib's
    """Write *words* at a data point, moved by *offset* pixels; a dollar sign is a dollar sign."""
    whole: dict[str, Any] = {"color": COLOUR["text1"], "fontsize": VALUE, "va": "center", "ha": "left"} | look
    axes.annotate(
        words,
        at,
        xytext=offset,
        textcoords="offset points",
        annotation_clip=False,
        parse_math=False,
        **whole,
    )


def mark(axes: Axes, at: Point, row: Row, size: float, *, hollow: bool = False, **look: Any) -> None:  # noqa: ANN401
    """Draw a configuration's shape; hollow says that nothing of this unit stands behind it."""
    colour = COLOUR["text3"] if hollow else COLOUR[row["colour"]]
    face = "none" if hollow else colour
    whole: dict[str, Any] = {"markerfacecolor": face, "markeredgecolor": colour, "markeredgewidth": 1.5} | look
    shape = row["marker"]
    axes.plot(
        [at[0]],
        [at[1]],
        marker=_MARKERS.get(shape, "o"),
        markersize=size * _MARKER_SCALE.get(shape, 1.0),
        clip_on=False,
        linestyle="none",
        **whole,
    )


def tick(axes: Axes, value: float, y: float, half: float) -> None:
    """Draw a published figure as an upright tick."""
    axes.plot(
        [value, value], [y - half, y + half], color=COLOUR["text1"], linewidth=2.2, solid_capstyle="butt", zorder=4
    )


def whisker(axes: Axes, interval: Sequence[float] | None, y: float, half: float) -> None:
    """Draw the interval that holds the median at 95 %; nothing where there is none."""
    if interval is None:
        return
    low, high = interval
    for colour, width, order in ((COLOUR["surface1"], 4.0, 4.4), (COLOUR["text1"], 1.5, 4.5)):  # seen on every bar
        look: dict[str, Any] = {"color": colour, "linewidth": width, "solid_capstyle": "projecting", "zorder": order}
        axes.plot([low, high], [y, y], **look)
        for end in (low, high):
            axes.plot([end, end], [y - half, y + half], **look)


def dots(axes: Axes, runs: Sequence[dict[str, Any]], y: float) -> None:
    """Draw every run; a run that does not count is a cross."""
    for index, dot in enumerate(runs):
        at = y + _DOT_STEPS[index % len(_DOT_STEPS)]
        look: dict[str, Any] = {"marker": "x", "markersize": 6, "markeredgecolor": COLOUR["text2"]}
        if dot["counts"]:
            look = {"marker": "o", "markersize": 5.5, "markeredgecolor": COLOUR["surface1"]}
        axes.plot([dot["value"]], [at], markerfacecolor=COLOUR["text1"], markeredgewidth=1.3, zorder=5, **look)


def row_label(axes: Axes, row: Row, index: int, left: float, *, is_absent: bool) -> None:
    """Write a configuration's shape, name and family left of its bars, with a line above all but the first."""
    middle = (0.0, index + 0.5)
    mark(axes, middle, row, 15, hollow=is_absent, transform=left_of_zero(axes, left - 14))
    tone = COLOUR["text3" if is_absent else "text1"]
    write(axes, middle, row["name"], (-left + 38, 9), fontsize=LABEL, weight=600, color=tone)
    tone = COLOUR["text3" if is_absent else "text2"]
    write(axes, middle, row["family"], (-left + 38, -10), fontsize=SMALL, color=tone)
    if index:
        line: dict[str, Any] = {"color": COLOUR["hairline"], "linewidth": 0.8}
        axes.plot([-0.3, 1], [index, index], transform=axes.get_yaxis_transform(), clip_on=False, zorder=0, **line)


def ground_lines(axes: Axes) -> None:
    """Draw the left and the lower line of a chart and its level lines."""
    axes.grid(axis="y", color=COLOUR["hairline"], linewidth=1)
    for side in ("left", "bottom"):
        axes.spines[side].set(visible=True, color=COLOUR["outline"], linewidth=1.2)


def name_ends(axes: Axes, ends: Sequence[tuple[Point, str]]) -> None:
    """Write each name behind the end of its line; names of near ends stand below each other."""
    lowest = None
    for at, words in sorted(ends, key=lambda each: -each[0][1]):
        y = place(axes, at)[1]
        wanted = y if lowest is None else min(y, lowest - 16)
        lowest = wanted
        write(axes, at, words, (11, wanted - y), fontsize=SMALL, weight=600)


def left_of_zero(axes: Axes, pixels: float) -> Transform:
    """Return where data points land that are moved so many pixels to the left."""
    return axes.transData + ScaledTranslation(-pixels / 72, 0, axes.figure.dpi_scale_trans)


def place(axes: Axes, at: Point) -> Point:
    """Return where a data point lies, in pixels from the lower left corner."""
    x, y = axes.transData.transform(at)
    scale = 72 / axes.figure.dpi
    return float(x) * scale, float(y) * scale


def width_of(words: str, size: float) -> float:
    """Estimate how wide *words* are in pixels; exact enough to put the next word behind them."""
    return sum(0.29 if letter in " .,:il" else 0.6 for letter in words) * size
