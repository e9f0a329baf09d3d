"""The image under the workshop's name: a small Debian in which `vllm` is the real one, mounted by the runtime."""

import subprocess
from pathlib import Path

from tests.rig.engine import Engine, RigError, last_lines

IMAGE = "nvcr.io/nvidia/vllm:25.09-py3"

SUITE = "bookworm"

PACKAGES = (
    # torch.compile on a CPU compiles C++, and hashes its cache keys with openssl
    *("g++", "openssl"),
    # what Python's own modules and vLLM load
    *("libbz2-1.0", "libexpat1", "libffi8", "libgomp1", "liblzma5", "libncursesw6", "libnuma1", "libreadline8"),
    *("libsqlite3-0", "libssl3", "libuuid1", "zlib1g"),
    # where vLLM's environment stands on the distribution's Python, whose folder cannot be mounted
    "libpython3.11-dev",
    "python3.11",
)

START_VLLM = '#!/bin/sh\nexec "$RIG_VLLM" "$@"\n'


def ensure_root(root: Path) -> Path:
    """Make the image's files with debootstrap, once: about a minute, 500 MB."""
    finished = root.with_suffix(".finished")
    if not finished.exists():
        root.mkdir(parents=True, exist_ok=True)
        log = root.with_suffix(".log")
        command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, str(root)]
        with log.open("wb") as output:
            if subprocess.run(command, stdout=output, stderr=output, check=False).returncode != 0:
                raise RigError(f"debootstrap failed; its log: {log}\n{last_lines(log)}")
        program = root / "usr/local/bin/vllm"
        program.write_text(START_VLLM)
        program.chmod(0o755)
        finished.touch()
    return root


def import_image(engine: Engine, root: Path, name: str = IMAGE) -> None:
    """Give *engine* the files under *root* as the image *name*."""
    changes = ["--change", "ENV PATH=/usr/local/bin:/usr/bin:/bin", "--change", 'CMD ["bash"]']
    with subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as tar:
        imported = subprocess.run(
            ["docker", "import", *changes, "-", name],
            stdin=tar.stdout,
            env=engine.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if imported.returncode != 0 or tar.returncode != 0:
        raise RigError(f"the image could not be imported: {imported.stderr.strip()}")
