"""Where the chat page of the unit is: a code to scan and the address to type."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from thorhud.gui.widgets.qr_code import QrCode
from thorhud.gui.widgets.text_line import Run, TextLine

CODE_SIDE, ROW_HEIGHT = 198, 40


class ChatCard(QWidget):
    """Shows the address of the chat page; without a network it says so and shows no code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(CODE_SIDE)
        self._code = QrCode(self)
        self._code.setFixedSize(CODE_SIDE, CODE_SIDE)
        self._lines = tuple(TextLine(self) for _ in range(4))
        column = QVBoxLayout()
        column.setSpacing(0)
        column.setContentsMargins(0, 20, 0, 0)
        for line in self._lines:
            line.setFixedHeight(ROW_HEIGHT)
            column.addWidget(line)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(self._code, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)

    def display(self, address: str, url: str) -> None:
        """Show *address* in text and *url* as a code."""
        self._code.display(url)
        words = (
            Run("Chat with the model", "subtitle"),
            Run("Scan, or open in a browser" if address else "The chat page needs a network", "note", "text2"),
            Run(address, "address_small"),
            Run("Open WebUI" if address else "", "note", "text2"),
        )
        for line, run in zip(self._lines, words, strict=True):
            line.display(run)
