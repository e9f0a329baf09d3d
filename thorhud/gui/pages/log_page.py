"""The log of a launch: followed while it is written, searched, filtered, copied and saved."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from thorhud.domain.messages import LaunchRecord, LogHits, QueryName
from thorhud.domain.messages import LogPage as LogRange
from thorhud.domain.state import ServingPhase
from thorhud.gui.forms.ui_log_page import Ui_LogPage
from thorhud.gui.log_document import LogDocument
from thorhud.gui.log_finder import LogFinder
from thorhud.gui.log_saver import LogSaver
from thorhud.gui.log_words import counted, file_name, hits_words, status_words, titles
from thorhud.gui.store import FaceState
from thorhud.gui.widgets.text_line import Run
from thorhud.gui.wishes import Inquiry

BUSY_MS, QUIET_MS = 200, 1000
"""Pauses between two looks for new lines: while some come, and while none do."""
SAID_MS = 8000
TYPED_MS = 250
MOST_LAUNCHES = 40
_LEVELS: tuple[list[str], ...] = ([], ["warning", "error"], ["error"])
_EMPTY = ("No line yet. The log appears here as it is written.", "No warning and no error.", "No error.")


class LogPage(QWidget):
    """Asks the agent for the lines that are seen and for nothing else; the newest start unless another is chosen."""

    back_requested = Signal()
    inquiry_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, wall: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._form = Ui_LogPage()
        self._form.setupUi(self)
        self._wall = wall
        self._face = FaceState()
        self._launches: tuple[LaunchRecord, ...] = ()
        self._current: str | None = None
        """The launch that is served or was served last."""
        self._document = LogDocument()
        self._finder = LogFinder(self.inquiry_requested.emit, self._go_to, self._show_hits)
        self._saver: LogSaver | None = None
        self._cause: int | None = None
        self._seen_total = 0
        self._unheard = ""
        self._waiting: set[object] = set()
        """Questions about lines that are not answered yet."""
        self._typed = QTimer(self, singleShot=True, interval=TYPED_MS)
        self._typed.timeout.connect(self._search)
        self._look = QTimer(self, singleShot=True)
        self._look.timeout.connect(self._ask_newest)
        self._said = QTimer(self, singleShot=True, interval=SAID_MS)
        self._said.timeout.connect(self._show_status)
        self._name_everything()
        self._connect()

    def display(self, face: FaceState) -> None:
        """Take the newest state: another start replaces the log of the one before, unless an older one is read."""
        if face.workshop != self._face.workshop:
            self._face = face
            self._offer_launches()
        self._face = face
        serving = face.agent.serving if face.agent else None
        newest = serving.launch_id if serving is not None else None
        if newest is not None and newest != self._current:
            shown_current = self._document.launch_id in {"", self._current}
            self._current = newest
            if shown_current:
                self.open_launch(newest)
            self._ask_launches()
        elif not self._document.launch_id and not self._launches:
            self._ask_launches()
        failed = serving is not None and serving.phase is ServingPhase.FAILED
        if failed and self._cause is None and self._document.launch_id == self._current:
            self._ask_cause()
        self._show_status()

    def open_launch(self, launch_id: str) -> None:
        """Show the log of that launch from its end on."""
        self._cause = None
        self._seen_total = 0
        self._form.launch_picker.choose(launch_id)
        self._open(LogDocument(launch_id, filtered=bool(self._levels)))
        self._finder.begin(launch_id, self._levels)
        self._ask_cause()

    # pressing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typing = self._form.search_edit.hasFocus()
        if event.key() == Qt.Key.Key_Escape and typing:
            self._form.log_view.setFocus()
        elif event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_L and not typing):
            self.back_requested.emit()
        elif event.key() == Qt.Key.Key_Slash and not typing:
            self._form.search_edit.setFocus()
            self._form.search_edit.selectAll()
        elif event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._copy()
        elif not typing:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._form.log_view.setFocus()
        self._ask_launches()
        self._ask_newest()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.stop()

    def _name_everything(self) -> None:
        form = self._form
        form.search_edit.setPlaceholderText("Search the whole log")
        form.search_edit.setAccessibleName("Search the log")
        form.search_edit.setMaxLength(200)
        for button, text, name in (
            (form.previous_button, "\u2191", "The hit before"),
            (form.next_button, "\u2193", "Next hit"),
            (form.cause_button, "The cause", "Go to the line that says why it failed"),
            (form.copy_button, "Copy", "Copy the selected lines, or those on the screen"),
            (form.save_button, "Save", "Save the whole log to a file"),
            (form.back_button, "Back", "Back to the kiosk"),
            (form.follow_button, "Follow", "Follow the newest line"),
        ):
            button.setText(text)
            button.setAccessibleName(name)
        form.level_bar.display("Which lines", ("All", "Warnings", "Errors"))
        form.wrap_toggle.display("Wrap")
        form.log_view.set_hint(_EMPTY[0])
        form.cause_button.hide()
        form.follow_button.hide()

    def _connect(self) -> None:
        form = self._form
        form.launch_picker.activated.connect(lambda _: self.open_launch(form.launch_picker.key))
        form.search_edit.textChanged.connect(lambda _: self._typed.start())
        form.search_edit.returnPressed.connect(self._find_from_field)
        form.previous_button.clicked.connect(lambda: self._find(backwards=True))
        form.next_button.clicked.connect(lambda: self._find(backwards=False))
        form.level_bar.chosen.connect(lambda _: self._filter())
        form.wrap_toggle.toggled.connect(lambda on: form.log_view.set_wraps(on=on))
        form.cause_button.clicked.connect(self._show_cause)
        form.copy_button.clicked.connect(self._copy)
        form.save_button.clicked.connect(self._save)
        form.back_button.clicked.connect(self.back_requested)
        form.follow_button.clicked.connect(lambda: form.log_view.set_follows(on=True))
        form.log_view.rows_wanted.connect(self._ask_rows)
        form.log_view.follows_changed.connect(self._follow_changed)

    @property
    def _levels(self) -> list[str]:
        return _LEVELS[self._form.level_bar.index]

    def _filter(self) -> None:
        self._open(LogDocument(self._document.launch_id, filtered=bool(self._levels)))
        self._finder.begin(self._document.launch_id, self._levels)

    def _open(self, document: LogDocument) -> None:
        self._document = document
        self._waiting.clear()
        self._form.log_view.set_hint(_EMPTY[self._form.level_bar.index])
        self._form.log_view.set_document(document)
        self._show_cause_mark()
        self._show_status()
        self._ask_newest()

    # what is asked

    def _ask_launches(self) -> None:
        def take(launches: list[LaunchRecord] | None, _reason: str) -> None:
            if launches is None:
                return
            self._launches = tuple(launches)
            self._offer_launches()
            if not self._document.launch_id and launches:
                self.open_launch(launches[0].id)
            self._show_status()

        args = {"limit": MOST_LAUNCHES}
        self.inquiry_requested.emit(Inquiry(QueryName.LAUNCHES, list[LaunchRecord], take, args))

    def _offer_launches(self) -> None:
        self._form.launch_picker.offer("Which start", titles(self._launches, self._face.workshop, self._wall()))
        self._form.launch_picker.choose(self._document.launch_id)

    def _ask_newest(self) -> None:
        """Look for new lines: a screen of them while the end is followed, else only how many there are."""
        if not self.isVisible() or not self._document.launch_id:
            return
        view = self._form.log_view
        count = 2 * view.seen_rows() if view.follows else 1
        self._ask(-count, count, newest=True)

    def _ask_rows(self, first: int, last: int) -> None:
        wanted = self._document.missing(first, last)
        if wanted is not None and self.isVisible() and not self._waiting - {"newest"}:
            self._ask(*wanted, newest=False)

    def _ask(self, offset: int, limit: int, *, newest: bool) -> None:
        key: object = "newest" if newest else (offset, limit)
        if key in self._waiting:
            return
        self._waiting.add(key)
        take = partial(self._take, self._document, key)
        launch_id = self._document.launch_id
        if self._document.filtered:
            args = {"launch_id": launch_id, "levels": self._levels, "skip": offset, "limit": limit, "lines": True}
            self.inquiry_requested.emit(Inquiry(QueryName.FIND_IN_LOG, LogHits, take, args))
        else:
            args = {"launch_id": launch_id, "offset": offset, "limit": limit}
            self.inquiry_requested.emit(Inquiry(QueryName.LOG, LogRange, take, args))

    def _take(self, document: LogDocument, key: object, answer: LogRange | LogHits | None, reason: str) -> None:
        if document is not self._document:
            return
        self._waiting.discard(key)
        before = document.total
        self._unheard = reason
        match answer:
            case LogRange():
                document.take_page(answer)
            case LogHits():
                document.take_hits(answer)
        if key == "newest":
            self._look.start(BUSY_MS if document.total != before else QUIET_MS)
        if answer is not None:
            if self._form.log_view.follows:
                self._seen_total = document.total
            self._show_cause_mark()
            self._form.log_view.refresh()
        self._show_status()

    # searching

    def _search(self) -> None:
        text = self._form.search_edit.text()
        self._form.log_view.set_needle(text)
        self._finder.search(text)

    def _find_from_field(self) -> None:
        shift = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self._find(backwards=bool(shift))

    def _find(self, *, backwards: bool) -> None:
        if self._typed.isActive() or self._form.search_edit.text() != self._finder.text:
            self._typed.stop()
            self._search()
        row = self._document.row(self._form.log_view.first_seen())
        self._finder.go_on(0 if row is None or row.number is None else row.number, backwards=backwards)

    def _go_to(self, number: int, place: int | None) -> None:
        self._form.log_view.go_to(self._document.row_of(number) if place is None else place)

    def _show_hits(self) -> None:
        finder = self._finder
        words = finder.reason or hits_words(finder.text, finder.place, finder.total)
        self._form.hits_line.display(Run(words, "small", "text2", figures=True))
        for button in (self._form.previous_button, self._form.next_button):
            button.setEnabled(bool(finder.total) or not finder.text)

    # the line that says why

    def _ask_cause(self) -> None:
        launch_id = self._document.launch_id

        def take(hits: LogHits | None, _reason: str) -> None:
            if hits is not None and hits.numbers and launch_id == self._document.launch_id:
                self._cause = hits.numbers[0]
                self._show_cause_mark()

        args = {"launch_id": launch_id, "cause": True}
        self.inquiry_requested.emit(Inquiry(QueryName.FIND_IN_LOG, LogHits, take, args))

    def _show_cause_mark(self) -> None:
        self._form.cause_button.setVisible(self._cause is not None)
        row = None if self._cause is None or self._document.filtered else self._document.row_of(self._cause)
        self._form.log_view.mark(row)

    def _show_cause(self) -> None:
        if self._cause is None:
            return
        if self._document.filtered:
            self._form.level_bar.choose(0)
            self._filter()
        self._form.log_view.go_to(self._document.row_of(self._cause))

    # taking away

    def _copy(self) -> None:
        lines = self._form.log_view.copied()
        QGuiApplication.clipboard().setText("\n".join(lines))
        self._say(f"{counted(len(lines), 'line')} copied")

    def _save(self) -> None:
        launch = next((each for each in self._launches if each.id == self._document.launch_id), None)
        home = Path.home() / file_name(launch)
        if self.window().isFullScreen():
            # on a kiosk a file dialog would be a way out of it
            self._save_to(str(home))
            return
        dialog = QFileDialog(self, "Save the log", str(home))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self._save_to)
        dialog.open()

    def _save_to(self, path: str) -> None:
        def tell(words: str, last: bool) -> None:  # noqa: FBT001 - the saver's
            self._form.save_button.setEnabled(last)
            self._say(words)

        self._saver = LogSaver(self._document.launch_id, Path(path), ask=self.inquiry_requested.emit, tell=tell)
        self._saver.begin()

    # saying

    def _follow_changed(self, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        if on:
            self._seen_total = self._document.total
        self._show_status()

    def _say(self, words: str) -> None:
        """Say what came of something for a while."""
        self._form.status_line.display(Run(words, "note", "text1", figures=True))
        self._said.start()

    def _log_note(self) -> str:
        """Return why the log that is shown is not whole; only of the start of now is that known."""
        serving = self._face.agent.serving if self._face.agent else None
        if serving is None or serving.launch_id != self._document.launch_id:
            return ""
        return serving.log_note or ""

    def _show_status(self) -> None:
        follows = self._form.log_view.follows
        new = max(0, self._document.total - self._seen_total)
        self._form.follow_button.setVisible(not follows)
        self._form.follow_button.setText(f"Follow, {counted(new, 'new line')}" if new else "Follow")
        if self._said.isActive():
            return
        if not self._document.launch_id:
            words = "Nothing was started on this unit yet"
        elif self._unheard:
            words = self._unheard
        else:
            total = self._document.total if self._document.known else None
            words = status_words(self._form.level_bar.index, total, self._document.dropped, self._log_note())
        tone = "amber" if self._unheard else "text2"
        self._form.status_line.display(Run(words, "note", tone, figures=True))
