"""A question and room for what somebody thinks of it; it is kept on the unit."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from thorhud.gui.forms.ui_note_card import Ui_NoteCard
from thorhud.gui.theme import theme_of
from thorhud.gui.unit_text import one_line, shown

_LONGEST = 4000


class NoteCard(QFrame):
    """``saved`` carries the text when it is to be kept; what is being typed is never overwritten."""

    saved = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_NoteCard()
        self._form.setupUi(self)
        self._kept = ""
        self._form.text.setPlaceholderText("Type a note. It stays on this unit.")
        self._form.text.setTabChangesFocus(True)
        self._form.text.textChanged.connect(self._show_state)
        self._form.text.installEventFilter(self)
        self._form.save_button.setText("Keep the note")
        self._form.save_button.clicked.connect(self.save)
        self._show_state()

    def ask(self, question: str) -> None:
        """Show the question; an empty one is not shown."""
        self._form.question_label.setText(one_line(question, 300))
        self._form.question_label.setVisible(bool(question))
        self._form.text.setAccessibleName(f"Note: {one_line(question, 300)}")

    def display(self, text: str, *, force: bool = False) -> None:
        """Show the kept note, unless somebody is changing it; *force* shows another subject's."""
        if not force and self.changed:
            return
        self._kept = shown(text, _LONGEST)
        if self._form.text.toPlainText() != self._kept:
            self._form.text.setPlainText(self._kept)
        self._show_state()

    @property
    def changed(self) -> bool:
        """Whether something stands there that is not kept."""
        return self._form.text.toPlainText() != self._kept

    def save(self) -> None:
        """Ask for the text to be kept, where it changed."""
        if self.changed:
            self._kept = self._form.text.toPlainText()[:_LONGEST]
            self._show_state()
            self.saved.emit(self._kept)

    def not_kept(self) -> None:
        """Say that the unit did not keep the text; it stands here and can be kept again."""
        self._kept = ""
        self._show_state()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            entered = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            if entered and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.save()
                return True
        if event.type() == QEvent.Type.FocusOut:
            self.save()
        if event.type() == QEvent.Type.Polish:
            self._form.text.setFont(theme_of(self).font("plain"))
        return super().eventFilter(watched, event)

    def _show_state(self) -> None:
        words = "Not kept yet" if self.changed else "Kept on this unit" if self._kept else ""
        self._form.state_label.setText(words)
        self._form.save_button.setEnabled(self.changed)
