"""One snapshot from what several sources said: per field, by a declared order of trust. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.telemetry.sources import Sample

FRESH_S = 3.0
"""An older value gives way to a fresh one of a source that is trusted less."""

ORDER = ("proc", "sys", "nvml", "jtop", "tegrastats", "psutil")
"""The order of trust wherever `TRUST` says nothing else: the nearer to the kernel, the sooner believed."""

TRUST: Mapping[str, tuple[str, ...]] = {
    # Thor's devfreq tells no load; jtop and tegrastats take it from the driver, and write 0 for "not told".
    "gpu_load": ("nvml", "sys", "jtop", "tegrastats"),
    "gpu_temp_c": ("sys", "nvml", "jtop", "tegrastats"),
    # The service asks jetson_clocks itself; the limits of the clocks are our conclusion.
    "jetson_clocks": ("jtop", "sys"),
    # Root's tegrastats and jtop count accesses to the memory; nobody else does.
    "memory_load": ("jtop", "tegrastats"),
    "gpu_processes": ("nvml", "jtop"),
    "throttling": ("sys", "nvml"),
    "throttle_causes": ("sys", "nvml"),
}
_NOT_READINGS = {"taken_s", "sources"}
_FIELDS = tuple(each.name for each in fields(TelemetrySnapshot) if each.name not in _NOT_READINGS)


def merged(samples: Sequence[Sample], taken_s: float) -> TelemetrySnapshot:
    """Return the most trusted fresh value of each field; else an older one; else the most telling reason."""
    by_name = {sample.state.name: sample for sample in samples}
    values: dict[str, Any] = {name: _one(name, by_name) for name in _FIELDS}
    if causes := _causes(samples):
        source = ", ".join(dict.fromkeys(source for source, _ in causes))
        values["throttling"] = Reading(value=True, source=source)
        values["throttle_causes"] = Reading(value=tuple(cause for _, cause in causes), source=source)
    return TelemetrySnapshot(taken_s=taken_s, sources=tuple(sample.state for sample in samples), **values)


def _causes(samples: Sequence[Sample]) -> list[tuple[str, str]]:
    """Return what throttles, with the source that says so: the kernel knows of the board, the driver of its GPU."""
    return [(each.state.name, cause) for each in samples for cause in each.values.throttle_causes.value or ()]


def _one(field: str, samples: Mapping[str, Sample]) -> Reading[Any]:
    asked = [samples[name] for name in TRUST.get(field, ORDER) if name in samples]
    said: list[Reading[Any]] = [getattr(sample.values, field) for sample in asked]
    told = [reading for reading in said if reading.value is not None]
    if told:
        return next((reading for reading in told if (reading.age_s or 0.0) <= FRESH_S), told[0])
    reasons = [reading for reading in said if reading.reason is not None]
    if reasons:
        return reasons[0]
    silent = next((sample.state.reason for sample in asked if sample.state.reason is not None), None)
    return Reading(reason=silent or "No source of this machine tells it.")
