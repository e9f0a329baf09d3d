"""Waiting for bytes of a server, and meanwhile for a wish to stop."""

import os
import select
import signal
import time
from collections.abc import Callable
from typing import Protocol

LOOK_UP_S = 0.5
"""How often a silent wait looks up to say that it still goes on."""


class Cancelled(Exception):
    """Somebody asked to stop: a signal, or stdin that closed because nobody listens any more."""


class Silence(Exception):
    """No byte came for as long as one may wait."""


class HasFileno(Protocol):
    """A socket."""

    def fileno(self) -> int:
        """Return the descriptor."""
        ...


class Watch:
    """Waits on a socket and on every descriptor that means "stop"."""

    def __init__(self, stops: tuple[int, ...] = (), looked_up: Callable[[], None] = lambda: None) -> None:
        self._stops = stops
        self._poll = select.poll()
        for stop in stops:
            self._poll.register(stop, select.POLLIN)
        self.looked_up = looked_up
        """Called now and then while nothing comes."""

    def wait_readable(self, source: HasFileno, limit_s: float) -> None:
        """Return once *source* can be read; raise `Silence` after *limit_s* seconds, `Cancelled` when asked to stop."""
        descriptor = source.fileno()
        deadline = time.monotonic() + limit_s
        self._poll.register(descriptor, select.POLLIN)
        try:
            while not self._look(descriptor, deadline):
                self.looked_up()
        finally:
            self._poll.unregister(descriptor)

    def _look(self, descriptor: int, deadline: float) -> bool:
        left_s = deadline - time.monotonic()
        ready = {each for each, _ in self._poll.poll(max(0.0, min(left_s, LOOK_UP_S)) * 1000)}
        if ready.intersection(self._stops):
            raise Cancelled
        if descriptor not in ready and left_s <= 0:
            raise Silence
        return descriptor in ready


def stop_signals() -> int:
    """Let SIGTERM and SIGINT make the returned descriptor readable instead of ending the process."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    return reader
