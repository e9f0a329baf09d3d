"""A Docker Engine whose containers can run the stand-in for Open WebUI."""

import io
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.rig.engine import NvidiaRuntime
from tests.serving.own_engine import OwnEngine

PAGE_IMAGE = "thorhud/open-webui:main"
PROGRAM = Path(__file__).with_name("stand_in_open_webui.py")


@dataclass
class ChatPageEngine(OwnEngine):
    """dockerd with the document's default runtime, which here lends this machine's Python to every container."""

    def __post_init__(self) -> None:
        self.runtime = NvidiaRuntime(
            mounts=(sys.base_prefix, sys.prefix, "/usr/lib", "/usr/lib:/lib", "/usr/lib64:/lib64")
        )

    def import_page(self) -> None:
        """Make the image: a shell, and a python3 that starts the stand-in."""
        changes = ("ENV PATH=/bin", "ENV PORT=8080", 'CMD ["python3", "/opt/open_webui.py"]')
        options = [part for each in changes for part in ("--change", each)]
        subprocess.run(
            ["docker", "import", *options, "-", PAGE_IMAGE],
            input=_root_file_system(),
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def _settings(self, runtime: Path) -> dict[str, object]:
        return {**super()._settings(runtime), "default-runtime": "nvidia"}


def _root_file_system() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        _add(archive, "bin/busybox", Path(str(shutil.which("busybox"))).read_bytes())
        shell = tarfile.TarInfo("bin/sh")
        shell.type, shell.linkname = tarfile.SYMTYPE, "busybox"
        archive.addfile(shell)
        # not by a variable: what is run in the container later has only the image's own
        _add(archive, "bin/python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'.encode())
        _add(archive, "opt/open_webui.py", PROGRAM.read_bytes())
    return packed.getvalue()


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o755
    archive.addfile(member, io.BytesIO(data))
