"""Draws the plots: `python -m thorhud.report.plots`, JSON in on standard input, SVG by name out as JSON.

A process of its own, because matplotlib is large and only here wanted; nothing else imports it. Colours are drawn as
roles, in colour values that stand for nothing (`ROLE_COLOURS`), and the page gives each its value for dark and light.
"""

import json
import sys
from collections.abc import Sequence
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from thorhud.report.roles import ROLE_COLOURS as COLOUR

MARKERS = {"hexagon": "h", "triangle": "^", "circle": "o", "square": "s", "diamond": "D", "star": "*"}
MARKER_SIZES = {"star": 1.5, "triangle": 1.1, "hexagon": 1.2, "diamond": 0.9}
LABEL, VALUE, SMALL = 16, 14.5, 13
_GB_PER_GIB = 1.073741824

Row = dict[str, Any]


def draw(data: dict[str, Any]) -> dict[str, str]:
    """Return every plot as SVG text."""
    rows: list[Row] = data["rows"]
    plots = {
        "speed": _speed(rows, data["lengths"]),
        "ttft": _small_bars(rows, "ttft_s", None, "{:.2f}"),
        "memory": _small_bars(rows, "model_memory_gib", "published_memory_gib", "{:.2f}"),
    }
    if any(row["limit"] for row in rows):
        plots["limit"] = _limit([row for row in rows if row["limit"]], data["bandwidth_gb_per_s"])
    return {name: _svg(figure) for name, figure in plots.items()}


def _figure(width: float, height: float, margins: tuple[float, float, float, float]) -> tuple[Figure, Axes]:
    """Make a figure of so many CSS pixels, with *margins* left, top, right and bottom of its axes."""
    left, top, right, bottom = margins
    figure = Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_facecolor("none")
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=COLOUR["text2"], pad=8)
    return figure, axes


def _svg(figure: Figure) -> str:
    out = StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _text(
    axes: Axes,
    at: tuple[float, float],
    words: str,
    offset: tuple[float, float] = (0, 0),
    **look: Any,  # noqa: ANN401
) -> None:
    """Write *words* at a data point, moved by *offset* pixels."""
    whole: dict[str, Any] = {"color": COLOUR["text1"], "fontsize": VALUE, "va": "center", "ha": "left"} | look
    axes.annotate(words, at, xytext=offset, textcoords="offset points", annotation_clip=False, **whole)


def _mark(axes: Axes, at: tuple[float, float], row: Row, size: float, *, hollow: bool = False, **look: Any) -> None:  # noqa: ANN401
    """Draw a configuration's shape; hollow says that nothing of this unit stands behind it."""
    colour = COLOUR["text3"] if hollow else COLOUR[row["colour"]]
    face = "none" if hollow else colour
    whole: dict[str, Any] = {"markerfacecolor": face, "markeredgecolor": colour, "markeredgewidth": 1.5} | look
    axes.plot(
        [at[0]],
        [at[1]],
        marker=MARKERS[row["marker"]],
        markersize=size * MARKER_SIZES.get(row["marker"], 1.0),
        clip_on=False,
        linestyle="none",
        **whole,
    )


def _width_of(words: str, size: float) -> float:
    """Estimate how wide *words* are in pixels; exact enough to put the next word behind them."""
    return sum(0.29 if letter in " .,:il" else 0.62 for letter in words) * size


# Generation speed: two bars for each configuration


def _speed(rows: Sequence[Row], lengths: Sequence[str]) -> Figure:
    pitch, left = 62.0, 196.0
    figure, axes = _figure(860, pitch * len(rows) + 52, (left, 12, 16, 40))
    axes.set_xlim(0, 1.32 * max((value for row in rows for value in _speeds(row)), default=10.0))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([])
    axes.grid(axis="x", color=COLOUR["hairline"], linewidth=1)
    axes.set_axisbelow(True)
    axes.axhline(len(rows), color=COLOUR["outline"], linewidth=1.2)
    for index, row in enumerate(rows):
        _row_label(axes, row, index, left)
        if row["not_measured"]:
            _text(axes, (0, index + 0.5), row["not_measured"], (10, 0), color=COLOUR["text2"], fontsize=VALUE)
            continue
        for length in lengths:
            _speed_bar(axes, row, length, index + _offset(length, lengths), has_both=len(lengths) == 2)
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


