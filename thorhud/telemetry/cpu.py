"""Load of the CPU from `/proc/stat`: the share of the time between two looks that the cores worked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import text_of

SOURCE = "/proc/stat"
_UNREADABLE = f"{SOURCE} cannot be read."


@dataclass(frozen=True, slots=True)
class CoreTicks:
    """What one core has done since the start of the machine, in clock ticks."""

    idle: int
    total: int


class CpuReader:
    """Reads the load since its last look."""

    def __init__(self, root: Path) -> None:
        self._path = root / "proc/stat"
        self._last: Mapping[str, CoreTicks] = {}

    def read(self) -> tuple[Reading[float], Reading[int]]:
        """Return the mean load of the online cores and how many there are."""
        text = text_of(self._path)
        if text is None:
            return Reading(reason=_UNREADABLE, source=SOURCE), Reading(reason=_UNREADABLE, source=SOURCE)
        now, before = core_ticks(text), self._last
        self._last = now
        load = mean_load(before, now)
        reason = None if load is not None else "The load needs two looks at the machine; this was the first."
        return Reading(value=load, reason=reason, source=SOURCE), Reading(value=len(now), source=SOURCE)


def core_ticks(stat: str) -> dict[str, CoreTicks]:
    """Read the lines of single cores from `/proc/stat`; a core that is offline has none."""
    cores = {}
    for line in stat.splitlines():
        name, *figures = line.split()
        if name.startswith("cpu") and name != "cpu" and len(figures) >= 5:
            ticks = [int(figure) for figure in figures[:8]]  # guest time is within user time
            cores[name] = CoreTicks(idle=ticks[3] + ticks[4], total=sum(ticks))
    return cores


def mean_load(before: Mapping[str, CoreTicks], now: Mapping[str, CoreTicks]) -> float | None:
    """Return the mean load of the cores that were online both times, 0 to 1; None where no time has passed."""
    loads = []
    for name, ticks in now.items():
        passed = ticks.total - before[name].total if name in before else 0
        if passed > 0:
            idle = ticks.idle - before[name].idle
            loads.append(min(1.0, max(0.0, 1 - idle / passed)))
    return sum(loads) / len(loads) if loads else None
