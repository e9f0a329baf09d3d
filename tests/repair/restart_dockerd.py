"""What stands for `systemctl restart docker`: PIDFILE DAEMON_JSON LOG FLAGS. It fails where dockerd ends at once."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

LIMIT_S = 40.0
SETTLED_S = 1.5


def ended(pid: int) -> bool:
    """Whether a process runs no more; one that nobody has waited for runs no more either."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def main(pid_file: Path, daemon_json: str, log: str, flags: list[str]) -> int:
    """Restart dockerd."""
    if pid_file.exists():
        pid = int(pid_file.read_text())
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + LIMIT_S
        while not ended(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        pid_file.unlink(missing_ok=True)
    with Path(log).open("ab") as words:
        command = ["dockerd", "--config-file", daemon_json, *flags]
        started = subprocess.Popen(
            command, stdout=words, stderr=words, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        started.wait(SETTLED_S)
    except subprocess.TimeoutExpired:
        return 0
    lines = Path(log).read_text(errors="replace").strip().splitlines()
    sys.stderr.write(f"{lines[-1]}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]))
