"""The one place that knows pyqtgraph: an area of values that zooms, and what a chart paints on it.

It is imported only when Compare is opened. Axes and marks are painted by the charts, so that they look the same as
the rest of the screen; pyqtgraph gives the view range, the zoom by wheel and drag, and its limits.
"""

from typing import Protocol

import pyqtgraph
from PySide6.QtCore import QRectF
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from thorhud.gui.widgets.chart_frame import Frame
from thorhud.gui.widgets.spots import Spot, SpotGuide


class Drawing(Protocol):
    """What a chart gives to its plot."""

    def paint_chart(self, painter: QPainter, frame: Frame) -> None:
        """Paint everything: grid, axes, marks and labels."""
        ...

    def spots(self, frame: Frame) -> list[Spot]:
        """Return the marks that tell more when they are pointed at, in the order of the arrow keys."""
        ...


class Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]
    """A zoomable area; a double click shows everything again."""

    def __init__(self, drawing: Drawing, parent: QWidget | None = None, *, zoom_y: bool) -> None:
        super().__init__(parent, background=None)
        self._drawing = drawing
        self._whole = ((0.0, 1.0), (0.0, 1.0))
        self._zoom_y = zoom_y
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        for axis in ("left", "bottom"):
            item.hideAxis(axis)
        item.getViewBox().setMouseEnabled(x=True, y=zoom_y)
        item.getViewBox().sigRangeChanged.connect(lambda *_: self.viewport().update())
        self.setMouseTracking(True)
        self.guide = SpotGuide(self.viewport(), lambda: drawing.spots(self.frame()), keys=self)
        self.setStyleSheet("background: transparent; border: none;")
        self.viewport().setAutoFillBackground(False)

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """Keep room around the plot area for axes and labels, in pixels."""
        self.getPlotItem().layout.setContentsMargins(left, top, right, bottom)

    def set_whole(self, x_range: tuple[float, float], y_range: tuple[float, float]) -> None:
        """Say which values there are; a zoom stays where it is unless they changed."""
        if (x_range, y_range) == self._whole:
            self.viewport().update()
            return
        self._whole = (x_range, y_range)
        box = self.getPlotItem().getViewBox()
        box.setLimits(
            xMin=x_range[0],
            xMax=x_range[1],
            yMin=y_range[0],
            yMax=y_range[1],
            minXRange=(x_range[1] - x_range[0]) / 50,
            minYRange=(y_range[1] - y_range[0]) / (50 if self._zoom_y else 1),
        )
        self.show_whole()

    def show_whole(self) -> None:
        """Leave any zoom."""
        x_range, y_range = self._whole
        self.getPlotItem().getViewBox().setRange(xRange=x_range, yRange=y_range, padding=0)
        self.viewport().update()

    def frame(self) -> Frame:
        """Return the plot area as it stands now."""
        box = self.getPlotItem().getViewBox()
        (x_low, x_high), (y_low, y_high) = box.viewRange()
        rect = QRectF(box.mapRectToScene(box.boundingRect()))
        return Frame(rect, (float(x_low), float(x_high)), (float(y_low), float(y_high)))

    def drawForeground(self, painter: QPainter, _rect: QRectF) -> None:
        painter.save()
        painter.resetTransform()
        self._drawing.paint_chart(painter, self.frame())
        painter.restore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # what moves no spot is a key of the page

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.show_whole()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.viewport().update()
