"""What a draft model buys: from which length on, how often it is right, and whether the answers stay the same."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.comparison import Comparison
from thorhud.domain.ladder_plan import Part
from thorhud.domain.speculation import BreakEven, LengthPoint
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.comparison_words import percent, two_decimals
from thorhud.gui.forms.ui_speculation_tab import Ui_SpeculationTab
from thorhud.gui.speculation_words import (
    LENGTH_HEADER,
    WHAT_PARITY_IS,
    break_even_mark,
    break_even_sentence,
    drafted,
    length_rows,
    parity_lines,
)
from thorhud.gui.widgets.line_chart import Line, LineData, Point
from thorhud.gui.widgets.text_line import Run
from thorhud.gui.words import number

_NOT_COUNTED = "Not measured: the server counted no proposals of a draft model."
_PARITY_SHOWN = 5


class SpeculationTab(QWidget):
    """A chart of speed over output length, the counts of the draft model, and the parity test."""

    measure_requested = Signal(object)
    """The `Part` that is missing here."""
    title = "Draft model"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_SpeculationTab()
        self._form.setupUi(self)
        form = self._form
        form.length_card_title.setText("Speed over the length of the answer")
        form.length_card_note.display(Run("tok/s until that token, first token included", "small", "text2"))
        form.acceptance_card_title.setText("How often the draft is right")
        form.rate_label.setText("of its tokens accepted")
        form.step_label.setText("tokens in each step")
        form.place_label.setText("Accepted at each place of a proposal")
        form.parity_card_title.setText("Are the answers the same?")
        form.parity_card_note.display(Run(WHAT_PARITY_IS, "small", "text2"))
        form.empty_card.display(
            "No draft model was measured yet",
            "Measure a model with and without its draft model, FP4 and FP4 + EAGLE3 in the workshop, with long "
            "answers and \u201cSame answers?\u201d. Then this page shows from which length on the draft model pays.",
            "Measure the draft model",
        )
        form.empty_card.pressed.connect(lambda: self.measure_requested.emit(Part.PARITY))

    @property
    def draws(self) -> bool:
        """Whether there is data to draw."""
        return self._form.stack.currentWidget() is self._form.charts

    def display(self, comparison: Comparison | None, workshop: Workshop) -> None:
        """Show what *comparison* says about draft models."""
        anything = comparison is not None and (
            comparison.break_evens or comparison.parity or drafted(comparison, workshop)
        )
        self._form.stack.setCurrentWidget(self._form.charts if anything else self._form.empty)
        if comparison is None:
            return
        self._show_lengths(comparison, workshop)
        self._show_acceptance(comparison, workshop)
        lines = list(parity_lines(comparison))[:_PARITY_SHOWN]
        asked = "Not measured: choose \u201cSame answers?\u201d when you measure."
        self._form.parity.display([(None, line) for line in lines or [asked]])

    def table(self, comparison: Comparison | None, workshop: Workshop) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Return header and rows of what is shown here."""
        return LENGTH_HEADER, length_rows(comparison, workshop)

    def _show_lengths(self, comparison: Comparison, workshop: Workshop) -> None:
        lines = [line for each in comparison.break_evens for line in _lines(each, workshop)]
        first = next(iter(comparison.break_evens), None)
        data = LineData(
            name="Speed over the length of the answer",
            x_name="output tokens",
            lines=tuple({line.configuration.id: line for line in lines}.values()),
            mark_x=None if first is None or first.tokens is None else float(first.tokens),
            mark_words="" if first is None else break_even_mark(first),
        )
        self._form.length_chart.display(data)
        sentences = [break_even_sentence(each) for each in comparison.break_evens]
        self._form.length_sentence.setText(" ".join(sentences) or "Not measured: it takes long answers of both models.")

    def _show_acceptance(self, comparison: Comparison, workshop: Workshop) -> None:
        found = drafted(comparison, workshop)
        form = self._form
        for widget in (form.rate_line, form.rate_label, form.step_line, form.step_label, form.place_label):
            widget.setVisible(found is not None)
        form.position_bars.setVisible(found is not None)
        if found is None:
            form.acceptance_card_note.display()
            form.acceptance_note.setText(_NOT_COUNTED)
            return
        configuration, which, acceptance = found
        form.acceptance_card_note.display(Run(f"{configuration.short_name}, {which} answers", "small", "text2"))
        form.rate_line.display(percent(acceptance.rate or 0.0), meaning="Accepted")
        form.step_line.display(two_decimals(acceptance.length), meaning="Tokens in each step")
        form.position_bars.display(configuration, acceptance.rate_per_position)
        form.acceptance_note.setText(
            f"Counted by the server over {number(acceptance.drafts)} proposals; a step yields the accepted tokens and "
            "one more of the large model itself."
        )


def _lines(break_even: BreakEven, workshop: Workshop) -> list[Line]:
    both = ((break_even.plain_id, break_even.plain), (break_even.drafted_id, break_even.drafted))
    return [
        Line(configuration, tuple(_point(configuration, one) for one in points))
        for key, points in both
        if (configuration := workshop.configuration(key)) is not None and points
    ]


def _point(configuration: Configuration, one: LengthPoint) -> Point:
    words = (
        f"{one.tokens} tokens after {two_decimals(one.seconds)} s: {one.tokens_per_s:.1f} tok/s, {configuration.name}"
    )
    return Point(float(one.tokens), one.tokens_per_s, words)
