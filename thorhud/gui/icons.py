"""Phosphor icons in any colour, drawn once for each size and colour."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from thorhud.assets import asset


def icon_pixmap(name: str, colour: QColor, size_px: int, ratio: float = 1.0) -> QPixmap:
    """Return the icon *name* in *colour*, *size_px* logical pixels wide and high."""
    return _pixmap(name, colour.name(QColor.NameFormat.HexArgb), size_px, ratio)


def draw_icon(painter: QPainter, name: str, colour: QColor, rect: QRectF) -> None:
    """Paint the icon *name* into *rect*."""
    ratio = painter.device().devicePixelRatioF()
    pixmap = icon_pixmap(name, colour, round(rect.width()), ratio)
    painter.drawPixmap(rect.topLeft().toPoint(), pixmap)


def icon(name: str, colour: QColor, size_px: int) -> QIcon:
    """Return the icon for one of Qt's own buttons."""
    return QIcon(icon_pixmap(name, colour, size_px))


@lru_cache(maxsize=128)
def _pixmap(name: str, colour: str, size_px: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    drawing = asset(f"icons/{name}.svg").read_bytes()
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, size_px, size_px))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(QRectF(0, 0, size_px, size_px), QColor(colour))
    painter.end()
    return pixmap
