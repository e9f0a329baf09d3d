"""How hard the fan blows: its drive and its turns."""

from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import hwmon_folders, number_of

_FULL_DRIVE = 255
_NO_FAN = "This machine shows no fan."


def read_fan(root: Path) -> tuple[Reading[float], Reading[float]]:
    """Return the fan's drive as a share and its turns per minute; on Thor they are two hwmon devices."""
    folders = hwmon_folders(root)
    drive = next((value for folder in folders if (value := number_of(folder / "pwm1")) is not None), None)
    turns = next((value for folder in folders if (value := _rpm(folder)) is not None), None)
    rate = None if drive is None else min(1.0, drive / _FULL_DRIVE)
    rpm = None if turns is None else float(turns)
    return (
        Reading(value=rate, reason=None if rate is not None else _NO_FAN, source="hwmon"),
        Reading(value=rpm, reason=None if rpm is not None else _NO_FAN, source="hwmon"),
    )


def _rpm(folder: Path) -> int | None:
    rpm = number_of(folder / "rpm")
    return rpm if rpm is not None else number_of(folder / "fan1_input")
