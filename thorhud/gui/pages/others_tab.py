"""What others published of much the same work, with its address, beside the same shape measured here."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.comparison import Comparison
from thorhud.domain.ladder_plan import Part
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_others_tab import Ui_OthersTab
from thorhud.gui.others_words import OTHERS_HEADER, numbered, others_rows, others_sentence, others_table
from thorhud.gui.widgets.text_line import Run


class OthersTab(QWidget):
    """Never mixed: bars are this unit's, numbered rings are somebody else's."""

    measure_requested = Signal(object)
    """The `Part` that is missing here."""
    title = "Others"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_OthersTab()
        self._form.setupUi(self)
        form = self._form
        form.chart_card_title.setText("2048 prompt tokens, 128 output tokens")
        form.chart_card_note.display(Run("tok/s; bar: measured here, ring: published by others", "small", "text2"))
        form.source_card_title.setText("Where the numbers come from")
        form.empty_card.display(
            "Nobody's figures stand beside yours yet",
            "Measure with \u201c2048 in, 128 out\u201d, the shape of NVIDIA's own figures. The workshop file names no "
            "figures of others.",
            "Measure that shape",
        )
        form.empty_card.pressed.connect(lambda: self.measure_requested.emit(Part.SHAPE))

    @property
    def draws(self) -> bool:
        """Whether there is data to draw."""
        return self._form.stack.currentWidget() is self._form.charts

    def display(self, comparison: Comparison | None, workshop: Workshop) -> None:
        """Show the shape of *comparison* beside the figures of others in *workshop*."""
        rows, figures = others_rows(comparison, workshop), numbered(workshop)
        form = self._form
        form.stack.setCurrentWidget(form.charts if rows or figures else form.empty)
        form.others_chart.display(rows)
        form.sources.display(
            [
                (workshop.configuration(figure.configuration_id or ""), others_sentence(number, figure))
                for number, figure in figures
            ]
        )

    def table(
        self, _comparison: Comparison | None, workshop: Workshop
    ) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Return header and rows of the figures of others; the measured ones stand in the first page's table."""
        return OTHERS_HEADER, others_table(workshop)
