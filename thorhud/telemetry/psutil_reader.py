"""What psutil knows of this machine: its interfaces, and the rest where the kernel's files say nothing.

The only module that imports psutil. It always reads the machine at hand, never a faked tree.
"""

import socket
import time

import psutil

from thorhud.domain.telemetry import Memory, SourceState, Swap, TelemetrySnapshot
from thorhud.telemetry.network import NetworkInterface
from thorhud.telemetry.sources import Sample, Voice, silent

NAME = "psutil"


def interfaces_here() -> list[NetworkInterface]:
    """Return every interface of this machine, also those that are down."""
    try:
        states, addresses = psutil.net_if_stats(), psutil.net_if_addrs()
    except OSError:
        return []
    found = []
    for name, entries in addresses.items():
        state = states.get(name)
        by_family = {family: tuple(e.address for e in entries if e.family == family) for family in _FAMILIES}
        found.append(
            NetworkInterface(
                name=name,
                up=state is not None and state.isup,
                ipv4=by_family[socket.AF_INET],
                ipv6=by_family[socket.AF_INET6],
                mac=next(iter(by_family[psutil.AF_LINK]), None),
                link_mbps=state.speed if state is not None and 0 < state.speed < _NO_SPEED else None,
            )
        )
    return found


_FAMILIES = (socket.AF_INET, socket.AF_INET6, psutil.AF_LINK)
_NO_SPEED = 65535
"""What the kernel says of a link that has no speed, as 16 bits."""


class PsutilSource:
    """Fulfils `thorhud.telemetry.sources.Source`; asked only while `wanted`, since `/proc` says the same and more."""

    name = NAME

    def __init__(self) -> None:
        self.wanted = False

    async def read(self) -> Sample:
        """Return memory, swap, load and uptime."""
        if not self.wanted:
            return silent(NAME, "It is not needed: the kernel's files tell the same.")
        try:
            return Sample(values=_look(), state=SourceState(name=NAME, age_s=0.0, detail=psutil.__version__))
        except (OSError, RuntimeError) as error:
            return silent(NAME, f"psutil cannot read this machine: {error}.")

    def close(self) -> None:
        """Nothing was started."""


def _look() -> TelemetrySnapshot:
    memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    says = Voice(NAME).says
    cache = getattr(memory, "buffers", 0) + getattr(memory, "cached", 0)
    return TelemetrySnapshot(
        taken_s=0.0,
        memory=says(
            Memory(
                total_bytes=memory.total,
                free_bytes=memory.free,
                available_bytes=memory.available,
                file_cache_bytes=max(0, cache - getattr(memory, "shared", 0)),
            ),
            "",
        ),
        swap=says(Swap(total_bytes=swap.total, used_bytes=swap.used), ""),
        cpu_load=says(psutil.cpu_percent(None) / 100, ""),
        cpu_cores=says(psutil.cpu_count(), "psutil does not know how many cores there are."),
        uptime_s=says(time.time() - psutil.boot_time(), ""),
    )
