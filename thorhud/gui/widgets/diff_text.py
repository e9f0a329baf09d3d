"""An answer as plain text in which the words that the other answer lacks are marked."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from thorhud.domain.answer_quality import DiffPiece
from thorhud.gui.theme import theme_of
from thorhud.gui.unit_text import shown

_RESTYLE = {QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange}


class DiffText(QPlainTextEdit):
    """Read, selected and copied; the marks are painted over the text and are no part of it.

    A marked word has another background and a line below it, so it does not depend on seeing the colour.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self._marked: list[tuple[int, int]] = []

    def display(self, pieces: Sequence[DiffPiece]) -> None:
        """Show *pieces* one behind the other."""
        texts = [shown(piece.text) for piece in pieces]
        if "".join(texts) != self.toPlainText():
            self.setPlainText("".join(texts))
        self._marked, at = [], 0
        for piece, text in zip(pieces, texts, strict=True):
            if not piece.same and text.strip():
                self._marked.append((at + len(text) - len(text.lstrip()), at + len(text.rstrip())))
            at += len(text)
        self._mark()

    def marked(self) -> list[str]:
        """Return the pieces of text that are marked."""
        return [self.toPlainText()[begin:end].strip() for begin, end in self._marked]

    def event(self, event: QEvent) -> bool:
        if event.type() in _RESTYLE:
            font = theme_of(self).font("plain")
            if self.font() != font:
                self.setFont(font)
            self._mark()
        return super().event(event)

    def _mark(self) -> None:
        theme = theme_of(self)
        look = QTextCharFormat()
        look.setBackground(theme.colour.amber_wash)
        look.setUnderlineColor(theme.colour.amber)
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        selections = []
        for begin, end in self._marked:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(begin)
            cursor.setPosition(min(end, self.document().characterCount() - 1), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor = cursor
            selection.format = look
            selections.append(selection)
        self.setExtraSelections(selections)
