"""The system libraries that Qt takes from the distribution, and how to get the missing ones.

PySide6's wheels bring Qt, but not what lies under it. A library is present when the loader finds it; the names of the
packages are Debian's and Ubuntu's.
"""

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable

from messages import CannotGoOnError, step

QT = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libzstd.so.1": "libzstd1",
}
"""What any Qt program loads, also one without a screen (the tests of the window)."""

X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's X11 platform adds."""

WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""What Qt's Wayland platform adds."""


def ensure(*groups: dict[str, str]) -> None:
    """Make sure that every library of *groups* can be loaded, or say which packages bring them."""
    packages = missing_packages(groups)
    if packages:
        obtain(packages, why="Qt needs system libraries that are not here")


def missing_packages(groups: Iterable[dict[str, str]]) -> list[str]:
    """Name the packages of the libraries that the loader does not find.

    THORHUD_PRETEND_MISSING names libraries to treat as absent, so that the way to get them can be tried out.
    """
    pretended = os.environ.get("THORHUD_PRETEND_MISSING", "").split()
    return sorted({group[name] for group in groups for name in group if name in pretended or not is_loadable(name)})


def is_loadable(name: str) -> bool:
    """Tell whether the loader finds the library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def obtain(packages: list[str], *, why: str) -> None:
    """Install *packages* after a yes; without a terminal, or after a no, print the line to type and give up."""
    command = apt_command(packages)
    line = shlex.join(command)
    if shutil.which("apt-get") is None:
        raise CannotGoOnError(f"{why}. The packages are called, in Debian: {' '.join(packages)}.")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CannotGoOnError(f"{why}. Type this, then try again:", line)
    print(f"{why}. This installs them:\n  {line}")
    if input("Run it now? [y/N] ").strip().lower() not in {"y", "yes"}:
        raise CannotGoOnError("Nothing was installed. Type this, then try again:", line)
    step("Installing system packages")
    if subprocess.run(command, check=False).returncode != 0:
        raise CannotGoOnError(
            "apt-get failed; its lines above say why. An old list of packages is the usual reason:",
            shlex.join([*sudo(), "apt-get", "update"]),
        )


def apt_command(packages: list[str]) -> list[str]:
    """Write the line that installs *packages*, with sudo unless this is root."""
    return [*sudo(), "apt-get", "install", "--yes", "--no-install-recommends", *packages]


def sudo() -> list[str]:
    """Root needs none, and may not have it."""
    return [] if os.geteuid() == 0 else ["sudo"]
