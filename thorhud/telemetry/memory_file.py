"""Unified memory and swap from `/proc/meminfo`."""

from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import Memory, Swap
from thorhud.telemetry.kernel_files import text_of

SOURCE = "/proc/meminfo"


def read_memory(root: Path) -> tuple[Reading[Memory], Reading[Swap]]:
    """Return the kernel's own account of memory and swap."""
    figures = figures_of(text_of(root / "proc/meminfo") or "")
    memory, swap = memory_of(figures), swap_of(figures)
    reason = f"{SOURCE} cannot be read."
    return (
        Reading(value=memory, reason=None if memory else reason, source=SOURCE),
        Reading(value=swap, reason=None if swap else reason, source=SOURCE),
    )


def figures_of(meminfo: str) -> dict[str, int]:
    """Return each figure of the file in bytes."""
    figures: dict[str, int] = {}
    for line in meminfo.splitlines():
        name, _, rest = line.partition(":")
        kib = rest.split(maxsplit=1)
        if kib and kib[0].isdecimal():
            figures[name] = int(kib[0]) * 1024
    return figures


def memory_of(figures: dict[str, int]) -> Memory | None:
    """Return the memory; None where a figure is missing."""
    try:
        cache = figures["Buffers"] + figures["Cached"] + figures["SReclaimable"] - figures.get("Shmem", 0)
        return Memory(
            total_bytes=figures["MemTotal"],
            free_bytes=figures["MemFree"],
            available_bytes=figures["MemAvailable"],
            file_cache_bytes=max(0, cache),
            shared_bytes=figures.get("Shmem"),
            anonymous_bytes=figures.get("AnonPages"),
        )
    except KeyError:
        return None


def swap_of(figures: dict[str, int]) -> Swap | None:
    """Return the swap space; a machine without any has a total of zero."""
    try:
        total, free = figures["SwapTotal"], figures["SwapFree"]
    except KeyError:
        return None
    return Swap(total_bytes=total, used_bytes=max(0, total - free))
