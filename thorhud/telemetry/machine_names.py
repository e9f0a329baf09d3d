"""What this machine is called and what it is: hostname, unit number, model, module, serial, release."""

import re
import socket
from pathlib import Path

from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import text_of
from thorhud.telemetry.releases import JETPACKS, MODULES

_RELEASE = re.compile(r"# R(\d+) \(release\), REVISION: ([\d.]+)")
_RELEASE_FILE = "etc/nv_tegra_release"
_DEVICE_TREES = ("proc/device-tree", "sys/firmware/devicetree/base")
_DMI = "sys/class/dmi/id"
_MODULE = re.compile(r"nvidia,(p\d{4}-\d{4})")
_MASKED = "•"
_SHOWN_DIGITS = 3
_DRIVER = "sys/module/nvidia/version"
_KERNEL = "proc/sys/kernel/osrelease"


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


def jetpack_of(l4t: Reading[str]) -> Reading[str]:
    """Return the JetPack that brought *l4t*."""
    if l4t.value is None:
        return Reading(reason=l4t.reason)
    jetpack = JETPACKS.get(l4t.value)
    unknown = f"thorhud does not know which JetPack L4T {l4t.value} belongs to."
    return Reading(value=jetpack, reason=None if jetpack else unknown, source=f"L4T {l4t.value}")


def read_machine(root: Path) -> Reading[str]:
    """Return what the machine calls itself: the device tree's model, on a PC the maker's name for it."""
    model = _device_tree(root, "model")
    if model.value is not None:
        return model
    maker, product = text_of(root / _DMI / "sys_vendor"), text_of(root / _DMI / "product_name")
    names = [name for name in (maker, product) if name]
    if not names:
        return Reading(reason="This machine does not say what it is.")
    return Reading(value=" ".join(names), source=f"/{_DMI}")


def read_module(root: Path) -> Reading[str]:
    """Return the compute module by name, with its part number; the number alone where the name is not known."""
    compatible = _device_tree(root, "compatible")
    parts = (compatible.value or "").split("\0")
    number = next((found[1] for part in parts if (found := _MODULE.fullmatch(part))), None)
    if number is None:
        return Reading(reason="This machine has no compute module that names itself.", source=compatible.source)
    name = MODULES.get(number)
    return Reading(value=f"{name} ({number})" if name else number, source=compatible.source)


def read_serial(root: Path, *, masked: bool) -> Reading[str]:
    """Return the serial number, all but its last digits masked unless *masked* is false."""
    serial = _device_tree(root, "serial-number")
    if serial.value is None:
        number = text_of(root / _DMI / "product_serial")
        serial = Reading(
            value=number,
            reason=None if number else "This machine does not tell its serial number to this account.",
            source=f"/{_DMI}",
        )
    if serial.value is None or not masked:
        return serial
    hidden = max(0, len(serial.value) - _SHOWN_DIGITS)
    return Reading(value=_MASKED * hidden + serial.value[hidden:], source=serial.source)


def read_kernel(root: Path) -> Reading[str]:
    """Return the kernel's release."""
    return _file(root, _KERNEL, "This machine does not tell its kernel.")


def read_gpu_driver(root: Path) -> Reading[str]:
    """Return the version of NVIDIA's driver that is loaded."""
    return _file(root, _DRIVER, "No driver of NVIDIA is loaded.")


def is_jetson(root: Path) -> bool:
    """Whether this is a Jetson: its release file is there, or its device tree says so."""
    machine = read_machine(root).value or ""
    return (root / _RELEASE_FILE).exists() or "Jetson" in machine


def _device_tree(root: Path, name: str) -> Reading[str]:
    for folder in _DEVICE_TREES:
        if text := text_of(root / folder / name):
            return Reading(value=text, source=f"/{folder}/{name}")
    return Reading(reason=f"This machine has no device tree with a {name}.")


def _file(root: Path, path: str, reason: str) -> Reading[str]:
    text = text_of(root / path)
    return Reading(value=text, reason=None if text else reason, source=f"/{path}")
