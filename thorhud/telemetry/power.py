"""What the machine draws, from the current sensors of the board."""

from collections.abc import Iterable
from pathlib import Path

from thorhud.domain.telemetry import Rail
from thorhud.telemetry.kernel_files import number_of, text_of
from thorhud.telemetry.summaries import total_of

VIN = "VIN"
GPU_RAIL = "VDD_GPU"
_INPUT_SENSOR = "ina238"
"""Measures what goes into the carrier board; the rails of the module are part of it."""
_RAIL_SENSOR = "ina3221"
_CHANNELS = range(1, 4)


def read_rails(folders: Iterable[Path]) -> tuple[Rail, ...]:
    """Return the rails of the module and, where the carrier measures it, its input last."""
    rails: list[Rail] = []
    inputs: list[Rail] = []
    for folder in folders:
        kind = text_of(folder / "name")
        if kind == _RAIL_SENSOR:
            rails.extend(
                _module_rail(folder, channel) for channel in _CHANNELS if (folder / f"in{channel}_input").exists()
            )
        elif kind == _INPUT_SENSOR:
            inputs.append(_input_rail(folder))
    return (*rails, *inputs)


def total_power(rails: Iterable[Rail]) -> tuple[float | None, str | None]:
    """Return the input power where the carrier measures it, else the sum of the module's rails; and which it is."""
    known = {rail.name: rail.power_w for rail in rails if rail.power_w is not None}
    if VIN in known:
        return known[VIN], VIN
    return total_of(list(known.values())), f"sum of {len(known)} rails" if known else None


def _module_rail(folder: Path, channel: int) -> Rail:
    millivolts = number_of(folder / f"in{channel}_input")
    milliamperes = number_of(folder / f"curr{channel}_input")
    power_w = None if millivolts is None or milliamperes is None else millivolts * milliamperes / 1_000_000
    return Rail(
        name=text_of(folder / f"in{channel}_label") or f"rail {channel}",
        power_w=None if power_w is None else max(0.0, power_w),
        voltage_v=None if millivolts is None else millivolts / 1000,
        current_a=None if milliamperes is None else milliamperes / 1000,
    )


def _input_rail(folder: Path) -> Rail:
    microwatts = number_of(folder / "power1_input")
    millivolts, milliamperes = number_of(folder / "in1_input"), number_of(folder / "curr1_input")
    return Rail(
        name=VIN,
        power_w=None if microwatts is None else max(0.0, microwatts / 1_000_000),
        voltage_v=None if millivolts is None else millivolts / 1000,
        current_a=None if milliamperes is None else milliamperes / 1000,
    )
