"""What holds the clocks down at this moment, from the kernel's cooling devices."""

from collections.abc import Iterable
from pathlib import Path

from thorhud.telemetry.kernel_files import number_of, text_of

_ALERT = "-throttle-alert"
"""A Jetson's own word that it throttles (``hot-surface-alert`` is another matter)."""
_CAPS = ("devfreq-", "cpufreq-", "Processor")
"""Cooling devices that are a lower clock; fans are cooling devices too and no throttling."""


def throttling_devices(folders: Iterable[Path]) -> dict[str, Path]:
    """Return the devices by name that mean throttling once their state is not zero."""
    named = ((text_of(folder / "type") or "", folder) for folder in folders)
    return {
        f"{name}/{folder.name}": folder for name, folder in named if name.endswith(_ALERT) or name.startswith(_CAPS)
    }


def read_causes(devices: dict[str, Path]) -> tuple[str, ...] | None:
    """Return what throttles, without repeats; None where no device tells."""
    states = {name: number_of(folder / "cur_state") for name, folder in devices.items()}
    if all(state is None for state in states.values()):
        return None
    return tuple(
        dict.fromkeys(name.partition("/")[0] for name, state in states.items() if state is not None and state > 0)
    )
