"""Which unit this is and how to reach it."""

from dataclasses import dataclass, field

from thorhud.domain.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One IPv4 address of the unit and the interface that carries it."""

    label: str
    """What a person calls the interface: Wired, USB-C, Wi-Fi."""
    interface: str
    ip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitIdentity:
    """Name, place and addresses of one unit."""

    hostname: str
    number: int | None = None
    """The unit number on the label, from the settings or from the digits that end the hostname."""
    rack: str | None = None
    slot: str | None = None
    machine: Reading[str] = field(default_factory=Reading)
    """What the machine calls itself, for example "NVIDIA Jetson AGX Thor Developer Kit"."""
    l4t: Reading[str] = field(default_factory=Reading)
    addresses: tuple[Address, ...] = ()
    ssh_user: str = "jetson"
    is_jetson: bool = False
    simulated: bool = False
