"""One command to type or to copy, with a word on what it is for."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QWidget

from thorhud.gui.forms.ui_command_well import Ui_CommandWell
from thorhud.gui.unit_text import shown


class CommandWell(QFrame):
    """Shows a command as plain text; Copy takes it exactly as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_CommandWell()
        self._form.setupUi(self)
        self._command = ""
        self._form.copy_button.clicked.connect(self._copy)

    def display(self, title: str, meaning: str, command: str) -> None:
        """Show *command*; *title* is its name and *meaning* what it does."""
        self._command = command
        self._form.title_label.setText(title)
        self._form.meaning_label.setText(meaning)
        self._form.command_view.setPlainText(shown(command))
        self._form.command_view.setAccessibleName(f"{title} command")
        self._form.copy_button.setText("Copy")
        self._form.copy_button.setAccessibleName(f"Copy the {title} command")
        self._form.copy_button.setEnabled(bool(command))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._command)
        self._form.copy_button.setText("Copied")
