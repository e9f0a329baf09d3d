"""What every plot is made of: an empty frame in CSS pixels, words, markers, and boxes that must not touch."""

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
