"""Who holds memory: names, containers and resident sizes from `/proc/PID`."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import ProcessMemory
from thorhud.telemetry.kernel_files import text_of

MOST = 8
"""So many processes are told: who fills the memory is among the first."""
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_CONTAINER = re.compile(r"([0-9a-f]{64})")


def read_large_processes(root: Path) -> Reading[tuple[ProcessMemory, ...]]:
    """Return the processes with the most resident memory, the largest first."""
    sizes = sorted(((size, pid) for pid in _pids(root) if (size := resident_bytes(root, pid))), reverse=True)
    if not sizes:
        return Reading(reason="This machine shows no processes.", source="/proc")
    return Reading(value=tuple(describe(root, pid) for _, pid in sizes[:MOST]), source="/proc")


def describe(root: Path, pid: int, *, gpu_bytes: int | None = None) -> ProcessMemory:
    """Return what is known of one process; one that has just ended keeps its number as a name."""
    return ProcessMemory(
        pid=pid,
        name=text_of(root / f"proc/{pid}/comm") or f"process {pid}",
        gpu_bytes=gpu_bytes,
        resident_bytes=resident_bytes(root, pid),
        container_id=container_of(text_of(root / f"proc/{pid}/cgroup") or ""),
    )


def resident_bytes(root: Path, pid: int) -> int | None:
    """Return the resident set; None for a kernel thread or a process that is gone."""
    pages = (text_of(f"{root}/proc/{pid}/statm") or "").split()
    return int(pages[1]) * _PAGE_BYTES if len(pages) > 1 and pages[1] != "0" else None


def container_of(cgroup: str) -> str | None:
    """Return the short id of the container that a cgroup path names."""
    found = _CONTAINER.search(cgroup)
    return found[1][:12] if found else None


def _pids(root: Path) -> Iterable[int]:
    try:
        with os.scandir(root / "proc") as entries:
            return [int(entry.name) for entry in entries if entry.name.isdecimal()]
    except OSError:
        return []
