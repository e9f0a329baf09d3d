"""The addresses under which a person reaches this unit. The only module that imports psutil."""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence

import psutil

from thorhud.domain.identity import Address

WIRED, WIFI, USB = "Wired", "Wi-Fi", "USB-C"
_LABELS = {"eth": WIRED, "en": WIRED, "mgbe": WIRED, "wl": WIFI, "l4tbr": USB, "usb": USB, "rndis": USB}
_NOT_FOR_PEOPLE = ("lo", "docker", "veth", "br-", "virbr", "cni", "flannel", "dummy")
_USB_NETWORK = ipaddress.IPv4Network("192.168.55.0/24")
"""The network that a Jetson opens on its USB-C port."""
_ORDER = (WIRED, WIFI, USB)

Interfaces = Callable[[], Iterable[tuple[str, str]]]
"""Yields interface and IPv4 address of whatever is up."""


def interfaces_up() -> list[tuple[str, str]]:
    """Return interface and IPv4 address of each interface that is up."""
    try:
        states, addresses = psutil.net_if_stats(), psutil.net_if_addrs()
    except OSError:
        return []
    return [
        (name, address.address)
        for name, found in addresses.items()
        if name in states and states[name].isup
        for address in found
        if address.family == socket.AF_INET
    ]


def labelled(interfaces: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    """Return the addresses a person may use: wired first, with the words a person has for the interface."""
    found = [
        Address(label=_label(name, ip), interface=name, ip=ip)
        for name, ip in interfaces
        if not name.startswith(_NOT_FOR_PEOPLE)
    ]
    return tuple(sorted(found, key=lambda address: _rank(address, _ORDER)))


def _label(interface: str, ip: str) -> str:
    if ipaddress.IPv4Address(ip) in _USB_NETWORK:
        return USB
    return next((label for start, label in _LABELS.items() if interface.startswith(start)), interface)


def _rank(address: Address, order: Sequence[str]) -> tuple[int, str, str]:
    place = order.index(address.label) if address.label in order else len(order)
    return place, address.interface, address.ip
