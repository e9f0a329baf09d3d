"""An icon beside a word: it supports the word and never replaces it."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from thorhud.gui.icons import draw_icon
from thorhud.gui.theme import theme_of


class StatusIcon(QWidget):
    """A Phosphor icon in a tone of the theme, as large as the widget is high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._tone = "text2"

    def display(self, name: str, tone: str) -> None:
        """Show the icon *name* in *tone*; an empty name shows nothing."""
        if (name, tone) != (self._name, self._tone):
            self._name, self._tone = name, tone
            self.update()

    def sizeHint(self) -> QSize:
        side = theme_of(self).px(28)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._name:
            return
        painter = QPainter(self)
        side = min(self.width(), self.height())
        left, top = (self.width() - side) / 2, (self.height() - side) / 2
        draw_icon(painter, self._name, theme_of(self).tone(self._tone), QRectF(left, top, side, side))
