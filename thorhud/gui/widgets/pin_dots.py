"""How many digits of a PIN were typed, and never which."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from thorhud.domain.pin import DIGITS
from thorhud.gui.theme import theme_of

_APART, _RADIUS = 40.0, 10.0
"""Of the dots, at 1x."""


class PinDots(QWidget):
    """A full dot for each digit; empty ones up to the fewest that a PIN has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typed = 0
        self.display(0)

    def display(self, typed: int) -> None:
        """Show that so many digits were typed."""
        self._typed = typed
        self.setAccessibleName(f"{typed} {'digit' if typed == 1 else 'digits'} typed")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = max(self._typed, DIGITS[0])
        apart, radius = theme.length(_APART), theme.length(_RADIUS)
        left = self.width() / 2 - apart * (places - 1) / 2
        painter.setPen(QPen(theme.colour.text2, theme.length(theme.line["focus"])))
        for place in range(places):
            painter.setBrush(theme.colour.text1 if place < self._typed else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(left + apart * place, self.height() / 2), radius, radius)
