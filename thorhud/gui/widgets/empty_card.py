"""A page without data: what is missing, what to do, and the button that does it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from thorhud.gui.forms.ui_empty_card import Ui_EmptyCard
from thorhud.gui.unit_text import one_line


class EmptyCard(QFrame):
    """Never a blank area."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_EmptyCard()
        self._form.setupUi(self)
        self._form.button.clicked.connect(self.pressed)

    def display(self, title: str, text: str, action: str = "") -> None:
        """Show *title* and *text*; without an *action* there is nothing to press."""
        self._form.title_label.setText(one_line(title, 120))
        self._form.text_label.setText(one_line(text, 600))
        self._form.button.setText(action)
        self._form.button.setVisible(bool(action))

    def text(self) -> str:
        """Return what the card says."""
        return f"{self._form.title_label.text()}. {self._form.text_label.text()}"
