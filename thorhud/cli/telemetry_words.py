"""One sample of the hardware as lines of a terminal and as JSON: each field a value or the reason why there is none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

from thorhud.domain.memory import MemoryLedger, Part
from thorhud.domain.memory_verdict import MemoryVerdict, gib
from thorhud.domain.power import PowerJudgement, mode_name
from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import (
    CpuCore,
    Fan,
    GpuMemory,
    Memory,
    NetworkRate,
    ProcessMemory,
    Rail,
    Swap,
    TelemetrySnapshot,
    ThermalZone,
)
from thorhud.domain.wire import plain

DASH: Final = "\u2013"
DEGREES: Final = "\u00b0C"
GB: Final = 10**9
MB: Final = 10**6
_ITEMS_SHOWN: Final = 6
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3600, 60

LABELS: Final = {
    "gpu_clock_mhz": "GPU clock",
    "gpu_load": "GPU load",
    "gpu_name": "GPU",
    "gpu_memory": "GPU memory",
    "gpu_clock_max_mhz": "GPU clock, highest",
    "gpu_temp_c": "GPU temperature",
    "gpu_power_w": "GPU power",
    "gpu_processes": "GPU processes",
    "cpu_load": "CPU load",
    "cpu_cores": "CPU cores online",
    "temp_c": "hottest",
    "temp_zone": "hottest zone",
    "fan_rate": "fan",
    "fan_rpm": "fan speed",
    "memory_clock_mhz": "memory clock",
    "memory_load": "memory bandwidth",
    "cores": "cores",
    "large_processes": "large programs",
}
"""Where a field's own name without its unit of measure is not what a person would say."""
_UNIT_ENDINGS: Final = ("_bytes_per_s", "_bytes", "_mhz", "_w", "_c", "_s", "_rpm")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One field in words."""

    label: str
    value: str
    """A dash where there is no value."""
    source: str
    age_s: float | None
    reason: str
    """Why there is no value; empty where there is one."""


def field_lines(telemetry: TelemetrySnapshot) -> Iterator[FieldLine]:
    """Yield every field of a sample in its order."""
    for name, reading in readings(telemetry):
        missing = reading.value is None
        yield FieldLine(
            label=_label(name),
            value=DASH if missing else printable(_words(name, reading.value)),
            source=reading.source or "",
            age_s=reading.age_s,
            reason=printable(reading.reason or "not read") if missing else "",
        )


def readings(telemetry: TelemetrySnapshot) -> Iterator[tuple[str, Reading[Any]]]:
    """Yield the name and the reading of each field that is one."""
    for field in fields(telemetry):
        reading = getattr(telemetry, field.name)
        if isinstance(reading, Reading):
            yield field.name, reading


def as_json(telemetry: TelemetrySnapshot) -> dict[str, Any]:
    """Return every field as plain JSON: value, reason, source, age."""
    return {name: plain(reading) for name, reading in readings(telemetry)}


def memory_json(ledger: MemoryLedger | None, judged: MemoryVerdict | None) -> dict[str, Any] | None:
    """Return ledger and verdict as plain JSON; None where the memory was not read."""
    if ledger is None or judged is None:
        return None
    return {
        "verdict": judged.kind.value,
        "sentence": judged.sentence,
        "next_step": judged.next_step,
        "used_bytes": ledger.used_bytes,
        "server_bytes": ledger.server_bytes,
        "reclaimable_bytes": ledger.reclaimable_bytes,
        **plain(ledger),
    }


def power_json(judgement: PowerJudgement) -> dict[str, Any]:
    """Return the judgement of power and clocks as plain JSON."""
    return {
        "comparable": judgement.comparable,
        "sentence": judgement.sentence,
        "next_step": judgement.next_step,
    }


_LETTERS: Final = {
    Part.SYSTEM: "s",
    Part.WEIGHTS: "W",
    Part.KV_CACHE: "K",
    Part.GRAPHS: "G",
    Part.SERVER_REST: "v",
    Part.OTHER: "o",
    Part.UNCLAIMED: "?",
    Part.FILE_CACHE: "f",
    Part.FREE: ".",
}
_LEGEND: Final = {
    Part.SYSTEM: "system",
    Part.WEIGHTS: "weights",
    Part.KV_CACHE: "conversation cache",
    Part.GRAPHS: "CUDA graphs",
    Part.SERVER_REST: "server's rest",
    Part.OTHER: "other programs",
    Part.UNCLAIMED: "nobody claims",
    Part.FILE_CACHE: "copies of files",
    Part.FREE: "free",
}


def memory_bar(ledger: MemoryLedger, width: int) -> str:
    """Return all memory as one bar of letters, exactly *width* wide."""
    filled, bar, so_far = 0, "", 0
    for part, size in ledger.parts.items():
        so_far += size
        end = round(width * so_far / ledger.total_bytes)
        bar += _LETTERS[part] * (end - filled)
        filled = end
    return bar


def memory_legend(ledger: MemoryLedger) -> str:
    """Say what the letters of the bar stand for and how much each is, in GiB."""
    shown = ((part, size) for part, size in ledger.parts.items() if gib(size) != "0.0")
    return ", ".join(f"{_LETTERS[part]} {_LEGEND[part]} {gib(size)}" for part, size in shown)


def age(seconds: float | None) -> str:
    """Return an age in the fewest letters that say it."""
    if seconds is None:
        return ""
    return f"{seconds:.1f} s" if seconds < 10 else span(seconds)


def span(seconds: float) -> str:
    """Return a length of time in its two largest units."""
    whole = int(seconds)
    if whole >= _DAY_S:
        return f"{whole // _DAY_S} d {whole % _DAY_S // _HOUR_S} h"
    if whole >= _HOUR_S:
        return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"
    return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s" if whole >= _MINUTE_S else f"{whole} s"


def printable(text: str) -> str:
    """Replace what could move a terminal's cursor: names come from outside."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _label(name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    ending = next((each for each in _UNIT_ENDINGS if name.endswith(each)), "")
    return name.removesuffix(ending).replace("_", " ")


