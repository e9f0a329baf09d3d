"""The log of the current launch, as it is written."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextOption
from PySide6.QtWidgets import QWidget

from thorhud.domain.log_text import without_colour
from thorhud.gui.forms.ui_log_page import Ui_LogPage
from thorhud.gui.stage_words import grouped
from thorhud.gui.unit_text import shown
from thorhud.gui.widgets.text_line import Run

KEPT_LINES = 5000
"""Older lines leave the view; the records keep all of them."""
LINE_LIMIT = 2000
_EMPTY = "No line yet. The log of the next start appears here."


class LogPage(QWidget):
    """Plain text that follows its end until somebody scrolls up."""

    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_LogPage()
        self._form.setupUi(self)
        self._launch_id: str | None = None
        self._count = 0
        self._follows = True
        view = self._form.log_view
        view.setMaximumBlockCount(KEPT_LINES)
        view.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        view.setPlaceholderText(_EMPTY)
        view.setAccessibleName("Log of the current launch")
        view.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._form.title_label.setText("Log")
        self._form.back_button.setText("Back")
        self._form.back_button.clicked.connect(self.back_requested)
        self._form.follow_button.setText("Follow the end")
        self._form.follow_button.clicked.connect(self._follow)
        self._show_count()

    def reset(self, launch_id: str | None) -> None:
        """Begin the log of another launch; the same id again changes nothing."""
        if launch_id == self._launch_id:
            return
        self._launch_id = launch_id
        self._count = 0
        self._follows = True
        self._form.log_view.clear()
        self._show_count()

    def append(self, lines: Iterable[str]) -> None:
        """Add *lines* at the end; hostile characters are written out and an endless line is cut."""
        clean = [_as_on_a_terminal(line) for line in lines]
        if not clean:
            return
        self._count += len(clean)
        follows = self._follows
        bar = self._form.log_view.verticalScrollBar()
        at = bar.value()
        self._form.log_view.appendPlainText("\n".join(clean[-KEPT_LINES:]))
        if follows:
            self._follow()
        else:
            bar.setValue(at)
            self._follows = False
        self._show_count()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_L}:
            self.back_requested.emit()
            return
        super().keyPressEvent(event)

    def _follow(self) -> None:
        self._follows = True
        bar = self._form.log_view.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._show_follow()

    def _scrolled(self, value: int) -> None:
        self._follows = value >= self._form.log_view.verticalScrollBar().maximum()
        self._show_follow()

    def _show_follow(self) -> None:
        self._form.follow_button.setVisible(not self._follows)

    def _show_count(self) -> None:
        self._show_follow()
        of = f" of {self._launch_id}" if self._launch_id else ""
        words = "no line yet" if not self._count else "1 line" if self._count == 1 else f"{grouped(self._count)} lines"
        older = f", the newest {grouped(KEPT_LINES)} are shown" if self._count > KEPT_LINES else ""
        self._form.count_line.display(Run(f"{words}{of}{older}", "note", "text2", figures=True))


def _as_on_a_terminal(line: str) -> str:
    """Return what a terminal leaves of a line: no colours, and of a progress bar only its last state."""
    plain = without_colour(line[: 10 * LINE_LIMIT])
    last = next((piece for piece in reversed(plain.split("\r")) if piece.strip()), "")
    return shown(last, LINE_LIMIT).replace("\n", "\\n")