def _row_label(axes: Axes, row: Row, index: int, left: float) -> None:
    is_absent = bool(row["not_measured"])
    place = axes.transData + mpl.transforms.ScaledTranslation(-(left - 14) / 72, 0, axes.figure.dpi_scale_trans)
    _mark(axes, (0, index + 0.5), row, 15, hollow=is_absent, transform=place)
    tone = COLOUR["text3"] if is_absent else COLOUR["text1"]
    _text(axes, (0, index + 0.5), row["name"], (-left + 38, 9), fontsize=LABEL, weight=600, color=tone)
    tone = COLOUR["text3"] if is_absent else COLOUR["text2"]
    _text(axes, (0, index + 0.5), row["family"], (-left + 38, -10), fontsize=SMALL, color=tone)
    if index:
        axes.plot(
            [-0.3, 1],
            [index, index],
            color=COLOUR["hairline"],
            linewidth=0.8,
            transform=axes.get_yaxis_transform(),
            clip_on=False,
            zorder=0,
        )


def _speed_bar(axes: Axes, row: Row, length: str, y: float, *, has_both: bool) -> None:
    """Draw one bar: the median, every run as a dot, the published figure as a tick, the value at the end."""
    cell, colour = row[length], COLOUR[row["colour"]]
    height = 0.29 if has_both else 0.4
    is_short = length == "short"
    face = (colour, 0.3) if is_short else colour
    if cell["median"] is not None:
        axes.barh(
            y, cell["median"], height, facecolor=face, edgecolor=colour, linewidth=1.4 if is_short else 0, zorder=2
        )
    _dots(axes, cell["dots"], y)
    if cell["published"] is not None:
        half = height / 2 + 0.05
        axes.plot(
            [cell["published"]] * 2,
            [y - half, y + half],
            color=COLOUR["text1"],
            linewidth=2.2,
            zorder=4,
            solid_capstyle="butt",
        )
    end = max([dot["value"] for dot in cell["dots"]] + [cell["median"] or 0, cell["published"] or 0])
    shown = "not measured" if cell["median"] is None else f"{cell['median']:.1f}"
    if cell["median"] is None:
        _text(axes, (end, y), f"{length}: not measured", (10, 0), fontsize=SMALL, color=COLOUR["text3"])
        return
    _text(axes, (end, y), shown, (10, 0), weight=600)
    _text(axes, (end, y), length, (10 + _width_of(shown, VALUE) + 7, 0), color=COLOUR["text2"], fontsize=SMALL)
    if row["short"]["published"] is None and row["long"]["published"] is None and (length == "long" or not has_both):
        offset = 10 + _width_of(shown, VALUE) + 7 + _width_of(length, SMALL) + 14
        _text(axes, (end, y), "nothing published", (offset, 0), color=COLOUR["text3"], fontsize=SMALL)


def _dots(axes: Axes, dots: Sequence[dict[str, Any]], y: float) -> None:
    """Draw every run; a run that does not count is a cross."""
    steps = (0.0, -0.07, 0.07, -0.035, 0.035)
    for index, dot in enumerate(dots):
        at = y + steps[index % len(steps)]
        if dot["counts"]:
            axes.plot(
                [dot["value"]],
                [at],
                marker="o",
                markersize=5.5,
                markerfacecolor=COLOUR["text1"],
                markeredgecolor=COLOUR["surface1"],
                markeredgewidth=1.2,
                zorder=5,
            )
        else:
            axes.plot(
                [dot["value"]],
                [at],
                marker="x",
                markersize=6,
                markeredgecolor=COLOUR["text2"],
                markeredgewidth=1.6,
                zorder=5,
            )


# How close to the memory limit


_LIMIT_WIDTH = 440.0


def _limit(rows: Sequence[Row], bandwidth: float) -> Figure:
    figure, axes = _figure(_LIMIT_WIDTH, 424, (44, 14, 14, 56))
    points = [row["limit"] for row in rows]
    sizes = [point["read_gib"] for point in points]
    speeds = [value for point in points for value in (point["measured"], point["published"]) if value is not None]
    top = 1.75 * max(speeds, default=20.0)
    right = 1.17 * max(sizes)
    axes.set_xlim(max(0.0, min(sizes) - 0.16 * (max(sizes) - min(sizes)) - 1), right)
    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="y", color=COLOUR["hairline"], linewidth=1)
    axes.set_axisbelow(True)
    for side in ("left", "bottom"):
        axes.spines[side].set(visible=True, color=COLOUR["outline"], linewidth=1.2)
    axes.set_xlabel("GiB read for each token", color=COLOUR["text2"], fontsize=SMALL, loc="right", labelpad=10)
    _curve(axes, bandwidth, right, top)
    taken = [
        _place(axes, (point["read_gib"], value))
        for point in points
        for value in (point["measured"], point["published"])
        if value is not None
    ]
    boxes = [(x - 12, y - 12, x + 12, y + 12) for x, y in taken]
    for row in rows:
        _limit_point(axes, row, boxes)
    return figure


