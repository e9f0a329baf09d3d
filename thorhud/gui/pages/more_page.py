"""The second page of Compare: many users, the draft model, answers, votes, notes, and what one takes home."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.comparison import Comparison
from thorhud.domain.state import AgentState
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_more_page import Ui_MorePage
from thorhud.gui.pages.answers_tab import AnswersTab
from thorhud.gui.pages.concurrency_tab import ConcurrencyTab
from thorhud.gui.pages.notes_tab import NotesTab
from thorhud.gui.pages.others_tab import OthersTab
from thorhud.gui.pages.speculation_tab import SpeculationTab
from thorhud.gui.pages.take_home_tab import TakeHomeTab
from thorhud.gui.pages.vote_tab import VoteTab

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


class MorePage(QWidget):
    """Only the tab that is seen is told the state, and asks the agent what it needs."""

    command_requested = Signal(object)
    inquiry_requested = Signal(object)
    measure_requested = Signal(object)
    """The `Part` that somebody wants measured."""
    tab_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_MorePage()
        self._form.setupUi(self)
        self.concurrency, self.speculation, self.others = ConcurrencyTab(self), SpeculationTab(self), OthersTab(self)
        self.answers, self.vote, self.notes = AnswersTab(self), VoteTab(self), NotesTab(self)
        self.take_home = TakeHomeTab(self)
        charts, people = (self.concurrency, self.speculation, self.others), (self.answers, self.vote, self.notes)
        self._tabs = (*charts, *people, self.take_home)
        for tab in self._tabs:
            self._form.pages.addWidget(tab)
        for measuring in charts:
            measuring.measure_requested.connect(self.measure_requested)
        for asking in people:
            asking.inquiry_requested.connect(self.inquiry_requested)
        for wishing in (self.vote, self.notes, self.take_home):
            wishing.command_requested.connect(self.command_requested)
        self._drawn: tuple[QWidget, Comparison | None, Workshop] | None = None
        self._form.tabs.display("More about the comparison", [tab.title for tab in self._tabs])
        self._form.tabs.chosen.connect(self._choose)

    def display(self, comparison: Comparison | None, workshop: Workshop, state: AgentState) -> None:
        """Show the tab that is seen."""
        match self._form.pages.currentWidget():
            case ConcurrencyTab() | SpeculationTab() | OthersTab() as tab:
                drawn = (tab, comparison, workshop)
                if drawn != self._drawn:  # snapshots come several times a second, a comparison after each run
                    self._drawn = drawn
                    tab.display(comparison, workshop)
            case AnswersTab() as tab:
                tab.display(comparison, workshop, state.runs_version)
            case VoteTab() as tab:
                tab.display(workshop, state.runs_version)
            case NotesTab() as tab:
                tab.display(workshop)
            case TakeHomeTab() as tab:
                tab.display(state)

    def open_tab(self, tab: QWidget) -> None:
        """Show *tab*, one of the attributes of this page."""
        self._form.tabs.choose(self._form.pages.indexOf(tab))
        self._form.pages.setCurrentWidget(tab)
        self.tab_changed.emit()

    def focus_tabs(self) -> None:
        """Let the arrow keys choose a tab."""
        self._form.tabs.focus_chosen()

    @property
    def has_chart(self) -> bool:
        """Whether the tab that is seen draws data, which a table can show as well."""
        match self._form.pages.currentWidget():
            case ConcurrencyTab() | SpeculationTab() | OthersTab() as tab:
                return tab.draws
            case _:
                return False

    def table(self, comparison: Comparison | None, workshop: Workshop) -> Table | None:
        """Return the data of the tab that is seen; None where it is no chart."""
        match self._form.pages.currentWidget():
            case ConcurrencyTab() | SpeculationTab() | OthersTab() as tab:
                return tab.table(comparison, workshop)
            case _:
                return None

    def _choose(self, index: int) -> None:
        self._form.pages.setCurrentIndex(index)
        self.tab_changed.emit()
