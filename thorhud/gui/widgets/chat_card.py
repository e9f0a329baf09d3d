"""Where the chat page of the unit is and how it is: a code to scan while it answers, else what to do about it."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from thorhud.gui.chat_words import ChatWords
from thorhud.gui.unit_text import tool_tip
from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.qr_code import QrCode
from thorhud.gui.widgets.text_line import Run, TextLine

CODE_SIDE, ROW_HEIGHT = 198, 34
MOST_ACTIONS = 2


class ChatCard(QWidget):
    """Shows `ChatWords`; the code is there only while somebody who scans it sees a page."""

    pressed = Signal(object)
    """What the button that was pressed is for: a `Wish`, an `AskFirst` or a `Visit`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ChatWords()
        self.setFixedHeight(CODE_SIDE)
        self._code = QrCode(self)
        self._code.setFixedSize(CODE_SIDE, CODE_SIDE)
        self._title, self._address = TextLine(self), TextLine(self)
        for line in (self._title, self._address):
            line.setFixedHeight(ROW_HEIGHT)
        self._note = PlainText(self, role="note", tone="text2")
        self._note.setWordWrap(True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._buttons = tuple(ActionButton(self, kind=Kind.OUTLINE) for _ in range(MOST_ACTIONS))
        for number, button in enumerate(self._buttons):
            button.setProperty("role", "label_strong")
            button.setProperty("finger", True)  # noqa: FBT003 - Qt takes no keyword
            button.clicked.connect(partial(self._press, number))
            button.hide()
        self._lay_out()

    def display(self, words: ChatWords) -> None:
        """Show *words*."""
        if words == self._words:
            return
        self._words = words
        self._code.display(words.url)
        self._title.display(Run(words.title, "subtitle"))
        self._note.setText(words.note)
        self._note.set_tone(words.tone)
        self._address.setVisible(bool(words.address))
        self._address.display(Run(words.address, "address_small"))
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(words.actions))
            if number < len(words.actions):
                button.setText(words.actions[number].text)
                button.set_icon(words.actions[number].icon)
        self.setToolTip(tool_tip(words.detail))
        self.setAccessibleName(f"{words.title}: {words.note}")
        self.setAccessibleDescription(words.detail)

    def text(self) -> str:
        """Return everything that is written on the card."""
        shown = (
            self._title.text(),
            self._note.text(),
            self._words.address,
            *(each.text for each in self._words.actions),
        )
        return "\n".join(each for each in shown if each)

    def _press(self, number: int) -> None:
        if number < len(self._words.actions):
            self.pressed.emit(self._words.actions[number].act)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        for button in self._buttons:
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._note, 1)
        column.addWidget(self._address)
        column.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(self._code, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
