"""Generation speed of each configuration: bars for medians, dots for runs, ticks for published figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.workshop import Configuration, Published, Workshop
from thorhud.gui.bar_words import NOT_COMPARABLE, bar_words, interval_words, mark_of
from thorhud.gui.comparison_words import (
    NO_PUBLISHED,
    axis_end,
    has_published_speed,
    nothing_measured,
    one_decimal,
    reason_words,
    speeds,
    ticks,
)
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.chart_frame import Frame
from thorhud.gui.widgets.chart_key import DOT, draw_dot, draw_whisker
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.plotting import Plot
from thorhud.gui.widgets.spots import Spot
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

_LABELS, _TOP, _RIGHT, _AXIS = 230, 4, 16, 44
_BAR, _BAR_GAP, _LANE = 21.0, 6.0, 6.5
_TWO_LINES, _ROOM_FOR_WORDS = 60.0, 18.0
"""A row lower than the one has only one line of names; a bar lower than the other no words in it."""
_ROOM_FOR_VALUE = 1.27
"""The axis ends so far beyond the largest value that its label fits."""


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


class ComparisonChart(QWidget):
    """The configurations in the workshop's order; the wheel zooms the speeds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison | None = None
        self._workshop: Workshop | None = None
        self._plot = Plot(self, self, zoom_y=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.setAccessibleName("Generation speed")

    def display(self, comparison: Comparison, workshop: Workshop) -> None:
        """Show *comparison* beside the published figures of *workshop*."""
        self._comparison, self._workshop = comparison, workshop
        end = axis_end(speeds(comparison, workshop), 10.0) / 1.1 * _ROOM_FOR_VALUE
        self._plot.set_whole((0.0, end), (0.0, float(max(1, len(comparison.rows)))))
        self.setAccessibleDescription("; ".join(self.lines()))

    def lines(self) -> list[str]:
        """Return what the chart says, one line per configuration."""
        return [_line(row, configuration) for row, configuration in self._rows()]

    def kinds(self) -> tuple[bool, bool]:
        """Return whether any short and any long answer is drawn."""
        if self._comparison is None:
            return (True, True)
        rows = self._comparison.rows
        return any(_has(row.short) for row in rows), any(_has(row.long) for row in rows)

    def bars(self, frame: Frame | None = None) -> list[Bar]:
        """Return the bars with their place in pixels."""
        frame = frame or self._plot.frame()
        return [
            bar for index, (row, each) in enumerate(self._rows()) for bar in self._row_bars(index, row, each, frame)
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        theme = theme_of(self)
        self._plot.set_margins(theme.px(_LABELS), theme.px(_TOP), theme.px(_RIGHT), theme.px(_AXIS))
        super().resizeEvent(event)

    def spots(self, frame: Frame) -> list[Spot]:
        """Return every bar that was measured, over the width of its row, with what it is made of."""
        return [self._spot(bar, frame) for bar in self.bars(frame) if _has(bar.cell)]

    def paint_chart(self, painter: QPainter, frame: Frame) -> None:
        """Paint grid, rows and axis."""
        theme = theme_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_grid(painter, theme, frame)
        for index, (row, configuration) in enumerate(self._rows()):
            self._paint_name(painter, theme, frame, index)
            if nothing_measured(row):
                _paint_reason(painter, theme, frame, self._middle(index, frame), reason_words(row))
            else:
                self._paint_row(painter, theme, frame, self._row_bars(index, row, configuration, frame))

    def has_intervals(self) -> bool:
        """Tell whether any whisker is drawn."""
        rows = () if self._comparison is None else self._comparison.rows
        return any(cell.interval is not None for row in rows for cell in (row.short, row.long))

    def _spot(self, bar: Bar, frame: Frame) -> Spot:
        reach = QRectF(bar.rect.left(), bar.rect.top() - 3, max(bar.rect.width(), 0.35 * frame.rect.width()), 0)
        reach.setHeight(bar.rect.height() + 6)
        if self._comparison is None:
            return Spot(reach, "")
        return Spot(reach, bar_words(bar.configuration, bar.which, bar.cell, bar.published, self._comparison))

    def _rows(self) -> Iterator[tuple[ComparisonRow, Configuration]]:
        if self._comparison is None or self._workshop is None:
            return
        for row in self._comparison.rows:
            configuration = self._workshop.configuration(row.configuration_id)
            if configuration is not None:
                yield row, configuration

    def _row_height(self, frame: Frame) -> float:
        return frame.rect.height() / max(1, len(list(self._rows())))

    def _middle(self, index: int, frame: Frame) -> float:
        return frame.rect.top() + (index + 0.5) * self._row_height(frame)

    def _row_bars(self, index: int, row: ComparisonRow, configuration: Configuration, frame: Frame) -> list[Bar]:
        theme = theme_of(self)
        short, long = self.kinds()
        figures = configuration.published
        cells = [("short", row.short, figures.short_tokens_per_s)] if short or not long else []
        cells += [("long", row.long, figures.long_tokens_per_s)] if long else []
        height = min(theme.length(_BAR), self._row_height(frame) * 0.3)
        gap = theme.length(_BAR_GAP)
        top = self._middle(index, frame) - (height * len(cells) + gap * (len(cells) - 1)) / 2
        bars = []
        for number, (which, cell, published) in enumerate(cells):
            end = frame.x(cell.median_tokens_per_s or 0.0)
            rect = QRectF(frame.x(0.0), top + number * (height + gap), max(0.0, end - frame.x(0.0)), height)
            bars.append(Bar(row, configuration, which, cell, published, rect))
        return bars

    def _paint_name(self, painter: QPainter, theme: Theme, frame: Frame, index: int) -> None:
        row, configuration = list(self._rows())[index]
        empty = nothing_measured(row)
        middle = self._middle(index, frame)
        side = theme.length(26)
        marker = QRectF(0, middle - side / 2, side, side)
        colour = theme.colour.text3 if empty else theme.configuration_colour(configuration)
        outline = theme.length(2) if empty else None
        draw_marker(painter, configuration.marker, marker, colour, outline=outline)
        left, room = theme.length(40), frame.rect.left() - theme.length(44)
        title, family = _two_names(configuration)
        name = Run(title, "strong", "text3" if empty else "text1")
        below = Run(family, "small", "text3" if empty else "text2")
        if self._row_height(frame) < theme.length(_TWO_LINES):
            baseline = middle + QFontMetricsF(theme.font("strong")).capHeight() / 2
            draw_runs(painter, theme, (name,), QPointF(left, baseline), room=room)
        else:
            draw_runs(painter, theme, (name,), QPointF(left, middle - theme.length(2)), room=room)
            draw_runs(painter, theme, (below,), QPointF(left, middle + theme.length(24)), room=room)
        if index:
            y = round(middle - self._row_height(frame) / 2)
            painter.fillRect(QRectF(0, y, frame.rect.left() - theme.length(6), theme.px(1)), theme.colour.hairline)

    def _paint_row(self, painter: QPainter, theme: Theme, frame: Frame, bars: list[Bar]) -> None:
        compared = has_published_speed(bars[0].configuration)
        marks = ["" if self._comparison is None else mark_of(bar.cell, self._comparison) for bar in bars]
        for index, bar in enumerate(bars):
            painter.save()
            painter.setClipRect(frame.rect.adjusted(-1, -8, 1, 8))
            _paint_bar(painter, theme, bar)
            _paint_tick(painter, theme, frame, bar)
            _paint_dots(painter, theme, frame, bar)
            painter.restore()
            last = index == len(bars) - 1
            mark = marks[index] if last or marks[index] != marks[-1] else ""
            _paint_value(painter, theme, frame, bar, mark=mark, note="" if compared or not last else NO_PUBLISHED)


def _has(cell: ComparisonCell) -> bool:
    return bool(cell.dots) or cell.median_tokens_per_s is not None


def _two_names(configuration: Configuration) -> tuple[str, str]:
    short = configuration.short_name.removeprefix(configuration.family).lstrip(" -")
    return short or configuration.short_name, configuration.family


def _line(row: ComparisonRow, configuration: Configuration) -> str:
    if nothing_measured(row):
        return f"{configuration.name}: {reason_words(row)}"
    figures = configuration.published
    parts = []
    for which, cell, published in (
        ("short", row.short, figures.short_tokens_per_s),
        ("long", row.long, figures.long_tokens_per_s),
    ):
        if _has(cell):
            beside = NO_PUBLISHED if published.value is None else f"published {published.value:.1f}"
            between = interval_words(cell.interval)
            sure = f" ({between})" if between else ""
            parts.append(f"{which} {one_decimal(cell.median_tokens_per_s)} tokens per second{sure}, {beside}")
            parts += [NOT_COMPARABLE] if cell.not_comparable else []
    return f"{configuration.name}: {', '.join(parts)}"


def _paint_grid(painter: QPainter, theme: Theme, frame: Frame) -> None:
    low, high = frame.x_range
    rect = frame.rect
    metrics = QFontMetricsF(theme.font("small"))
    for value in ticks(high):
        if value < low or value > high:
            continue
        x = round(frame.x(value))
        if value > 0:
            painter.fillRect(QRectF(x, rect.top(), theme.px(1), rect.height()), theme.colour.hairline)
            run = (Run(f"{value:g}", "small", "text2", figures=True),)
            at = QPointF(x - runs_width(theme, run) / 2, rect.bottom() + theme.length(14) + metrics.ascent())
            draw_runs(painter, theme, run, at)
    painter.fillRect(QRectF(rect.left(), rect.bottom(), rect.width(), theme.px(1)), theme.colour.outline)


def _paint_reason(painter: QPainter, theme: Theme, frame: Frame, middle: float, words: str) -> None:
    baseline = middle + QFontMetricsF(theme.font("small")).capHeight() / 2
    left = frame.rect.left() + theme.length(12)
    room = frame.rect.right() - left
    draw_runs(painter, theme, (Run(words, "small", "text2"),), QPointF(left, baseline), room=room)


def _paint_bar(painter: QPainter, theme: Theme, bar: Bar) -> None:
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


def _paint_tick(painter: QPainter, theme: Theme, frame: Frame, bar: Bar) -> None:
    if bar.published.value is None:
        return
    width, beyond = theme.length(3), theme.length(6)
    rect = QRectF(frame.x(bar.published.value) - width / 2, bar.rect.top(), width, bar.rect.height())
    painter.fillRect(rect.adjusted(0, -beyond, 0, beyond), theme.colour.text1)


def _paint_dots(painter: QPainter, theme: Theme, frame: Frame, bar: Bar) -> None:
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


def _paint_value(painter: QPainter, theme: Theme, frame: Frame, bar: Bar, *, mark: str, note: str) -> None:
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
    if end + runs_width(theme, behind) <= frame.rect.right() + theme.length(_RIGHT):
        draw_runs(painter, theme, behind, QPointF(end, baseline))
        return
    if high:
        draw_runs(painter, theme, (Run(note, "small", "text1"),), QPointF(bar.rect.left() + theme.length(12), baseline))
