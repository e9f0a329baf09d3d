"""What came of a wish: what happened, and what to do next, above the page until it is dismissed."""

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from thorhud.gui.icons import draw_icon
from thorhud.gui.store import Notice
from thorhud.gui.theme import theme_of
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.plain_text import PlainText

NEWS_MS = 6000
WIDTH = 900
IDENTITY_WIDTH = 520


class NoticeCard(QWidget):
    """One message at the bottom of the window; trouble stays, news goes after six seconds."""

    dismissed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._trouble = True
        self._title = PlainText(self, role="strong")
        self._detail = PlainText(self, role="note", tone="text2")
        for label in (self._title, self._detail):
            label.setWordWrap(True)
        self._button = ActionButton(self, kind=Kind.QUIET, text="Dismiss")
        self._button.clicked.connect(self.dismissed)
        self._timer = QTimer(self, singleShot=True, interval=NEWS_MS)
        self._timer.timeout.connect(self.dismissed)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(72, 16, 16, 16)
        row.setSpacing(16)
        row.addLayout(words, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        window.installEventFilter(self)
        self.hide()

    def display(self, notice: Notice | None) -> None:
        """Show *notice*, or nothing."""
        self._timer.stop()
        if notice is None:
            self.hide()
            return
        self._trouble = notice.trouble
        self._title.setText(one_line(notice.title))
        self._detail.setText(one_line(notice.detail, 1200))
        self._detail.setVisible(bool(notice.detail))
        self.setAccessibleName(f"{notice.title} {notice.detail}".strip())
        if not notice.trouble:
            self._timer.start()
        self.show()
        self.place()
        self.update()

    def text(self) -> str:
        """Return what the card says."""
        return f"{self._title.text()} {self._detail.text()}".strip()

    def place(self) -> None:
        """Lie at the bottom centre of the right area: the cup must stay within reach."""
        theme = theme_of(self)
        window = self.window()
        margin = theme.px(theme.space["margin"])
        left = margin + theme.px(IDENTITY_WIDTH) + theme.px(theme.space["column_gap"])
        room = window.width() - margin - left
        width = min(theme.px(WIDTH), room)
        height = max(self.heightForWidth(width), theme.px(80))
        self.setGeometry(left + (room - width) // 2, window.height() - margin - height, width, height)
        self.raise_()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self.place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        fill = theme.colour.red_wash if self._trouble else theme.colour.surface2
        border = theme.colour.red if self._trouble else theme.colour.hairline
        radius = theme.length(theme.radius["cell"])
        draw_frame(painter, QRectF(self.rect()), radius, fill=fill, border=border, width=theme.length(1.5))
        name = "warning-octagon-fill" if self._trouble else "check-circle-fill"
        side = theme.length(32)
        tone = theme.colour.red if self._trouble else theme.colour.green
        draw_icon(painter, name, tone, QRectF(theme.length(24), (self.height() - side) / 2, side, side))
