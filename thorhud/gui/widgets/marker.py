"""The shape that stands for a configuration, always beside its colour and its name."""

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from thorhud.domain.workshop import Marker

_CORNERS = {Marker.HEXAGON: 6, Marker.TRIANGLE: 3, Marker.DIAMOND: 4}
_STAR_WAIST = 0.45


def draw_marker(
    painter: QPainter, marker: Marker, rect: QRectF, colour: QColor, *, outline: float | None = None
) -> None:
    """Paint *marker* into the square *rect*; with *outline* as an empty shape of that line width."""
    path = marker_path(marker, rect.width()).translated(rect.topLeft())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if outline is None:
        painter.fillPath(path, colour)
        return
    painter.setPen(QPen(colour, outline, j=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


@lru_cache(maxsize=64)
def marker_path(marker: Marker, side: float) -> QPainterPath:
    """Return the outline of *marker* in a square of that side."""
    path = QPainterPath()
    middle = side / 2
    match marker:
        case Marker.CIRCLE:
            inset = 0.06 * side
            path.addEllipse(QRectF(inset, inset, side - 2 * inset, side - 2 * inset))
        case Marker.SQUARE:
            inset = 0.09 * side
            path.addRoundedRect(QRectF(inset, inset, side - 2 * inset, side - 2 * inset), 0.04 * side, 0.04 * side)
        case Marker.STAR:
            radii = [middle * 1.06, middle * 1.06 * _STAR_WAIST] * 5
            path.addPolygon(_ring(QPointF(middle, middle * 1.06), radii))
        case Marker.TRIANGLE:
            path.addPolygon(
                QPolygonF([QPointF(middle, 0.06 * side), QPointF(side, 0.92 * side), QPointF(0, 0.92 * side)])
            )
        case _:
            path.addPolygon(_ring(QPointF(middle, middle), [middle] * _CORNERS[marker]))
    path.closeSubpath()
    return path


def _ring(centre: QPointF, radii: list[float]) -> QPolygonF:
    """Return corners evenly around *centre*, the first at the top."""
    turn = 2 * math.pi / len(radii)
    return QPolygonF(
        [
            QPointF(centre.x() + radius * math.sin(step * turn), centre.y() - radius * math.cos(step * turn))
            for step, radius in enumerate(radii)
        ]
    )
