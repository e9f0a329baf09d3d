"""Two answers to the same prompt beside each other, and what can be counted about them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.answer_quality import AnswerPair
from thorhud.domain.comparison import Comparison
from thorhud.domain.messages import QueryName
from thorhud.domain.workshop import Workshop
from thorhud.gui.answer_words import NOT_RIGHT, alike, prompt_titles
from thorhud.gui.forms.ui_answers_tab import Ui_AnswersTab
from thorhud.gui.unit_text import one_line
from thorhud.gui.wishes import Inquiry

_WAITING = ("The answers are being fetched", "One moment.")
_HOW = (
    "Start each of the two models and run this prompt on it, or measure the comparison; then their newest whole "
    "answers stand here side by side."
)


class AnswersTab(QWidget):
    """Asks the agent for the pair that is chosen; plain text with marks, never more."""

    inquiry_requested = Signal(object)
    """An `Inquiry`."""
    title = "Answers"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_AnswersTab()
        self._form.setupUi(self)
        self._workshop: Workshop | None = None
        self._wanted: tuple[str, str, str, int] | None = None
        self._version = 0
        form = self._form
        form.prompt_label.setText("Prompt")
        form.left_label.setText("Left")
        form.right_label.setText("Right")
        form.caution_label.setText(
            f"Marked and underlined: words that the other answer lacks. {NOT_RIGHT}",
        )
        for picker in (form.prompt_picker, form.left_picker, form.right_picker):
            picker.activated.connect(lambda _: self._ask())

    def display(self, comparison: Comparison | None, workshop: Workshop, runs_version: int) -> None:
        """Offer prompts and configurations, and ask again when there are new runs."""
        self._workshop, self._version = workshop, runs_version
        form = self._form
        fresh = form.prompt_picker.count() == 0
        form.prompt_picker.offer("Prompt", prompt_titles(workshop))
        names = [(each.id, each.name) for each in workshop.configurations]
        form.left_picker.offer("Configuration at the left", names)
        form.right_picker.offer("Configuration at the right", names)
        if fresh:
            form.prompt_picker.choose(workshop.short_prompt)
            left, right = _first_pair(comparison, workshop)
            form.left_picker.choose(left)
            form.right_picker.choose(right)
        self._ask()

    def _ask(self) -> None:
        form = self._form
        wanted = (form.prompt_picker.key, form.left_picker.key, form.right_picker.key, self._version)
        if wanted == self._wanted or self._workshop is None:
            return
        same_choice = self._wanted is not None and wanted[:3] == self._wanted[:3]
        self._wanted = wanted
        prompt = self._workshop.prompt(wanted[0])
        form.prompt_text.setText("" if prompt is None else one_line(prompt.text, 400))
        if wanted[1] == wanted[2]:
            self._show_empty("Choose two different models", "An answer beside itself shows nothing.")
            return
        if not same_choice:
            self._show_empty(*_WAITING)
        args = {"prompt": wanted[0], "left": wanted[1], "right": wanted[2]}
        self.inquiry_requested.emit(
            Inquiry(QueryName.ANSWERS, AnswerPair, lambda pair, reason: self._take(wanted, pair, reason), args)
        )

    def _take(self, wanted: tuple[str, str, str, int], pair: AnswerPair | None, reason: str) -> None:
        """Show the answer to the newest question; one to an older question comes too late."""
        if wanted != self._wanted or self._workshop is None:
            return
        if pair is None:
            self._show_empty("There are no two answers yet", f"{one_line(reason)} {_HOW}".strip())
            return
        form, workshop = self._form, self._workshop
        left, right = (workshop.configuration(key) for key in (pair.left_configuration_id, pair.right_configuration_id))
        form.left.display(left, pair.left, pair.left_checks, fallback=pair.left_configuration_id)
        form.right.display(right, pair.right, pair.right_checks, fallback=pair.right_configuration_id)
        form.alike_label.setText(alike(pair))
        form.stack.setCurrentWidget(form.sides)

    def _show_empty(self, title: str, text: str) -> None:
        self._form.empty_card.display(title, text)
        self._form.stack.setCurrentWidget(self._form.empty)


def _first_pair(comparison: Comparison | None, workshop: Workshop) -> tuple[str, str]:
    """Return which two to begin with: of the measured ones, the last and what it is compared with."""
    rows = () if comparison is None else comparison.rows
    measured = [row.configuration_id for row in rows if row.short.dots]
    known = [each.id for each in workshop.configurations]
    last = (measured or known)[-1]
    configuration = workshop.configuration(last)
    baseline = last if configuration is None else workshop.baseline_of(configuration).id
    others = [key for key in (measured or known) if key != last]
    return (baseline if baseline in others else (others or known)[0]), last
