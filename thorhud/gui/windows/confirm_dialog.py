"""One question before something is lost; the safe answer has the focus."""

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from thorhud.gui.forms.ui_confirm_dialog import Ui_ConfirmDialog
from thorhud.gui.unit_text import one_line, shown
from thorhud.gui.widgets.action_button import Kind
from thorhud.gui.windows.card_dialog import CardDialog


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: a question that names the thing, the loss with its duration, and two verbs."""

    title: str
    loss: str
    act: str
    """The verb that does it: "Reboot thor-07"."""
    stay: str
    """The safe verb: "Keep it running"."""
    icon: str = "warning"
    danger: bool = False
    """Something is destroyed: outlined red, never green."""


class ConfirmDialog(CardDialog):
    """Ends in `accepted` (do it) or `rejected` (the safe answer, Esc)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_ConfirmDialog()
        self._form.setupUi(self)
        self._form.act_button.clicked.connect(self.accept)
        self._form.safe_button.clicked.connect(self.reject)

    def ask(self, question: Question) -> None:
        """Open with *question* and return at once; the answer comes as a signal."""
        title = one_line(question.title, 120)
        self.setWindowTitle(title)
        self._form.icon.display(question.icon, "red" if question.danger else "text1")
        self._form.title_label.setText(title)
        self._form.loss_label.setText(shown(question.loss, 600))
        self._form.safe_button.setText(question.stay)
        self._form.act_button.setText(question.act)
        self._form.act_button.set_kind(Kind.DANGER if question.danger else Kind.OUTLINE)
        self.setAccessibleDescription(question.loss)
        self._form.safe_button.setFocus()
        self.open()
        self._form.safe_button.setFocus()
