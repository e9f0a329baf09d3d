"""The card: a whole ladder on one picture, for a slide or a phone."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from thorhud.report.plots.canvas import COLOUR, Box, Row, mark, tick, whisker, write

WIDTH, HEIGHT = 1200.0, 630.0
_MARGIN = 48.0
_BARS = Box(_MARGIN, 104, 736, 456)
"""Where the rows with their bars stand; the values behind the bars included."""
_NAME_WIDTH = 206.0
_LINE = 24.0
_ROOM_BESIDE_A_TICK = 78.0
_SIDE = 790.0
"""Where the findings begin."""


def card(data: dict[str, Any], words: dict[str, Any]) -> Figure:
    """Draw the card of *words* (see `thorhud.report.card`) and the bars of *data*."""
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), facecolor=COLOUR["bg"])
    FigureCanvasAgg(figure)  # words are measured before the picture is written
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, HEIGHT)
    axes.set_axis_off()
    _head(axes, words)
    _bars(axes, data["rows"], data["limit_length"])
    _findings(axes, words)
    _foot(axes, words)
    return figure


def watermark(figure: Figure, words: str) -> None:
    """Write *words* across the whole picture, so that no part of it can be shown without them."""
    width, height = 72 * figure.get_figwidth(), 72 * figure.get_figheight()
    size = 1.35 * width / max(len(words), 1)
    figure.text(
        0.5, 0.46, words, fontsize=min(size, 0.42 * height), weight=700, color=COLOUR["amber"], alpha=0.2,
        ha="center", va="center", rotation=16, zorder=20,
    )  # fmt: skip


def fold(axes: Axes, words: str, width: float, size: float, most: int) -> list[str]:
    """Return *words* as at most *most* lines that are no wider than *width* pixels; a cut says so with an ellipsis."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(axes, longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    cut = lines[:most] or [""]
    if len(lines) > most:
        cut[-1] = f"{cut[-1].rstrip('.,;')} …"
    return cut


def _width(axes: Axes, words: str, size: float, **look: Any) -> float:  # noqa: ANN401 - matplotlib's
    drawn = axes.text(0, 0, words, fontsize=size, parse_math=False, **look)
    width = float(drawn.get_window_extent().width)
    drawn.remove()
    return width * 72 / axes.figure.dpi


def _head(axes: Axes, words: dict[str, Any]) -> None:
    number: dict[str, Any] = {"weight": 800, "fontfamily": "Inter Display"}
    write(axes, (_MARGIN, 576), words["unit"], fontsize=54, **number)
    beside = _MARGIN + _width(axes, words["unit"], 54, **number) + 26
    write(axes, (beside, 590), words["title"], fontsize=25, weight=600, fontfamily="Inter Display")
    write(axes, (beside, 561), words["subtitle"], fontsize=16, color=COLOUR["text2"])
    right = WIDTH - _MARGIN
    for badge in words["badges"]:
        right = _badge(axes, badge, right) - 12


def _badge(axes: Axes, words: str, right: float) -> float:
    """Write a framed word that ends at *right*; return where it begins."""
    width = _width(axes, words, 17, weight=600)
    look: dict[str, Any] = {"boxstyle": "round,pad=0.45", "facecolor": COLOUR["amber_wash"]}
    box = look | {"edgecolor": COLOUR["amber"], "linewidth": 1.5}
    write(axes, (right - 10, 580), words, ha="right", fontsize=17, weight=600, color=COLOUR["amber"], bbox=box)
    return right - width - 22


def _bars(axes: Axes, rows: Sequence[Row], length: str) -> None:
    pitch = min(62.0, (_BARS.high - _BARS.low) / max(len(rows), 1))
    values = [value for row in rows for value in _reach(row[length])]
    zero = _BARS.left + _NAME_WIDTH
    scale = (_BARS.right - zero - 66) / max([*values, 1e-9])
    write(axes, (_BARS.left, _BARS.high + 34), f"tok/s, {length} answer", fontsize=16, color=COLOUR["text2"])
    for index, row in enumerate(rows):
        _bar(axes, row, length, (zero, _BARS.high - (index + 0.5) * pitch), (scale, pitch))
    axes.plot([zero, zero], [_BARS.high - len(rows) * pitch, _BARS.high], color=COLOUR["outline"], linewidth=1.2)


def _reach(cell: dict[str, Any]) -> list[float]:
    return [value for value in (cell["median"], cell["published"], *(cell["interval"] or ())) if value is not None]


def _bar(axes: Axes, row: Row, length: str, at: tuple[float, float], measures: tuple[float, float]) -> None:
    (zero, y), (scale, pitch), cell = at, measures, row[length]
    is_absent = cell["median"] is None
    mark(axes, (_BARS.left + 10, y), row, 17, hollow=is_absent)
    tone = COLOUR["text3" if is_absent else "text1"]
    write(axes, (_BARS.left + 34, y + 8), row["name"], fontsize=19, weight=600, color=tone)
    write(axes, (_BARS.left + 34, y - 12), row["family"], fontsize=14, color=COLOUR["text3" if is_absent else "text2"])
    if is_absent:
        reason = row["not_measured"] or f"Not measured: no {length} answer"
        short = fold(axes, reason, _BARS.right - zero - 14, 15, 1)[0]
        write(axes, (zero, y), short, (12, 0), fontsize=15, color=COLOUR["text2"])
        return
    axes.barh(y, scale * cell["median"], 0.5 * pitch, left=zero, color=COLOUR[row["colour"]], zorder=2)
    if cell["interval"] is not None:
        whisker(axes, [zero + scale * end for end in cell["interval"]], y, 0.09 * pitch)
    if cell["published"] is not None:
        tick(axes, zero + scale * cell["published"], y, 0.36 * pitch)
    own = zero + scale * max(_reach(cell | {"published": None}))
    far = zero + scale * max(_reach(cell))
    end = own if far - own > _ROOM_BESIDE_A_TICK else far  # behind a far tick it would be taken for the tick's
    write(axes, (end, y), f"{cell['median']:.1f}", (11, 0), fontsize=20, weight=600)
    if not cell["is_comparable"]:
        inside = {"color": COLOUR["on_fill"], "fontsize": 14, "weight": 600, "zorder": 6}
        write(axes, (zero, y), "not comparable", (12, 0), **inside)


def _findings(axes: Axes, words: dict[str, Any]) -> None:
    y = _BARS.high + 34
    write(axes, (_SIDE, y), words["findings_title"], fontsize=16, color=COLOUR["text2"])
    y -= 46
    for figure, sentence in words["findings"]:
        write(axes, (_SIDE, y), figure, fontsize=32, weight=700, fontfamily="Inter Display")
        for line_number, line in enumerate(fold(axes, sentence, WIDTH - _MARGIN - _SIDE, 17, 3)):
            y -= _LINE if line_number else 1.25 * _LINE
            write(axes, (_SIDE, y), line, fontsize=17, color=COLOUR["text2"])
        y -= 2.2 * _LINE


def _foot(axes: Axes, words: dict[str, Any]) -> None:
    axes.plot([_MARGIN, WIDTH - _MARGIN], [78, 78], color=COLOUR["hairline"], linewidth=1)
    for index, line in enumerate(words["foot"]):
        shown = fold(axes, line, WIDTH - 2 * _MARGIN, 14.5, 1)[0]
        write(axes, (_MARGIN, 54 - 23 * index), shown, fontsize=14.5, color=COLOUR["text2"])
