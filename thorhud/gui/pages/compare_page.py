"""Compare: what each step buys, measured on this unit beside what the workshop published."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from thorhud.domain.comparison import Comparison, Finding
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.ladder_plan import LadderRecord, Part
from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.state import AgentState, LadderPhase
from thorhud.domain.workshop import Workshop
from thorhud.gui.bar_words import NOT_COMPARABLE, nothing_comparable
from thorhud.gui.comparison_table import TABLE_HEADER, table_rows
from thorhud.gui.comparison_words import header_line, nothing_measured
from thorhud.gui.forms.ui_compare_page import Ui_ComparePage
from thorhud.gui.ladder_words import CANCEL_KEEPS, ladder_end, ladder_line, resume_words
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.small_bar_rows import first_tokens, memories
from thorhud.gui.widgets.text_line import Run
from thorhud.gui.windows.ladder_dialog import LadderDialog
from thorhud.gui.wishes import Inquiry, Wish

_EMPTY_TITLE = "No results yet"
_EMPTY_TEXT = (
    "Measure the comparison: each model is started, measured and stopped by itself. "
    "Or start two models and run the reference prompt on each; the first run only warms up."
)
_RUNNING_TEXT = "The first bar appears as soon as the first model was measured. Nothing to do."
_ONE_LINE_KIND = 44


class ComparePage(QWidget):
    """Charts, their data as a table (key D), a second page with more, and the button that measures."""

    command_requested = Signal(object)
    """A `thorhud.gui.wishes.Wish`."""
    inquiry_requested = Signal(object)
    """An `Inquiry`."""
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, wall: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._form = Ui_ComparePage()
        self._form.setupUi(self)
        self._wall = wall
        self._shown: tuple[Comparison | None, Workshop, AgentState] | None = None
        self._drawn: tuple[Comparison, Workshop] | None = None
        self._ladders: tuple[LadderRecord, ...] = ()
        self._resumable: str | None = None
        self._dialog: LadderDialog | None = None
        self._behind_table: QWidget = self._form.charts
        self._set_words()
        self._join()

    def display(self, comparison: Comparison | None, workshop: Workshop, state: AgentState) -> None:
        """Show *comparison*, or what to do to get one, and how far a running one is."""
        self._shown = (comparison, workshop, state)
        self._show_identity(state.identity)
        self._show_ladder(state, workshop)
        form = self._form
        measured = comparison is not None and any(not nothing_measured(row) for row in comparison.rows)
        form.measure_button.setVisible(measured or self._on_more)
        if self._on_more:
            form.more.display(comparison, workshop, state)
        if comparison is None or not measured:
            self._show_kind("Nothing was measured on this unit yet")
            if form.stack.currentWidget() in {form.charts, form.table_side}:
                form.stack.setCurrentWidget(form.empty)
        else:
            if form.stack.currentWidget() is form.empty:
                form.stack.setCurrentWidget(form.charts)
            if self._drawn != (comparison, workshop):
                self._drawn = (comparison, workshop)
                self._draw(comparison, workshop)
        self._name_buttons()

    def turn_table(self) -> None:
        """Turn from what is drawn to its data and back."""
        form = self._form
        if form.stack.currentWidget() is form.table_side:
            form.stack.setCurrentWidget(self._behind_table)
        elif self._fill_table():
            self._behind_table = form.stack.currentWidget() or form.charts
            form.stack.setCurrentWidget(form.table_side)
            form.table.setFocus()
        self._name_buttons()

    def turn_more(self) -> None:
        """Turn from the speeds to the second page and back."""
        form = self._form
        if form.stack.currentWidget() is form.more:
            form.stack.setCurrentWidget(form.charts if self._drawn else form.empty)
        else:
            form.stack.setCurrentWidget(form.more)
            form.more.focus_tabs()
        self._tell_again()

    def open_ladder(self, also: Part | None = None) -> None:
        """Ask what is to be measured."""
        if self._shown is None:
            return
        comparison, workshop, state = self._shown
        if self._dialog is None:
            self._dialog = LadderDialog(self)
            self._dialog.command_requested.connect(self.command_requested)
        resume = resume_words(state.ladder.resumable_id, self._ladders)
        self._dialog.ask(state, workshop, comparison, also=also, resume=resume)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._form.stack.currentWidget() is self._form.table_side:
            self.turn_table()
        elif self._on_more:
            self.turn_more()
        else:
            self.back_requested.emit()

    @property
    def _on_more(self) -> bool:
        return self._form.stack.currentWidget() is self._form.more

    def _set_words(self) -> None:
        form = self._form
        form.title_label.setText("What each step buys you")
        form.done_button.setText("Done")
        form.measure_button.setText("Measure again")
        form.table_button.setText("Table")
        form.table_button.setAccessibleDescription("The data of the charts as a table, key D")
        form.cancel_button.setText("Cancel")
        form.cancel_button.setAccessibleDescription(CANCEL_KEEPS)
        form.ladder_icon.display("clock", "blue")
        form.speed_card_title.setText("Generation speed")
        form.roofline_card_title.setText("How close to the memory limit")
        form.ttft_card_title.setText("Time to first token")
        form.ttft_note.display(Run("seconds, lower is better", "small", "text2"))
        form.memory_card_title.setText("Model memory")
        form.memory_note.display(Run("GiB, lower is better", "small", "text2"))
        form.empty_button.setText("Measure the comparison")
        form.table.setAccessibleName("Data of the charts")
        form.copy_table_button.setText("Copy all")
        form.copy_table_button.setAccessibleDescription("Copy the whole table, ready for a spreadsheet")
        form.number_line.setProperty("role", "stage")

    def _join(self) -> None:
        form = self._form
        form.done_button.clicked.connect(self.back_requested)
        form.table_button.clicked.connect(self.turn_table)
        form.more_button.clicked.connect(self.turn_more)
        form.copy_table_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(form.table.whole_text()))
        form.cancel_button.clicked.connect(lambda: self.command_requested.emit(Wish(Verb.CANCEL_LADDER)))
        form.resume_button.clicked.connect(
            lambda: self.command_requested.emit(Wish(Verb.LADDER, {"resume": self._resumable}))
        )
        for button in (form.measure_button, form.empty_button):
            button.clicked.connect(self._measure)
        form.more.command_requested.connect(self.command_requested)
        form.more.inquiry_requested.connect(self.inquiry_requested)
        form.more.measure_requested.connect(self.open_ladder)
        form.more.tab_changed.connect(self._tell_again)
        for key, act in ((Qt.Key.Key_D, self.turn_table), (Qt.Key.Key_E, self._open_export)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _measure(self) -> None:
        self.open_ladder()

    def _tell_again(self) -> None:
        if self._shown is not None:
            self.display(*self._shown)

    def _open_export(self) -> None:
        """Show where the results can be taken from."""
        self._form.stack.setCurrentWidget(self._form.more)
        self._form.more.open_tab(self._form.more.take_home)
        self._form.more.focus_tabs()

    def _name_buttons(self) -> None:
        """Name where each button of the head leads to from here."""
        form = self._form
        on_table = form.stack.currentWidget() is form.table_side
        form.more_button.setText("Speed" if self._on_more else "More")
        form.more_button.set_icon("arrow-left-bold" if self._on_more else "chart-bar-bold")
        form.more_button.setAccessibleDescription(
            "" if self._on_more else "Many users, draft model, answers, blind vote, notes and what to take home"
        )
        form.more_button.setVisible(not on_table)
        form.table_button.setText("Charts" if on_table else "Table")
        has_chart = form.more.has_chart if self._on_more else form.stack.currentWidget() is form.charts
        form.table_button.setVisible(on_table or has_chart)

    def _show_identity(self, identity: UnitIdentity) -> None:
        number = "" if identity.number is None else f"{identity.number:02d}"
        self._form.number_line.display(number, meaning="Unit")
        self._form.number_line.setVisible(bool(number))
        self._form.host_label.setText(identity.hostname)
        address = identity.addresses[0].ip if identity.addresses else "no network"
        self._form.address_label.setText(address)

    def _show_ladder(self, state: AgentState, workshop: Workshop) -> None:
        form = self._form
        running = state.ladder.phase is LadderPhase.RUNNING
        words = ladder_line(state.ladder, workshop) if running else ladder_end(state.ladder)
        self._ask_ladders(None if running else state.ladder.resumable_id)
        form.ladder_bar.setVisible(bool(words))
        for widget in (form.cancel_button, form.ladder_steps, form.ladder_kept):
            widget.setVisible(running)
        form.resume_button.setText(resume_words(self._resumable, self._ladders))
        form.resume_button.setVisible(not running and self._resumable is not None)
        form.ladder_icon.display("clock" if running else "warning-fill", "blue" if running else "amber")
        form.ladder_line.display(Run(words, "strong", "text1", figures=True))
        form.ladder_steps.display(state.ladder, workshop)
        surprise = one_line(state.ladder.reason or "")
        form.ladder_kept.display(Run(surprise or CANCEL_KEEPS, "small", "amber" if surprise else "text2"))
        form.measure_button.setEnabled(not running)
        form.empty_button.setVisible(not running)
        form.empty_title.setText("Measuring" if running else _EMPTY_TITLE)
        form.empty_text.setText(_RUNNING_TEXT if running else _EMPTY_TEXT)

    def _ask_ladders(self, resumable: str | None) -> None:
        """Ask when the comparison that can be continued began, once for each."""
        if resumable is not None and resumable != self._resumable:
            self.inquiry_requested.emit(
                Inquiry(QueryName.LADDERS, list[LadderRecord], self._take_ladders, {"limit": 20})
            )
        self._resumable = resumable

    def _take_ladders(self, ladders: list[LadderRecord] | None, _reason: str) -> None:
        self._ladders = tuple(ladders or ())
        self._form.resume_button.setText(resume_words(self._resumable, self._ladders))

    def _show_kind(self, words: str, *, tone: str = "text2") -> None:
        self._form.kind_label.set_role("body" if len(words) <= _ONE_LINE_KIND else "small")
        self._form.kind_label.set_tone(tone)
        self._form.kind_label.setText(words)

    def _draw(self, comparison: Comparison, workshop: Workshop) -> None:
        form = self._form
        doubt = comparison.simulated or comparison.preliminary
        kind = header_line(comparison, self._wall())
        if nothing_comparable(comparison) and not comparison.simulated:  # of a simulated unit that is no news
            kind, doubt = f"{kind}, {NOT_COMPARABLE}", True
        self._show_kind(kind, tone="amber" if doubt else "text2")
        form.comparison_chart.display(comparison, workshop)
        short, long = form.comparison_chart.kinds()
        form.speed_key.display(short=short, long=long, whisker=form.comparison_chart.has_intervals())
        form.roofline_chart.display(comparison, workshop)
        form.roofline_note.display(Run(f"tok/s, {form.roofline_chart.answer_kind()}", "small", "text2"))
        form.ttft_bars.display("Time to first token in seconds", first_tokens(comparison, workshop))
        form.memory_bars.display("Model memory in GiB", memories(comparison, workshop))
        self._show_findings(comparison)
        if form.stack.currentWidget() is form.table_side:
            self._fill_table()

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]] | None:
        """Return the data of what is drawn; None where nothing is."""
        if self._shown is None:
            return None
        comparison, workshop, _ = self._shown
        if self._on_more:
            found = self._form.more.table(comparison, workshop)
            return found if found is not None and found[1] else None
        if comparison is None or self._form.stack.currentWidget() is self._form.empty:
            return None
        return TABLE_HEADER, table_rows(comparison, workshop)

    def _fill_table(self) -> bool:
        found = self._table()
        if found is None or self._shown is None:
            return False
        comparison = self._shown[0]
        self._form.table.display(*found)
        notes = () if comparison is None else (*comparison.conditions, *comparison.assumptions)
        self._form.table_note.setText(" ".join(notes))
        return True

    def _show_findings(self, comparison: Comparison) -> None:
        """Show what the data says; where it says nothing yet, how it was measured."""
        found = bool(comparison.findings)
        self._form.findings_card_title.setText("What you are seeing" if found else "How this was measured")
        conditions = tuple(Finding(figure="", sentence=sentence) for sentence in comparison.conditions)
        self._form.findings.display(comparison.findings if found else conditions)
        self._form.findings_card.setVisible(found or bool(conditions))
