"""The kernel's own account of memory, cores, disks, network and processes: files that always answer."""

import time
from collections.abc import Callable
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import SourceState, TelemetrySnapshot
from thorhud.telemetry.cpu import CpuReader
from thorhud.telemetry.disk import DiskReader, read_space
from thorhud.telemetry.kernel_files import text_of
from thorhud.telemetry.memory_file import read_memory
from thorhud.telemetry.network_rates import NetworkReader
from thorhud.telemetry.own_thread import OwnThread
from thorhud.telemetry.processes import read_large_processes
from thorhud.telemetry.seldom import Seldom
from thorhud.telemetry.sources import Sample, silent

NAME = "proc"
_SPACE_EVERY_S = 4.9
_PROCESSES_EVERY_S = 9.9
_UPTIME = "/proc/uptime"


class ProcSource:
    """Fulfils `thorhud.telemetry.sources.Source` from `/proc` below *root*.

    *data_dir* is where the models lie: the disk that is shown is the one that holds it.
    """

    name = NAME

    def __init__(self, root: Path, *, data_dir: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._cpu = CpuReader(root, clock)
        self._disk = DiskReader(root, clock)
        self._network = NetworkReader(root, clock)
        self._space = Seldom(lambda: read_space(data_dir), _SPACE_EVERY_S, clock)
        self._processes = Seldom(lambda: read_large_processes(root), _PROCESSES_EVERY_S, clock)
        self._thread = OwnThread("thorhud /proc", self.look)

    async def read(self) -> Sample:
        """Return one sample."""
        try:
            values = await self._thread.call()
        except (ValueError, LookupError, OSError) as error:  # a kernel that writes otherwise must not end the agent
            return silent(NAME, f"A file below /proc is written in a way that thorhud does not know: {error}.")
        if values is None:
            return silent(NAME, "The kernel's files have not answered for a while: the machine is overloaded.")
        return Sample(values=values, state=SourceState(name=NAME, age_s=0.0))

    def close(self) -> None:
        """End the thread."""
        self._thread.close()

    def look(self) -> TelemetrySnapshot:
        """Read the files now."""
        memory, swap = read_memory(self._root)
        cpu = self._cpu.read()
        read_rate, write_rate = self._disk.read_rates()
        disk_free_bytes, disk_total_bytes = self._space()
        return TelemetrySnapshot(
            taken_s=0.0,
            memory=memory,
            swap=swap,
            cpu_load=cpu.load,
            cpu_cores=cpu.online,
            cores=cpu.cores,
            disk_free_bytes=disk_free_bytes,
            disk_total_bytes=disk_total_bytes,
            disk_read_bytes_per_s=read_rate,
            disk_write_bytes_per_s=write_rate,
            network=self._network.read(),
            large_processes=self._processes(),
            uptime_s=read_uptime(self._root),
        )


def read_uptime(root: Path) -> Reading[float]:
    """Return the seconds since the start of the machine."""
    words = (text_of(root / _UPTIME.lstrip("/")) or "").split()
    if not words:
        return Reading(reason=f"{_UPTIME} cannot be read.", source=_UPTIME)
    return Reading(value=float(words[0]), source=_UPTIME)
