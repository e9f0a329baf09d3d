"""One quiet line below the stage: an icon, what it is, why, and at most one button."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from thorhud.gui.remarks import Remark
from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.status_icon import StatusIcon

_ICON_SIDE = 28
QUIET = "quiet"
"""The tone of what is only worth knowing: no colour of its own."""


class RemarkLine(QFrame):
    """Shows a `Remark`, and nothing where there is none."""

    command_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remark: Remark | None = None
        self._icon = StatusIcon(self)
        self._icon.setFixedSize(_ICON_SIDE, _ICON_SIDE)
        self._words = PlainText(self, role="note")
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = ActionButton(self, kind=Kind.OUTLINE)
        self._button.setProperty("role", "label_strong")
        self._button.clicked.connect(self._press)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 10, 16, 10)
        row.setSpacing(16)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def display(self, remark: Remark | None) -> None:
        """Show *remark*."""
        self._remark = remark
        self.setVisible(remark is not None)
        if remark is None:
            return
        self._icon.display(remark.icon, "text2" if remark.tone == QUIET else remark.tone)
        self._words.setText(f"{remark.title.rstrip('.')}. {remark.detail}".strip())
        self.setAccessibleName(self._words.text())
        self._button.setVisible(remark.fix is not None)
        if remark.fix is not None:
            self._button.setText(remark.fix.text)
            self._button.set_icon(remark.fix.icon)
            self._button.setToolTip(remark.fix.detail)
            self._button.setAccessibleDescription(remark.fix.detail)
        self.update()

    def text(self) -> str:
        """Return what the line says."""
        return self._words.text()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._remark is None:
            return
        theme = theme_of(self)
        radius = theme.length(theme.radius["cell"])
        fill = theme.tone("surface1" if self._remark.tone == QUIET else f"{self._remark.tone}_wash")
        draw_frame(QPainter(self), QRectF(self.rect()), radius, fill=fill)

    def _press(self) -> None:
        if self._remark is not None and self._remark.fix is not None:
            self.command_requested.emit(self._remark.fix.wish)
