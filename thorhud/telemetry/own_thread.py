"""One thread for one source: a sensor or a driver that never answers holds up nobody but itself."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class OwnThread(Generic[T]):
    """Calls *look* in a thread of its own and waits for it only so long.

    The thread is a daemon: a read that is stuck in the kernel cannot keep the program from ending.
    """

    def __init__(self, name: str, look: Callable[[], T], *, patience_s: float = 0.8) -> None:
        self._name = name
        self._look = look
        self._patience_s = patience_s
        self._asked: queue.SimpleQueue[tuple[asyncio.AbstractEventLoop, asyncio.Future[T]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._waiting: asyncio.Future[T] | None = None

    async def call(self) -> T | None:
        """Return what *look* returned; None while an earlier look has not come back."""
        if self._waiting is not None and not self._waiting.done():
            return None
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        self._asked.put((loop, self._waiting))
        try:
            return await asyncio.wait_for(asyncio.shield(self._waiting), self._patience_s)
        except TimeoutError:
            return None

    def close(self) -> None:
        """Let the thread end once it has nothing to do."""
        self._asked.put(None)
        self._thread = None

    def _serve(self) -> None:
        while (asked := self._asked.get()) is not None:
            loop, answer = asked
            value, error = self._outcome()
            try:
                loop.call_soon_threadsafe(_settle, answer, value, error)
            except RuntimeError:  # the loop has ended, nobody waits any more
                return

    def _outcome(self) -> tuple[T | None, BaseException | None]:
        try:
            return self._look(), None
        except BaseException as error:  # noqa: BLE001 - it is raised where it was asked for
            return None, error


def _settle(answer: asyncio.Future[T], value: T | None, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(value)  # type: ignore[arg-type] # a value wherever there is no error
