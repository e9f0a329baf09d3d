"""Find out whether there is a screen to open a window on."""

import os
import socket
from pathlib import Path

X11_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108 - where X servers listen, by convention
X11_FIRST_PORT = 6000


def platform() -> str | None:
    """Name what a window would open on, `wayland` or `x11`; None where nobody answers."""
    if answers_wayland():
        return "wayland"
    return "x11" if answers_x11() else None


def answers_wayland() -> bool:
    """Tell whether a compositor listens where WAYLAND_DISPLAY says."""
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    return connects(socket.AF_UNIX, str(Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name))


def answers_x11() -> bool:
    """Tell whether an X server listens where DISPLAY says, on this machine or through SSH."""
    host, colon, rest = os.environ.get("DISPLAY", "").rpartition(":")
    number = rest.partition(".")[0]
    if not colon or not number.isdigit():
        return False
    if host in {"", "unix"}:
        path = str(X11_SOCKETS / f"X{number}")
        return connects(socket.AF_UNIX, path) or connects(socket.AF_UNIX, "\0" + path)
    return connects(socket.AF_INET, (host, X11_FIRST_PORT + int(number)))


def connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    """Tell whether somebody listens at *address*."""
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(address)
        except OSError:
            return False
    return True
