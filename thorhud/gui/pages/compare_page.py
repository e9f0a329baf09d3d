"""Compare: what each step buys, measured on this unit beside what the workshop published."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from thorhud.domain.comparison import Comparison, ComparisonRow, Finding
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, LadderPhase
from thorhud.domain.workshop import Workshop
from thorhud.gui.comparison_words import TABLE_HEADER, header_line, nothing_measured, table_rows
from thorhud.gui.forms.ui_compare_page import Ui_ComparePage
from thorhud.gui.ladder_words import ladder_end, ladder_line
from thorhud.gui.widgets.small_bars import SmallBar
from thorhud.gui.widgets.text_line import Run
from thorhud.gui.wishes import Wish

_EMPTY_TITLE = "No results yet"
_EMPTY_TEXT = (
    "Measure the comparison: each model is started, measured and stopped by itself. "
    "Or start two models and run the reference prompt on each; the first run only warms up."
)
_RUNNING_TEXT = "The first bar appears as soon as the first model was measured. Nothing to do."
_ONE_LINE_KIND = 52


class ComparePage(QWidget):
    """Charts, their data as a table (key D), and the button that measures again."""

    command_requested = Signal(object)
    """A `thorhud.gui.wishes.Wish`."""
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_ComparePage()
        self._form.setupUi(self)
        self._drawn: tuple[Comparison, Workshop] | None = None
        self._set_words()
        self._form.number_line.setProperty("role", "stage")
        self._form.done_button.clicked.connect(self.back_requested)
        self._form.table_button.clicked.connect(self.turn_table)
        self._form.cancel_button.clicked.connect(lambda: self.command_requested.emit(Wish(Verb.CANCEL_LADDER)))
        for button in (self._form.measure_button, self._form.empty_button):
            button.clicked.connect(lambda: self.command_requested.emit(Wish(Verb.LADDER)))
        table = QShortcut(QKeySequence(Qt.Key.Key_D), self)
        table.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        table.activated.connect(self.turn_table)

    def display(self, comparison: Comparison | None, workshop: Workshop, state: AgentState) -> None:
        """Show *comparison*, or what to do to get one, and how far a running one is."""
        self._show_identity(state.identity)
        self._show_ladder(state, workshop)
        measured = comparison is not None and any(not nothing_measured(row) for row in comparison.rows)
        self._form.table_button.setVisible(measured)
        self._form.measure_button.setVisible(measured)
        if comparison is None or not measured:
            self._show_kind("Nothing was measured on this unit yet")
            self._form.stack.setCurrentWidget(self._form.empty)
            return
        if self._form.stack.currentWidget() is self._form.empty:
            self._form.stack.setCurrentWidget(self._form.charts)
        if self._drawn != (comparison, workshop):
            self._drawn = (comparison, workshop)
            self._draw(comparison, workshop)

    def turn_table(self) -> None:
        """Turn from the charts to their data and back."""
        if self._form.stack.currentWidget() is self._form.empty:
            return
        to_table = self._form.stack.currentWidget() is self._form.charts
        self._form.stack.setCurrentWidget(self._form.table_side if to_table else self._form.charts)
        self._form.table_button.setText("Charts" if to_table else "Table")
        if to_table:
            self._form.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._form.stack.currentWidget() is self._form.table_side:
            self.turn_table()
        else:
            self.back_requested.emit()

    def _set_words(self) -> None:
        form = self._form
        form.title_label.setText("What each step buys you")
        form.done_button.setText("Done")
        form.measure_button.setText("Measure again")
        form.table_button.setText("Table")
        form.table_button.setAccessibleDescription("The data of the charts as a table, key D")
        form.cancel_button.setText("Cancel")
        form.ladder_icon.display("clock", "blue")
        form.speed_card_title.setText("Generation speed")
        form.roofline_card_title.setText("How close to the memory limit")
        form.ttft_card_title.setText("Time to first token")
        form.ttft_note.display(Run("seconds, lower is better", "small", "text2"))
        form.memory_card_title.setText("Model memory")
        form.memory_note.display(Run("GiB, lower is better", "small", "text2"))
        form.empty_button.setText("Measure the comparison")
        form.table.setAccessibleName("Data of the charts")

    def _show_identity(self, identity: UnitIdentity) -> None:
        number = "" if identity.number is None else f"{identity.number:02d}"
        self._form.number_line.display(number, meaning="Unit")
        self._form.number_line.setVisible(bool(number))
        self._form.host_label.setText(identity.hostname)
        address = identity.addresses[0].ip if identity.addresses else "no network"
        self._form.address_label.setText(address)

    def _show_ladder(self, state: AgentState, workshop: Workshop) -> None:
        running = state.ladder.phase is LadderPhase.RUNNING
        words = ladder_line(state.ladder, workshop) if running else ladder_end(state.ladder)
        self._form.ladder_bar.setVisible(bool(words))
        self._form.cancel_button.setVisible(running)
        self._form.ladder_icon.display("clock" if running else "warning-fill", "blue" if running else "amber")
        self._form.ladder_line.display(Run(words, "strong", "text1", figures=True))
        self._form.measure_button.setEnabled(not running)
        self._form.empty_button.setVisible(not running)
        self._form.empty_title.setText("Measuring" if running else _EMPTY_TITLE)
        self._form.empty_text.setText(_RUNNING_TEXT if running else _EMPTY_TEXT)

    def _show_kind(self, words: str, *, tone: str = "text2") -> None:
        self._form.kind_label.set_role("body" if len(words) <= _ONE_LINE_KIND else "small")
        self._form.kind_label.set_tone(tone)
        self._form.kind_label.setText(words)

    def _draw(self, comparison: Comparison, workshop: Workshop) -> None:
        form = self._form
        self._show_kind(header_line(comparison), tone="amber" if comparison.simulated else "text2")
        form.comparison_chart.display(comparison, workshop)
        short, long = form.comparison_chart.kinds()
        form.speed_key.display(short=short, long=long)
        form.roofline_chart.display(comparison, workshop)
        form.roofline_note.display(Run(f"tok/s, {form.roofline_chart.answer_kind()}", "small", "text2"))
        form.ttft_bars.display("Time to first token in seconds", _first_tokens(comparison, workshop))
        form.memory_bars.display("Model memory in GiB", _memories(comparison, workshop))
        self._show_findings(comparison)
        form.table.display(TABLE_HEADER, table_rows(comparison, workshop))

    def _show_findings(self, comparison: Comparison) -> None:
        """Show what the data says; where it says nothing yet, how it was measured."""
        found = bool(comparison.findings)
        self._form.findings_card_title.setText("What you are seeing" if found else "How this was measured")
        conditions = tuple(Finding(figure="", sentence=sentence) for sentence in comparison.conditions)
        self._form.findings.display(comparison.findings if found else conditions)
        self._form.findings_card.setVisible(found or bool(conditions))


def _first_tokens(comparison: Comparison, workshop: Workshop) -> tuple[SmallBar, ...]:
    return tuple(
        SmallBar(
            configuration, row.short.median_ttft_s if row.short.median_ttft_s is not None else row.long.median_ttft_s
        )
        for row in comparison.rows
        if (configuration := workshop.configuration(row.configuration_id)) is not None
    )


def _first_token_s(row: ComparisonRow) -> float | None:
    short = row.short.median_ttft_s
    return row.long.median_ttft_s if short is None else short


def _memories(comparison: Comparison, workshop: Workshop) -> tuple[SmallBar, ...]:
    return tuple(
        SmallBar(configuration, row.model_memory_gib, configuration.published.model_memory_gib.value)
        for row in comparison.rows
        if (configuration := workshop.configuration(row.configuration_id)) is not None
    )
