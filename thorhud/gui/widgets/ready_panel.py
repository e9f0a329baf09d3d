"""The stage area when a model is ready: prompt and speed beside each other."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.state import AgentState
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_ready_panel import Ui_ReadyPanel
from thorhud.gui.remarks import remark_of


class ReadyPanel(QWidget):
    """Joins the two halves; each knows only the state."""

    command_requested = Signal(object)
    page_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_ReadyPanel()
        self._form.setupUi(self)
        for half in (self._form.prompt_panel, self._form.speed_panel):
            half.command_requested.connect(self.command_requested)
            half.page_requested.connect(self.page_requested)
        self._form.remark_line.command_requested.connect(self.command_requested)

    def display(self, state: AgentState, workshop: Workshop) -> None:
        """Show both halves."""
        self._form.prompt_panel.display(state, workshop)
        self._form.speed_panel.display(state, workshop)
        # beside the speed, whose figure needs the whole height
        self._form.remark_line.display(remark_of(state))

    def start_answer(self, run_id: str) -> None:
        """Begin an empty answer."""
        self._form.prompt_panel.start_answer(run_id)

    def append_answer(self, text: str, *, reasoning: bool) -> None:
        """Add what came of the answer."""
        self._form.prompt_panel.append_answer(text, reasoning=reasoning)

    def main_action(self) -> QWidget:
        """Return where the focus goes first."""
        return self._form.prompt_panel.main_action()
