"""asyncio on Qt's event loop; the only module that knows qasync."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication

Handler = Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object]


def run_on_qt(
    application: QApplication, main: Coroutine[object, object, int], *, on_fault: Handler | None = None
) -> int:
    """Run *main* to its end on the event loop of *application* and return its result.

    *on_fault* is told of exceptions that no task waits for.
    """
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application)
    if on_fault is not None:
        loop.set_exception_handler(on_fault)
    asyncio.set_event_loop(loop)
    with loop:  # type: ignore[attr-defined]
        return loop.run_until_complete(main)
