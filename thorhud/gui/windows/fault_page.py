"""What is seen when the display itself has a fault: one sentence, what to do, and the button that does it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from thorhud.gui.scaling import scale_tree
from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.status_icon import StatusIcon

TITLE = "This display had a fault"
GOES_ON = "The model and the unit go on; nothing was stopped."
BY_ITSELF = "The display starts again by itself."
WAITS = "It came back several times within a minute, so the display waits. Press the button, or ask a TA to look at it."


class FaultPage(QWidget):
    """Covers its window; the page below may be what is broken, so nothing of it is used."""

    restart_requested = Signal()

    def __init__(self, window: QWidget, fault: str, *, waits: bool) -> None:
        super().__init__(window)
        self.setAccessibleName(f"{TITLE}. {fault}")
        icon = StatusIcon(self)
        icon.setFixedSize(72, 72)
        icon.display("warning-octagon-fill", "red")
        self._button = ActionButton(self, kind=Kind.MAIN, text="Restart the display", icon="arrows-clockwise-bold")
        self._button.set_detail("About 2 s, nothing is lost")
        self._button.setMinimumWidth(480)
        self._button.clicked.connect(self.restart_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(120, 80, 120, 80)
        column.setSpacing(20)
        column.addStretch(1)
        column.addWidget(icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for role, tone, text in (
            ("headline", "text1", TITLE),
            ("body", "text2", GOES_ON),
            ("body", "text2", WAITS if waits else BY_ITSELF),
            ("log", "text3", fault),
        ):
            label = PlainText(self, role=role, tone=tone, text=text)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(20)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        scale_tree(self, theme_of(self).scale)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self._button.setFocus()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme_of(self).colour.bg)
