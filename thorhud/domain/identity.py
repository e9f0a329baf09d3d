"""Which unit this is and how to reach it."""

from dataclasses import dataclass, field

from thorhud.domain.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address of the unit and the interface that carries it."""

    label: str
    """What a person calls the interface: Wired, USB-C, Wi-Fi."""
    interface: str
    ip: str
    link_mbps: int | None = None
    """Speed of the link in Mbit/s; None where the interface has none (Wi-Fi, USB) or does not tell."""


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
    """Linux for Tegra, for example "38.2.2", as the release file writes it."""
    addresses: tuple[Address, ...] = ()
    """IPv4, the one to use first."""
    ssh_user: str = "jetson"
    is_jetson: bool = False
    simulated: bool = False
    jetpack: Reading[str] = field(default_factory=Reading)
    """The JetPack that belongs to `l4t`; for a release that thorhud does not know the reason names it."""
    module: Reading[str] = field(default_factory=Reading)
    """The compute module by name, or its part number (p3834-0008) where the name is not known."""
    serial: Reading[str] = field(default_factory=Reading)
    """Masked but for its last three digits; the whole one never leaves the machine unless the settings say so."""
    mac: Reading[str] = field(default_factory=Reading)
    """Hardware address of the wired interface that a label on the unit would carry."""
    gateway: Reading[str] = field(default_factory=Reading)
    """Address of the default gateway."""
    internet: Reading[bool] = field(default_factory=Reading)
    """Whether a host outside could be reached at the last look."""
    addresses_v6: tuple[Address, ...] = ()
    """IPv6 addresses that are not link-local."""
    kernel: Reading[str] = field(default_factory=Reading)
    gpu_driver: Reading[str] = field(default_factory=Reading)

    @property
    def ssh_command(self) -> str | None:
        """What a person types to log in; None where the unit has no address."""
        return f"ssh {self.ssh_user}@{self.addresses[0].ip}" if self.addresses else None
