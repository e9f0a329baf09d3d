"""A card below the stage: the image is absent or a wrong one, or how far its pull has come."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from thorhud.gui.image_words import ImageRemark
from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.status_icon import StatusIcon

_ICON_SIDE = 28
_BAR_HEIGHT = 6.0


class ImageCard(QFrame):
    """Shows an `ImageRemark` with at most one button; its lower edge is the bar of the pull."""

    command_requested = Signal(object)
    """A `thorhud.gui.wishes.Wish`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remark: ImageRemark | None = None
        self._icon = StatusIcon(self)
        self._icon.setFixedSize(_ICON_SIDE, _ICON_SIDE)
        self._title = PlainText(self, role="strong")
        self._detail = PlainText(self, role="note", tone="text2")
        for label in (self._title, self._detail):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = ActionButton(self, kind=Kind.OUTLINE)
        self._button.clicked.connect(self._press)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 10, 16, 16)
        row.setSpacing(16)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self._button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def display(self, remark: ImageRemark | None) -> None:
        """Show *remark*, and nothing where there is none."""
        if remark == self._remark:
            return
        self._remark = remark
        self.setVisible(remark is not None)
        if remark is None:
            return
        self._icon.display(remark.icon, remark.tone)
        self._title.setText(remark.title)
        self._detail.setText(remark.detail)
        self.setAccessibleName(self.text())
        self._button.setVisible(remark.wish is not None)
        if remark.wish is not None:
            self._button.setText(remark.act)
            self._button.set_icon(remark.act_icon)
        self.update()

    def text(self) -> str:
        """Return what the card says."""
        return f"{self._title.text()}. {self._detail.text()}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._remark is None:
            return
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect())
        radius = theme.length(theme.radius["cell"])
        draw_frame(painter, card, radius, fill=theme.tone(f"{self._remark.tone}_wash"))
        if self._remark.share is None:
            return
        outline = QPainterPath()
        outline.addRoundedRect(card, radius, radius)
        painter.setClipPath(outline)
        height = theme.length(_BAR_HEIGHT)
        bar = QRectF(card.left(), card.bottom() - height, card.width(), height)
        painter.fillRect(bar, theme.colour.track)
        bar.setWidth(card.width() * self._remark.share)
        painter.fillRect(bar, theme.tone(self._remark.tone))

    def _press(self) -> None:
        if self._remark is not None and self._remark.wish is not None:
            self.command_requested.emit(self._remark.wish)
