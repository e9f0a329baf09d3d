"""The power mode that nvpmodel has set, from the two files that nvpmodel itself keeps.

The program is not asked: under a busy vLLM `nvpmodel -q` has taken longer than four seconds.
"""

import re
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import text_of

SOURCE = "nvpmodel"
_STATUS = "var/lib/nvpmodel/status"
_CONFIG = "etc/nvpmodel.conf"
_SET = re.compile(r"pmode:(\d+)")
_MODEL = re.compile(r"^<\s*POWER_MODEL\s+ID=(\d+)\s+NAME=(\S+)\s*>", re.MULTILINE)
_DEFAULT = re.compile(r"^<\s*PM_CONFIG\s+DEFAULT=(\d+)\s*>", re.MULTILINE)
_NO_JETSON = "This machine has no power modes of a Jetson."


def read_power_mode(root: Path) -> tuple[Reading[str], Reading[tuple[str, ...]]]:
    """Return the mode's name and the names of all modes; without a status file the default mode is set."""
    config = text_of(root / _CONFIG)
    if config is None:
        return Reading(reason=_NO_JETSON), Reading(reason=_NO_JETSON)
    models = {int(number): name for number, name in _MODEL.findall(config)}
    found = _SET.search(text_of(root / _STATUS) or "") or _DEFAULT.search(config)
    mode = models.get(int(found[1])) if found else None
    reason = f"/{_STATUS} and /{_CONFIG} do not tell the mode."
    return (
        Reading(value=mode, reason=None if mode else reason, source=SOURCE),
        Reading(value=tuple(models.values()) or None, reason=None if models else reason, source=SOURCE),
    )
