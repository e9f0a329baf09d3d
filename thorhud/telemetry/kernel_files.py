"""Small files of /proc and /sys: read whole, or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

_MOST_BYTES = 1 << 20


def text_of(path: Path | str) -> str | None:
    """Return the file's text without the white space and NUL bytes around it, or None where it cannot be read.

    A sensor that is powered off answers with EAGAIN or with an empty file; both are None.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        data = b""
        while (piece := os.read(file, 1 << 16)) and len(data) < _MOST_BYTES:
            data += piece
    except OSError:
        return None
    finally:
        os.close(file)
    return data.decode(errors="replace").strip("\0 \t\r\n") or None


def number_of(path: Path | str) -> int | None:
    """Return the file's whole number, or None."""
    text = text_of(path)
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def hwmon_folders(root: Path) -> list[Path]:
    """Return the folder of each hwmon device once; their numbers change between boots."""
    patterns = ("sys/class/hwmon/hwmon*", "sys/bus/i2c/devices/*/hwmon/hwmon*")
    return _once(path for pattern in patterns for path in root.glob(pattern))


def thermal_folders(root: Path, kind: str) -> list[Path]:
    """Return the folder of each thermal zone (*kind* ``thermal_zone``) or ``cooling_device`` once."""
    patterns = (f"sys/class/thermal/{kind}*", f"sys/devices/virtual/thermal/{kind}*")
    return _once(path for pattern in patterns for path in root.glob(pattern))


def _once(paths: Iterable[Path]) -> list[Path]:
    return sorted({path.resolve() for path in paths})
