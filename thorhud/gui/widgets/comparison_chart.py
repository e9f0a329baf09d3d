"""Generation speed of each configuration: bars for medians, dots for runs, ticks for published figures."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.workshop import Configuration, Workshop
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
from thorhud.gui.widgets.comparison_bars import RIGHT, Bar, paint_bar, paint_dots, paint_tick, paint_value
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.plotting import Plot
from thorhud.gui.widgets.spots import Spot
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

_LABELS, _TOP, _AXIS = 230, 4, 44
_BAR, _BAR_GAP = 21.0, 6.0
_TWO_LINES = 60.0
"""A lower row has only one line of names."""
_ROOM_FOR_VALUE = 1.27
"""The axis ends so far beyond the largest value that its label fits."""


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
        self._plot.set_margins(theme.px(_LABELS), theme.px(_TOP), theme.px(RIGHT), theme.px(_AXIS))
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
            paint_bar(painter, theme, bar)
            paint_tick(painter, theme, frame, bar)
            paint_dots(painter, theme, frame, bar)
            painter.restore()
            last = index == len(bars) - 1
            mark = marks[index] if last or marks[index] != marks[-1] else ""
            paint_value(painter, theme, frame, bar, mark=mark, note="" if compared or not last else NO_PUBLISHED)


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
