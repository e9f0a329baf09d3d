"""What every test may count on: Qt without a screen, and a plain word on which machine a test can run.

A test that needs more than Python says so with a marker. Where the machine cannot give it, the test is skipped with the
reason; THORHUD_REQUIRE=docker,display,vllm turns such a skip into a failure, so that a machine that should run everything
cannot quietly run less.
"""

import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

# Before anything imports Qt. A test of a real window starts its own X server and says so to its own child process.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

# No test may meet the agent, the settings or the records of whoever runs it. A short path: sockets lie in it.
HOME = Path(tempfile.mkdtemp(prefix="thorhud-tests-"))
for variable, name in {
    "XDG_RUNTIME_DIR": "run",
    "XDG_STATE_HOME": "state",
    "XDG_CONFIG_HOME": "config",
    "THORHUD_DATA_DIR": "data",
}.items():
    (HOME / name).mkdir(mode=0o700)
    os.environ[variable] = str(HOME / name)
for variable in ("DOCKER_HOST", "THORHUD_SETTINGS", "THORHUD_STATE_DIR", "THORHUD_WORKSHOP", "THORHUD_PORT"):
    os.environ.pop(variable, None)


def pytest_unconfigure() -> None:
    """Take the folders away again."""
    shutil.rmtree(HOME, ignore_errors=True)


def docker_obstacle() -> str | None:
    if os.geteuid() != 0:
        return "a Docker Engine of its own needs root"
    missing = [name for name in ("dockerd", "containerd", "runc", "docker", "busybox") if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)} (Debian's packages docker.io and busybox-static)" if missing else None


def display_obstacle() -> str | None:
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)} (Debian's packages xvfb and xdotool)" if missing else None


def vllm_obstacle() -> str | None:
    if platform.machine() != "x86_64" or sys.version_info[:2] != (3, 11):
        return "vLLM's CPU build is pinned for x86-64 and Python 3.11"
    return docker_obstacle()


def systemd_obstacle() -> str | None:
    if os.geteuid() != 0:
        return "booting a machine with systemd-nspawn needs root"
    missing = [name for name in ("systemd-nspawn", "debootstrap") if shutil.which(name) is None]
    return (
        f"not installed: {', '.join(missing)} (Debian's packages systemd-container, debootstrap)" if missing else None
    )


def hardware_obstacle() -> str | None:
    return None if Path("/etc/nv_tegra_release").exists() else "this is no Jetson"


OBSTACLES = {
    "docker": docker_obstacle,
    "display": display_obstacle,
    "vllm": vllm_obstacle,
    "systemd": systemd_obstacle,
    "hardware": hardware_obstacle,
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, or fail where it was promised."""
    promised = os.environ.get("THORHUD_REQUIRE", "").split(",")
    for marker, obstacle_now in OBSTACLES.items():
        if item.get_closest_marker(marker) is None:
            continue
        obstacle = obstacle_now()
        if obstacle is None:
            continue
        if marker in promised:
            pytest.fail(f"THORHUD_REQUIRE promises {marker}, but {obstacle}", pytrace=False)
        pytest.skip(obstacle)
