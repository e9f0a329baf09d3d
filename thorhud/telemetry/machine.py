"""The machine at hand as a source of telemetry."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from thorhud.domain.identity import UnitIdentity
from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.telemetry.cpu import CpuReader
from thorhud.telemetry.disk import DiskReader, read_space
from thorhud.telemetry.fan import read_fan
from thorhud.telemetry.gpu import read_gpu
from thorhud.telemetry.machine_names import is_jetson, number_in, read_hostname, read_l4t, read_machine
from thorhud.telemetry.memory_file import read_memory
from thorhud.telemetry.network import Interfaces, interfaces_up, labelled
from thorhud.telemetry.power import read_power
from thorhud.telemetry.thermal import read_temperature

_NO_POWER_MODE = "The power mode is not read yet."


class MachineSource:
    """Fulfils `thorhud.domain.ports.TelemetrySource` from the kernel's files below *root*.

    *number*, *rack* and *slot* come from the settings; without a number it is the one that ends the hostname.
    *data_dir* is where the models lie: the disk that is shown is the one that holds it.
    """

    def __init__(
        self,
        root: Path = Path("/"),
        *,
        data_dir: Path | None = None,
        number: int | None = None,
        rack: str | None = None,
        slot: str | None = None,
        ssh_user: str = "jetson",
        interfaces: Interfaces = interfaces_up,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root
        self._data_dir = data_dir or root
        self._number = number
        self._rack = rack
        self._slot = slot
        self._ssh_user = ssh_user
        self._interfaces = interfaces
        self._clock = clock
        self._cpu = CpuReader(root)
        self._disk = DiskReader(root, clock)

    async def identity(self) -> UnitIdentity:
        """Return who this unit is."""
        return await asyncio.to_thread(self._identity)

    async def read(self) -> TelemetrySnapshot:
        """Return one sample; a sensor may take its time, so it is read in a thread."""
        return await asyncio.to_thread(self._read)

    def _identity(self) -> UnitIdentity:
        hostname = read_hostname(self._root)
        return UnitIdentity(
            hostname=hostname,
            number=self._number if self._number is not None else number_in(hostname),
            rack=self._rack,
            slot=self._slot,
            machine=read_machine(self._root),
            l4t=read_l4t(self._root),
            addresses=labelled(self._interfaces()),
            ssh_user=self._ssh_user,
            is_jetson=is_jetson(self._root),
        )

    def _read(self) -> TelemetrySnapshot:
        gpu_load, gpu_clock_mhz = read_gpu(self._root)
        cpu_load, cpu_cores = self._cpu.read()
        temp_c, temp_zone = read_temperature(self._root)
        fan_rate, fan_rpm = read_fan(self._root)
        disk_free_bytes, disk_total_bytes = read_space(self._data_dir)
        return TelemetrySnapshot(
            taken_s=self._clock(),
            memory=read_memory(self._root),
            gpu_load=gpu_load,
            gpu_clock_mhz=gpu_clock_mhz,
            cpu_load=cpu_load,
            cpu_cores=cpu_cores,
            power_w=read_power(self._root),
            power_mode=Reading(reason=_NO_POWER_MODE),
            power_limit_w=Reading(reason=_NO_POWER_MODE),
            temp_c=temp_c,
            temp_zone=temp_zone,
            fan_rate=fan_rate,
            fan_rpm=fan_rpm,
            disk_free_bytes=disk_free_bytes,
            disk_total_bytes=disk_total_bytes,
            disk_read_bytes_per_s=self._disk.read_rate(),
        )
