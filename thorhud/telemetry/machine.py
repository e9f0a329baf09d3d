"""The machine at hand as a source of telemetry: every source that it has, merged, and who it is."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from thorhud.domain.identity import UnitIdentity
from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.telemetry import machine_names as names
from thorhud.telemetry.internet import InternetLook
from thorhud.telemetry.jtop_source import SOCKET, JtopSource
from thorhud.telemetry.merging import merged
from thorhud.telemetry.network import Interfaces, hardware_address, labelled, labelled_v6, read_gateway
from thorhud.telemetry.nvml import NvmlSource
from thorhud.telemetry.proc_source import ProcSource
from thorhud.telemetry.psutil_reader import PsutilSource, interfaces_here
from thorhud.telemetry.sources import Source
from thorhud.telemetry.sys_source import SysSource
from thorhud.telemetry.tegrastats_source import TegrastatsSource

HERE = Path("/")


class MachineSource:
    """Fulfils `thorhud.domain.ports.TelemetrySource` from the kernel's files below *root* and further *sources*.

    *number*, *rack* and *slot* come from the settings; without a number it is the one that ends the hostname.
    *data_dir* is where the models lie: the disk that is shown is the one that holds it.
    Without *sources* the machine at hand has those that fit it, and a faked tree none.
    """

    def __init__(
        self,
        root: Path = HERE,
        *,
        data_dir: Path | None = None,
        number: int | None = None,
        rack: str | None = None,
        slot: str | None = None,
        ssh_user: str = "jetson",
        show_serial: bool = False,
        interfaces: Interfaces = interfaces_here,
        sources: Sequence[Source] | None = None,
        internet: InternetLook | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root
        self._number = number
        self._rack = rack
        self._slot = slot
        self._ssh_user = ssh_user
        self._show_serial = show_serial
        self._interfaces = interfaces
        self._internet = internet
        self._clock = clock
        further = sources_here() if sources is None and root == HERE else (sources or ())
        kernel: Sequence[Source] = (
            ProcSource(root, data_dir=data_dir or root, clock=clock),
            SysSource(root, clock=clock),
        )
        self._sources: Sequence[Source] = (*kernel, *further)

    async def identity(self) -> UnitIdentity:
        """Return who this unit is."""
        return await asyncio.to_thread(self._identity)

    async def read(self) -> TelemetrySnapshot:
        """Return one sample of every source, merged."""
        samples = await asyncio.gather(*(source.read() for source in self._sources))
        snapshot = merged(samples, self._clock())
        self._want_more(snapshot)
        return snapshot

    def close(self) -> None:
        """End what the sources started."""
        for source in self._sources:
            source.close()
        if self._internet is not None:
            self._internet.close()

    def _want_more(self, snapshot: TelemetrySnapshot) -> None:
        """Ask the sources of last resort only while the others leave something open; they stay then."""
        for source in self._sources:
            if isinstance(source, TegrastatsSource):
                source.wanted = source.wanted or _missing(snapshot.power_w) or _missing(snapshot.temp_c)
            elif isinstance(source, PsutilSource):
                source.wanted = source.wanted or _missing(snapshot.memory)

    def _identity(self) -> UnitIdentity:
        root, hostname = self._root, names.read_hostname(self._root)
        interfaces = tuple(self._interfaces())
        l4t, gateway = names.read_l4t(root), read_gateway(root)
        return UnitIdentity(
            hostname=hostname,
            number=self._number if self._number is not None else names.number_in(hostname),
            rack=self._rack,
            slot=self._slot,
            machine=names.read_machine(root),
            l4t=l4t,
            jetpack=names.jetpack_of(l4t),
            module=names.read_module(root),
            serial=names.read_serial(root, masked=not self._show_serial),
            kernel=names.read_kernel(root),
            gpu_driver=names.read_gpu_driver(root),
            addresses=labelled(interfaces),
            addresses_v6=labelled_v6(interfaces),
            mac=hardware_address(interfaces),
            gateway=gateway,
            internet=Reading(reason="It was not looked for: the setting internet_check is off.")
            if self._internet is None
            else self._internet.look(gateway),
            ssh_user=self._ssh_user,
            is_jetson=names.is_jetson(root),
        )


def sources_here() -> tuple[Source, ...]:
    """Return the further sources that the machine at hand may have."""
    jetson: tuple[Source, ...] = ()
    if names.is_jetson(HERE) or SOCKET.exists():
        jetson = (JtopSource(), TegrastatsSource())
    return (NvmlSource(), *jetson, PsutilSource())


def _missing(reading: Reading[Any]) -> bool:
    return reading.value is None
