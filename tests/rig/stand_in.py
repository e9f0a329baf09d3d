"""A Docker Engine of its own on which the workshop's `docker run` starts the stand-in for vLLM."""

import io
import shutil
import socket
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.rig.engine import Engine, NvidiaRuntime
from tests.rig.hugging_face_cache import lay_out
from tests.serving.own_engine import OwnEngine
from thorhud.domain.workshop import Workshop

ROOT = Path(__file__).parents[2]
VLLM = '#!/bin/sh\nexec "$STAND_IN_PYTHON" /opt/vllm "$@"\n'
PROGRAM = "import sys\nfrom tests.rig.stand_in_server import main\nsys.exit(main(sys.argv[1:]))\n"
"""Its command line reads as the real one's: Python, a path that ends in vllm, and `serve`."""


def free_port() -> int:
    """Return a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class StandIn(OwnEngine):
    """dockerd with a runtime called nvidia that lends this Python and this checkout to the container."""

    port: int = 0
    stretch: float = 1.0
    """So many times longer than a second a start takes."""

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        self.runtime = NvidiaRuntime(
            mounts=(
                sys.base_prefix,
                sys.prefix,
                str(ROOT),
                "/usr/lib",
                "/usr/lib:/lib",
                "/usr/lib64:/lib64",
            ),
            env=(
                f"STAND_IN_PYTHON={sys.executable}",
                f"PYTHONPATH={ROOT}",
                f"STAND_IN_PORT={self.port}",
                f"STAND_IN_STRETCH={self.stretch}",
            ),
        )

    def import_workshop_image(self, name: str) -> None:
        """Make the workshop's image: a shell, and a `vllm` that is the stand-in."""
        subprocess.run(
            ["docker", "import", "--change", "ENV PATH=/usr/bin:/bin", "-", name],
            input=_root_file_system(),
            env=self.environment,
            check=True,
            capture_output=True,
        )


def lay_out_weights(data_dir: Path, workshop: Workshop) -> None:
    """Put empty models where the workshop's weights would lie, whole as far as the HUD looks."""
    model = data_dir / "empty-model"
    model.mkdir(parents=True)
    (model / "config.json").write_text("{}")
    (model / "model.safetensors").write_bytes(b"\x02" + b"\0" * 7 + b"{}")  # a header without tensors
    names = {files.model for each in workshop.configurations for files in each.weights}
    for name in names:
        lay_out(model, data_dir / "models/huggingface", name)


def _root_file_system() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        busybox = archive.gettarinfo(str(shutil.which("busybox")), "bin/busybox")
        busybox.type, busybox.mode, busybox.linkname = tarfile.REGTYPE, 0o755, ""
        with Path(str(shutil.which("busybox"))).open("rb") as program:
            archive.addfile(busybox, program)
        shell = tarfile.TarInfo("bin/sh")
        shell.type, shell.linkname = tarfile.SYMTYPE, "busybox"
        archive.addfile(shell)
        vllm = tarfile.TarInfo("usr/bin/vllm")
        vllm.size, vllm.mode = len(VLLM), 0o755
        archive.addfile(vllm, io.BytesIO(VLLM.encode()))
        script = tarfile.TarInfo("opt/vllm")
        script.size = len(PROGRAM)
        archive.addfile(script, io.BytesIO(PROGRAM.encode()))
    return packed.getvalue()


__all__ = ["Engine", "StandIn", "free_port", "lay_out_weights"]
