"""Text that wraps; whatever it shows is taken as plain text."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from thorhud.gui.theme import theme_of

_RESTYLE = {QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange}


class PlainText(QLabel):
    """A label in a text role and a tone of the theme.

    A Designer form sets both as dynamic properties: ``role`` (for example "note") and ``tone`` ("text2").
    """

    def __init__(
        self, parent: QWidget | None = None, *, role: str = "label", tone: str = "text1", text: str = ""
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        self.setText(text)

    def set_tone(self, tone: str) -> None:
        """Change the colour role."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self._restyle()

    def set_role(self, role: str) -> None:
        """Change the text role."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self._restyle()

    def event(self, event: QEvent) -> bool:
        if event.type() in _RESTYLE:
            self._restyle()
        return super().event(event)

    def _restyle(self) -> None:
        theme = theme_of(self)
        font = theme.font(self.property("role"))
        if self.font() != font:
            self.setFont(font)
        colour = theme.tone(self.property("tone"))
        palette = self.palette()
        if palette.color(QPalette.ColorRole.WindowText) != colour:
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(palette)
