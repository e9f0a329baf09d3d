"""The hardware of a unit that is not there: values that follow what the unit does, with a machine's inertia."""

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from thorhud.domain.identity import Address, UnitIdentity
from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import Memory, TelemetrySnapshot
from thorhud.domain.workshop import Workshop
from thorhud.simulate.further_values import NOT_SIMULATED, completed, with_reasons

T = TypeVar("T")

_GIB = 1024**3
_GB = 10**9
_TOTAL_GIB = 122.8
_CACHE_GIB = 2.6
_READ_BYTES_PER_S = 2.6e9
FREE_WHILE_HELD_GIB = 14.45
"""What the log of a start says that it found, where the last model still holds the rest."""
SOURCE = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedActivity:
    """What the unit does just now; the agent knows it from its serving."""

    reading_weights: bool = False
    loaded: float = 0.0
    """Share of the model's weights that is in memory, 0 to 1."""
    compiling: bool = False
    capturing: bool = False
    serving: bool = False
    """Ready: model and KV cache are in memory."""
    generating: bool = False
    """An answer streams."""
    model_memory_gib: float = 0.0
    kv_cache_gib: float = 0.0


IDLE = SimulatedActivity()


@dataclass(frozen=True, slots=True)
class _Level:
    """What one kind of activity makes of the machine; plausible, not measured."""

    gpu_load: float
    gpu_clock_mhz: float
    cpu_load: float
    power_w: float
    temp_c: float


_IDLE = _Level(0.0, 314.0, 0.03, 18.5, 36.0)
_SERVING = _Level(0.0, 945.0, 0.05, 31.0, 42.0)
_READING = _Level(0.09, 1386.0, 0.34, 48.0, 47.0)
_COMPILING = _Level(0.12, 1386.0, 0.46, 52.0, 50.0)
_CAPTURING = _Level(0.71, 1575.0, 0.12, 66.0, 56.0)
_GENERATING = _Level(0.94, 1575.0, 0.21, 83.0, 63.0)


