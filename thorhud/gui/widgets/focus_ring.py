"""A ring around what has the focus, drawn above everything so that no leaf needs room for it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.frame import draw_frame

_BY_HAND = {QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin}
_MOVES = {QEvent.Type.Resize, QEvent.Type.Move}


class FocusRing(QWidget):
    """Follows the focus of its window; hidden after a touch or click, until a key moves the focus again."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target: QWidget | None = None
        self._by_hand = False
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _BY_HAND:
            self._by_hand = True
            self.hide()
        elif event.type() is QEvent.Type.KeyPress:
            self._by_hand = False
            self.place()
        elif event.type() in _MOVES:
            self.place()
        return False

    def place(self) -> None:
        """Lie around the widget that has the focus."""
        target = self._target
        wanted = target is not None and target.isVisible() and not self._by_hand and _is_outlined(target)
        self.setVisible(wanted)
        if target is None or not wanted:
            return
        theme = theme_of(self)
        reach = theme.px(theme.space["ring"])
        corner = target.mapTo(self.window(), QPoint(0, 0))
        self.setGeometry(
            corner.x() - reach, corner.y() - reach, target.width() + 2 * reach, target.height() + 2 * reach
        )
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        radius = theme.length(theme.radius["cell"] + theme.space["ring"])
        width = theme.length(theme.line["focus"])
        draw_frame(painter, QRectF(self.rect()), radius, fill=None, border=theme.colour.text1, width=width)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._target = new if new is not None and new.window() is self.window() else None
        self.place()


def _is_outlined(widget: QWidget) -> bool:
    """Text fields draw their own focus line."""
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.inherits("QAbstractScrollArea")