def _curve(axes: Axes, bandwidth: float, right: float, top: float) -> None:
    """Draw what the bandwidth allows: a speed of bandwidth over size."""
    first = max(axes.get_xlim()[0], bandwidth / _GB_PER_GIB / top)
    sizes = [first + (right - first) * step / 80 for step in range(81)]
    axes.plot(
        sizes, [bandwidth / _GB_PER_GIB / size for size in sizes], color=COLOUR["text1"], linewidth=2, dashes=(4, 2)
    )
    at = first + 0.42 * (right - first)
    _text(
        axes,
        (at, bandwidth / _GB_PER_GIB / at),
        f"Bandwidth limit, {bandwidth:g} GB/s",
        (10, 14),
        color=COLOUR["text2"],
        fontsize=SMALL,
    )


def _limit_point(axes: Axes, row: Row, boxes: list[tuple[float, float, float, float]]) -> None:
    point = row["limit"]
    if point["published"] is not None:
        _mark(
            axes,
            (point["published_read_gib"], point["published"]),
            row,
            19,
            hollow=True,
            markeredgecolor=COLOUR["text1"],
            zorder=3,
        )
    if point["measured"] is None:
        return
    at = (point["read_gib"], point["measured"])
    _mark(axes, at, row, 11, zorder=4)
    share = f"{100 * point['share']:.0f} % of limit"
    dx, dy, align = _free_place(axes, at, max(_width_of(share, SMALL), _width_of(row["point_name"], SMALL)), boxes)
    _text(axes, at, row["point_name"], (dx, dy + 9), fontsize=SMALL + 0.5, weight=600, ha=align)
    _text(axes, at, share, (dx, dy - 9), fontsize=SMALL, color=COLOUR["text2"], ha=align)


def _place(axes: Axes, at: tuple[float, float]) -> tuple[float, float]:
    x, y = axes.transData.transform(at)
    scale = 72 / axes.figure.dpi
    return float(x) * scale, float(y) * scale


def _free_place(
    axes: Axes, at: tuple[float, float], width: float, boxes: list[tuple[float, float, float, float]]
) -> tuple[float, float, str]:
    """Find where a two-line label beside a point hides no other label, no marker and no edge."""
    x, y = _place(axes, at)
    limit_x = _LIMIT_WIDTH - 4
    candidates = (
        (18.0, 0.0, "left"),
        (0.0, -34.0, "center"),
        (0.0, 34.0, "center"),
        (-18.0, 0.0, "right"),
        (18.0, -26.0, "left"),
        (18.0, 26.0, "left"),
    )
    for dx, dy, align in candidates:
        start = x + dx - {"left": 0.0, "center": width / 2, "right": width}[align]
        box = (start, y + dy - 17, start + width, y + dy + 17)
        is_inside = box[0] > 44 and box[2] < limit_x and box[1] > 56
        if is_inside and not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
            return dx, dy, align
    return candidates[0]


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# Time to first token, model memory


def _small_bars(rows: Sequence[Row], key: str, published_key: str | None, form: str) -> Figure:
    left = 40.0
    figure, axes = _figure(410, 31 * len(rows) + 8, (left, 4, 12, 4))
    values = [row[each] for row in rows for each in (key, published_key) if each and row[each] is not None]
    axes.set_xlim(0, 1.3 * max(values, default=1.0))
    axes.set_ylim(len(rows), 0)
    axes.set_xticks([])
    axes.set_yticks([])
    place = axes.transData + mpl.transforms.ScaledTranslation(-(left - 14) / 72, 0, axes.figure.dpi_scale_trans)
    for index, row in enumerate(rows):
        y, value = index + 0.5, row[key]
        published = row[published_key] if published_key else None
        _mark(axes, (0, y), row, 12, hollow=value is None, transform=place)
        if value is None:
            _text(axes, (0, y), "not measured", (0, 0), color=COLOUR["text3"], fontsize=SMALL)
            continue
        axes.barh(y, value, 0.36, color=COLOUR[row["colour"]])
        if published is not None:
            axes.plot([published] * 2, [y - 0.3, y + 0.3], color=COLOUR["text1"], linewidth=2.2, solid_capstyle="butt")
        _text(axes, (max(value, published or 0), y), form.format(value), (10, 0), weight=600, fontsize=VALUE)
    return figure


def main() -> None:
    """Read the data, draw, and write the plots."""
    mpl.use("svg")
    data = json.load(sys.stdin)
    mpl.rcParams["svg.fonttype"] = "none"  # text stays text: it can be found, copied and read aloud
    mpl.rcParams["svg.hashsalt"] = "thorhud"
    mpl.rcParams["font.family"] = "sans-serif"
    mpl.rcParams["font.sans-serif"] = ["Inter", "DejaVu Sans"]
    json.dump(draw(data), sys.stdout)


if __name__ == "__main__":
    main()
