"""The stage area while nothing is served: which model, and what happens then."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, LadderPhase
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_idle_panel import Ui_IdlePanel
from thorhud.gui.ladder_words import ladder_end, ladder_line
from thorhud.gui.outside_words import ended_line
from thorhud.gui.stage_words import NARROW
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.text_line import Run
from thorhud.gui.wishes import Wish

NEXT = "Press one: its weights are read, you see how long it takes, then you run the reference prompt."
_GIB = 1024**3


class IdlePanel(QWidget):
    """A heading over the model strip, which grows into the stage area."""

    command_requested = Signal(object)
    page_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_IdlePanel()
        self._form.setupUi(self)
        self._form.compare_button.setText("Compare results")
        self._form.cancel_button.setText("Cancel")
        self._form.options_button.setText("Options")
        self._form.options_button.setToolTip("Also: hold a model, or press O")
        self._form.options_button.clicked.connect(lambda: self.page_requested.emit("options"))
        self._form.compare_button.clicked.connect(lambda: self.page_requested.emit("compare"))
        self._form.cancel_button.clicked.connect(lambda: self.command_requested.emit(Wish(Verb.CANCEL_LADDER)))

    def display(self, state: AgentState, workshop: Workshop) -> None:
        """Show the heading, or how far the running comparison is."""
        comparing = state.ladder.phase is LadderPhase.RUNNING
        self._form.headline_label.setText("Measuring the comparison" if comparing else "Pick a model to start")
        self._form.cancel_button.setVisible(comparing)
        self._form.options_button.setVisible(not comparing)
        if comparing:
            self._form.free_line.display(Run(ladder_line(state.ladder, workshop), "body", "text2", figures=True))
            self._form.next_label.setText(
                "Nothing to do. Cancel keeps what was measured; the rest can be measured later."
            )
            return
        self._form.free_line.display(*_free(state))
        self._form.next_label.setText(_trouble(state) or _ended(state) or ladder_end(state.ladder) or NEXT)

    def main_action(self) -> QWidget:
        """Return where the focus goes first."""
        return self._form.compare_button


def _free(state: AgentState) -> tuple[Run, ...]:
    begin = Run("Nothing is running. ", "body", "text2")
    memory = state.telemetry.memory.value
    if memory is None:
        return (begin, Run("How much memory is free was not measured.", "body", "text2"))
    figure = f"{memory.available_bytes / _GIB:.1f}{NARROW}GiB"
    return (begin, Run(figure, "body_strong", "text1", figures=True), Run(" of memory is free.", "body", "text2"))


def _ended(state: AgentState) -> str:
    ended = ended_line(state.serving)
    return f"{ended} Type vllm serve in it again, or pick a model here." if ended else ""


def _trouble(state: AgentState) -> str:
    docker = state.agent.docker
    if docker.value is None and docker.reason:
        return f"No model can start: {one_line(docker.reason)}"
    return ""
