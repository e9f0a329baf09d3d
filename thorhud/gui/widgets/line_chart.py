"""Lines of values over something that was turned up: users at once, or the length of an answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite, log2

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.domain.workshop import Configuration
from thorhud.gui.comparison_words import ticks
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.chart_frame import Frame
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.spots import Spot, SpotGuide
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

_LEFT, _TOP, _RIGHT, _AXIS = 62.0, 14.0, 128.0, 72.0
_MARKER, _LINE = 16.0, 3.0
_NO_X = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """One value and what is told about it."""

    x: float
    y: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The values of one configuration."""

    configuration: Configuration
    points: tuple[Point, ...]
    upper: tuple[Point, ...] = ()
    """Higher values of some of the points, drawn hollow above them: the slowest of many, not their middle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineData:
    """Everything a chart of lines draws."""

    name: str
    """What a screen reader calls it."""
    x_name: str
    lines: tuple[Line, ...] = ()
    x_values: tuple[float, ...] = ()
    """Values that have their place on the axis even where no point stands."""
    doubling: bool = False
    """Each step to the right is twice as much; the values of the points are the ticks."""
    mark_x: float | None = None
    mark_words: str = ""
    """A dashed line across the chart and what it stands for."""
    notes: dict[str, str] = field(default_factory=dict)
    """By configuration id, what stands behind its name."""


class LineChart(QWidget):
    """Zero is at the bottom; names stand at the ends of the lines, so no key is needed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = LineData(name="", x_name="")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self.guide = SpotGuide(self, self.spots)

    def display(self, data: LineData) -> None:
        """Show *data*."""
        if data == self._data:
            return
        self._data = data
        self.setAccessibleName(data.name)
        self.setAccessibleDescription("; ".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """Return what the chart says, one line per configuration, then the mark."""
        said = [
            f"{line.configuration.name}: " + ", ".join(f"{one.y:.4g} at {one.x:g}" for one in line.points)
            for line in self._data.lines
        ]
        return [*said, *filter(None, [self._data.mark_words])]

    def frame(self) -> Frame:
        """Return the plot area as it stands now."""
        theme, data = theme_of(self), self._data
        area = QRectF(self.rect()).adjusted(
            theme.length(_LEFT), theme.length(_TOP), -theme.length(_RIGHT), -theme.length(_AXIS)
        )
        xs = [self._scaled(one) for one in self._all_x()]
        ys = [one.y for line in data.lines for one in (*line.points, *line.upper) if isfinite(one.y)]
        low, high = (min(xs), max(xs)) if xs else _NO_X
        if not data.doubling:
            low = 0.0
        if high <= low:
            high = low + 1.0
        top = 1.12 * max(ys, default=1.0)
        return Frame(area, (low, high), (0.0, top if top > 0 else 1.0))

    def spots(self) -> list[Spot]:
        """Return the points, line by line."""
        frame, reach = self.frame(), theme_of(self).length(16)
        return [
            Spot(
                QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach), f"{line.configuration.name}\n{one.words}"
            )
            for line in self._data.lines
            for one, at in zip(line.points, self._places(line, frame), strict=True)
        ]

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, frame = theme_of(self), self.frame()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, theme, frame)
        self._paint_line_marks(painter, theme, frame)
        for line in self._data.lines:
            self._paint_line(painter, theme, frame, line)
        for line, y in self._label_rows(theme, frame):
            self._paint_name(painter, theme, frame, line, y)

    def _scaled(self, x: float) -> float:
        return log2(max(x, 1e-9)) if self._data.doubling else x

    def _places(self, line: Line, frame: Frame) -> list[QPointF]:
        return [QPointF(frame.x(self._scaled(one.x)), frame.y(one.y)) for one in line.points]

    def _all_x(self) -> list[float]:
        return sorted({*self._data.x_values, *(one.x for line in self._data.lines for one in line.points)})

    def _x_ticks(self, frame: Frame) -> tuple[float, ...]:
        if self._data.doubling:
            return tuple(self._all_x())
        return ticks(frame.x_range[1], 5)

    def _paint_axes(self, painter: QPainter, theme: Theme, frame: Frame) -> None:
        rect, hair, metrics = frame.rect, theme.px(1), QFontMetricsF(theme.font("small"))
        for value in ticks(frame.y_range[1], 5):
            y = round(frame.y(value))
            painter.fillRect(QRectF(rect.left(), y, rect.width(), hair), theme.colour.hairline)
            run = (Run(f"{value:g}", "small", "text2", figures=True),)
            x = rect.left() - runs_width(theme, run) - theme.length(10)
            draw_runs(painter, theme, run, QPointF(x, y + metrics.capHeight() / 2))
        below = rect.bottom() + theme.length(10) + metrics.ascent()
        for value in self._x_ticks(frame):
            run = (Run(f"{value:g}", "small", "text2", figures=True),)
            at = frame.x(self._scaled(value)) - runs_width(theme, run) / 2
            draw_runs(painter, theme, run, QPointF(at, below))
        painter.fillRect(QRectF(rect.left(), rect.bottom(), rect.width(), hair), theme.colour.outline)
        name = (Run(self._data.x_name, "small", "text2"),)
        at = rect.right() - runs_width(theme, name)
        draw_runs(painter, theme, name, QPointF(max(0.0, at), below + theme.length(32)))

    def _paint_line_marks(self, painter: QPainter, theme: Theme, frame: Frame) -> None:
        data = self._data
        if data.mark_x is None or not frame.x_range[0] <= self._scaled(data.mark_x) <= frame.x_range[1]:
            return
        x = frame.x(self._scaled(data.mark_x))
        pen = QPen(theme.colour.text1, theme.length(2))
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(x, frame.rect.top()), QPointF(x, frame.rect.bottom()))
        run = (Run(data.mark_words, "small_medium", "text1", figures=True),)
        width, gap = runs_width(theme, run), theme.length(10)
        left = x + gap if x + gap + width <= self.width() else max(0.0, x - gap - width)
        baseline = frame.rect.bottom() - theme.length(14)
        ascent = QFontMetricsF(theme.font("small_medium")).ascent()
        halo = QRectF(left - 4, baseline - ascent, width + 8, ascent + theme.length(6))
        painter.fillRect(halo, theme.colour.surface1)
        draw_runs(painter, theme, run, QPointF(left, baseline))

    def _paint_line(self, painter: QPainter, theme: Theme, frame: Frame, line: Line) -> None:
        colour, places = theme.configuration_colour(line.configuration), self._places(line, frame)
        painter.setPen(QPen(colour, theme.length(_LINE), j=Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        side = theme.length(_MARKER)
        for one in line.upper:
            at = QPointF(frame.x(self._scaled(one.x)), frame.y(one.y))
            rect = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
            draw_marker(painter, line.configuration.marker, rect, theme.colour.surface1)
            draw_marker(painter, line.configuration.marker, rect, colour, outline=theme.length(2))
        for at in places:
            rect = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
            halo = rect.adjusted(-2, -2, 2, 2)
            draw_marker(painter, line.configuration.marker, halo, theme.colour.surface1)
            draw_marker(painter, line.configuration.marker, rect, colour)

    def _label_rows(self, theme: Theme, frame: Frame) -> Iterator[tuple[Line, float]]:
        """Yield where each name stands: at the end of its line, moved apart where two lines end together."""
        step = theme.length(26)
        ends = [(self._places(line, frame)[-1].y(), line) for line in self._data.lines if line.points]
        rows: list[float] = []
        for y, _ in sorted(ends, key=lambda each: each[0]):
            rows.append(max(y, rows[-1] + step) if rows else y)
        too_low = max(0.0, rows[-1] - frame.rect.bottom() + step / 2) if rows else 0.0
        for index in range(len(rows) - 1, -1, -1):
            limit = rows[index + 1] - step if index + 1 < len(rows) else rows[index] - too_low
            rows[index] = min(rows[index], limit)
        lines = (line for _, line in sorted(ends, key=lambda each: each[0]))
        yield from zip(lines, rows, strict=True)

    def _paint_name(self, painter: QPainter, theme: Theme, frame: Frame, line: Line, y: float) -> None:
        end = self._places(line, frame)[-1].x() + theme.length(16)
        note = self._data.notes.get(line.configuration.id, "")
        runs = (Run(line.configuration.tile_name, "small_strong"), Run(f" {note}" if note else "", "small", "text2"))
        baseline = y + QFontMetricsF(theme.font("small")).capHeight() / 2
        draw_runs(painter, theme, runs, QPointF(end, baseline), room=self.width() - end)
