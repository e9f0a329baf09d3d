"""The bars of the chart of speeds: median, every run, interval, published tick, and the figure behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from thorhud.domain.comparison import ComparisonCell, ComparisonRow
from thorhud.domain.workshop import Configuration, Published
from thorhud.gui.bar_words import NOT_COMPARABLE
from thorhud.gui.comparison_words import one_decimal
from thorhud.gui.theme import Theme
from thorhud.gui.widgets.chart_frame import Frame
from thorhud.gui.widgets.chart_key import DOT, draw_dot, draw_whisker
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

RIGHT = 16
"""Room at the right of the chart, at 1x."""
_LANE = 6.5
_ROOM_FOR_WORDS = 18.0
"""A lower bar has no words in it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: the short or the long answer of one configuration."""

    row: ComparisonRow
    configuration: Configuration
    which: str
    cell: ComparisonCell
    published: Published
    rect: QRectF
    """From zero to the median; without width where nothing was measured."""


def paint_bar(painter: QPainter, theme: Theme, bar: Bar) -> None:
    """Paint the median: outlined for short answers, solid for long ones."""
    if bar.rect.width() <= 0:
        return
    colour = theme.configuration_colour(bar.configuration)
    if bar.which == "long":
        painter.fillRect(bar.rect, colour)
        return
    fill = QColor(colour)
    fill.setAlphaF(0.3)
    painter.setPen(QPen(colour, theme.length(1.5)))
    painter.setBrush(fill)
    half = theme.length(0.75)
    painter.drawRect(bar.rect.adjusted(half, half, -half, -half))


def paint_tick(painter: QPainter, theme: Theme, frame: Frame, bar: Bar) -> None:
    """Paint what the workshop published as a tick across the bar."""
    if bar.published.value is None:
        return
    width, beyond = theme.length(3), theme.length(6)
    rect = QRectF(frame.x(bar.published.value) - width / 2, bar.rect.top(), width, bar.rect.height())
    painter.fillRect(rect.adjusted(0, -beyond, 0, beyond), theme.colour.text1)


def paint_dots(painter: QPainter, theme: Theme, frame: Frame, bar: Bar) -> None:
    """Paint the interval and above it every run."""
    middle = bar.rect.center().y()
    if bar.cell.interval is not None:
        draw_whisker(painter, theme, middle, frame.x(bar.cell.interval.low), frame.x(bar.cell.interval.high))
    places = [frame.x(dot.tokens_per_s) for dot in bar.cell.dots]
    lanes = spread(places, 2.2 * theme.length(DOT))
    for dot, x, lane in zip(bar.cell.dots, places, lanes, strict=True):
        draw_dot(painter, theme, QPointF(x, middle + lane * theme.length(_LANE)), counts=dot.marked is None)


def spread(places: Sequence[float], room: float) -> list[int]:
    """Return the lane of each dot (0 is the middle, -1 above, 1 below) so that near ones lie beside each other."""
    ends = dict.fromkeys((0, -1, 1), float("-inf"))
    lanes = [0] * len(places)
    for index in sorted(range(len(places)), key=lambda each: places[each]):
        lane = next(
            (lane for lane, end in ends.items() if places[index] - end >= room), min(ends, key=ends.__getitem__)
        )
        lanes[index], ends[lane] = lane, places[index]
    return lanes


def paint_value(painter: QPainter, theme: Theme, frame: Frame, bar: Bar, *, mark: str, note: str) -> None:
    """Paint the figure, a *mark* of two words and a *note* behind everything that lies on the bar."""
    role = "label_strong" if bar.rect.height() >= theme.length(_ROOM_FOR_WORDS) else "small_strong"
    baseline = bar.rect.center().y() + QFontMetricsF(theme.font(role)).capHeight() / 2
    marks = [bar.rect.right(), *(frame.x(dot.tokens_per_s) + theme.length(5) for dot in bar.cell.dots)]
    marks += [] if bar.cell.interval is None else [frame.x(bar.cell.interval.high)]
    measured = bar.cell.median_tokens_per_s is not None
    value = Run(one_decimal(bar.cell.median_tokens_per_s), role, "text1", figures=True)
    what = Run(f"  {bar.which}" if measured else f"  {bar.which}, not measured", "small", "text2")
    tick = None if bar.published.value is None else frame.x(bar.published.value)
    room = runs_width(theme, (value, what)) + theme.length(40) + (theme.length(170) if mark else 0.0)
    if tick is not None and tick - max(marks) < room:
        marks.append(tick)  # behind the tick, unless that stands so far off that the figure fits before it
    x = min(max(frame.rect.left(), *marks), frame.rect.right()) + theme.length(14)
    end = draw_runs(painter, theme, (value, what), QPointF(x, baseline), room=max(40.0, frame.rect.right() - x + 40))
    if mark:
        end = _paint_mark(painter, theme, QPointF(end + theme.length(14), bar.rect.center().y()), mark)
    if note:
        _paint_note(painter, theme, frame, bar, end=end, note=note)


def _paint_mark(painter: QPainter, theme: Theme, left_middle: QPointF, mark: str) -> float:
    """Paint a small label with an outline and return where it ends."""
    tone = "amber" if mark == NOT_COMPARABLE else "text2"
    run = (Run(mark, "small", tone),)
    metrics = QFontMetricsF(theme.font("small"))
    pad = theme.length(8)
    height = metrics.capHeight() + theme.length(10)
    rect = QRectF(left_middle.x(), left_middle.y() - height / 2, runs_width(theme, run) + 2 * pad, height)
    painter.setPen(QPen(theme.tone(tone), theme.length(1.2)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, theme.length(5), theme.length(5))
    draw_runs(painter, theme, run, QPointF(rect.left() + pad, left_middle.y() + metrics.capHeight() / 2))
    return rect.right()


def _paint_note(painter: QPainter, theme: Theme, frame: Frame, bar: Bar, *, end: float, note: str) -> None:
    """Write *note* into a solid bar that is long enough, else behind its value."""
    run = (Run(note, "small", "on_fill" if bar.which == "long" else "text2"),)
    high = bar.rect.height() >= theme.length(_ROOM_FOR_WORDS)
    inside = high and bar.rect.width() > runs_width(theme, run) + theme.length(48)
    baseline = bar.rect.center().y() + QFontMetricsF(theme.font("small")).capHeight() / 2
    if inside and bar.which == "long":
        draw_runs(painter, theme, run, QPointF(bar.rect.left() + theme.length(12), baseline))
        return
    behind = (Run(f"  {note}", "small", "text2"),)
    if end + runs_width(theme, behind) <= frame.rect.right() + theme.length(RIGHT):
        draw_runs(painter, theme, behind, QPointF(end, baseline))
        return
    if high:
        draw_runs(painter, theme, (Run(note, "small", "text1"),), QPointF(bar.rect.left() + theme.length(12), baseline))
