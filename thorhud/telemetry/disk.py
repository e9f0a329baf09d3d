"""The disk that holds the models: how much is free, and how fast the machine reads."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import text_of

SOURCE = "/proc/diskstats"
_SECTOR_BYTES = 512
"""The unit of `/proc/diskstats`, whatever the disk's own sectors are."""
_WHOLE_DISK = re.compile(r"nvme\d+n\d+|mmcblk\d+|(?:sd|vd|xvd|hd)[a-z]+")


def read_space(folder: Path) -> tuple[Reading[int], Reading[int]]:
    """Return free and total bytes of the file system that holds *folder*, or will hold it once it is made."""
    here = next((path for path in (folder, *folder.parents) if path.exists()), None)
    try:
        if here is None:
            raise FileNotFoundError
        space = os.statvfs(here)
    except OSError:
        reason = f"The disk of {folder} cannot be read."
        return Reading(reason=reason), Reading(reason=reason)
    source = str(here)
    return (
        Reading(value=space.f_bavail * space.f_frsize, source=source),
        Reading(value=space.f_blocks * space.f_frsize, source=source),
    )


class DiskReader:
    """Reads how many bytes per second went from and to the disks since its last look."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = root / "proc/diskstats"
        self._clock = clock
        self._last: tuple[float, tuple[int, int]] | None = None

    def read_rates(self) -> tuple[Reading[float], Reading[float]]:
        """Return bytes read and bytes written per second, all disks together."""
        text = text_of(self._path)
        moved = None if text is None else bytes_moved(text)
        if moved is None:
            return _both("This machine shows no disk.")
        now_s = self._clock()
        before, self._last = self._last, (now_s, moved)
        if before is None or now_s <= before[0]:
            return _both("The rate needs two looks at the machine; this was the first.")
        passed_s = now_s - before[0]
        read, written = (max(0, now - then) / passed_s for now, then in zip(moved, before[1], strict=True))
        return Reading(value=read, source=SOURCE), Reading(value=written, source=SOURCE)


def bytes_moved(diskstats: str) -> tuple[int, int] | None:
    """Return how many bytes were read from and written to whole disks; partitions would count twice."""
    lines = (line.split() for line in diskstats.splitlines())
    disks = [fields for fields in lines if len(fields) > 9 and _WHOLE_DISK.fullmatch(fields[2])]
    if not disks:
        return None
    return sum(int(disk[5]) for disk in disks) * _SECTOR_BYTES, sum(int(disk[9]) for disk in disks) * _SECTOR_BYTES


def _both(reason: str) -> tuple[Reading[float], Reading[float]]:
    return Reading(reason=reason, source=SOURCE), Reading(reason=reason, source=SOURCE)
