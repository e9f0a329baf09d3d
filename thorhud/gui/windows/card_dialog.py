"""The frame of every dialog: a card without a window manager's border, Enter presses what has the focus."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QDialog, QWidget

from thorhud.gui.scaling import scale_tree
from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.focus_ring import FocusRing
from thorhud.gui.widgets.frame import draw_frame

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class CardDialog(QDialog):
    """Opens over its window and blocks nothing but that window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._ring = FocusRing(self)

    def open(self) -> None:
        """Show the dialog in the middle of its window and return at once."""
        scale_tree(self, theme_of(self).scale)
        self.adjustSize()
        super().open()
        self.fit()

    def fit(self) -> None:
        """Take the size that the content needs and the middle of the window."""
        self.resize(self.wanted_size())
        parent = self.parentWidget()
        if parent is not None:
            middle = parent.window().geometry().center()
            self.move(middle - self.rect().center())

    def done(self, result: int) -> None:
        """Close, and give the keyboard back: where there is no window manager nobody else does."""
        super().done(result)
        parent = self.parentWidget()
        if parent is not None:
            parent.activateWindow()

    def wanted_size(self) -> QSize:
        """Return how large the dialog is to be."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._ring.key_used()
        focused = self.focusWidget()
        if event.key() in _ENTER and isinstance(focused, QAbstractButton):
            focused.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour.bg)
        draw_frame(
            painter,
            QRectF(self.rect()),
            theme.length(theme.radius["card"]),
            fill=theme.colour.surface2,
            border=theme.colour.outline,
            width=theme.length(theme.line["outline"]),
        )
