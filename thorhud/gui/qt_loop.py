"""asyncio on Qt's event loop; the only module that knows qasync."""

import asyncio
from collections.abc import Coroutine

import qasync
from PySide6.QtWidgets import QApplication


def run_on_qt(application: QApplication, main: Coroutine[object, object, int]) -> int:
    """Run *main* to its end on the event loop of *application* and return its result."""
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:  # type: ignore[attr-defined]
        return loop.run_until_complete(main)
