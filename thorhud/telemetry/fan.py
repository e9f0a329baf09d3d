"""How hard the fans blow: their drive and their turns."""

from collections.abc import Iterable
from pathlib import Path

from thorhud.domain.telemetry import Fan
from thorhud.telemetry.kernel_files import number_of, text_of

_FULL_DRIVE = 255
_MOST_FANS = range(1, 8)


def read_fans(folders: Iterable[Path]) -> tuple[Fan, ...]:
    """Return the fans; on Thor one fan's drive and its turns are two hwmon devices."""
    fans = [fan for folder in folders for fan in _fans(folder)]
    driven = [fan for fan in fans if fan.rpm is None]
    turning = [fan for fan in fans if fan.rate is None]
    if len(driven) == len(turning) == 1:
        whole = [fan for fan in fans if fan not in {driven[0], turning[0]}]
        return Fan(name=driven[0].name, rate=driven[0].rate, rpm=turning[0].rpm), *whole
    return tuple(fans)


def _fans(folder: Path) -> Iterable[Fan]:
    name = text_of(folder / "name") or folder.name
    for number in _MOST_FANS:
        drive = number_of(folder / f"pwm{number}")
        turns = number_of(folder / f"fan{number}_input")
        if turns is None and number == 1:
            turns = number_of(folder / "rpm")
        if drive is None and turns is None:
            return
        rate = None if drive is None else min(1.0, max(0.0, drive / _FULL_DRIVE))
        yield Fan(name=name, rate=rate, rpm=None if turns is None else float(turns))
