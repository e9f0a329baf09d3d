"""How close to the memory limit: speed over the GiB read for each token, below what the bandwidth allows."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from thorhud.domain.roofline import limit_tokens_per_s
from thorhud.report.plots.canvas import COLOUR, SMALL, Box, Point, Row, frame, mark, place, width_of, write

_WIDTH, _HEIGHT = 390.0, 400.0
_LEFT, _BOTTOM = 44.0, 56.0
_CURVE_STEPS = 80


def limit_plot(rows: Sequence[Row], bandwidth_gb_per_s: float) -> Figure:
    """Draw the curve, the published points hollow and the measured ones filled, each with its share."""
    figure, axes = frame(_WIDTH, _HEIGHT, (_LEFT, 14, 14, _BOTTOM))
    sizes = [row["limit"]["read_gib"] for row in rows]
    speeds = [value for row in rows for _, value in _points(row)]
    axes.set_xlim(max(0.0, min(sizes) - 0.16 * (max(sizes) - min(sizes)) - 1), 1.17 * max(sizes))
    axes.set_ylim(0, 1.75 * max(speeds, default=20.0))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="y", color=COLOUR["hairline"], linewidth=1)
    for side in ("left", "bottom"):
        axes.spines[side].set(visible=True, color=COLOUR["outline"], linewidth=1.2)
    axes.set_xlabel("GiB read for each token", color=COLOUR["text2"], fontsize=SMALL, loc="right", labelpad=10)
    taken = [*_curve(axes, bandwidth_gb_per_s), *_around_points(axes, rows)]
    for row in sorted(rows, key=lambda each: each["limit"]["measured"] or 0.0, reverse=True):
        _draw_point(axes, row, taken)  # those nearest to the curve choose first
    return figure


def _points(row: Row) -> Iterator[tuple[float, float]]:
    """Yield the GiB and tok/s of what was measured and of what was published, as far as they exist."""
    point = row["limit"]
    if point["measured"] is not None:
        yield point["read_gib"], point["measured"]
    if point["published"] is not None:
        yield point["published_read_gib"], point["published"]


def _around_points(axes: Axes, rows: Sequence[Row]) -> Iterator[Box]:
    for x, y in (place(axes, point) for row in rows for point in _points(row)):
        yield Box(x - 12, y - 12, x + 12, y + 12)


def _curve(axes: Axes, bandwidth: float) -> Iterator[Box]:
    """Draw what the bandwidth allows, with its name, and yield the room that both take."""
    left, right = axes.get_xlim()
    first = max(left, limit_tokens_per_s(axes.get_ylim()[1], bandwidth))  # where the curve comes down into view
    sizes = [first + (right - first) * step / _CURVE_STEPS for step in range(_CURVE_STEPS + 1)]
    curve = [(size, limit_tokens_per_s(size, bandwidth)) for size in sizes]
    axes.plot(*zip(*curve, strict=True), color=COLOUR["text1"], linewidth=2, dashes=(4, 2))
    for one, other in pairwise(place(axes, each) for each in curve):
        yield Box(one[0], other[1], other[0], one[1])
    at = curve[int(0.42 * _CURVE_STEPS)]
    words = f"Bandwidth limit, {bandwidth:g} GB/s"
    write(axes, at, words, (10, 14), color=COLOUR["text2"], fontsize=SMALL)
    x, y = place(axes, at)
    yield Box(x + 10, y + 6, x + 10 + width_of(words, SMALL), y + 22)


def _draw_point(axes: Axes, row: Row, taken: list[Box]) -> None:
    point = row["limit"]
    published = (point["published_read_gib"], point["published"])
    if point["published"] is not None:
        mark(axes, published, row, 19, hollow=True, markeredgecolor=COLOUR["text1"], zorder=3)
    if point["measured"] is not None:
        at = (point["read_gib"], point["measured"])
        mark(axes, at, row, 11, zorder=4)
        _label(axes, at, (row["point_name"], f"{100 * point['share']:.0f} %"), taken, tone="text1")
    elif point["published"] is not None:
        _label(axes, published, (row["point_name"], "not measured"), taken, tone="text3")


def _label(axes: Axes, at: Point, lines: tuple[str, str], taken: list[Box], *, tone: str) -> None:
    width = max(width_of(each, SMALL) for each in lines)
    (dx, dy), align = _free_place(place(axes, at), width, taken)
    write(axes, at, lines[0], (dx, dy + 9), fontsize=SMALL, weight=600, color=COLOUR[tone], ha=align)
    second = COLOUR["text2" if tone == "text1" else tone]
    write(axes, at, lines[1], (dx, dy - 9), fontsize=SMALL, color=second, ha=align)


def _free_place(at: Point, width: float, taken: list[Box]) -> tuple[Point, str]:
    """Find where a label of two lines hides nothing, take that room, and return its offset and alignment."""
    candidates: tuple[tuple[Point, str, float], ...] = (
        ((18.0, 0.0), "left", 0.0),
        ((0.0, -34.0), "center", width / 2),
        ((18.0, -24.0), "left", 0.0),
        ((0.0, 34.0), "center", width / 2),
        ((-18.0, 0.0), "right", width),
        ((-18.0, 24.0), "right", width),
    )
    for offset, align, before in candidates:
        left, middle = at[0] + offset[0] - before, at[1] + offset[1]
        box = Box(left, middle - 17, left + width, middle + 17)
        is_inside = box.left > _LEFT and box.right < _WIDTH - 4 and box.low > _BOTTOM
        if is_inside and not any(box.touches(other) for other in taken):
            taken.append(box)
            return offset, align
    return candidates[0][0], candidates[0][1]
