"""A machine with a real systemd and a real polkit, in a container of systemd-nspawn: it boots, probes itself, goes off."""

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[3]
PACKAGES = "systemd,systemd-sysv,dbus,polkitd,python3,util-linux,libpam-systemd,passwd,openssh-server,openssh-client"
BASE = Path("/var/tmp/thorhud-nspawn-bookworm-1")
"""The installed system, kept between runs: making it takes minutes and a network. Another package, another number."""
BOOTED_AND_OFF_S = 240.0
SERVICE = """
[Unit]
Description=what this boot is for
After=multi-user.target dbus.service
[Service]
Type=oneshot
TimeoutStartSec=200
ExecStart=/usr/bin/python3 -I /probe/probes.py /out
StandardError=file:/out/stderr
ExecStopPost=/bin/systemctl --no-block poweroff
[Install]
WantedBy=default.target
"""


def base() -> Path:
    """Return the folder of the installed system; make it where it is not there yet."""
    if not BASE.is_dir():
        new = Path(tempfile.mkdtemp(prefix="thorhud-nspawn-new-", dir=BASE.parent))
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(new)]
        subprocess.run(command, check=True, capture_output=True)
        new.chmod(0o755)
        new.rename(BASE)
    return BASE


@contextlib.contextmanager
def _named_hierarchy() -> Iterator[None]:
    """Give systemd the control group hierarchy it wants where the host's first process is not systemd."""
    folder = Path("/sys/fs/cgroup/systemd")
    if Path("/sys/fs/cgroup/cgroup.controllers").exists() or folder.is_mount():
        yield
        return
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "cgroup", "-o", "none,name=systemd", "cgroup", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=False)


def boot_and_probe(folder: Path) -> dict[str, Any]:
    """Boot a copy of the system in *folder*, let it run every probe, and return what they saw."""
    root, out = folder / "root", folder / "out"
    subprocess.run(["cp", "--archive", "--reflink=auto", str(base()), str(root)], check=True)
    out.mkdir()
    service = root / "etc/systemd/system/probe.service"
    service.write_text(SERVICE)
    wants = root / "etc/systemd/system/default.target.wants"
    wants.mkdir(exist_ok=True)
    (wants / "probe.service").symlink_to("../probe.service")
    command = [
        *("systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--private-network"),
        *("--directory", str(root), "--bind", f"{out}:/out", "--bind-ro", f"{REPOSITORY}:/repo"),
        *("--bind-ro", f"{Path(__file__).parent}:/probe"),
    ]
    # /proc/sys may be written: the caches that are dropped are the host's
    environment = {**os.environ, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "1"}
    with _named_hierarchy(), (folder / "boot.log").open("wb") as log:
        subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            timeout=BOOTED_AND_OFF_S,
            check=False,
        )
    answers = out / "answers.json"
    if not answers.exists():
        words = (folder / "boot.log").read_text(errors="replace")[-1500:]
        trouble = (out / "stderr").read_text(errors="replace") if (out / "stderr").exists() else ""
        raise RuntimeError(f"the probes did not end: {trouble}\n{words}")
    told: dict[str, Any] = json.loads(answers.read_text())
    return told
