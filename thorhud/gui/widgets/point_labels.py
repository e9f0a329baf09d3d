"""Names and shares beside the markers of the bandwidth chart, where they cover neither a marker nor the curve."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from thorhud.gui.comparison_words import LimitPoint, percent
from thorhud.gui.theme import Theme
from thorhud.gui.widgets.chart_frame import Frame
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

_MEASURED, _PUBLISHED = 22.0, 36.0
"""Sides of the filled and of the hollow marker."""
_NAME, _LINE = 26.0, 25.0


@dataclass(frozen=True, slots=True)
class Label:
    """Where a point's two lines stand."""

    point: LimitPoint
    rect: QRectF
    centred: bool = False


def share_words(point: LimitPoint) -> str:
    """Return "62 % of limit"; above the limit how a draft model gets there."""
    if point.share is None:
        return ""
    if point.share > 1 and point.speculative:
        return f"{percent(point.share)} of limit: one read, several tokens"
    return f"{percent(point.share)} of limit"


def mark_rect(theme: Theme, frame: Frame, point: LimitPoint, *, published: bool = False) -> QRectF | None:
    """Return where the filled or the hollow marker lies; None where that speed is not known."""
    speed = point.published if published else point.measured
    if speed is None:
        return None
    side = theme.length(_PUBLISHED if published else _MEASURED)
    return QRectF(frame.x(point.read_gib) - side / 2, frame.y(speed) - side / 2, side, side)


def mark_rects(theme: Theme, frame: Frame, point: LimitPoint) -> list[QRectF]:
    """Return where the markers of *point* lie that are seen."""
    both = (mark_rect(theme, frame, point), mark_rect(theme, frame, point, published=True))
    return [rect for rect in both if rect is not None and rect.intersects(frame.rect)]


def label_size(theme: Theme, name: str, point: LimitPoint) -> QRectF:
    """Return how much room the two lines of a label take."""
    widths = (
        runs_width(theme, (Run(name, "small_strong"),)),
        runs_width(theme, (Run(share_words(point), "small"),)),
    )
    return QRectF(0, 0, max(widths), theme.length(_NAME + (_LINE if point.share is not None else 0)))


def free_place(theme: Theme, frame: Frame, point: LimitPoint, size: QRectF, blocked: list[QRectF]) -> QRectF:
    """Return the place around the marker that covers least of what is there and stays inside; near ones first."""
    marks = mark_rects(theme, frame, point)
    around = marks[0].united(marks[-1])
    inside = frame.rect.adjusted(2, 2, -2, -4)
    places = list(_places(around, size, theme.length(8)))
    return min(places, key=lambda place: (_covered(place, inside, blocked), places.index(place)))


def _places(around: QRectF, size: QRectF, gap: float) -> Iterator[QRectF]:
    width, height = size.width(), size.height()
    centre = around.center()
    rows = [centre.y() + shift * height for shift in (-0.5, -0.3, 0.0, -0.7, -1.0, 0.2)]
    yield QRectF(around.right() + gap, rows[0], width, height)
    yield QRectF(centre.x() - width / 2, around.bottom() + gap / 2, width, height)
    for row in rows[1:]:
        yield QRectF(around.right() + gap, row, width, height)
    for row in rows:
        yield QRectF(around.left() - gap - width, row, width, height)
    yield QRectF(centre.x() - width / 2, around.top() - gap / 2 - height, width, height)


def _covered(place: QRectF, inside: QRectF, blocked: list[QRectF]) -> float:
    """Return how many pixels of other things *place* covers; what sticks out counts too."""
    within = place.intersected(inside)
    outside = place.width() * place.height() - within.width() * within.height()
    overlaps = (place.intersected(other) for other in blocked)
    return round(10 * outside + sum(each.width() * each.height() for each in overlaps))


def line_rects(theme: Theme, name: str, label: Label) -> Iterator[QRectF]:
    """Yield the place of each line of a label, no wider than its words: what lies beside them stays visible."""
    top = label.rect.top()
    for run in (Run(name, "small_strong"), Run(share_words(label.point), "small")):
        width = runs_width(theme, (run,))
        indent = (label.rect.width() - width) / 2 if label.centred else 0.0
        yield QRectF(label.rect.left() + indent - 4, top, width + 8, theme.length(_LINE))
        top += theme.length(_LINE)


def paint_label(painter: QPainter, theme: Theme, name: str, label: Label) -> None:
    """Paint the name and below it the share."""
    rect = label.rect
    baseline = rect.top() + QFontMetricsF(theme.font("small")).ascent()
    tone = "text1" if label.point.measured is not None else "text2"
    title = Run(name, "small_strong", tone)
    share = Run(share_words(label.point), "small", "text2", figures=True)
    for run in (title, share):
        indent = (rect.width() - runs_width(theme, (run,))) / 2 if label.centred else 0.0
        draw_runs(painter, theme, (run,), QPointF(rect.left() + indent, baseline))
        baseline += theme.length(_LINE)
