"""An integrated GPU and the memory controller as the kernel's devfreq shows them."""

from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import number_of

_GPUS = ("gpu-gpc-*", "*.gpu", "*.ga10b", "*.gv11b")
"""Thor's name first, then those of older Jetsons."""
_NO_GPU = "This machine has no GPU of a Jetson."
_NO_LOAD = "The GPU's driver does not tell its load here."
_HZ_PER_MHZ = 1_000_000


@dataclass(frozen=True, slots=True)
class GpuLook:
    """One look at the GPU."""

    load: Reading[float]
    """0 to 1."""
    clock_mhz: Reading[float]
    clock_max_mhz: Reading[float]
    """The highest that is allowed now."""
    clock_min_mhz: Reading[float]


def find_gpu(root: Path) -> Path | None:
    """Return the folder of the integrated GPU's clock."""
    return next((path for pattern in _GPUS for path in sorted(root.glob(f"sys/class/devfreq/{pattern}"))), None)


def find_memory_controller(root: Path) -> Path | None:
    """Return the folder of the memory controller's clock."""
    folder = root / "sys/class/devfreq/bwmgr"
    return folder if folder.is_dir() else None


def read_gpu(device: Path | None) -> GpuLook:
    """Return the load, where the driver tells it, and the clocks."""
    if device is None:
        return GpuLook(*(Reading(reason=_NO_GPU) for _ in range(4)))
    source = f"devfreq {device.name}"
    per_mille = number_of(device / "device/load")
    load = None if per_mille is None else min(1.0, max(0.0, per_mille / 1000))
    return GpuLook(
        Reading(value=load, reason=None if load is not None else _NO_LOAD, source=source),
        *(read_mhz(device / name, "The GPU's clock") for name in ("cur_freq", "max_freq", "min_freq")),
    )


def read_mhz(path: Path, what: str) -> Reading[float]:
    """Return a clock that the kernel gives in Hz."""
    hertz = number_of(path)
    source = f"devfreq {path.parent.name}"
    if hertz is None:
        return Reading(reason=f"{what} cannot be read.", source=source)
    return Reading(value=hertz / _HZ_PER_MHZ, source=source)
