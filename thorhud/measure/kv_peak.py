"""How full the KV cache was while answers came: a gauge that is back at zero when they have ended."""

import math
import time

from thorhud.domain.metrics_text import read_scrape
from thorhud.measure.connection import Connection
from thorhud.measure.watch import Watch
from thorhud.measure.words import PromptFailed

FIRST_LOOK_S = 0.5
"""After the first text: before it, a look would compete with the very time to first token that is measured."""
PERIOD_S = 1.0
"""A server writes some 50 kB each time; once a second is what is commonly asked of it."""


class KvPeak:
    """Looks at `/metrics` now and then, on a connection of its own, and never waits for it."""

    def __init__(self, watch: Watch, connection: Connection | None) -> None:
        self._watch = watch
        self._connection = connection
        """None where the server has no such page, or stopped answering it."""
        self._begun = False
        self._asked: int | None = None
        self._pieces: list[bytes] = []
        self.due_s = math.inf
        """When it wants to look next."""
        self.usage: float | None = None
        """The highest that was seen, 0 to 1; None where none was."""

    def begin(self) -> None:
        """Look from now on: text has come."""
        if not self._begun and self._connection is not None:
            self._begun = True
            self.due_s = time.monotonic() + FIRST_LOOK_S

    def turn(self, ready: list[int]) -> None:
        """Ask where it is time to, and take in what has come of the answer."""
        if self._connection is None:
            return
        try:
            if self._asked is not None:
                if self._asked in ready:
                    self._take(self._connection)
            elif time.monotonic() >= self.due_s:
                self._ask(self._connection)
        except PromptFailed:
            self.close()

    def close(self) -> None:
        """Look no more."""
        if self._connection is not None:
            self._leave()
            self._connection.close()
        self._connection, self.due_s = None, math.inf

    def _ask(self, connection: Connection) -> None:
        self.due_s = math.inf
        connection.send("GET", "/metrics")
        self._pieces = []
        self._asked = connection.fileno()
        self._watch.follow(self._asked)

    def _take(self, connection: Connection) -> None:
        self._pieces.append(connection.take())
        if connection.response.complete:
            self._leave()
            connection.release()
            self._see(b"".join(self._pieces).decode("utf-8", errors="replace"))
            self.due_s = time.monotonic() + PERIOD_S

    def _see(self, text: str) -> None:
        usage = read_scrape(text).kv_cache_usage
        if usage is not None:
            self.usage = max(usage, self.usage or 0.0)

    def _leave(self) -> None:
        if self._asked is not None:
            self._watch.leave(self._asked)
            self._asked = None
