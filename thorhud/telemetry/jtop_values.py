"""What jtop's own dictionaries mean: its units, its stand-ins for "no value", and its known faults.

Pure: from one line of the helper, decoded from JSON, to readings. Whatever has an unexpected shape is left out.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thorhud.domain.telemetry import CpuCore, Fan, ProcessMemory, Rail, Swap, TelemetrySnapshot, ThermalZone
from thorhud.telemetry.sources import Voice
from thorhud.telemetry.summaries import hottest, mode_limit, sorted_processes

NAME = "jtop"
_OFFLINE_C = -200.0
"""jtop writes -256 for a zone that is off."""
_KHZ_FROM = 10_000.0
"""No GPU runs at 10 GHz: a clock from here on is in kHz, a smaller one in MHz. jtop mixes both in one dictionary."""
_MOST_EMC_KHZ = 20_000_000.0
_NEGOTIATED = re.compile(r"ucsi|^\d+-[0-9a-f]+$", re.IGNORECASE)
"""What a USB-C charger offers; jtop before 7.2.1 counts it as a rail and into the total."""
_MW = 1000.0

Json = Mapping[str, Any]


class JtopValues:
    """Turns samples into readings; remembers only whether the GPU's load was ever more than nothing."""

    def __init__(self) -> None:
        self._load_seen = False

    def read(self, sample: Json, age_s: float, source: str = NAME) -> TelemetrySnapshot:
        """Return the readings of one sample that is *age_s* old."""
        some = Voice(source, age_s).says
        zones, rails, fans = _zones(sample), _rails(sample), _fans(sample)
        hot = hottest(zones)
        gpu_name, gpu = _gpu(sample)
        cores = _cores(sample)
        power_w, power_source = _power(sample, rails)
        emc = _dictionary(_dictionary(sample, "memory"), "EMC")
        emc_khz = _number(emc, "cur")
        emc_known = _MW < (emc_khz or 0) < _MOST_EMC_KHZ
        mode = _text(_dictionary(sample, "nvpmodel"), "name")
        load, load_reason = self._load(gpu)
        no_gpu = "jtop sees no GPU."
        return TelemetrySnapshot(
            taken_s=0.0,
            gpu_load=some(load, load_reason),
            gpu_name=some(f"NVIDIA {gpu_name}" if gpu_name else None, no_gpu),
            gpu_clock_mhz=some(_mhz(_number(_dictionary(gpu, "freq"), "cur")), no_gpu),
            gpu_clock_max_mhz=some(_mhz(_number(_dictionary(gpu, "freq"), "max")), no_gpu),
            gpu_temp_c=some(_gpu_temp(zones, gpu), "The GPU is off or does not tell its temperature."),
            gpu_power_w=some(_gpu_power(rails, gpu), "jtop shows no rail of the GPU."),
            gpu_processes=some(_processes(sample) if gpu else None, no_gpu),
            cpu_load=some(_mean_load(cores), "jtop shows no core that is online."),
            cpu_cores=some(sum(core.online for core in cores) or None, "jtop shows no core that is online."),
            cores=some(cores or None, "jtop shows no cores."),
            power_w=Voice(f"{source}, {power_source}", age_s).says(power_w, "jtop shows no power."),
            rails=some(rails or None, "jtop shows no rails."),
            zones=some(zones or None, "jtop shows no temperatures."),
            temp_c=some(None if hot is None else hot.temp_c, "No temperature of jtop is online."),
            temp_zone=some(None if hot is None else hot.name, "No temperature of jtop is online."),
            fans=some(fans or None, "jtop shows no fan."),
            fan_rate=some(next((fan.rate for fan in fans), None), "jtop shows no fan."),
            fan_rpm=some(next((fan.rpm for fan in fans), None), "jtop shows no fan's turns."),
            swap=some(_swap(sample), "jtop shows no swap."),
            memory_clock_mhz=some((emc_khz or 0) / 1000 if emc_known else None, "jtop shows no clock of the memory."),
            memory_load=some(_share(emc) if emc_known else None, "The load of the memory is not told here."),
            power_mode=some(mode, "jtop knows no power mode here."),
            power_limit_w=some(mode_limit(mode), "The power mode sets no limit in watts."),
            power_modes=some(_modes(sample), "jtop knows no power modes here."),
            jetson_clocks=some(_flag(sample, "jetson_clocks"), "jtop knows no jetson_clocks here."),
        )

    def _load(self, gpu: Json) -> tuple[float | None, str]:
        """Return the GPU's load; jtop writes 0 also where the driver does not tell any."""
        percent = _number(_dictionary(gpu, "status"), "load")
        if percent is None or not 0 <= percent <= 100:
            return None, "jtop knows no load of the GPU."
        self._load_seen = self._load_seen or percent > 0
        if not self._load_seen:
            return None, "jtop says 0 %, which is also what it says of a GPU that does not tell its load."
        return percent / 100, ""


def _zones(sample: Json) -> tuple[ThermalZone, ...]:
    zones = []
    for name, zone in _items(_dictionary(sample, "temperature")):
        temp_c = _number(zone, "temp")
        online = zone.get("online") is not False and temp_c is not None and temp_c > _OFFLINE_C
        critical_c = _number(zone, "crit")
        named = f"nvme {name}" if name.startswith(("Composite", "Sensor ")) else name  # as 4.3.2 calls a disk
        zones.append(ThermalZone(name=named, temp_c=temp_c if online else None, critical_c=critical_c))
    return tuple(zones)


def _rails(sample: Json) -> tuple[Rail, ...]:
    power = _dictionary(sample, "power")
    rails = [_rail(name, rail) for name, rail in _items(_dictionary(power, "rail")) if _NEGOTIATED.search(name) is None]
    total = _dictionary(power, "tot")
    if name := _text(total, "name"):
        rails.append(_rail(name, total))
    return tuple(rails)


