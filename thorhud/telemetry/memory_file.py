"""Unified memory from `/proc/meminfo`."""

from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import Memory
from thorhud.telemetry.kernel_files import text_of

SOURCE = "/proc/meminfo"


def read_memory(root: Path) -> Reading[Memory]:
    """Return the kernel's own account of the memory."""
    text = text_of(root / "proc/meminfo")
    memory = None if text is None else memory_of(text)
    return Reading(value=memory, reason=None if memory else f"{SOURCE} cannot be read.", source=SOURCE)


def memory_of(meminfo: str) -> Memory | None:
    """Read the text of `/proc/meminfo`; None where a figure is missing."""
    kib: dict[str, int] = {}
    for line in meminfo.splitlines():
        name, _, rest = line.partition(":")
        figures = rest.split()
        if figures and figures[0].isdigit():
            kib[name] = int(figures[0])
    try:
        cache = kib["Buffers"] + kib["Cached"] + kib["SReclaimable"] - kib["Shmem"]
        return Memory(
            total_bytes=kib["MemTotal"] * 1024,
            free_bytes=kib["MemFree"] * 1024,
            available_bytes=kib["MemAvailable"] * 1024,
            file_cache_bytes=max(0, cache) * 1024,
        )
    except KeyError:
        return None
