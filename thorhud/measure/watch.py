"""Waiting for bytes of a server, and meanwhile for a wish to stop."""

import os
import select
import signal
import time
from collections.abc import Callable

LOOK_UP_S = 0.5
"""How often a silent wait looks up to say that it still goes on."""


class Cancelled(Exception):
    """Somebody asked to stop: a signal, or stdin that closed because nobody listens any more."""


class Silence(Exception):
    """No byte came for as long as one may wait."""


class Watch:
    """Waits on any number of sockets and on every descriptor that means "stop"."""

    def __init__(self, stops: tuple[int, ...] = (), looked_up: Callable[[], None] = lambda: None) -> None:
        self._stops = frozenset(stops)
        self._poll = select.poll()
        for stop in stops:
            self._poll.register(stop, select.POLLIN)
        self.looked_up = looked_up
        """Called now and then while nothing comes."""

    def follow(self, descriptor: int) -> None:
        """Wait for this one, too, until it is left."""
        self._poll.register(descriptor, select.POLLIN)

    def leave(self, descriptor: int) -> None:
        """Wait for it no longer; to be called before it is closed, for its number will be used again."""
        self._poll.unregister(descriptor)

    def wait(self, until_s: float) -> list[int]:
        """Return what can be read; nothing at *until_s* or after a look-up. Raise `Cancelled` when asked to stop."""
        left_s = until_s - time.monotonic()
        events = self._poll.poll(0 if left_s <= 0 else min(left_s, LOOK_UP_S) * 1000)
        if not events:
            self.looked_up()
            return []
        ready = [each for each, _ in events]
        if not self._stops.isdisjoint(ready):
            raise Cancelled
        return ready

    def wait_readable(self, descriptor: int, limit_s: float) -> None:
        """Return once this one can be read; raise `Silence` after *limit_s* seconds, `Cancelled` when asked to stop."""
        until_s = time.monotonic() + limit_s
        self.follow(descriptor)
        try:
            while descriptor not in self.wait(until_s):
                if time.monotonic() >= until_s:
                    raise Silence
        finally:
            self.leave(descriptor)


def stop_signals() -> int:
    """Let SIGTERM and SIGINT make the returned descriptor readable instead of ending the process."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    return reader