def _rail(name: str, rail: Json) -> Rail:
    milliwatts = _number(rail, "power") if rail.get("online") is not False else None
    millivolts, milliamperes = _number(rail, "volt"), _number(rail, "curr")
    return Rail(
        name=name,
        power_w=None if milliwatts is None else max(0.0, milliwatts / _MW),
        voltage_v=None if millivolts is None else millivolts / 1000,
        current_a=None if milliamperes is None else milliamperes / 1000,
    )


def _power(sample: Json, rails: Sequence[Rail]) -> tuple[float | None, str]:
    """Return the draw of the whole unit and where it is from; a total without a name may hold what USB-C offers."""
    name = _text(_dictionary(_dictionary(sample, "power"), "tot"), "name")
    if name is not None:
        return next(rail.power_w for rail in rails if rail.name == name), name
    draws = [rail.power_w for rail in rails if rail.power_w is not None]
    return (sum(draws) if draws else None), f"sum of {len(draws)} rails"


def _gpu(sample: Json) -> tuple[str | None, Json]:
    return next(((name, gpu) for name, gpu in _items(_dictionary(sample, "gpu"))), (None, {}))


def _gpu_temp(zones: Sequence[ThermalZone], gpu: Json) -> float | None:
    zone = next((zone for zone in zones if zone.name.lower() == "gpu"), None)
    if zone is not None:
        return zone.temp_c
    temp_c = _number(_dictionary(gpu, "status"), "temperature")
    return temp_c if temp_c is not None and temp_c > _OFFLINE_C else None


def _gpu_power(rails: Sequence[Rail], gpu: Json) -> float | None:
    rail = next((rail.power_w for rail in rails if rail.name == "VDD_GPU"), None)
    draw_w = _number(_dictionary(gpu, "status"), "power_draw")
    return rail if rail is not None or draw_w is None else max(0.0, draw_w)


def _cores(sample: Json) -> tuple[CpuCore, ...]:
    cores = []
    for number, core in enumerate(_list(_dictionary(sample, "cpu"), "cpu")):
        if not isinstance(core, Mapping) or core.get("online") is not True:
            cores.append(CpuCore(number=number, online=False))
            continue
        idle, freq = _number(core, "idle"), _dictionary(core, "freq")
        cores.append(
            CpuCore(
                number=number,
                load=None if idle is None else min(1.0, max(0.0, 1 - idle / 100)),
                clock_mhz=_mhz(_number(freq, "cur")),
                max_clock_mhz=_mhz(_number(freq, "max")),
                governor=_text(core, "governor"),
            )
        )
    return tuple(cores)


def _mean_load(cores: Sequence[CpuCore]) -> float | None:
    """Return the mean of the online cores: jtop's own total is wrong at every second sample."""
    loads = [core.load for core in cores if core.load is not None]
    return sum(loads) / len(loads) if loads else None


def _fans(sample: Json) -> tuple[Fan, ...]:
    fans = []
    for name, fan in _items(_dictionary(sample, "fan")):
        drives, turns = _list(fan, "speed"), _list(fan, "rpm")
        for number in range(max(len(drives), len(turns))):
            percent, rpm = _number_at(drives, number), _number_at(turns, number)
            rate = None if percent is None else min(1.0, max(0.0, percent / 100))
            fans.append(Fan(name=name, rate=rate, rpm=rpm))
    return tuple(fans)


def _swap(sample: Json) -> Swap | None:
    swap = _dictionary(_dictionary(sample, "memory"), "SWAP")
    total, used = _number(swap, "tot"), _number(swap, "used")
    if total is None or used is None:
        return None
    return Swap(total_bytes=int(total) * 1024, used_bytes=int(used) * 1024)


def _processes(sample: Json) -> tuple[ProcessMemory, ...]:
    """Return who has GPU memory; jtop writes 0 where it does not know how much."""
    found = []
    for row in _list(sample, "processes"):
        if isinstance(row, Sequence) and len(row) >= 10 and _is_number(row[0]):
            resident, gpu = row[7], row[8]
            found.append(
                ProcessMemory(
                    pid=int(row[0]),
                    name=str(row[9]),
                    gpu_bytes=int(gpu) * 1024 if _is_number(gpu) and gpu > 0 else None,
                    resident_bytes=int(resident) * 1024 if _is_number(resident) and resident > 0 else None,
                )
            )
    return sorted_processes(found)


def _share(emc: Json) -> float | None:
    percent = _number(emc, "val")
    return percent / 100 if percent is not None and 0 <= percent <= 100 else None


def _modes(sample: Json) -> tuple[str, ...] | None:
    modes = tuple(str(mode) for mode in _list(_dictionary(sample, "nvpmodel"), "models"))
    return modes or None


def _mhz(clock: float | None) -> float | None:
    if clock is None or clock < 0:
        return None
    return clock / 1000 if clock >= _KHZ_FROM else clock


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _number(values: Json, key: str) -> float | None:
    value = values.get(key)
    return float(value) if isinstance(value, (int, float)) and _is_number(value) else None


def _number_at(values: Sequence[Any], place: int) -> float | None:
    value = values[place] if place < len(values) else None
    return float(value) if isinstance(value, (int, float)) and _is_number(value) else None


def _text(values: Json, key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value else None


def _flag(values: Json, key: str) -> bool | None:
    value = values.get(key)
    return value if isinstance(value, bool) else None


def _dictionary(values: Json, key: str) -> Json:
    value = values.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(values: Json, key: str) -> Sequence[Any]:
    value = values.get(key)
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _items(values: Json) -> Iterator[tuple[str, Json]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield str(name), value
