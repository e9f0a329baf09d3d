"""The upper right area of the kiosk: one question, answered by one panel."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.repairs import RepairPlan
from thorhud.domain.state import AgentState, ServingPhase, ServingState
from thorhud.domain.workshop import Workshop
from thorhud.gui.fixes import other_fixes, question_before
from thorhud.gui.image_words import image_question, image_remark
from thorhud.gui.questions import AskFirst
from thorhud.gui.remarks import remark_of
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.failure_panel import FailurePanel
from thorhud.gui.widgets.idle_panel import IdlePanel
from thorhud.gui.widgets.image_card import ImageCard
from thorhud.gui.widgets.ready_panel import ReadyPanel
from thorhud.gui.widgets.remark_line import RemarkLine
from thorhud.gui.widgets.starting_panel import StartingPanel
from thorhud.gui.windows.confirm_dialog import ConfirmDialog, Question
from thorhud.gui.windows.fixes_dialog import FixesDialog
from thorhud.gui.wishes import Inquiry, Wish

Panel = IdlePanel | StartingPanel | FailurePanel | ReadyPanel


def stop_outside(serving: ServingState) -> Question:
    """Return the question before a server is stopped that somebody started without the HUD: what would be signalled."""
    what = one_line(serving.model or "", 60) or "this server"
    loss = "Somebody started it without the HUD and may still use it. Their requests end at once."
    return Question(
        title=f"Stop {what}?",
        loss=f"{loss} {one_line(serving.how_to_stop or '', 240)}".strip(),
        act="Stop it",
        stay="Keep it running",
        icon="stop-bold",
        danger=True,
    )


def before_repair(asked: AskFirst) -> Question:
    """Return the question before a repair that ends work or changes a file of the system."""
    return Question(title=asked.title, loss=asked.loss, act=asked.act, stay=asked.stay, danger=True)


def about_pull(asked: AskFirst) -> Question:
    """Return the question before a pull begins, or before one that is lost is cancelled: nothing of the unit is."""
    return Question(title=asked.title, loss=asked.loss, act=asked.act, stay=asked.stay, icon="info")


class StageArea(QWidget):
    """Shows exactly one panel: idle asks which model, starting how long, failed what to do, ready how fast."""

    command_requested = Signal(object)
    """A `thorhud.gui.wishes.Wish`."""
    page_requested = Signal(str)
    """"compare", "log" or "commands"."""
    inquiry_requested = Signal(object)
    """An `Inquiry`: what a repair would do on this unit now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.idle_panel = IdlePanel(self)
        self.starting_panel = StartingPanel(self)
        self.failure_panel = FailurePanel(self)
        self.ready_panel = ReadyPanel(self)
        self.remark_line = RemarkLine(self)
        self.remark_line.command_requested.connect(self._pass_on)
        self.image_card = ImageCard(self)
        self.image_card.command_requested.connect(self._pass_on)
        self.failure_panel.others_wanted.connect(self._show_other_fixes)
        self._phase: ServingPhase | None = None
        self._serving = ServingState()
        self._state: AgentState | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for panel in self._panels():
            panel.setVisible(False)
            panel.command_requested.connect(self._pass_on)
            panel.page_requested.connect(self.page_requested)
            layout.addWidget(panel)
        layout.addWidget(self.image_card)
        layout.addWidget(self.remark_line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def display(self, state: AgentState, workshop: Workshop) -> None:
        """Show *state*; only the panel that is seen is told."""
        self._serving = state.serving
        self._state = state
        panel = self._panel_of(state.serving.phase)
        panel.display(state, workshop)
        self._show_only(panel)
        self.image_card.display(image_remark(state))
        self.remark_line.display(None if panel is self.ready_panel else remark_of(state))
        if state.serving.phase is not self._phase:
            self._phase = state.serving.phase
            self._focus(panel)

    def start_answer(self, run_id: str) -> None:
        """Begin an empty answer for the run of that id."""
        self.ready_panel.start_answer(run_id)

    def append_answer(self, text: str, reasoning: bool = False) -> None:  # noqa: FBT001, FBT002 - a stream's own order
        """Add what came of the answer since the last time."""
        self.ready_panel.append_answer(text, reasoning=reasoning)

    def request(self, wish: Wish) -> None:
        """Ask for *wish* as if a button in here had been pressed: with its question and its plan."""
        self._pass_on(wish)

    def _pass_on(self, wish: Wish) -> None:
        """Ask once before a repair ends work, a pull begins or is lost, or a server ends that is not ours."""
        question = None if self._state is None else question_before(wish, self._state)
        about_image = None if self._state is None else image_question(wish, self._state)
        if question is not None:
            dialog = self._ask(before_repair(question), question.wish)
            self._ask_for_plan(dialog, str(wish.args["repair"]))
        elif about_image is not None:
            self._ask(about_pull(about_image), about_image.wish)
        elif wish.verb is Verb.STOP and self._serving.started_outside:
            self._ask(stop_outside(self._serving), Wish(Verb.STOP, {"force": True}))
        else:
            self.command_requested.emit(wish)

    def _ask(self, question: Question, wish: Wish) -> ConfirmDialog:
        dialog = ConfirmDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.command_requested.emit(wish))
        dialog.ask(question)
        return dialog

    def _ask_for_plan(self, dialog: ConfirmDialog, repair_id: str) -> None:
        """Let the dialog show what changes; it may be closed before the answer comes."""

        def deliver(plan: RepairPlan | None, reason: str) -> None:
            if isValid(dialog):
                dialog.show_plan(plan, reason)

        self.inquiry_requested.emit(Inquiry(QueryName.REPAIR_PLAN, RepairPlan, deliver, {"repair": repair_id}))

    def _show_other_fixes(self) -> None:
        if self._state is None:
            return
        dialog = FixesDialog(other_fixes(self._state), self)
        dialog.chosen.connect(self._pass_on)
        dialog.ask()

    def _panels(self) -> tuple[Panel, ...]:
        return (self.idle_panel, self.starting_panel, self.failure_panel, self.ready_panel)

    def _panel_of(self, phase: ServingPhase) -> Panel:
        match phase:
            case ServingPhase.STARTING | ServingPhase.STOPPING:
                return self.starting_panel
            case ServingPhase.FAILED:
                return self.failure_panel
            case ServingPhase.READY:
                return self.ready_panel
            case _:
                return self.idle_panel

    def _show_only(self, shown: Panel) -> None:
        for panel in self._panels():
            if panel is not shown:
                panel.setVisible(False)
        shown.setVisible(True)

    def _focus(self, panel: Panel) -> None:
        """Bring the focus to the fix or to the prompt button; never while someone is typing."""
        typing = isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)
        if typing or panel not in {self.failure_panel, self.ready_panel}:
            return
        panel.main_action().setFocus()
