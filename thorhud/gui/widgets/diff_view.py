"""The change of a file as a unified diff: plain text, each line marked by its sign and by its colour."""

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QWidget

from thorhud.gui.theme import theme_of
from thorhud.gui.unit_text import shown
from thorhud.gui.widgets.mono_text import MonoText

MOST_CHARACTERS = 20_000


class DiffView(MonoText):
    """Shows a diff; nothing of it is obeyed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = _Signs(self.document(), self)
        self.setAccessibleName("What changes in the file")

    def display(self, diff: str) -> None:
        """Show *diff*."""
        self.setPlainText("\n".join(shown(line, 400) for line in diff[:MOST_CHARACTERS].splitlines()))


class _Signs(QSyntaxHighlighter):
    """Colours a line by the sign it begins with."""

    def __init__(self, document: QTextDocument, view: QWidget) -> None:
        super().__init__(document)
        self._view = view

    def highlightBlock(self, text: str) -> None:
        form = QTextCharFormat()
        form.setForeground(theme_of(self._view).tone(tone_of(text)))
        self.setFormat(0, len(text), form)


def tone_of(line: str) -> str:
    """Return the colour role of a line of a diff."""
    if line.startswith(("+++", "---", "@@")):
        return "text3"
    return {"+": "green_text", "-": "red"}.get(line[:1], "text2")
