"""The upper right area of the kiosk: one question, answered by one panel."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from thorhud.domain.state import AgentState, ServingPhase
from thorhud.domain.workshop import Workshop
from thorhud.gui.widgets.failure_panel import FailurePanel
from thorhud.gui.widgets.idle_panel import IdlePanel
from thorhud.gui.widgets.ready_panel import ReadyPanel
from thorhud.gui.widgets.starting_panel import StartingPanel

Panel = IdlePanel | StartingPanel | FailurePanel | ReadyPanel


class StageArea(QWidget):
    """Shows exactly one panel: idle asks which model, starting how long, failed what to do, ready how fast."""

    command_requested = Signal(object)
    """A `thorhud.gui.wishes.Wish`."""
    page_requested = Signal(str)
    """"compare", "log" or "commands"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.idle_panel = IdlePanel(self)
        self.starting_panel = StartingPanel(self)
        self.failure_panel = FailurePanel(self)
        self.ready_panel = ReadyPanel(self)
        self._phase: ServingPhase | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for panel in self._panels():
            panel.setVisible(False)
            panel.command_requested.connect(self.command_requested)
            panel.page_requested.connect(self.page_requested)
            layout.addWidget(panel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def display(self, state: AgentState, workshop: Workshop) -> None:
        """Show *state*; only the panel that is seen is told."""
        panel = self._panel_of(state.serving.phase)
        panel.display(state, workshop)
        self._show_only(panel)
        if state.serving.phase is not self._phase:
            self._phase = state.serving.phase
            self._focus(panel)

    def start_answer(self, run_id: str) -> None:
        """Begin an empty answer for the run of that id."""
        self.ready_panel.start_answer(run_id)

    def append_answer(self, text: str, reasoning: bool = False) -> None:  # noqa: FBT001, FBT002 - a stream's own order
        """Add what came of the answer since the last time."""
        self.ready_panel.append_answer(text, reasoning=reasoning)

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
