"""Temperatures: the kernel's thermal zones, and those of disks and processors that have none."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from thorhud.domain.telemetry import ThermalZone
from thorhud.telemetry.kernel_files import number_of, text_of

_OFFLINE_C = -200.0
"""Below this it is no temperature: a zone that is off says -256."""
_DISK = "nvme"
_PROCESSORS = ("coretemp", "k10temp", "zenpower")
_CRITICAL = "critical"
_MOST_SENSORS = range(1, 5)


def read_zones(zones: Iterable[Path], hwmon: Sequence[Path]) -> tuple[ThermalZone, ...]:
    """Return every temperature; a processor's own sensor counts only where the kernel has no zones."""
    found = [_zone(path) for path in zones]
    for folder in hwmon:
        kind = text_of(folder / "name")
        if kind == _DISK or (kind in _PROCESSORS and not found):
            found.extend(_sensors(folder, kind))
    return tuple(found)


def _zone(path: Path) -> ThermalZone:
    name = text_of(path / "type") or path.name
    return ThermalZone(name=name.removesuffix("-thermal"), temp_c=_celsius(path / "temp"), critical_c=_critical(path))


def _critical(path: Path) -> float | None:
    for trip in range(12):
        kind = text_of(path / f"trip_point_{trip}_type")
        if kind is None:
            return None
        if kind == _CRITICAL:
            return _celsius(path / f"trip_point_{trip}_temp")
    return None


def _sensors(folder: Path, kind: str) -> Iterable[ThermalZone]:
    for number in _MOST_SENSORS:
        if (temp_c := _celsius(folder / f"temp{number}_input")) is not None:
            label = text_of(folder / f"temp{number}_label") or str(number)
            yield ThermalZone(name=f"{kind} {label}", temp_c=temp_c, critical_c=_celsius(folder / f"temp{number}_crit"))


def _celsius(path: Path) -> float | None:
    millidegrees = number_of(path)
    return None if millidegrees is None or millidegrees / 1000 < _OFFLINE_C else millidegrees / 1000
