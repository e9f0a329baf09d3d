"""One question before something is lost; the safe answer has the focus."""

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from thorhud.domain.repairs import RepairPlan
from thorhud.gui.forms.ui_confirm_dialog import Ui_ConfirmDialog
from thorhud.gui.scaling import scale_tree
from thorhud.gui.theme import theme_of
from thorhud.gui.unit_text import one_line, shown
from thorhud.gui.widgets.action_button import Kind
from thorhud.gui.windows.card_dialog import CardDialog

MOST_NAMED = 4
"""Of the containers that stop, so many are named."""


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
        self._form.plan_label.hide()
        self._form.diff_view.hide()

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

    def show_plan(self, plan: RepairPlan | None, reason: str) -> None:
        """Add what the repair would do on this unit now: the change of a file, who stops, or what stands in its way."""
        sentence = plan_words(plan, reason)
        self._form.plan_label.setText(sentence)
        self._form.plan_label.setVisible(bool(sentence))
        self._form.plan_label.set_tone("amber" if plan is None or plan.obstacle else "text2")
        preview = plan.preview if plan is not None else ""
        self._form.diff_view.display(preview)
        self._form.diff_view.setVisible(bool(preview))
        if plan is not None and plan.obstacle:
            self._form.act_button.setEnabled(False)
        self.setAccessibleDescription(f"{self._form.loss_label.text()} {sentence}")
        if self.isVisible():
            scale_tree(self, theme_of(self).scale)
            self.adjustSize()
            self.fit()


def plan_words(plan: RepairPlan | None, reason: str) -> str:
    """Say what a plan adds to what was said before."""
    if plan is None:
        return f"What it would change could not be looked at: {one_line(reason, 160)}"
    if plan.obstacle:
        return f"It cannot run now. {one_line(plan.obstacle, 200)} {one_line(plan.next_step, 160)}".strip()
    stops = ", ".join(one_line(name, 60) for name in plan.stops[:MOST_NAMED])
    more = len(plan.stops) - MOST_NAMED
    return f"Running now: {stops}{f' and {more} more' if more > 0 else ''}." if stops else ""
