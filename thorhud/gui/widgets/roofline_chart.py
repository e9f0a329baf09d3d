"""How close each configuration comes to what the memory's bandwidth allows."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from thorhud.domain.comparison import Comparison
from thorhud.domain.roofline import ReadPerToken, limit_tokens_per_s
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.comparison_words import LimitPoint, axis_end, is_long, limit_points, one_decimal, ticks
from thorhud.gui.stage_words import NARROW
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.chart_frame import Frame
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.plotting import Plot
from thorhud.gui.widgets.point_labels import (
    Label,
    free_place,
    label_size,
    line_rects,
    mark_rect,
    mark_rects,
    paint_label,
    share_words,
)
from thorhud.gui.widgets.spots import Spot
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

_LEFT, _TOP, _RIGHT, _AXIS = 46, 8, 4, 76
_STEPS = 60


class RooflineChart(QWidget):
    """Dashed curve: bandwidth over bytes read. Filled marker: this unit. Hollow marker: published."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[LimitPoint, ...] = ()
        self._workshop: Workshop | None = None
        self._long = True
        self._assumptions: tuple[str, ...] = ()
        self._read: dict[str, ReadPerToken | None] = {}
        self._curve_name = QRectF()
        self._plot = Plot(self, self, zoom_y=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.setAccessibleName("How close to the memory limit")

    def display(self, comparison: Comparison | None, workshop: Workshop) -> None:
        """Show the points of *comparison* below the curve of *workshop*."""
        self._workshop, self._long = workshop, is_long(comparison)
        self._points = limit_points(comparison, workshop)
        self._assumptions = () if comparison is None else comparison.assumptions
        self._read = {} if comparison is None else {row.configuration_id: row.read for row in comparison.rows}
        self.setAccessibleDescription("; ".join(self.lines()))
        if self._points:
            reads = [point.read_gib for point in self._points]
            speeds = [one for point in self._points for one in (point.measured, point.published) if one is not None]
            low = max(0.0, float(int(min(reads) * 0.66)))
            self._plot.set_whole((low, max(reads) * 1.17), (0.0, axis_end(speeds, 1.0) / 1.1 * 1.8))
        else:
            self._plot.set_whole((0.0, 16.0), (0.0, 40.0))

    def answer_kind(self) -> str:
        """Return which answers the chart shows."""
        return "long answer" if self._long else "short answer"

    def lines(self) -> list[str]:
        """Return what the chart says, one line per configuration."""
        return [self._line(point) for point in self._points]

    def resizeEvent(self, event: QResizeEvent) -> None:
        theme = theme_of(self)
        self._plot.set_margins(theme.px(_LEFT), theme.px(_TOP), theme.px(_RIGHT), theme.px(_AXIS))
        super().resizeEvent(event)

    def spots(self, frame: Frame) -> list[Spot]:
        """Return the markers, each over both of its shapes, and the curve's name with what was assumed."""
        found = [
            Spot(rects[0].united(rects[-1]), self._words(point))
            for point in self._points
            if (rects := mark_rects(theme_of(self), frame, point))
        ]
        if self._assumptions and not self._curve_name.isEmpty():
            found.append(Spot(self._curve_name, "\n".join(("Bandwidth limit", *self._assumptions))))
        return found

    def paint_chart(self, painter: QPainter, frame: Frame) -> None:
        """Paint grid, curve, markers and labels."""
        theme = theme_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_axes(painter, theme, frame)
        taken = self._paint_curve(painter, theme, frame)
        marks = [rect for point in self._points for rect in mark_rects(theme, frame, point)]
        labels = self.labels(frame, [*taken, *marks])
        for label in labels:
            for line in line_rects(theme, self._name(label.point), label):
                painter.fillRect(line, theme.colour.surface1)
        painter.save()
        painter.setClipRect(frame.rect.adjusted(-1, -1, 1, 1))
        for point in self._points:
            self._paint_mark(painter, theme, frame, point)
        painter.restore()
        for label in labels:
            paint_label(painter, theme, self._name(label.point), label)

    def labels(self, frame: Frame, taken: list[QRectF]) -> list[Label]:
        """Place each point's label where it covers neither a marker nor another label."""
        theme = theme_of(self)
        placed: list[Label] = []
        for point in self._points:
            if not mark_rects(theme, frame, point):
                continue
            size = label_size(theme, self._name(point), point)
            blocked = [*taken, *(label.rect for label in placed)]
            rect = free_place(theme, frame, point, size, blocked)
            placed.append(Label(point, rect, centred=abs(rect.center().x() - frame.x(point.read_gib)) < 1))
        return placed

    def _configuration(self, point: LimitPoint) -> Configuration | None:
        return None if self._workshop is None else self._workshop.configuration(point.configuration_id)

    def _name(self, point: LimitPoint) -> str:
        configuration = self._configuration(point)
        return point.configuration_id if configuration is None else configuration.tile_name

    def _line(self, point: LimitPoint) -> str:
        share = "" if point.share is None else f", {share_words(point)}"
        return (
            f"{self._name(point)}: {one_decimal(point.measured)} tokens per second measured, "
            f"{one_decimal(point.published)} published, {point.read_gib:.2f}{NARROW}GiB for each token{share}"
        )

    def _words(self, point: LimitPoint) -> str:
        """Say everything about one marker: both speeds, the share and how the bytes were found."""
        configuration, read = self._configuration(point), self._read.get(point.configuration_id)
        name = point.configuration_id if configuration is None else configuration.name
        measured, published = (one_decimal(one) for one in (point.measured, point.published))
        lines = [
            f"{name}, {self.answer_kind()}",
            f"{measured} tok/s measured (filled), {published} published (hollow)",
            f"{point.read_gib:.2f}{NARROW}GiB read for each token",
            share_words(point),
        ]
        if read is not None:
            lines += [*(() if read.exact else ("The bytes are the workshop's figure.",)), *read.assumptions]
        return "\n".join(filter(None, lines))

    def _paint_curve(self, painter: QPainter, theme: Theme, frame: Frame) -> list[QRectF]:
        bandwidth = None if self._workshop is None else self._workshop.bandwidth_gb_per_s
        if not bandwidth:
            return []
        low, high = frame.x_range
        first = max(low, bandwidth / 1e4)
        path = QPainterPath()
        for step in range(_STEPS + 1):
            read = first + (high - first) * step / _STEPS
            at = QPointF(frame.x(read), frame.y(limit_tokens_per_s(read, bandwidth)))
            path.lineTo(at) if step else path.moveTo(at)
        painter.save()
        painter.setClipRect(frame.rect)
        pen = QPen(theme.colour.text1, theme.length(2.5))
        pen.setDashPattern([5, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.restore()
        self._curve_name = _paint_curve_name(painter, theme, frame, bandwidth)
        return [self._curve_name, *_along(theme, path)]

    def _paint_mark(self, painter: QPainter, theme: Theme, frame: Frame, point: LimitPoint) -> None:
        configuration = self._configuration(point)
        if configuration is None:
            return
        hollow, filled = mark_rect(theme, frame, point, published=True), mark_rect(theme, frame, point)
        if hollow is not None:
            width = theme.length(2.5)
            draw_marker(painter, configuration.marker, hollow, theme.colour.text1, outline=width)
        if filled is not None:
            draw_marker(painter, configuration.marker, filled, theme.configuration_colour(configuration))


def _along(theme: Theme, path: QPainterPath) -> list[QRectF]:
    """Return small squares along the curve, which labels must not cover."""
    side = theme.length(12)
    places = (path.pointAtPercent(step / _STEPS) for step in range(_STEPS + 1))
    return [QRectF(at.x() - side / 2, at.y() - side / 2, side, side) for at in places]


def _paint_curve_name(painter: QPainter, theme: Theme, frame: Frame, bandwidth: float) -> QRectF:
    run = (Run(f"Bandwidth limit, {bandwidth:g}{NARROW}GB/s", "small", "text2", figures=True),)
    width = runs_width(theme, run)
    metrics = QFontMetricsF(theme.font("small"))
    left = max(frame.rect.left(), frame.rect.right() - width - theme.length(40))
    low, high = frame.x_range
    read = low + (left - frame.rect.left()) / max(1.0, frame.rect.width()) * (high - low)
    curve = frame.y(limit_tokens_per_s(max(read, 0.01), bandwidth))
    baseline = max(frame.rect.top() + metrics.ascent(), curve - theme.length(14))
    draw_runs(painter, theme, run, QPointF(left, baseline))
    return QRectF(left, baseline - metrics.ascent(), width, metrics.height())


def _paint_axes(painter: QPainter, theme: Theme, frame: Frame) -> None:
    rect, hair = frame.rect, theme.px(1)
    metrics = QFontMetricsF(theme.font("small"))
    for value in ticks(frame.y_range[1]):
        if frame.y_range[0] <= value:
            y = round(frame.y(value))
            painter.fillRect(QRectF(rect.left(), y, rect.width(), hair), theme.colour.hairline)
            run = (Run(f"{value:g}", "small", "text2", figures=True),)
            x = rect.left() - runs_width(theme, run) - theme.length(10)
            draw_runs(painter, theme, run, QPointF(x, y + metrics.capHeight() / 2))
    for value in ticks(frame.x_range[1], 4):
        if frame.x_range[0] < value:
            run = (Run(f"{value:g}", "small", "text2", figures=True),)
            at = QPointF(
                frame.x(value) - runs_width(theme, run) / 2, rect.bottom() + theme.length(10) + metrics.ascent()
            )
            draw_runs(painter, theme, run, at)
    painter.fillRect(QRectF(rect.left(), rect.bottom(), rect.width(), hair), theme.colour.outline)
    painter.fillRect(QRectF(rect.left(), rect.top(), hair, rect.height()), theme.colour.outline)
    name = (Run("GiB read for each token", "small", "text2"),)
    at = QPointF(rect.right() - runs_width(theme, name), rect.bottom() + theme.length(42) + metrics.ascent())
    draw_runs(painter, theme, name, at)
