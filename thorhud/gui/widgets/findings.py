"""At most three things that the data shows: a figure and its sentence."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from thorhud.domain.comparison import Finding
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.plain_text import PlainText

SHOWN = 3


class Findings(QWidget):
    """Rows of figure and sentence; without findings it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setHorizontalSpacing(24)
        layout.setVerticalSpacing(14)
        layout.setColumnStretch(1, 1)
        self._rows = [
            (PlainText(self, role="subtitle"), PlainText(self, role="small", tone="text2")) for _ in range(SHOWN)
        ]
        for row, (figure, sentence) in enumerate(self._rows):
            figure.setMinimumWidth(156)
            sentence.setWordWrap(True)
            sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            layout.addWidget(figure, row, 0, Qt.AlignmentFlag.AlignTop)
            layout.addWidget(sentence, row, 1, Qt.AlignmentFlag.AlignTop)
            layout.setRowStretch(row, 1)

    def display(self, findings: tuple[Finding, ...]) -> None:
        """Show the first three of *findings*; one without a figure is a sentence alone."""
        for index, (figure, sentence) in enumerate(self._rows):
            shown = index < len(findings)
            figure.setVisible(shown and bool(findings[index].figure))
            sentence.setVisible(shown)
            if shown:
                figure.setText(one_line(findings[index].figure, 24))
                sentence.setText(one_line(findings[index].sentence, 240))
        self.setAccessibleName("What you are seeing")
        self.setAccessibleDescription(" ".join(f"{each.figure}: {each.sentence}" for each in findings[:SHOWN]))
