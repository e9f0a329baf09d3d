"""Text that a machine wrote, in the monospaced face: read, selected and copied, never typed into."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from thorhud.gui.theme import theme_of

_RESTYLE = {QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange}


class MonoText(QPlainTextEdit):
    """A read-only view in the text role ``role`` of the theme; Tab leaves it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "log")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)

    def event(self, event: QEvent) -> bool:
        if event.type() in _RESTYLE:
            font = theme_of(self).font(self.property("role"))
            if self.font() != font:
                self.setFont(font)
        return super().event(event)
