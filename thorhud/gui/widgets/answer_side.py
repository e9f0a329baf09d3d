"""One of two answers beside each other: whose it is, what can be counted about it, and its words."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QWidget

from thorhud.domain.answer_quality import AnswerChecks, DiffPiece
from thorhud.domain.workshop import Configuration
from thorhud.gui.answer_words import DOUBT, PLAIN, check_lines
from thorhud.gui.forms.ui_answer_side import Ui_AnswerSide


class AnswerSide(QFrame):
    """The checks stand above the text, so that they are read first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_AnswerSide()
        self._form.setupUi(self)

    def display(
        self, configuration: Configuration | None, pieces: Sequence[DiffPiece], checks: AnswerChecks, *, fallback: str
    ) -> None:
        """Show one answer; *fallback* names a configuration that the workshop does not know."""
        lines = list(check_lines(checks))
        doubtful = any(tone == DOUBT for tone, _ in lines)
        self._form.name.display(configuration, fallback=fallback)
        self._form.checks_label.set_tone(DOUBT if doubtful else PLAIN)
        self._form.checks_label.setText("  ".join(f"{words.rstrip('.')}." for _, words in lines))
        self._form.text.display(pieces)
        self._form.text.setAccessibleName(f"Answer of {fallback if configuration is None else configuration.name}")

    def checks(self) -> str:
        """Return the checks as they stand there."""
        return self._form.checks_label.text()

    def marked(self) -> list[str]:
        """Return the words that the other answer lacks."""
        return self._form.text.marked()
