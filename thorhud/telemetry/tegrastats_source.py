"""tegrastats as a source: NVIDIA's own program, started only while the files of the kernel say too little."""

import shutil
import time
from collections.abc import Callable, Sequence

from thorhud.domain.telemetry import SourceState
from thorhud.telemetry.line_process import LineProcess
from thorhud.telemetry.sources import Sample, silent
from thorhud.telemetry.tegrastats_text import NAME, read_line

PERIOD_S = 1.0
LOST_S = 10.0
_PAUSE_S = 30.0
"""Between a tegrastats that ended or hung and the next."""


def tegrastats_command() -> Sequence[str] | None:
    """Return how tegrastats is started; it exists on a Jetson only."""
    program = shutil.which("tegrastats")
    return None if program is None else [program, "--interval", str(round(PERIOD_S * 1000))]


class TegrastatsSource:
    """Fulfils `thorhud.telemetry.sources.Source`. It costs a process, so it runs only while `wanted`."""

    name = NAME

    def __init__(
        self,
        *,
        command: Callable[[], Sequence[str] | None] = tegrastats_command,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wanted = False
        self._command = command
        self._clock = clock
        self._child: LineProcess | None = None
        self._next_start_s = 0.0
        self._heard_s = 0.0
        self._line: str | None = None
        self._reason: str | None = None

    async def read(self) -> Sample:
        """Return what the newest line says."""
        if not self.wanted:
            self.close()
            self._line = None
            return silent(NAME, "It is not needed: the kernel's files tell the same.")
        now_s = self._clock()
        if self._child is None and now_s >= self._next_start_s:
            self._start(now_s)
        if self._child is not None:
            self._listen(self._child, now_s)
        age_s = now_s - self._heard_s
        values = read_line(self._line, age_s) if self._line is not None and age_s <= LOST_S else None
        if values is None:
            return silent(NAME, self._reason or "tegrastats has not printed a line yet.")
        return Sample(values=values, state=SourceState(name=NAME, age_s=age_s, reason=self._reason))

    def close(self) -> None:
        """End tegrastats."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _start(self, now_s: float) -> None:
        self._next_start_s = now_s + _PAUSE_S
        command = self._command()
        if command is None:
            self._reason = "There is no tegrastats on this machine."
            return
        try:
            self._child = LineProcess(command)
        except OSError as error:
            self._reason = f"tegrastats cannot be started: {error.strerror}."
            return
        self._heard_s, self._reason = now_s, None

    def _listen(self, child: LineProcess, now_s: float) -> None:
        for line in child.lines():
            if read_line(line) is not None:
                self._line, self._heard_s, self._reason = line, now_s, None
        if child.ended() is not None:
            self._end("tegrastats ended by itself; it is started again.", now_s)
        elif now_s - self._heard_s > 3 * PERIOD_S + 1:
            self._end("tegrastats has said nothing for three periods; it is started again.", now_s)

    def _end(self, reason: str, now_s: float) -> None:
        self.close()
        self._reason = reason
        self._next_start_s = now_s + _PAUSE_S
