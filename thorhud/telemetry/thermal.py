"""The hottest thermal zone."""

from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import number_of, text_of, thermal_zones

_OFFLINE_C = -200.0
"""Below this it is no temperature: a zone that is off says -256."""
_AGGREGATE = "tj"
"""The zone that only repeats the maximum of the others."""


def read_temperature(root: Path) -> tuple[Reading[float], Reading[str]]:
    """Return the temperature of the hottest zone that is online, and the zone's name."""
    zones = thermal_zones(root)
    online = [zone for path in zones if (zone := _zone(path)) is not None]
    if not online:
        reason = "No thermal zone answers." if zones else "This machine shows no thermal zones."
        return Reading(reason=reason), Reading(reason=reason)
    temp_c, _, name = max((temp_c, name != _AGGREGATE, name) for temp_c, name in online)
    source = f"thermal zone {name}"
    return Reading(value=temp_c, source=source), Reading(value=name, source=source)


def _zone(path: Path) -> tuple[float, str] | None:
    millidegrees = number_of(path / "temp")
    if millidegrees is None or millidegrees / 1000 < _OFFLINE_C:
        return None
    name = text_of(path / "type") or path.name
    return millidegrees / 1000, name.removesuffix("-thermal")
