"""The cores: their load from `/proc/stat` between two looks, their clocks from cpufreq."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import CpuCore
from thorhud.telemetry.kernel_files import number_of, text_of
from thorhud.telemetry.seldom import Seldom

SOURCE = "/proc/stat"
_UNREADABLE = f"{SOURCE} cannot be read."
_FIRST_LOOK = "The load needs two looks at the machine; this was the first."
_CLOCKS_EVERY_S = 0.95
_KHZ_PER_MHZ = 1000


@dataclass(frozen=True, slots=True)
class CoreTicks:
    """What one core has done since the start of the machine, in clock ticks."""

    idle: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreClock:
    """What cpufreq says of one core; its limits are those that are set now."""

    clock_mhz: float | None
    min_clock_mhz: float | None
    max_clock_mhz: float | None
    governor: str | None


@dataclass(frozen=True, slots=True)
class CpuLook:
    """One look at the CPU."""

    load: Reading[float]
    """Mean of the cores that are online."""
    online: Reading[int]
    cores: Reading[tuple[CpuCore, ...]]


class CpuReader:
    """Reads the load since its last look."""

    def __init__(self, root: Path, clock: Callable[[], float]) -> None:
        self._path = root / "proc/stat"
        self._last: Mapping[int, CoreTicks] = {}
        self._clocks = Seldom(lambda: read_clocks(root), _CLOCKS_EVERY_S, clock)

    def read(self) -> CpuLook:
        """Return load and cores."""
        now, before = core_ticks(text_of(self._path) or ""), self._last
        self._last = now
        if not now:
            return CpuLook(*(Reading(reason=_UNREADABLE, source=SOURCE) for _ in range(3)))
        loads, clocks = core_loads(before, now), self._clocks()
        load = sum(loads.values()) / len(loads) if loads else None
        cores = tuple(_core(number, now, loads, clocks.get(number)) for number in sorted({*now, *clocks}))
        return CpuLook(
            load=Reading(value=load, reason=None if loads else _FIRST_LOOK, source=SOURCE),
            online=Reading(value=len(now), source=SOURCE),
            cores=Reading(value=cores, source=SOURCE),
        )


def core_ticks(stat: str) -> dict[int, CoreTicks]:
    """Read the lines of single cores from `/proc/stat`; a core that is offline has none."""
    cores = {}
    for line in stat.splitlines():
        if not line.startswith("cpu"):
            break  # the cores come first, and what follows may be long
        name, *figures = line.split()
        if name != "cpu" and len(figures) >= 5:
            ticks = [int(figure) for figure in figures[:8]]  # guest time is within user time
            cores[int(name[3:])] = CoreTicks(idle=ticks[3] + ticks[4], total=sum(ticks))
    return cores


def core_loads(before: Mapping[int, CoreTicks], now: Mapping[int, CoreTicks]) -> dict[int, float]:
    """Return the load, 0 to 1, of each core that was online both times and for which time has passed."""
    loads = {}
    for number, ticks in now.items():
        passed = ticks.total - before[number].total if number in before else 0
        if passed > 0:
            idle = ticks.idle - before[number].idle
            loads[number] = min(1.0, max(0.0, 1 - idle / passed))
    return loads


def read_clocks(root: Path) -> dict[int, CoreClock]:
    """Return the clocks of every core that the machine has, offline ones too."""
    folders = root.glob("sys/devices/system/cpu/cpu[0-9]*")
    return {int(match[1]): _clock(folder) for folder in folders if (match := re.search(r"cpu(\d+)$", folder.name))}


def _clock(folder: Path) -> CoreClock:
    cpufreq = folder / "cpufreq"
    return CoreClock(
        clock_mhz=_mhz(cpufreq / "scaling_cur_freq"),
        min_clock_mhz=_mhz(cpufreq / "scaling_min_freq"),
        max_clock_mhz=_mhz(cpufreq / "scaling_max_freq"),
        governor=text_of(cpufreq / "scaling_governor"),
    )


def _mhz(path: Path) -> float | None:
    khz = number_of(path)
    return None if khz is None else khz / _KHZ_PER_MHZ


def _core(number: int, ticks: Mapping[int, CoreTicks], loads: Mapping[int, float], clock: CoreClock | None) -> CpuCore:
    if number not in ticks:
        return CpuCore(number=number, online=False)
    return CpuCore(
        number=number,
        load=loads.get(number),
        clock_mhz=None if clock is None else clock.clock_mhz,
        max_clock_mhz=None if clock is None else clock.max_clock_mhz,
        governor=None if clock is None else clock.governor,
    )
