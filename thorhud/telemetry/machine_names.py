"""What this machine is called and what it is: hostname, unit number, model, release."""

import re
import socket
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import text_of

_RELEASE = re.compile(r"# R(\d+) \(release\), REVISION: ([\d.]+)")
_RELEASE_FILE = "etc/nv_tegra_release"
_DEVICE_TREE = ("proc/device-tree/model", "sys/firmware/devicetree/base/model")
_DMI = "sys/class/dmi/id"


def read_hostname(root: Path) -> str:
    """Return the machine's name."""
    return text_of(root / "proc/sys/kernel/hostname") or text_of(root / "etc/hostname") or socket.gethostname()


def number_in(hostname: str) -> int | None:
    """Return the digits that end a hostname as a number: 7 for thor-07, None for a name without."""
    digits = re.search(r"\d+$", hostname)
    return int(digits[0]) if digits else None


def read_l4t(root: Path) -> Reading[str]:
    """Return the release of Linux for Tegra, for example 38.2.2."""
    text = text_of(root / _RELEASE_FILE)
    source = f"/{_RELEASE_FILE}"
    if text is None:
        return Reading(reason="This machine does not run Linux for Tegra.", source=source)
    found = _RELEASE.search(text)
    if found is None:
        return Reading(reason=f"{source} is written in a way that thorhud does not know.", source=source)
    return Reading(value=f"{found[1]}.{found[2]}", source=source)


def read_machine(root: Path) -> Reading[str]:
    """Return what the machine calls itself: the device tree's model, on a PC the maker's name for it."""
    for path in _DEVICE_TREE:
        if model := text_of(root / path):
            return Reading(value=model, source=f"/{path}")
    maker, product = text_of(root / _DMI / "sys_vendor"), text_of(root / _DMI / "product_name")
    names = [name for name in (maker, product) if name]
    if not names:
        return Reading(reason="This machine does not say what it is.")
    return Reading(value=" ".join(names), source=f"/{_DMI}")


def is_jetson(root: Path) -> bool:
    """Whether this is a Jetson: its release file is there, or its device tree says so."""
    machine = read_machine(root).value or ""
    return (root / _RELEASE_FILE).exists() or "Jetson" in machine
