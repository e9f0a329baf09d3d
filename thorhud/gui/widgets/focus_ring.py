"""A ring around what has the focus, drawn above everything so that no leaf needs room for it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.frame import draw_frame

_MOVES = {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide}


class FocusRing(QWidget):
    """Follows the focus of its window; hidden after a touch or click, until a key moves the focus again.

    What it follows may be gone: rows of a dialog are made anew each time it opens.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._by_hand = False
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def key_used(self) -> None:
        """Show the ring again: somebody works with the keyboard."""
        self._by_hand = False
        self.place()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self.place()
        return False

    def place(self) -> None:
        """Lie around the widget that has the focus."""
        target = self._target if self._target is not None and isValid(self._target) else None
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
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._by_hand = True
        self._target = new if new is not None and new.window() is self.window() else None
        self._watch()
        self.place()

    def _watch(self) -> None:
        """Listen to the target and all it stands in: it also moves when they do."""
        for old in filter(isValid, self._watched):
            old.removeEventFilter(self)
        self._watched = []
        widget: QWidget | None = self._target
        while widget is not None and widget is not self.window():
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()


def _is_outlined(widget: QWidget) -> bool:
    """Pages take the focus without showing it, and text fields draw their own line."""
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(by_tab) and not widget.inherits("QAbstractScrollArea") and not widget.inherits("QLineEdit")
