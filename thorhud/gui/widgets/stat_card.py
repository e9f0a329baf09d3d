"""One hardware value: what it is now, against what, and its last minute."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.hardware import Stat, spoken
from thorhud.gui.icons import draw_icon
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.text_line import Run, draw_runs

POINTS = 60


class StatCard(QWidget):
    """Shows one `Stat`, the trace painted at a fixed scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stat: Stat | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(self, stat: Stat) -> None:
        """Show *stat*; a value that was not measured is a dash, never a zero."""
        if stat == self._stat:
            return
        self._stat = stat
        self.setAccessibleName(spoken(stat))
        self.setToolTip(stat.reason)
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(198), theme.px(152))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        stat = self._stat
        alarm = stat is not None and stat.alarm
        draw_frame(
            painter,
            QRectF(self.rect()),
            theme.length(theme.radius["cell"]),
            fill=theme.colour.surface1,
            border=theme.colour.amber if alarm else None,
            width=theme.length(2),
        )
        if stat is None:
            return
        self._paint_words(painter, theme, stat)
        line = QRectF(theme.length(16), theme.length(119), self.width() - theme.length(32), theme.length(20))
        if stat.has_bar:
            self._paint_bar(painter, theme, stat, line)
        else:
            self._paint_trace(painter, theme, stat, line)

    def _paint_words(self, painter: QPainter, theme: Theme, stat: Stat) -> None:
        length = theme.length
        left, room = length(16), self.width() - length(28)
        draw_runs(painter, theme, (Run(stat.label, "label", "text2"),), QPointF(left, length(32)), room=room)
        if stat.alarm:
            side = length(24)
            spot = QRectF(self.width() - length(16) - side, length(12), side, side)
            draw_icon(painter, "warning-fill", theme.colour.amber, spot)
        dull = stat.stale or not stat.unit
        value = (
            Run(stat.value, "value", "text3" if dull else "text1", figures=True),
            Run(f" {stat.unit}", "plain", "text2"),
        )
        draw_runs(painter, theme, value, QPointF(left, length(78)), room=room)
        context = (Run(stat.context, "small", "text2"),)
        draw_runs(painter, theme, context, QPointF(left, length(107)), room=room)

    def _paint_bar(self, painter: QPainter, theme: Theme, stat: Stat, line: QRectF) -> None:
        bar = QRectF(line.left(), theme.length(128), line.width(), theme.length(8))
        radius = theme.length(4)
        draw_frame(painter, bar, radius, fill=theme.colour.track)
        if stat.share is not None and stat.share > 0:
            bar.setWidth(max(2 * radius, bar.width() * min(1.0, stat.share)))
            draw_frame(painter, bar, radius, fill=theme.colour.text3 if stat.stale else theme.colour.text1)

    def _paint_trace(self, painter: QPainter, theme: Theme, stat: Stat, line: QRectF) -> None:
        points = trace_points(stat.trace, line)
        if not points:
            return
        colour = theme.colour.text3 if stat.stale else theme.colour.text2
        for piece in points:
            _shade(painter, piece, line.bottom() + theme.length(4), theme.colour.surface2)
        painter.setPen(QPen(colour, theme.length(2)))
        for piece in points:
            painter.drawPolyline(piece)
        newest = points[-1][-1]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(newest, theme.length(4), theme.length(4))


def trace_points(trace: tuple[float | None, ...], line: QRectF) -> list[list[QPointF]]:
    """Return the polylines of a trace: the newest point at the right end, a gap where nothing was measured."""
    step = line.width() / (POINTS - 1)
    pieces: list[list[QPointF]] = [[]]
    newest = trace[-POINTS:]
    for index, height in enumerate(newest):
        if height is None:
            if pieces[-1]:
                pieces.append([])
            continue
        x = line.right() - (len(newest) - 1 - index) * step
        pieces[-1].append(QPointF(x, line.bottom() - min(1.0, max(0.0, height)) * line.height()))
    return [piece for piece in pieces if piece]


def _shade(painter: QPainter, points: list[QPointF], floor: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon([*points, QPointF(points[-1].x(), floor), QPointF(points[0].x(), floor)])
