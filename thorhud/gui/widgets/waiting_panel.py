"""What stands in the stage area before the agent was heard: never a blank panel."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from thorhud.gui.widgets.plain_text import PlainText


class WaitingPanel(QFrame):
    """Says what the face waits for and that there is nothing to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self._headline = PlainText(self, role="headline", text="Looking for this unit")
        self._detail = PlainText(self, role="body", tone="text2")
        self._headline.setWordWrap(True)
        self._detail.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(40, 40, 40, 40)
        layout.setSpacing(16)
        layout.addWidget(self._headline)
        layout.addWidget(self._detail)
        layout.addStretch(1)

    def display(self, headline: str, detail: str) -> None:
        """Show what is going on."""
        self._headline.setText(headline)
        self._detail.setText(detail)
