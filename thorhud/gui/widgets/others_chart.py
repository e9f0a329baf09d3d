"""The shape that others measured, measured here: own bars, and numbered hollow marks for what others published."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.comparison_words import axis_end, one_decimal
from thorhud.gui.others_words import ASK_FOR_IT, OthersRow
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.chart_key import draw_dot, draw_whisker
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.spots import Spot, SpotGuide
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

_LABEL, _VALUE, _BAR, _MARKER, _RING, _ROW = 330.0, 110.0, 24.0, 24.0, 15.0, 84.0


class OthersChart(QWidget):
    """Zero is at the left; a ring is never part of a bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[OthersRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Speed with 2048 prompt and 128 output tokens")
        self.guide = SpotGuide(self, self.spots)

    def display(self, rows: tuple[OthersRow, ...]) -> None:
        """Show *rows*."""
        self._rows = rows
        self.setAccessibleDescription("; ".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """Return what the chart says, one line per configuration."""
        return [f"{row.configuration.name}: {_in_words(row)}" for row in self._rows]

    def spots(self) -> list[Spot]:
        """Return the rows with their words."""
        height = self._row_height(theme_of(self))
        return [
            Spot(QRectF(0, index * height, self.width(), height), row.words) for index, row in enumerate(self._rows)
        ]

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(700), theme.px(_ROW * max(2, len(self._rows))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._row_height(theme)
        for index, row in enumerate(self._rows):
            self._paint_row(painter, theme, row, (index + 0.5) * height)

    def _row_height(self, theme: Theme) -> float:
        return min(theme.length(_ROW), self.height() / max(1, len(self._rows)))

    def _x(self, theme: Theme, value: float) -> float:
        speeds = [figure.tokens_per_s for row in self._rows for _, figure in row.others]
        speeds += [row.cell.median_tokens_per_s or 0.0 for row in self._rows if row.cell is not None]
        left = theme.length(_LABEL)
        return left + (self.width() - left - theme.length(_VALUE)) * value / axis_end(speeds, 10.0)

    def _paint_row(self, painter: QPainter, theme: Theme, row: OthersRow, middle: float) -> None:
        side = theme.length(_MARKER)
        marker = QRectF(0, middle - side / 2, side, side)
        colour = theme.configuration_colour(row.configuration)
        draw_marker(painter, row.configuration.marker, marker, colour)
        cap = QFontMetricsF(theme.font("small")).capHeight() / 2
        name, room = Run(row.configuration.name, "strong"), theme.length(_LABEL - 48)
        draw_runs(painter, theme, (name,), QPointF(side + theme.length(14), middle + cap), room=room)
        end = self._paint_bar(painter, theme, row, middle)
        if row.cell is None:
            words = (Run(ASK_FOR_IT, "small", "text3"),)
            draw_runs(painter, theme, words, QPointF(self._x(theme, 0) + theme.length(8), middle + theme.length(36)))
        else:
            value = (Run(one_decimal(row.cell.median_tokens_per_s), "label_strong", figures=True),)
            draw_runs(painter, theme, value, QPointF(end + theme.length(14), middle + cap))
        for number, figure in row.others:
            _paint_ring(painter, theme, QPointF(self._x(theme, figure.tokens_per_s), middle), number)

    def _paint_bar(self, painter: QPainter, theme: Theme, row: OthersRow, middle: float) -> float:
        """Paint what was measured here and return where it ends."""
        left, height = self._x(theme, 0), theme.length(_BAR)
        whole = QRectF(left, middle - theme.length(1), self._x(theme, axis_end([], 0.0)) - left, theme.length(2))
        whole.setRight(self.width() - theme.length(_VALUE))
        painter.fillRect(whole, theme.colour.track)
        if row.cell is None or row.cell.median_tokens_per_s is None:
            return left
        right = self._x(theme, row.cell.median_tokens_per_s)
        painter.fillRect(
            QRectF(left, middle - height / 2, right - left, height), theme.configuration_colour(row.configuration)
        )
        interval = row.cell.interval
        if interval is not None:
            draw_whisker(painter, theme, middle, self._x(theme, interval.low), self._x(theme, interval.high))
            right = max(right, self._x(theme, interval.high))
        for dot in row.cell.dots:
            draw_dot(painter, theme, QPointF(self._x(theme, dot.tokens_per_s), middle), counts=dot.marked is None)
        return right


def _paint_ring(painter: QPainter, theme: Theme, centre: QPointF, number: int) -> None:
    radius = theme.length(_RING)
    painter.setPen(QPen(theme.colour.text1, theme.length(2)))
    painter.setBrush(theme.colour.surface1)
    painter.drawEllipse(centre, radius, radius)
    run = (Run(str(number), "small_strong", figures=True),)
    cap = QFontMetricsF(theme.font("small_strong")).capHeight()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw_runs(painter, theme, run, centre + QPointF(-runs_width(theme, run) / 2, cap / 2))


def _in_words(row: OthersRow) -> str:
    own = ASK_FOR_IT if row.cell is None else f"{one_decimal(row.cell.median_tokens_per_s)} tokens per second here"
    others = [f"others {one_decimal(figure.tokens_per_s)} (number {number})" for number, figure in row.others]
    return ", ".join([own, *others])
