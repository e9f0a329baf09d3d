"""The card beside a mark of a chart that says what it is made of, and the ring around that mark."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.plain_text import PlainText

_WIDEST, _GAP, _INSET = 640, 12, 18


class DetailCard(QFrame):
    """Plain text above everything else of its window; it takes no clicks."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title = PlainText(self, role="small_strong")
        self._lines = PlainText(self, role="small", tone="text2")
        for label in (self._title, self._lines):
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self._title)
        layout.addWidget(self._lines)
        self.hide()

    def text(self) -> str:
        """Return what the card says."""
        return "\n".join(filter(None, (self._title.text(), self._lines.text())))

    def display(self, words: str, beside: QRectF) -> None:
        """Show *words* at the right of *beside*, or wherever in the window there is room."""
        theme, title_and_rest = theme_of(self), words.partition("\n")
        inset = theme.px(_INSET)
        self.layout().setContentsMargins(inset, inset, inset, inset)  # type: ignore[union-attr]
        self.layout().setSpacing(theme.px(6))  # type: ignore[union-attr]
        self._title.setText(title_and_rest[0])
        self._lines.setText(title_and_rest[2])
        self._lines.setVisible(bool(title_and_rest[2]))
        self.resize(self._wanted(theme.px(_WIDEST), 2 * inset))
        self.setAccessibleName(words)
        self._place(beside, theme.px(_GAP))
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        radius, width = theme.length(theme.radius["small"]), theme.length(theme.line["outline"])
        draw_frame(
            QPainter(self),
            QRectF(self.rect()),
            radius,
            fill=theme.colour.surface3,
            border=theme.colour.outline,
            width=width,
        )

    def _wanted(self, widest: int, around: int) -> QSize:
        lines = [self._title.text(), *self._lines.text().split("\n")]
        metrics = self._title.fontMetrics()
        width = min(widest, max(metrics.horizontalAdvance(line) for line in lines) + around + 8)
        layout = self.layout()
        height = layout.heightForWidth(width) if layout is not None else 0
        return QSize(width, height)

    def _place(self, beside: QRectF, gap: int) -> None:
        room = self.window().rect()
        x, y = beside.right() + gap, beside.center().y() - self.height() / 2
        if x + self.width() > room.width():
            x, y = beside.center().x() - self.width() / 2, beside.bottom() + gap
        if y + self.height() > room.height():
            y = beside.top() - gap - self.height()
        left = min(max(0.0, x), float(max(0, room.width() - self.width())))
        self.move(round(left), round(max(0.0, y)))


class SpotMark(QWidget):
    """A ring around the mark that is told about."""

    def __init__(self, surface: QWidget) -> None:
        super().__init__(surface)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def display(self, rect: QRectF, *, visible: bool) -> None:
        """Lie around *rect*."""
        reach = theme_of(self).px(5)
        self.setGeometry(rect.adjusted(-reach, -reach, reach, reach).toAlignedRect())
        self.setVisible(visible)
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        width, radius = theme.length(theme.line["focus"]), theme.length(theme.radius["small"])
        draw_frame(QPainter(self), QRectF(self.rect()), radius, fill=None, border=theme.colour.text1, width=width)
