"""A child that prints lines for as long as it lives; it is read without ever waiting for it."""

import os
import subprocess
from collections.abc import Mapping, Sequence

_MOST_BYTES = 4 * 1024 * 1024
"""More than this between two looks is no telemetry; what came before is dropped."""


class LineProcess:
    """A child with its lines. It is to end when its standard input ends, so it never outlives this process."""

    def __init__(self, command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> None:
        """Start it; raise `OSError` where that cannot be done."""
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,
        )
        assert self._child.stdout is not None  # noqa: S101 - asked for above
        self._out = self._child.stdout.fileno()
        os.set_blocking(self._out, False)
        self._rest = b""

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def lines(self) -> list[str]:
        """Return the whole lines that came since the last call."""
        while True:
            try:
                data = os.read(self._out, 1 << 16)
            except BlockingIOError:
                break
            if not data:
                break
            self._rest = (self._rest + data)[-_MOST_BYTES:]
        *whole, self._rest = self._rest.split(b"\n")
        return [line.decode(errors="replace") for line in whole]

    def ended(self) -> int | None:
        """Return the exit code once the child has ended; negative for a signal."""
        return self._child.poll()

    def kill(self) -> None:
        """End the child at once, also one that is stopped, and everything that it started."""
        if self._child.poll() is None:
            os.killpg(self._child.pid, 9)
            self._child.wait()  # a killed child ends as soon as it is out of the kernel
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
