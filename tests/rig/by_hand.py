"""A shell, or a command, on the rig: python -m tests.rig.by_hand [COMMAND...]."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.rig.rig import running_rig


def main(command: list[str]) -> int:
    """Set the rig up, run *command* in its network, take the rig down."""
    with tempfile.TemporaryDirectory(prefix="thorhud-rig-") as folder, running_rig(Path(folder)) as rig:
        sys.stderr.write(f"DOCKER_HOST={rig.engine.host} THORHUD_DATA_DIR={rig.data_dir}\n")
        wanted = command or [os.environ.get("SHELL", "/bin/sh")]
        return subprocess.run(rig.inside(*wanted), env=rig.environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
