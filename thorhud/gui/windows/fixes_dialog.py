"""Every other repair of this unit behind one button, each with what it costs."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from thorhud.gui.fixes import Fix
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.windows.card_dialog import CardDialog

TITLE = "Other fixes"
WHY = "None of these is known to help against what failed. Each says what it costs and proves itself after."
COLUMNS = 2
_BUTTON_WIDTH = 420


class FixesDialog(CardDialog):
    """Emits `chosen` with the `Wish` of the fix that was pressed."""

    chosen = Signal(object)

    def __init__(self, fixes: Sequence[Fix], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(16)
        column.addWidget(PlainText(self, role="title", text=TITLE))
        why = PlainText(self, role="note", tone="text2", text=WHY)
        why.setWordWrap(True)
        column.addWidget(why)
        grid = QGridLayout()
        grid.setSpacing(16)
        for place, fix in enumerate(fixes):
            grid.addWidget(self._button(fix), place // COLUMNS, place % COLUMNS)
        column.addLayout(grid)
        self._close = ActionButton(self, text="Close")
        self._close.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._close.clicked.connect(self.reject)
        column.addWidget(self._close)

    def ask(self) -> None:
        """Open; the safe answer has the focus."""
        self.open()
        self._close.setFocus()

    def _button(self, fix: Fix) -> ActionButton:
        button = ActionButton(self, text=fix.text, icon=fix.icon)
        button.set_detail(fix.detail)
        button.setMinimumWidth(_BUTTON_WIDTH)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self._choose(fix))
        return button

    def _choose(self, fix: Fix) -> None:
        self.accept()
        self.chosen.emit(fix.wish)
