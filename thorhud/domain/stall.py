"""Whether a start is slow or stands still: silence says nothing, work that nobody does says all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from thorhud.domain.stages import PipelineStep

STALLED_AFTER_S: Final[Mapping[PipelineStep, float]] = {
    PipelineStep.CONTAINER: 60.0,
    PipelineStep.WEIGHTS: 60.0,
    PipelineStep.COMPILE: 180.0,
    PipelineStep.GRAPHS: 120.0,
    PipelineStep.READY: 90.0,
}
"""So long nothing at all may move in each segment. Compiling is silent for long but never idle."""
BUSY_SHARE: Final = 0.05
"""This much of one processor core is work; a Python server that waits takes about 1 % of one."""
READ_BYTES: Final = 1 << 20
GPU_BUSY: Final = 0.05
SLOW_DISK_BYTES_PER_S: Final = 400e6
"""An NVMe disk of the unit reads 2 to 3 GB/s; below this it is worth saying."""

_DOING: Final[Mapping[PipelineStep, str]] = {
    PipelineStep.CONTAINER: "vLLM was to begin",
    PipelineStep.WEIGHTS: "the weights were to be read",
    PipelineStep.COMPILE: "it was to compile",
    PipelineStep.GRAPHS: "the CUDA graphs were to be captured",
    PipelineStep.READY: "the server was to come up",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stir:
    """What the server's processes have done so far; None where nobody can see it."""

    at_s: float
    cpu_s: float
    """Processor time of all of them together."""
    read_bytes: int | None
    """What they had the disk read."""
    waiting_for_disk: bool = False
    """One of them waits for a disk right now (state D)."""
    gpu_load: float | None = None
    """0 to 1."""
    lines: int = 0
    """Lines of the log so far."""


class StallWatch:
    """Sees one start from look to look."""

    def __init__(self) -> None:
        self._last: Stir | None = None
        self._moved_at_s: float | None = None
        self._bytes_per_s: float | None = None

    @property
    def bytes_per_s(self) -> float | None:
        """What the disk gives to the start now; None where nobody can see it."""
        return self._bytes_per_s

    def see(self, stir: Stir | None, step: PipelineStep) -> str | None:
        """Return why the start stands still, as a sentence; None while it works, or where nobody can see that."""
        if stir is None:
            self._last = self._moved_at_s = self._bytes_per_s = None
            return None
        if self._last is None or self._moved_at_s is None or _moves(self._last, stir):
            self._moved_at_s = stir.at_s
        self._bytes_per_s = None if self._last is None else _read_rate(self._last, stir)
        self._last = stir
        idle_s = stir.at_s - self._moved_at_s
        return _sentence(step, idle_s, stir) if idle_s >= STALLED_AFTER_S[step] else None


def _moves(before: Stir, now: Stir) -> bool:
    passed_s = now.at_s - before.at_s
    return (
        now.cpu_s - before.cpu_s > BUSY_SHARE * passed_s
        or now.cpu_s < before.cpu_s  # one of the processes has ended: something happened
        or (now.read_bytes or 0) - (before.read_bytes or 0) >= READ_BYTES
        or (now.gpu_load or 0.0) > GPU_BUSY
        or now.lines != before.lines
    )


def _read_rate(before: Stir, now: Stir) -> float | None:
    passed_s = now.at_s - before.at_s
    if now.read_bytes is None or before.read_bytes is None or passed_s <= 0:
        return None
    return max(0.0, (now.read_bytes - before.read_bytes) / passed_s)


def _sentence(step: PipelineStep, idle_s: float, stir: Stir) -> str:
    nothing = ["no processor time"]
    if stir.read_bytes is not None:
        nothing.append("nothing read from disk")
    if stir.gpu_load is not None:
        nothing.append("no work on the GPU")
    what = f"Nothing has moved for {_words(idle_s)} while {_DOING[step]}: {', '.join(nothing)}."
    if stir.waiting_for_disk:
        return f"{what} It waits for the disk, which does not answer: look at dmesg, then reboot the unit."
    return f"{what} Stop it and start it again; if it stops at the same place, the end of the log says where."


def _words(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def slow_disk(bytes_per_s: float | None, left_bytes: float | None) -> str | None:
    """Return what a slow disk means for the weights, in words; None where it is not slow or nobody can see it."""
    if bytes_per_s is None or not 0 < bytes_per_s < SLOW_DISK_BYTES_PER_S:
        return None
    rate = f"The disk gives {bytes_per_s / 1e6:.0f} MB/s"
    return rate if left_bytes is None else f"{rate}, {left_bytes / 1e9:.1f} GB of the weights are left"
