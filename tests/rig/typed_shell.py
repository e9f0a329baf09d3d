"""A person at a terminal: `docker run -it` or `docker exec -it`, keys pressed one after another."""

import contextlib
import os
import pty
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

LIMIT_S = 60.0


class TypedShell:
    """One command at a terminal of its own; `seen` is what stands on its screen."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._keys, terminal = pty.openpty()
        self._process = subprocess.Popen(
            command, stdin=terminal, stdout=terminal, stderr=terminal, env=dict(environment), start_new_session=True
        )
        os.close(terminal)
        self._screen = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def seen(self) -> str:
        return self._screen.decode(errors="replace")

    def enter(self, line: str) -> None:
        """Type *line* and press Enter."""
        os.write(self._keys, line.encode() + b"\r")

    def ctrl_c(self) -> None:
        os.write(self._keys, b"\x03")

    def until(self, text: str, *, times: int = 1) -> None:
        """Wait until *text* stands on the screen."""
        deadline = time.monotonic() + LIMIT_S
        while self.seen.count(text) < times:
            assert time.monotonic() < deadline, f"no {text!r}:\n{self.seen[-2000:]}"
            time.sleep(0.05)

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while piece := os.read(self._keys, 65536):
                self._screen += piece

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        os.close(self._keys)
