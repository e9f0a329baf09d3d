"""The pages of a face, each made when it is opened for the first time."""

import importlib
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from thorhud.domain.messages import Channel, StreamPiece
from thorhud.gui.pages.kiosk_page import KioskPage
from thorhud.gui.scaling import scale_tree
from thorhud.gui.store import FaceState
from thorhud.gui.streams import AnswerStream
from thorhud.gui.theme import theme_of


class PageStack(QStackedWidget):
    """Shows one page at a time; only the one that is seen is told the state."""

    command_requested = Signal(object)
    inquiry_requested = Signal(object)
    """An `Inquiry` of a page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kiosk = KioskPage(self)
        self.kiosk.command_requested.connect(self.command_requested)
        self.kiosk.inquiry_requested.connect(self.inquiry_requested)
        self.addWidget(self.kiosk)
        # Compare brings pyqtgraph and numpy with it: half a second that the first picture does not wait for
        self._late: dict[str, Any] = {}
        self._answer = AnswerStream()

    @property
    def on_kiosk(self) -> bool:
        """Whether the kiosk page is seen."""
        return self.currentWidget() is self.kiosk

    @property
    def seen(self) -> str:
        """The name of the page that is seen."""
        shown = self.currentWidget()
        return next((name for name, page in self._late.items() if page is shown), "kiosk")

    def open_page(self, name: str, face: FaceState) -> None:
        """Show "kiosk", "compare" or "log"."""
        if name == "log":
            self.setCurrentWidget(self._page("log", "thorhud.gui.pages.log_page", "LogPage"))
            self.display_log(face)
        elif name == "compare":
            self.setCurrentWidget(self._page("compare", "thorhud.gui.pages.compare_page", "ComparePage"))
            self.display_compare(face)
        else:
            self.setCurrentWidget(self.kiosk)
        shown = self.currentWidget()
        if shown is not None:
            shown.setFocus()

    def back(self) -> None:
        """Return to the kiosk."""
        if not self.on_kiosk:
            self.open_page("kiosk", FaceState())

    def display_compare(self, face: FaceState) -> None:
        """Show the newest comparison, where that page is seen."""
        page = self._late.get("compare")
        if page is None or self.currentIndex() != self.indexOf(page):
            return
        if face.workshop is not None and face.agent is not None:
            page.display(face.comparison, face.workshop, face.agent)

    def display_log(self, face: FaceState) -> None:
        """Tell the page of the log, where it is seen, which start is the newest."""
        page = self._late.get("log")
        if page is not None and self.currentIndex() == self.indexOf(page):
            page.display(face)

    def take(self, piece: StreamPiece) -> None:
        """Hand a piece of a stream to the page that shows it."""
        if piece.channel is Channel.ANSWER:
            text = self._answer.take(piece)
            self.kiosk.append_answer(piece.of, text, reasoning=piece.reasoning)

    def _page(self, name: str, module: str, kind: str) -> Any:  # noqa: ANN401 - a page by name
        if name not in self._late:
            page = getattr(importlib.import_module(module), kind)(self)
            page.back_requested.connect(self.back)
            if hasattr(page, "command_requested"):
                page.command_requested.connect(self.command_requested)
            if hasattr(page, "inquiry_requested"):
                page.inquiry_requested.connect(self.inquiry_requested)
            self.addWidget(page)
            scale_tree(page, theme_of(self).scale)
            self._late[name] = page
        return self._late[name]
