"""A Docker Engine that a test may kill, and a tiny image whose containers say what the test wants."""

import contextlib
import io
import shlex
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.rig.engine import Engine
from thorhud.domain.containers import ContainerSpec

IMAGE = "thorhud/replay:1"
APPLETS = ("sh", "awk", "cat", "echo", "printf", "seq", "sleep", "true", "usleep")


@dataclass
class OwnEngine(Engine):
    """A dockerd under *folder*; with *live_restore* its containers outlive it."""

    live_restore: bool = False

    def kill(self) -> None:
        """End dockerd as a crash would, and only dockerd."""
        assert self._process is not None
        containerd = [child.pid for child in psutil.Process(self.pid).children()]
        self._process.kill()
        self._process.wait()
        # containerd dies with it, a moment later; a dockerd that is started before that waits for it in vain
        psutil.wait_procs([psutil.Process(pid) for pid in containerd if psutil.pid_exists(pid)], timeout=10)

    def end(self) -> None:
        """End dockerd as systemd does; its data stay, and it may be started again."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait()

    def import_image(self) -> None:
        """Make the tiny image from this machine's static busybox, without a network."""
        command = ["docker", "import", "-", IMAGE]
        subprocess.run(command, input=_root_file_system(), env=self.environment, check=True, capture_output=True)

    def _settings(self, runtime: Path) -> dict[str, object]:
        return {**super()._settings(runtime), "live-restore": self.live_restore}


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Give an engine a folder with a short path (a socket's may have 107 characters) and clear it away."""
    path = Path(tempfile.mkdtemp(prefix="thorhud-engine-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def obstacle() -> str | None:
    """Why the tiny image cannot be made here, or None."""
    busybox = shutil.which("busybox")
    if busybox is None:
        return "not installed: busybox (Debian's package busybox-static)"
    with Path(busybox).open("rb") as program:
        names_a_loader = b"/ld-linux" in program.read(4096)
    return None if not names_a_loader else "busybox is not the static one (Debian's package busybox-static)"


def spec(name: str, script: str, **more: object) -> ContainerSpec:
    """Return a container of the tiny image that runs *script* as its first process."""
    options: dict[str, object] = {"image": IMAGE, "name": name, "command": ("sh", "-c", script), **more}
    return ContainerSpec(**options)  # type: ignore[arg-type]


def tape(pieces: Iterable[tuple[float, int, bytes]]) -> str:
    """Return a script that writes each piece (seconds since the piece before, 1 or 2, bytes) where it came from."""
    lines = []
    for pause_s, output, text in pieces:
        if pause_s >= 0.001:
            lines.append(f"usleep {int(pause_s * 1e6)}")
        octal = "".join(f"\\0{byte:03o}" for byte in text)
        lines.append(f"printf %b {shlex.quote(octal)} >&{output}")
    return "\n".join(lines)


def _root_file_system() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(str(shutil.which("busybox")), "bin/busybox", filter=_plain)
        for applet in APPLETS:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(link)
    return packed.getvalue()


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.type, member.mode = tarfile.REGTYPE, 0o755
    return member
