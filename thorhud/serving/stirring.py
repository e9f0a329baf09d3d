"""What the processes of one container do: their processor time and what they read, from `/proc` and their cgroup."""

import os
import re
from pathlib import Path
from typing import Final

from thorhud.domain.stall import Stir
from thorhud.serving.server_processes import PROC, stat_of
from thorhud.telemetry.kernel_files import text_of

GROUPS: Final = Path("/sys/fs/cgroup")
_READ = re.compile(r"\brbytes=(\d+)")
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


def stir_of(container: str, *, at_s: float, proc: Path = PROC, groups: Path = GROUPS) -> Stir | None:
    """Return what the container's processes have done so far; None where none of them is seen on this machine."""
    stats = []
    group = None
    for process in (path for path in proc.iterdir() if path.name.isdecimal()):
        its_group = text_of(process / "cgroup")
        if its_group is not None and container in its_group and (stat := stat_of(process)) is not None:
            stats.append((process, stat))
            group = its_group
    if not stats or group is None:
        return None
    return Stir(
        at_s=at_s,
        cpu_s=sum(int(stat[11]) + int(stat[12]) for _, stat in stats) / _TICKS_PER_S,
        read_bytes=_read_by_group(groups, group) or _read_by_processes([process for process, _ in stats]),
        waiting_for_disk=any(stat[0] == "D" for _, stat in stats),
    )


def _read_by_group(groups: Path, group: str) -> int | None:
    """Return what the control group has read, with what the kernel counts for ended processes too (cgroup v2)."""
    path = next((line[3:] for line in group.splitlines() if line.startswith("0::")), None)
    told = None if path is None else text_of(groups / path.lstrip("/") / "io.stat")
    return None if told is None else sum(int(each) for each in _READ.findall(told))


def _read_by_processes(processes: list[Path]) -> int | None:
    """Return what the processes have read themselves; None where this account may not see it of any."""
    told = [text for process in processes if (text := text_of(process / "io"))]
    counts = [int(found[1]) for text in told if (found := re.search(r"^read_bytes: (\d+)", text, re.MULTILINE))]
    return sum(counts) if counts else None
