"""Whether the internet can be reached: a connection is begun, and looked at when somebody asks again."""

import select
import socket
import time
from collections.abc import Callable, Sequence

from thorhud.domain.reading import Reading

OUTSIDE = (("1.1.1.1", 443), ("8.8.8.8", 443))
"""Two public name servers, by address: a name would need a name server first. Nothing is sent to them."""
PATIENCE_S = 0.3
"""A look takes no longer; a connection that needs more is looked at again at the next one."""
GIVEN_UP_S = 5.0


class InternetLook:
    """Begins to connect, and remembers what came of it."""

    def __init__(self, hosts: Sequence[tuple[str, int]] = OUTSIDE, clock: Callable[[], float] = time.monotonic) -> None:
        self._hosts = hosts
        self._clock = clock
        self._begun_s = 0.0
        self._open: list[socket.socket] = []

    def look(self, gateway: Reading[str]) -> Reading[bool]:
        """Return whether a host outside answered."""
        if gateway.value is None:
            self.close()
            return Reading(value=False, source="no default gateway")
        if not self._open:
            self._begin()
        _, ready, _ = select.select([], self._open, [], PATIENCE_S) if self._open else ([], [], [])
        reached = [each for each in ready if each.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0]
        waiting = [each for each in self._open if each not in ready]
        if reached:
            host = reached[0].getpeername()[0]
            self.close()
            return Reading(value=True, source=host)
        if waiting and self._clock() - self._begun_s < GIVEN_UP_S:
            return Reading(reason="The internet has not answered yet.")
        self.close()
        return Reading(value=False, source=", ".join(host for host, _ in self._hosts))

    def close(self) -> None:
        """End what was begun."""
        for each in self._open:
            each.close()
        self._open = []

    def _begin(self) -> None:
        self._begun_s = self._clock()
        for host in self._hosts:
            outside = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            outside.connect_ex(host)  # in progress, or refused: it is ready at once then
            self._open.append(outside)
