"""The window of a face: theme and scale, pages, keys, and what lies above the pages."""

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QStackedWidget, QVBoxLayout, QWidget

from thorhud.gui.pages.kiosk_page import KioskPage
from thorhud.gui.scaling import scale_tree
from thorhud.gui.store import FaceState, Notice
from thorhud.gui.style_sheet import style_sheet
from thorhud.gui.theme import THEMES, Theme, load_theme
from thorhud.gui.widgets.focus_ring import FocusRing
from thorhud.gui.widgets.notice_card import NoticeCard

FULL_SIZE = (1920, 1080)
SMALLEST = (800, 450)
TICK_MS = 1000
RESIZE_PAUSE_MS = 60


class KioskWindow(QWidget):
    """Frames the pages. It knows no agent: wishes leave it as signals, the state comes in through `display`."""

    closed = Signal()
    notice_dismissed = Signal()

    def __init__(
        self,
        theme_name: str = THEMES[0],
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.theme: Theme = load_theme(theme_name)
        self._clock, self._wall = clock, wall
        self._face = FaceState()
        self.setWindowTitle("thorhud")
        self.setObjectName("page")
        self.setMinimumSize(*SMALLEST)
        self.page = KioskPage(self)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        # the page shrinks with the window; its smallest size at this scale is not the window's
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self.pages)
        self.notice_card = NoticeCard(self)
        self.notice_card.dismissed.connect(self.notice_dismissed)
        self.focus_ring = FocusRing(self)
        self._settled = QTimer(self, singleShot=True, interval=RESIZE_PAUSE_MS)
        self._settled.timeout.connect(self.rescale)
        self._second = QTimer(self, interval=TICK_MS)
        self._second.timeout.connect(self._tick)
        self._second.start()
        self.rescale()

    def display(self, face: FaceState) -> None:
        """Show *face*."""
        if face.notice != self._face.notice:
            self.notice_card.display(face.notice)
        self._face = face
        self._tick()

    @property
    def face(self) -> FaceState:
        """What is shown now."""
        return self._face

    def set_theme(self, name: str) -> None:
        """Show everything in another theme."""
        self.theme = load_theme(name).at(self.theme.scale)
        self._dress()

    def next_theme(self) -> None:
        """Change between the dark theme and the one for bright rooms, as the key T does."""
        self.set_theme(THEMES[(THEMES.index(self.theme.name) + 1) % len(THEMES)])

    def rescale(self) -> None:
        """Fit everything to the size of the window."""
        scale = scale_for(self.width(), self.height())
        if scale != self.theme.scale or not self.styleSheet():
            self.theme = self.theme.at(scale)
            self._dress()

    def adopt(self, page: QWidget) -> None:
        """Take *page* in at the window's scale; it was drawn at 1x."""
        scale_tree(page, self.theme.scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self._settled.start()
        else:
            self.rescale()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._second.stop()
        self.closed.emit()
        super().closeEvent(event)

    def show_notice(self, notice: Notice) -> None:
        """Show what the window itself has to say."""
        self.notice_card.display(notice)

    def _dress(self) -> None:
        scale_tree(self, self.theme.scale)
        self.setPalette(self.theme.palette())
        self.setStyleSheet(style_sheet(self.theme))
        self.focus_ring.place()

    def _tick(self) -> None:
        if self.isVisible():
            wall = self._wall()
            clock = time.strftime("%H:%M", time.localtime(wall))
            self.page.display(self._face, self._clock(), wall, clock)


def scale_for(width: int, height: int) -> float:
    """Return how large everything is drawn so that the page fits: 1 at 1920x1080."""
    fit = min(width / FULL_SIZE[0], height / FULL_SIZE[1])
    return round(fit, 3)
