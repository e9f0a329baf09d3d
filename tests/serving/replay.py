r"""A recorded start of vLLM, written again by a real container: the same bytes, the same pauses, the same way to end.

A recording is a `.log` of ``tests/data/vllm``: each piece is ``[seconds since start]``, the byte that ended it as ``\\n``,
``\\r`` or ``$$`` (none), a space, and the text.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.serving.own_engine import spec
from thorhud.domain.containers import ContainerSpec
from thorhud.domain.workshop import Mount

RECORDINGS = Path(__file__).parents[1] / "data" / "vllm"
PIECE = re.compile(rb"^\[ *(\d+\.\d+)\](\\n|\\r|\$\$) (.*)$", re.DOTALL)
ENDS = {b"\\n": b"\n", b"\\r": b"\r", b"$$": b""}


@dataclass(frozen=True, slots=True)
class Piece:
    """What was written at one moment."""

    at_s: float
    text: bytes

    @property
    def output(self) -> int:
        """Progress bars and uvicorn go to stderr, vLLM's own log to stdout, as in a container."""
        is_bar = b"%|" in self.text or b"% Completed" in self.text
        return 2 if is_bar or self.text.endswith(b"\r") or self.text.startswith(b"INFO:") else 1


def pieces(name: str) -> Iterator[Piece]:
    """Read the recording called *name*; one that is missing is an error."""
    for row in (RECORDINGS / f"{name}.log").read_bytes().split(b"\n"):
        if found := PIECE.match(row):
            yield Piece(float(found[1]), found[3] + ENDS[found[2]])


def replaying(
    name: str,
    folder: Path,
    *,
    speed: float = 1.0,
    exit_code: int | None = None,
    interrupted: str = "exit 0",
    container: str = "vllm",
    **more: object,
) -> ContainerSpec:
    """Return a container that replays *name*, hurried by *speed*; its script is kept in *folder*.

    At its end it exits with *exit_code*, or runs on without one. On SIGINT it does *interrupted* ("" ignores it).
    """
    ending = "while :; do usleep 20000; done" if exit_code is None else f"exit {exit_code}"
    script = folder / f"{Path(name).name}.sh"
    script.write_text("\n".join((f"trap {shlex.quote(interrupted)} INT", *_writes(name, speed), ending, "")))
    mount = Mount(host=str(folder), container="/replay", read_only=True)
    return spec(container, "", command=("sh", f"/replay/{script.name}"), mounts=(mount,), **more)


def _writes(name: str, speed: float) -> Iterator[str]:
    before_s = 0.0
    for piece in pieces(name):
        pause_us = int((piece.at_s - before_s) / speed * 1e6)
        if pause_us >= 1000:
            yield f"usleep {pause_us}"
            before_s = piece.at_s
        octal = "".join(f"\\0{byte:03o}" for byte in piece.text)
        yield f"printf %b {shlex.quote(octal)} >&{piece.output}"
