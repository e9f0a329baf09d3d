"""How much each interface moves, from `/proc/net/dev`."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import NetworkRate
from thorhud.telemetry.kernel_files import text_of

SOURCE = "/proc/net/dev"
_OWN = ("lo", "veth", "br-", "docker", "virbr", "dummy", "sit", "tun", "ip6")
"""What passes through these passes through another interface too, or leaves the unit not at all."""


class NetworkReader:
    """Reads the bytes per second since its last look."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = root / "proc/net/dev"
        self._clock = clock
        self._last: tuple[float, Mapping[str, tuple[int, int]]] | None = None

    def read(self) -> Reading[tuple[NetworkRate, ...]]:
        """Return the rate of each interface that was there both times."""
        text = text_of(self._path)
        if text is None:
            return Reading(reason=f"{SOURCE} cannot be read.", source=SOURCE)
        now_s, now = self._clock(), bytes_moved(text)
        before, self._last = self._last, (now_s, now)
        if before is None or now_s <= before[0]:
            return Reading(reason="The rate needs two looks at the machine; this was the first.", source=SOURCE)
        return Reading(value=rates(before[1], now, now_s - before[0]), source=SOURCE)


def bytes_moved(net_dev: str) -> dict[str, tuple[int, int]]:
    """Return bytes received and sent since the start, by interface."""
    moved = {}
    for line in net_dev.splitlines():
        name, colon, rest = line.partition(":")
        figures = rest.split()
        if colon and len(figures) >= 9 and figures[0].isdecimal() and not name.strip().startswith(_OWN):
            moved[name.strip()] = int(figures[0]), int(figures[8])
    return moved


def rates(
    before: Mapping[str, tuple[int, int]], now: Mapping[str, tuple[int, int]], passed_s: float
) -> tuple[NetworkRate, ...]:
    """Return the rates; a counter that went back (the interface was made anew) counts from nothing."""
    return tuple(
        NetworkRate(
            interface=name,
            received_bytes_per_s=max(0, received - before[name][0]) / passed_s,
            sent_bytes_per_s=max(0, sent - before[name][1]) / passed_s,
        )
        for name, (received, sent) in sorted(now.items())
        if name in before
    )
