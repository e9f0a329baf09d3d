"""What the machine draws, from the current sensors of the board."""

from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import hwmon_folders, number_of, text_of

_INPUT_SENSOR = "ina238"
"""Measures what goes into the carrier board; the rails of the module are part of it."""
_RAIL_SENSOR = "ina3221"
_RAILS = range(1, 4)


def read_power(root: Path) -> Reading[float]:
    """Return the input power where the carrier measures it, else the sum of the module's rails."""
    folders = hwmon_folders(root)
    for folder in folders:
        microwatts = number_of(folder / "power1_input")
        if text_of(folder / "name") == _INPUT_SENSOR and microwatts is not None:
            return Reading(value=microwatts / 1_000_000, source="VIN")
    rails_w = [
        power_w
        for folder in folders
        if text_of(folder / "name") == _RAIL_SENSOR
        for number in _RAILS
        if (power_w := _rail_w(folder, number)) is not None
    ]
    if rails_w:
        return Reading(value=sum(rails_w), source=f"sum of {len(rails_w)} rails")
    return Reading(reason="This machine shows no power sensor.")


def _rail_w(folder: Path, number: int) -> float | None:
    """Return the draw of one rail; an idle rail may read a little below zero."""
    millivolts = number_of(folder / f"in{number}_input")
    milliamperes = number_of(folder / f"curr{number}_input")
    if millivolts is None or milliamperes is None:
        return None
    return max(0.0, millivolts * milliamperes / 1_000_000)
