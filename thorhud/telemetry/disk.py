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
    """Reads how many bytes per second came from the disks since its last look."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = root / "proc/diskstats"
        self._clock = clock
        self._last: tuple[float, int] | None = None

    def read_rate(self) -> Reading[float]:
        """Return bytes per second of all disks together."""
        text = text_of(self._path)
        read_bytes = None if text is None else bytes_read(text)
        if read_bytes is None:
            return Reading(reason="This machine shows no disk.", source=SOURCE)
        before, self._last = self._last, (self._clock(), read_bytes)
        if before is None or self._last[0] <= before[0]:
            return Reading(reason="The rate needs two looks at the machine; this was the first.", source=SOURCE)
        rate = (read_bytes - before[1]) / (self._last[0] - before[0])
        return Reading(value=max(0.0, rate), source=SOURCE)


def bytes_read(diskstats: str) -> int | None:
    """Return how many bytes were read from whole disks since the start; partitions would count twice."""
    lines = (line.split() for line in diskstats.splitlines())
    sectors = [int(fields[5]) for fields in lines if len(fields) > 5 and _WHOLE_DISK.fullmatch(fields[2])]
    return sum(sectors) * _SECTOR_BYTES if sectors else None