def _words(name: str, value: Any) -> str:  # noqa: ANN401 - any field of a sample
    if isinstance(value, tuple):
        return _several(value)
    if type(value) in _OF_TYPE:
        return _OF_TYPE[type(value)](value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return mode_name(value) if name == "power_mode" else value
    return _figure(name, value)


def _figure(name: str, value: float) -> str:
    for ending, words in _OF_ENDING.items():
        if name.endswith(ending):
            return words(value)
    return f"{value:g}"


def _several(values: tuple[Any, ...]) -> str:
    words = [_words("", each) for each in values[:_ITEMS_SHOWN]]
    if len(values) > _ITEMS_SHOWN:
        words.append(f"and {len(values) - _ITEMS_SHOWN} more")
    return ", ".join(words) or "none"


_OF_ENDING: Final[dict[str, Callable[[float], str]]] = {
    "_bytes_per_s": lambda value: f"{value / MB:.1f} MB/s",
    "_bytes": lambda value: f"{value / GB:.0f} GB",
    "_load": lambda value: f"{100 * value:.0f} %",
    "_rate": lambda value: f"{100 * value:.0f} %",
    "_mhz": lambda value: f"{value:.0f} MHz",
    "_rpm": lambda value: f"{value:.0f} rpm",
    "_w": lambda value: f"{value:.1f} W",
    "_c": lambda value: f"{value:.1f} {DEGREES}",
    "_s": span,
}


def _memory(memory: Memory) -> str:
    parts = f"{gib(memory.free_bytes)} free, {gib(memory.available_bytes)} available"
    return f"{parts}, {gib(memory.file_cache_bytes)} copies of files, {gib(memory.total_bytes)} GiB in all"


def _swap(swap: Swap) -> str:
    return f"{gib(swap.used_bytes)} of {gib(swap.total_bytes)} GiB used" if swap.total_bytes else "none"


def _gpu_memory(memory: GpuMemory) -> str:
    return f"{gib(memory.used_bytes)} of {gib(memory.total_bytes)} GiB used"


def _process(process: ProcessMemory) -> str:
    held = process.gpu_bytes if process.gpu_bytes is not None else process.resident_bytes
    return f"{process.name} ({process.pid}) {DASH if held is None else gib(held) + ' GiB'}"


def _core(core: CpuCore) -> str:
    if not core.online:
        return f"{core.number}: off"
    return f"{core.number}: {DASH if core.load is None else f'{100 * core.load:.0f} %'}"


def _rail(rail: Rail) -> str:
    return f"{rail.name} {DASH if rail.power_w is None else f'{rail.power_w:.1f} W'}"


def _zone(zone: ThermalZone) -> str:
    return f"{zone.name} {'off' if zone.temp_c is None else f'{zone.temp_c:.1f} {DEGREES}'}"


def _fan(fan: Fan) -> str:
    return f"{fan.name} {DASH if fan.rpm is None else f'{fan.rpm:.0f} rpm'}"


def _network(rate: NetworkRate) -> str:
    return f"{rate.interface} in {rate.received_bytes_per_s / MB:.1f} out {rate.sent_bytes_per_s / MB:.1f} MB/s"


_OF_TYPE: Final[dict[type, Callable[[Any], str]]] = {
    Memory: _memory,
    Swap: _swap,
    GpuMemory: _gpu_memory,
    ProcessMemory: _process,
    CpuCore: _core,
    Rail: _rail,
    ThermalZone: _zone,
    Fan: _fan,
    NetworkRate: _network,
}
