"""How to reach the unit: address and command in rows, large enough to type from a metre away."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.identity_rows import Row
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

ROW_HEIGHT, ROWS, LABEL_WIDTH = 48, 3, 112
NO_NETWORK = "No network. Plug in the cable."
_SMALLER = {"address": "address_small", "command": "address_small", "address_small": "log"}


class AddressRows(QWidget):
    """Shows `Row`s; without any it says what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def display(self, rows: tuple[Row, ...]) -> None:
        """Show *rows*; before the first call nothing is known and nothing is claimed."""
        if rows == self._rows:
            return
        self._rows = rows
        self.setAccessibleName(", ".join(f"{row.label} {row.value}" for row in rows) or NO_NETWORK)
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(520), theme.px(ROW_HEIGHT * ROWS))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        if self._rows is None:
            return
        if not self._rows:
            runs = (Run(NO_NETWORK, "subtitle", "amber"),)
            draw_runs(painter, theme, runs, QPointF(0, theme.length(36)), room=self.width())
            return
        for index, row in enumerate(self._rows[:ROWS]):
            self._paint_row(painter, theme, row, theme.length(36 + index * ROW_HEIGHT))

    def _paint_row(self, painter: QPainter, theme: Theme, row: Row, baseline: float) -> None:
        left = theme.length(LABEL_WIDTH)
        label = (Run(row.label, "note", "text2"),)
        draw_runs(painter, theme, label, QPointF(0, baseline), room=left - theme.length(8))
        room = self.width() - left
        value = (Run(row.value, "command" if row.command else "address"),)
        while runs_width(theme, value) > room and value[0].role in _SMALLER:
            value = (Run(row.value, _SMALLER[value[0].role]),)
        draw_runs(painter, theme, value, QPointF(left, baseline), room=room)
