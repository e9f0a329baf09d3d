"""The board's own sensors below `/sys`: temperatures, rails, fans, clocks, throttling, power mode.

Apart from `/proc`, because a sensor on a bus that hangs never answers, and memory must still be told then.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import Rail, SourceState, TelemetrySnapshot, ThermalZone
from thorhud.telemetry.cpu import CoreClock, read_clocks
from thorhud.telemetry.fan import read_fans
from thorhud.telemetry.gpu import GpuLook, find_gpu, find_memory_controller, read_gpu, read_mhz
from thorhud.telemetry.kernel_files import hwmon_folders, thermal_folders
from thorhud.telemetry.own_thread import OwnThread
from thorhud.telemetry.power import GPU_RAIL, read_rails, total_power
from thorhud.telemetry.power_mode import read_power_mode
from thorhud.telemetry.seldom import Seldom
from thorhud.telemetry.sources import Sample, Voice, silent
from thorhud.telemetry.summaries import hottest, mode_limit
from thorhud.telemetry.thermal import read_zones
from thorhud.telemetry.throttle import read_causes, throttling_devices

NAME = "sys"
_DEVICES_EVERY_S = 30.0
"""Devices come and go rarely; looking for them costs more than reading them."""
_SLOW_S = 0.95
"""What changes slowly is read once a second however often a sample is asked for."""
_NO_FAN = "This machine shows no fan."
_NO_POWER = "This machine shows no power sensor."
_NO_RATED_LIMIT = "This power mode sets no limit in watts."


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """Where the sensors are at present."""

    hwmon: tuple[Path, ...]
    zones: tuple[Path, ...]
    throttles: dict[str, Path]
    gpu: Path | None
    memory_controller: Path | None


class SysSource:
    """Fulfils `thorhud.telemetry.sources.Source` from `/sys` below *root*."""

    name = NAME

    def __init__(self, root: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._devices = Seldom(lambda: find_devices(root), _DEVICES_EVERY_S, clock)
        self._clocks = Seldom(lambda: read_clocks(root), 10 * _SLOW_S, clock)
        self._mode = Seldom(lambda: read_power_mode(root), _SLOW_S, clock)
        self._zones = Seldom(lambda: read_zones(self._devices().zones, self._devices().hwmon), _SLOW_S, clock)
        self._fans = Seldom(lambda: read_fans(self._devices().hwmon), _SLOW_S, clock)
        self._causes = Seldom(lambda: read_causes(self._devices().throttles), _SLOW_S, clock)
        self._thread = OwnThread("thorhud /sys", self.look)

    async def read(self) -> Sample:
        """Return one sample."""
        try:
            values = await self._thread.call()
        except (ValueError, LookupError, OSError) as error:  # a kernel that writes otherwise must not end the agent
            return silent(NAME, f"A file below /sys is written in a way that thorhud does not know: {error}.")
        if values is None:
            return silent(NAME, "A sensor of the board does not answer; the others wait for it.")
        return Sample(values=values, state=SourceState(name=NAME, age_s=0.0))

    def close(self) -> None:
        """End the thread."""
        self._thread.close()

    def look(self) -> TelemetrySnapshot:
        """Read the sensors now."""
        devices, zones, fans = self._devices(), self._zones(), self._fans()
        gpu = read_gpu(devices.gpu)
        rails = read_rails(devices.hwmon)
        power_w, power_source = total_power(rails)
        causes = self._causes()
        mode, modes = self._mode()
        hot = hottest(zones)
        heat = Voice("thermal zone" if hot is None else f"thermal zone {hot.name}")
        no_heat = "No thermal zone answers." if zones else "This machine shows no thermal zones."
        hwmon = Voice("hwmon")
        cooling = Voice("cooling devices")
        no_cooling = "This machine does not tell whether it throttles."
        return TelemetrySnapshot(
            taken_s=0.0,
            gpu_load=gpu.load,
            gpu_clock_mhz=gpu.clock_mhz,
            gpu_clock_max_mhz=gpu.clock_max_mhz,
            gpu_temp_c=_gpu_temp(zones),
            gpu_power_w=_gpu_power(rails),
            memory_clock_mhz=_memory_clock(devices.memory_controller),
            power_w=Voice(power_source or "hwmon").says(power_w, _NO_POWER),
            rails=hwmon.says(rails or None, _NO_POWER),
            power_mode=mode,
            power_modes=modes,
            power_limit_w=Voice("nvpmodel").says(mode_limit(mode.value), mode.reason or _NO_RATED_LIMIT),
            jetson_clocks=_clocks_fixed(gpu, self._clocks()),
            temp_c=heat.says(None if hot is None else hot.temp_c, no_heat),
            temp_zone=heat.says(None if hot is None else hot.name, no_heat),
            zones=Voice("thermal zones").says(zones or None, no_heat),
            fans=hwmon.says(fans or None, _NO_FAN),
            fan_rate=hwmon.says(next((fan.rate for fan in fans if fan.rate is not None), None), _NO_FAN),
            fan_rpm=hwmon.says(next((fan.rpm for fan in fans if fan.rpm is not None), None), _NO_FAN),
            throttling=cooling.says(None if causes is None else bool(causes), no_cooling),
            throttle_causes=cooling.says(causes, no_cooling),
        )


def find_devices(root: Path) -> Devices:
    """Look for every sensor; the numbers in their names change between boots."""
    return Devices(
        hwmon=tuple(hwmon_folders(root)),
        zones=tuple(thermal_folders(root, "thermal_zone")),
        throttles=throttling_devices(thermal_folders(root, "cooling_device")),
        gpu=find_gpu(root),
        memory_controller=find_memory_controller(root),
    )


def _gpu_temp(zones: tuple[ThermalZone, ...]) -> Reading[float]:
    zone = next((zone for zone in zones if zone.name == "gpu"), None)
    if zone is None:
        return Reading(reason="This machine has no thermal zone of a GPU.")
    off = "The GPU is powered off, and its thermal zone with it."
    return Voice("thermal zone gpu").says(zone.temp_c, off)


def _gpu_power(rails: tuple[Rail, ...]) -> Reading[float]:
    draw_w = next((rail.power_w for rail in rails if rail.name == GPU_RAIL), None)
    return Voice(GPU_RAIL).says(draw_w, "This machine has no rail of a GPU.")


def _memory_clock(device: Path | None) -> Reading[float]:
    if device is None:
        return Reading(reason="This machine does not tell the clock of its memory.")
    return read_mhz(device / "cur_freq", "The memory's clock")


def _clocks_fixed(gpu: GpuLook, cores: dict[int, CoreClock]) -> Reading[bool]:
    """Return whether GPU and cores may run at one clock only, which is what jetson_clocks sets."""
    low, high = gpu.clock_min_mhz.value, gpu.clock_max_mhz.value
    if low is None or high is None:
        return Reading(reason=gpu.clock_max_mhz.reason)
    limited = [core for core in cores.values() if core.max_clock_mhz is not None]
    fixed = low >= high and all(core.min_clock_mhz == core.max_clock_mhz for core in limited)
    return Reading(value=fixed, source="limits of the clocks")
