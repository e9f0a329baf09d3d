"""What several sources conclude from their parts in the same way."""

import re
from collections.abc import Iterable, Sequence

from thorhud.domain.telemetry import ProcessMemory, ThermalZone

_AGGREGATE = "tj"
"""The zone that only repeats the maximum of the others."""
_WATTS = re.compile(r"(\d+)W")
_DISK = "nvme"


def hottest(zones: Iterable[ThermalZone]) -> ThermalZone | None:
    """Return the hottest zone that is online. A disk's own temperature has other limits and does not count."""
    online = [zone for zone in zones if zone.temp_c is not None and not zone.name.startswith(_DISK)]
    return max(online, key=lambda zone: (zone.temp_c, zone.name != _AGGREGATE, zone.name), default=None)


def mode_limit(mode: str | None) -> float | None:
    """Return the watts that a power mode is named for: 120 for "120W", None for "MAXN"."""
    watts = _WATTS.fullmatch(mode or "")
    return float(watts[1]) if watts else None


def sorted_processes(processes: Iterable[ProcessMemory]) -> tuple[ProcessMemory, ...]:
    """Return the processes with the most GPU memory first."""
    return tuple(sorted(processes, key=lambda process: (-(process.gpu_bytes or 0), process.pid)))


def total_of(values: Sequence[float | None]) -> float | None:
    """Return the sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
