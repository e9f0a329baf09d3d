"""Whether a window can be opened here. Qt itself ends the process where it cannot, so this is asked before."""

import ctypes
import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path

from thorhud.domain.errors import SettingsError

_LOCAL = re.compile(r"^(?:unix)?:(\d+)(?:\.\d+)?$")
_X_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108 - where X servers listen
WITHOUT = "Run it at a display, or without one: thorhud ladder --simulate"


def require_screen(environment: Mapping[str, str] = os.environ) -> None:
    """Raise `SettingsError` where no window can be opened."""
    if environment.get("QT_QPA_PLATFORM") or environment.get("WAYLAND_DISPLAY"):
        return
    display = environment.get("DISPLAY", "")
    if not display:
        raise SettingsError("There is no display here, so no window can be opened.", next_step=WITHOUT)
    local = _LOCAL.match(display)
    if local and not _listens(local[1]):
        raise SettingsError(f"No X server answers on the display {display}.", next_step=WITHOUT)
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        message = "A window needs the system library libxcb-cursor0, which is not installed."
        raise SettingsError(message, next_step="Install it with: sudo apt-get install libxcb-cursor0") from error


def _listens(number: str) -> bool:
    """Ask the X server of that number on its socket, by path and by the abstract name."""
    path = str(_X_SOCKETS / f"X{number}")
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(address)
            except OSError:
                continue
            return True
    return False
