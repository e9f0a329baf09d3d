"""The GPU as the kernel's devfreq shows it: its clock, and its load where the driver tells it."""

from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import number_of

_DEVICE = "sys/class/devfreq/gpu-gpc-0"
_SOURCE = "devfreq gpu-gpc-0"
_NO_GPU = "This machine has no GPU of a Jetson Thor."
_NO_LOAD = "The GPU's driver does not tell its load here."
_HZ_PER_MHZ = 1_000_000


def read_gpu(root: Path) -> tuple[Reading[float], Reading[float]]:
    """Return load (0 to 1) and clock in MHz."""
    device = root / _DEVICE
    if not device.is_dir():
        return Reading(reason=_NO_GPU), Reading(reason=_NO_GPU)
    return _load(device), _clock(device)


def _load(device: Path) -> Reading[float]:
    per_mille = number_of(device / "device/load")
    if per_mille is None:
        return Reading(reason=_NO_LOAD, source=_SOURCE)
    return Reading(value=min(1.0, per_mille / 1000), source=_SOURCE)


def _clock(device: Path) -> Reading[float]:
    hertz = number_of(device / "cur_freq")
    if hertz is None:
        return Reading(reason="The GPU's clock cannot be read.", source=_SOURCE)
    return Reading(value=hertz / _HZ_PER_MHZ, source=_SOURCE)
