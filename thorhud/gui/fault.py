"""A fault of the display itself: shown on its page, and the program started again on the same page.

The agent is a process of its own and goes on. The new start replaces this process and keeps its number, so that
whoever watches the display sees one program that never ended.
"""

import asyncio
import os
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer

from thorhud.gui.restarts import Restarts, now
from thorhud.gui.unit_text import one_line
from thorhud.gui.windows.fault_page import FaultPage
from thorhud.gui.windows.kiosk_window import KioskWindow

SHOWN_MS = 1200
"""How long the sentence is seen before the restart: with a start of the program it stays under three seconds."""


class FaultWatch:
    """Takes every exception that nobody expected, wherever Qt or asyncio lets it surface; the first one counts."""

    def __init__(
        self, window: KioskWindow, restarts: Restarts, *, begin_again: Callable[[], None] | None = None
    ) -> None:
        self._window = window
        self._restarts = restarts
        self._begin_again = begin_again or replace_process
        self._seen = False

    def install(self) -> None:
        """Be told of exceptions in slots, timers and events: Qt's callers cannot take them."""
        sys.excepthook = self._of_python

    def of_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Be told of exceptions that a task or a callback of the loop let go."""
        error = context.get("exception")
        self.take(error if isinstance(error, BaseException) else RuntimeError(str(context.get("message", ""))))

    def take(self, error: BaseException) -> None:
        """Write the fault down, show it, and begin again."""
        traceback.print_exception(error)
        if self._seen:
            return
        self._seen = True
        waits = not self._restarts.may_again(now())
        try:
            self._show(error, waits=waits)
        except Exception:
            if not waits:
                self.restart(by_itself=True)
            raise
        if not waits:
            # the window is its context: one that is closed meanwhile begins nothing again
            QTimer.singleShot(SHOWN_MS, self._window, lambda: self.restart(by_itself=True))

    def restart(self, *, by_itself: bool) -> None:
        """Start the program again on the page that is seen."""
        told = self._restarts.after(
            page=self._window.pages.seen, theme=self._window.theme.name, now_unix_s=now(), by_itself=by_itself
        )
        told.write()
        self._begin_again()

    def _show(self, error: BaseException, *, waits: bool) -> None:
        page = FaultPage(self._window, sentence_of(error), waits=waits)
        page.restart_requested.connect(lambda: self.restart(by_itself=False))

    def _of_python(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._window.leave()
            return
        self.take(error if trace is None else error.with_traceback(trace))


def sentence_of(error: BaseException) -> str:
    """Say what broke and where, for whoever reports it: "RuntimeError in press_cup (kiosk_page.py, line 73): ..."."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)
    where = ""
    if frames:
        last = frames[-1]
        where = f" in {last.name} ({os.path.basename(last.filename)}, line {last.lineno})"  # noqa: PTH119 - a name
    said = one_line(str(error), 160)
    return f"{type(error).__name__}{where}{f': {said}' if said else ''}"


def replace_process() -> None:
    """Become the same command again, in the same process."""
    sys.stdout.flush()
    sys.stderr.flush()
    application = QCoreApplication.instance()
    if application is not None:
        # the server forgets the windows of a program whose connection ends; exec ends it
        application.processEvents()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command line
