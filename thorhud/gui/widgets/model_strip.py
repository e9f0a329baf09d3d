"""The configurations of the workshop in one row, or in two rows of tall cards while nothing runs."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from thorhud.gui.model_cards import ModelCard
from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.model_button import COMPACT_HEIGHT, ModelButton

ROW_GAP = 24


class ModelStrip(QWidget):
    """Model buttons, six to a row; three to a row when it has grown into the stage area."""

    pressed = Signal(object)
    """A `ModelCard`: somebody pressed its button."""
    held = Signal(object)
    """A `ModelCard`: somebody held its button and asks for the options."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[ModelButton] = []
        self._grown = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(ROW_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def buttons(self) -> tuple[ModelButton, ...]:
        """The buttons in the workshop's order."""
        return tuple(self._buttons)

    def display(self, cards: tuple[ModelCard, ...], *, grown: bool) -> None:
        """Show *cards*, tall ones where *grown*."""
        if len(cards) != len(self._buttons) or grown != self._grown:
            self._lay_out(len(cards), grown=grown)
        for button, card in zip(self._buttons, cards, strict=True):
            button.display(card)

    def press(self, number: int) -> None:
        """Press the button of that number, counted from 1, as the keyboard does."""
        if 1 <= number <= len(self._buttons):
            self._buttons[number - 1].click()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        rows = self._rows()
        height = theme.px(248 if self._grown else COMPACT_HEIGHT)
        return QSize(theme.px(1272), rows * height + (rows - 1) * theme.px(ROW_GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height() if not self._grown else 0)

    def _rows(self) -> int:
        count = max(1, len(self._buttons))
        return -(-count // self._columns())

    def _columns(self) -> int:
        if not self._grown:
            return max(1, min(6, len(self._buttons)))
        return 3

    def _lay_out(self, count: int, *, grown: bool) -> None:
        while len(self._buttons) > count:
            self._buttons.pop().deleteLater()
        while len(self._buttons) < count:
            button = ModelButton(self)
            button.clicked.connect(self._report)
            button.held.connect(self._report_held)
            self._buttons.append(button)
        self._grown = grown
        vertical = QSizePolicy.Policy.Expanding if grown else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
        columns = self._columns()
        for index, button in enumerate(self._buttons):
            self._grid.addWidget(button, index // columns, index % columns)
        for column in range(6):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for row in range(6):
            self._grid.setRowStretch(row, 1 if row < self._rows() else 0)
        self.updateGeometry()

    def _report_held(self) -> None:
        button = self.sender()
        if isinstance(button, ModelButton) and button.card is not None:
            self.held.emit(button.card)

    def _report(self) -> None:
        button = self.sender()
        if isinstance(button, ModelButton) and button.card is not None:
            self.pressed.emit(button.card)
