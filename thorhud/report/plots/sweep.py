"""Several answers at once: one value of each configuration over the number of users."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from thorhud.report.plots.canvas import COLOUR, SMALL, Point, Row, frame, ground_lines, mark, name_ends, width_of

_WIDTH, _HEIGHT = 390.0, 290.0


def sweep_plot(rows: Sequence[Row], key: str) -> Figure:
    """Draw *key* ("total", "per_user" or "ttft") of the rows that were swept; each step to the right doubles the users.

    A time to first token is the 95th percentile; where too few answers came for one, the slowest of them, hollow.
    """
    levels = sorted({level["users"] for row in rows for level in row["sweep"]})
    room = 24 + max(width_of(row["point_name"], SMALL) for row in rows)
    figure, axes = frame(_WIDTH, _HEIGHT, (48, 12, room, 52))
    axes.set_xlim(-0.25, max(len(levels) - 0.75, 0.75))
    axes.set_xticks(range(len(levels)), [str(each) for each in levels])
    axes.set_xlabel("users at once", color=COLOUR["text2"], fontsize=SMALL, loc="right", labelpad=8)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    ground_lines(axes)
    drawn = [(row, _points(row, key, levels)) for row in rows]
    axes.set_ylim(0, 1.12 * max((y for _, points in drawn for (_, y), _ in points), default=1.0))
    name_ends(axes, [(points[-1][0], row["point_name"]) for row, points in drawn if points])
    for row, points in drawn:
        _line(axes, row, points)
    return figure


def _points(row: Row, key: str, levels: Sequence[int]) -> list[tuple[Point, bool]]:
    """Return each point and whether it is a figure of its own, not a stand-in."""
    found = []
    for level in row["sweep"]:
        value = level["p95_ttft"] if key == "ttft" else level[key]
        stand_in = level["slowest_ttft"] if key == "ttft" and value is None else None
        if value is not None or stand_in is not None:
            found.append(((float(levels.index(level["users"])), float(value or stand_in or 0.0)), stand_in is None))
    return found


def _line(axes: Axes, row: Row, points: Sequence[tuple[Point, bool]]) -> None:
    if points:
        axes.plot(*zip(*(at for at, _ in points), strict=True), color=COLOUR[row["colour"]], linewidth=2, zorder=2)
    for at, is_own in points:
        look: dict[str, Any] = (
            {} if is_own else {"markeredgecolor": COLOUR[row["colour"]], "markerfacecolor": COLOUR["surface1"]}
        )
        mark(axes, at, row, 9, zorder=3, **look)
