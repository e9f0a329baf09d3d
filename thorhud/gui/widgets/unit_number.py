"""The number of the unit: the largest thing on the kiosk, always in the same place."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.theme import Theme, theme_of

_CAP_HEIGHT = 0.727
_OVERSHOOT = 0.015
"""Round digits reach this far above and below the flat ones, in em."""


class UnitNumber(QWidget):
    """Two digits at full size; a longer number is drawn smaller, so that it keeps its width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text: str | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def display(self, number: int | None) -> None:
        """Show *number* with at least two digits; nothing where the unit has none."""
        text = "" if number is None else f"{number:02}"
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(f"Unit {number}" if text else "")
        self.setVisible(bool(text))
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        height = theme.font("unit_number").pixelSize() * (_CAP_HEIGHT + 2 * _OVERSHOOT)
        return QSize(theme.px(520), round(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._text:
            return
        theme = theme_of(self)
        font = self._fitting(theme, self._text)
        metrics = QFontMetricsF(font)
        painter = QPainter(self)
        painter.setPen(theme.colour.text1)
        painter.setFont(font)
        baseline = self.height() - _OVERSHOOT * theme.font("unit_number").pixelSize()
        painter.drawText(QPointF(-metrics.leftBearing(self._text[0]), baseline), self._text)

    def _fitting(self, theme: Theme, text: str) -> QFont:
        font = QFont(theme.font("unit_number"))
        width = QFontMetricsF(font).horizontalAdvance(text)
        if width > self.width() > 0:
            font.setPixelSize(max(1, int(font.pixelSize() * self.width() / width)))
        return font
