"""A few sentences under each other, each with the marker of the configuration that it is about."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from thorhud.domain.workshop import Configuration
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.marker_icon import MarkerIcon
from thorhud.gui.widgets.plain_text import PlainText

_LONGEST = 400


class Sentences(QWidget):
    """Plain text that wraps; what there is no room for scrolls nowhere, so keep them few."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[MarkerIcon, PlainText]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def display(self, sentences: Sequence[tuple[Configuration | None, str]]) -> None:
        """Show *sentences*; one about no configuration has no marker."""
        while len(self._rows) < len(sentences):
            self._add_row()
        for index, (icon, label) in enumerate(self._rows):
            shown = index < len(sentences)
            configuration = sentences[index][0] if shown else None
            icon.display(configuration)
            icon.setVisible(configuration is not None)
            label.setVisible(shown)
            label.setText(one_line(sentences[index][1], _LONGEST) if shown else "")

    def texts(self) -> list[str]:
        """Return what is shown."""
        return [label.text() for _, label in self._rows if label.text()]

    def _add_row(self) -> None:
        icon, label = MarkerIcon(self), PlainText(self, role="small", tone="text2")
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        at = len(self._rows)
        self._grid.addWidget(icon, at, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, at, 1, Qt.AlignmentFlag.AlignTop)
        self._rows.append((icon, label))
