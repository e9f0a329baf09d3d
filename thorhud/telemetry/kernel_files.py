"""Small files of /proc and /sys: read whole, or not at all."""

from collections.abc import Iterable
from pathlib import Path


def text_of(path: Path) -> str | None:
    """Return the file's text without the white space and NUL bytes around it, or None where it cannot be read.

    A sensor that is powered off answers with EAGAIN or with an empty file; both are None.
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\0 \t\r\n") or None
    except OSError:
        return None


def number_of(path: Path) -> int | None:
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


def thermal_zones(root: Path) -> list[Path]:
    """Return the folder of each thermal zone once."""
    patterns = ("sys/class/thermal/thermal_zone*", "sys/devices/virtual/thermal/thermal_zone*")
    return _once(path for pattern in patterns for path in root.glob(pattern))


def _once(paths: Iterable[Path]) -> list[Path]:
    return sorted({path.resolve() for path in paths})
