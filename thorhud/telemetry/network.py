"""The addresses under which a person reaches this unit, and its way out."""

import ipaddress
import socket
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.identity import Address
from thorhud.domain.reading import Reading
from thorhud.telemetry.kernel_files import text_of

WIRED, WIFI, USB = "Wired", "Wi-Fi", "USB-C"
_LABELS = {"eth": WIRED, "en": WIRED, "mgbe": WIRED, "wl": WIFI, "l4tbr": USB, "usb": USB, "rndis": USB}
_NOT_FOR_PEOPLE = ("lo", "docker", "veth", "br-", "virbr", "cni", "flannel", "dummy")
_USB_NETWORK = ipaddress.IPv4Network("192.168.55.0/24")
"""The network that a Jetson opens on its USB-C port."""
_ORDER = (WIRED, WIFI, USB)
_ROUTES = "/proc/net/route"
_NO_MAC = "00:00:00:00:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkInterface:
    """One interface of a machine as its kernel has it."""

    name: str
    up: bool = True
    ipv4: tuple[str, ...] = ()
    ipv6: tuple[str, ...] = ()
    mac: str | None = None
    link_mbps: int | None = None


Interfaces = Callable[[], Iterable[NetworkInterface]]


def labelled(interfaces: Iterable[NetworkInterface]) -> tuple[Address, ...]:
    """Return the IPv4 addresses a person may use: wired first, with the words a person has for the interface."""
    found = [
        Address(label=_label(each.name, ip), interface=each.name, ip=ip, link_mbps=each.link_mbps)
        for each in _for_people(interfaces)
        for ip in each.ipv4
    ]
    return tuple(sorted(found, key=lambda address: _rank(address, _ORDER)))


def labelled_v6(interfaces: Iterable[NetworkInterface]) -> tuple[Address, ...]:
    """Return the IPv6 addresses that also another network can reach: a link-local one is no use on a label."""
    found = [
        Address(label=_label(each.name), interface=each.name, ip=ip, link_mbps=each.link_mbps)
        for each in _for_people(interfaces)
        for text in each.ipv6
        if not ipaddress.IPv6Address(ip := text.partition("%")[0]).is_link_local
    ]
    return tuple(sorted(found, key=lambda address: _rank(address, _ORDER)))


def hardware_address(interfaces: Iterable[NetworkInterface]) -> Reading[str]:
    """Return the MAC of the first wired interface, plugged in or not; else of any that has one."""
    found = [
        (_rank(Address(label=_label(each.name), interface=each.name, ip=""), _ORDER), each)
        for each in interfaces
        if not each.name.startswith(_NOT_FOR_PEOPLE) and each.mac not in {None, "", _NO_MAC}
    ]
    if not found:
        return Reading(reason="This machine has no network interface with a hardware address.")
    _, first = min(found, key=lambda pair: pair[0])
    return Reading(value=(first.mac or "").lower(), source=first.name)


def read_gateway(root: Path) -> Reading[str]:
    """Return the default gateway of IPv4; of several, the one that the kernel takes."""
    routes = (line.split() for line in (text_of(root / _ROUTES.lstrip("/")) or "").splitlines())
    defaults = [
        (int(fields[6]), fields[2])
        for fields in routes
        if len(fields) > 7 and fields[1] == fields[7] == "00000000" and fields[2] != "00000000"
    ]
    if not defaults:
        return Reading(reason="This machine has no default gateway.", source=_ROUTES)
    _, little_endian = min(defaults)
    return Reading(value=socket.inet_ntoa(struct.pack("<I", int(little_endian, 16))), source=_ROUTES)


def _for_people(interfaces: Iterable[NetworkInterface]) -> Iterable[NetworkInterface]:
    return (each for each in interfaces if each.up and not each.name.startswith(_NOT_FOR_PEOPLE))


def _label(interface: str, ip: str = "") -> str:
    if ip and ipaddress.IPv4Address(ip) in _USB_NETWORK:
        return USB
    return next((label for start, label in _LABELS.items() if interface.startswith(start)), interface)


def _rank(address: Address, order: Sequence[str]) -> tuple[int, str, str]:
    place = order.index(address.label) if address.label in order else len(order)
    return place, address.interface, address.ip
