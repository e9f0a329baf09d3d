"""The folder of one simulated container: what it is, its process, its output and its end.

The Docker Engine keeps containers for as long as they are not removed, whoever asks. Here the folder does it: a keeper
process writes into it (`thorhud.simulate.server`), and any agent that comes later reads it.
Only the standard library, and little of it: the keeper imports this module.
"""

import contextlib
import json
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

KILLED = 128 + signal.SIGKILL


class ContainerFolder:
    """One simulated container on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "lines"
        """The recorded lines: stamp, space, text, line feed; what `docker logs --timestamps` answers."""
        self.output = path / "output"
        """The output byte for byte, unfinished progress bars included; what `docker attach` shows."""
        self.plan = path / "plan.json"
        self._record = path / "container.json"
        self._processes = path / "processes.json"
        self._end = path / "end.json"

    @property
    def id(self) -> str:
        """The container's id, which is the folder's name."""
        return self.path.name

    @property
    def output_bytes(self) -> int:
        """How much the container has written so far."""
        return self.output.stat().st_size

    @property
    def exists(self) -> bool:
        """Whether the container was created and not removed."""
        return self._record.exists()

    def create(self, record: dict[str, Any], plan: str) -> None:
        """Make the folder; a reader sees it whole or not at all."""
        self.path.mkdir(parents=True)
        for file in (self.log, self.output):
            file.touch()
        self.plan.write_text(plan, encoding="utf-8")
        _write(self._record, record)

    def record(self) -> dict[str, Any] | None:
        """Return what was asked for at the start, or None where the container is gone."""
        return _read(self._record)

    def write_processes(self, *, keeper: int, server: int) -> None:
        """Note who runs, with each process's start, so that a number used again is not taken for it."""
        processes = {"keeper": [keeper, start_of(keeper)], "server": [server, start_of(server)]}
        _write(self._processes, processes | {"started_at_s": time.time()})

    def started_at_s(self) -> float | None:
        """Return when the container started, in Unix time, or None if it never did."""
        processes = _read(self._processes)
        return None if processes is None else float(processes["started_at_s"])

    def write_end(self, exit_code: int) -> None:
        """Note the end; the last thing that the keeper does."""
        _write(self._end, {"exit_code": exit_code, "finished_at_s": time.time()})

    def end(self) -> tuple[int, float] | None:
        """Return exit code and Unix time of the end, or None while it runs or if it never started.

        A keeper that was killed wrote no end. Its server follows it, and what is left is the end of a killed container.
        """
        end = _read(self._end)
        if end is None and self._processes.exists() and not self._alive("keeper"):
            end = _read(self._end)  # it may have been written between the two looks
            if end is None:
                self.write_end(KILLED)
                end = _read(self._end)
        return None if end is None else (int(end["exit_code"]), float(end["finished_at_s"]))

    @property
    def running(self) -> bool:
        """Whether the container's process lives."""
        return self._processes.exists() and self.end() is None

    def send(self, number: int) -> bool:
        """Send a signal to the container's first process; False where it is gone."""
        if self.end() is not None or not self._alive("server"):
            return False
        processes = _read(self._processes)
        if processes is None:
            return False
        try:
            os.kill(int(processes["server"][0]), number)
        except ProcessLookupError:
            return False
        return True

    def remove(self) -> None:
        """Take the folder away; the record first, so that nobody sees half a container."""
        with contextlib.suppress(FileNotFoundError):
            self._record.unlink()
        shutil.rmtree(self.path, ignore_errors=True)

    def _alive(self, role: str) -> bool:
        processes = _read(self._processes)
        if processes is None:
            return False
        pid, started = processes[role]
        return started is not None and start_of(int(pid)) == started


def start_of(pid: int) -> int | None:
    """Return when a living process started, in clock ticks since boot; None for a dead one or a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = text.rpartition(")")[2].split()
    return None if state in "ZX" else int(fields[18])


def _read(path: Path) -> dict[str, Any] | None:
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return value


def _write(path: Path, value: dict[str, Any]) -> None:
    """Write beside and rename: a reader never sees half a file, and neither does the next agent after a kill."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(value), encoding="utf-8")
    with contextlib.suppress(FileNotFoundError):  # the folder was removed meanwhile
        beside.replace(path)
