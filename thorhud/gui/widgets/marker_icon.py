"""The marker of one configuration, as large as a line of small text."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.domain.workshop import Configuration
from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.marker import draw_marker

_SIDE, _LINE = 18.0, 25.0


class MarkerIcon(QWidget):
    """Always beside a name in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._configuration: Configuration | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def display(self, configuration: Configuration | None) -> None:
        """Show its marker, or nothing."""
        self._configuration = configuration
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(_SIDE), theme.px(_LINE))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._configuration is None:
            return
        theme = theme_of(self)
        side = theme.length(_SIDE)
        rect = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        colour = theme.configuration_colour(self._configuration)
        draw_marker(QPainter(self), self._configuration.marker, rect, colour)