class SimulatedSource:
    """Fulfils `thorhud.domain.ports.TelemetrySource` for the unit thor-07; *clock* is monotonic seconds."""

    def __init__(
        self,
        workshop: Workshop,
        activity: Callable[[], SimulatedActivity],
        *,
        number: int = 7,
        seed: int = 7,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._activity = activity
        self._number = number
        self._clock = clock
        self._random = random.Random(seed)  # noqa: S311  (a value on a screen, no secret)
        low_gib, high_gib = workshop.idle_memory_gib
        self._idle_gib = low_gib + 0.4 * (high_gib - low_gib)
        self._held_gib = 0.0
        self._last_s = clock()
        self._gpu_load = _IDLE.gpu_load
        self._cpu_load = _IDLE.cpu_load
        self._power_w = _IDLE.power_w
        self._temp_c = _IDLE.temp_c
        self._engine_gib = 0.0
        self._reading = False
        self._cache_gib = _CACHE_GIB

    async def identity(self) -> UnitIdentity:
        """Return the unit of the design's pictures."""
        number = self._number
        identity = UnitIdentity(
            hostname=f"thor-{number:02d}",
            number=number,
            rack="A",
            slot=str(number),
            machine=_reading("NVIDIA Jetson AGX Thor Developer Kit"),
            l4t=_reading("38.2.2"),
            addresses=(
                Address(label="Wired", interface="mgbe0_0", ip=f"10.10.0.{100 + number}"),
                Address(label="USB-C", interface="l4tbr0", ip="192.168.55.1"),
            ),
            is_jetson=True,
            simulated=True,
        )
        return with_reasons(identity, NOT_SIMULATED)

    def close(self) -> None:
        """Nothing was begun."""

    async def read(self) -> TelemetrySnapshot:
        """Return one sample; what moves slowly on a machine moves slowly here."""
        now_s = self._clock()
        passed_s, self._last_s = now_s - self._last_s, now_s
        activity = self._activity()
        level = _level(activity)
        self._gpu_load = _towards(self._gpu_load, level.gpu_load, passed_s, 0.4)
        self._cpu_load = _towards(self._cpu_load, level.cpu_load, passed_s, 0.8)
        self._power_w = _towards(self._power_w, level.power_w, passed_s, 1.2)
        self._temp_c = _towards(self._temp_c, level.temp_c, passed_s, 25.0)
        fan_rate = min(1.0, max(0.2, 0.31 + (self._temp_c - 47.0) * 0.27 / 16.0))
        sample = TelemetrySnapshot(
            taken_s=now_s,
            memory=_reading(self._memory(activity, passed_s)),
            gpu_load=_reading(self._wobble(self._gpu_load, 0.012, 1.0)),
            gpu_clock_mhz=_reading(level.gpu_clock_mhz),
            cpu_load=_reading(self._wobble(self._cpu_load, 0.012, 1.0)),
            cpu_cores=_reading(14),
            power_w=_reading(round(self._wobble(self._power_w, 0.5, 130.0), 1)),
            power_mode=_reading("120W"),
            power_limit_w=_reading(120.0),
            temp_c=_reading(round(self._wobble(self._temp_c, 0.15, 114.5), 1)),
            temp_zone=_reading("gpu" if self._gpu_load > 0.05 else "tj"),
            fan_rate=_reading(round(fan_rate, 2)),
            fan_rpm=_reading(float(round(5000 * fan_rate))),
            disk_free_bytes=_reading(412 * _GB),
            disk_total_bytes=_reading(937 * _GB),
            disk_read_bytes_per_s=_reading(self._disk_read()),
        )
        return completed(sample)

    def _memory(self, activity: SimulatedActivity, passed_s: float) -> Memory:
        total_bytes = round(_TOTAL_GIB * _GIB)
        model_gib = activity.model_memory_gib
        wanted_gib = model_gib * activity.loaded
        if activity.reading_weights:
            wanted_gib = min(model_gib, max(wanted_gib, self._engine_gib + _READ_BYTES_PER_S / _GIB * passed_s))
        if activity.serving or activity.capturing:
            wanted_gib = model_gib + activity.kv_cache_gib
        self._reading = activity.reading_weights and self._engine_gib < model_gib
        self._engine_gib = wanted_gib if self._reading else _towards(self._engine_gib, wanted_gib, passed_s, 0.6)
        used_gib = self._idle_gib + self._engine_gib + self._held_gib
        if activity.reading_weights:
            self._cache_gib = max(self._cache_gib, _CACHE_GIB + wanted_gib)
        self._cache_gib = max(1.0, min(self._cache_gib, _TOTAL_GIB - used_gib - 1.0))
        used_bytes, cache_bytes = round(used_gib * _GIB), round(self._cache_gib * _GIB)
        return Memory(
            total_bytes=total_bytes,
            free_bytes=total_bytes - used_bytes - cache_bytes,
            available_bytes=total_bytes - used_bytes - round(0.03 * cache_bytes),
            file_cache_bytes=cache_bytes,
        )

    def drop_file_cache(self) -> None:
        """Forget the file cache, as `sysctl vm.drop_caches=3` does; what the last model held is given back with it."""
        self._cache_gib, self._held_gib = 1.0, 0.0

    def hold_memory(self) -> None:
        """Let memory be in use that no process claims, as after a model that did not give it back."""
        self._cache_gib = _CACHE_GIB
        self._held_gib = _TOTAL_GIB - FREE_WHILE_HELD_GIB - self._idle_gib - _CACHE_GIB

    @property
    def holds_memory(self) -> bool:
        """Whether a start would find too little of it."""
        return self._held_gib > 0

    def _disk_read(self) -> float:
        rate = _READ_BYTES_PER_S if self._reading else 0.0
        return float(round(rate * (1 + self._random.gauss(0.0, 0.03))))

    def _wobble(self, value: float, spread: float, most: float) -> float:
        """Return the value as a sensor sees it: a little beside, never below nothing."""
        return 0.0 if value < 0.005 else min(most, max(0.0, value + self._random.gauss(0.0, spread)))


def _level(activity: SimulatedActivity) -> _Level:
    if activity.generating:
        return _GENERATING
    if activity.capturing:
        return _CAPTURING
    if activity.compiling:
        return _COMPILING
    if activity.reading_weights:
        return _READING
    return _SERVING if activity.serving else _IDLE


def _towards(value: float, goal: float, passed_s: float, inertia_s: float) -> float:
    return goal + (value - goal) * math.exp(-max(0.0, passed_s) / inertia_s)


def _reading(value: T) -> Reading[T]:
    return Reading(value=value, source=SOURCE, age_s=0.0)
