"""How to reach a unit, as rows that a person types from. No Qt in here."""

from dataclasses import dataclass

from thorhud.domain.identity import UnitIdentity
from thorhud.gui.unit_text import one_line

CHAT_PORT = 8080
"""Where the workshop's chat page (Open WebUI) listens."""
MOST_ADDRESSES = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what a person types."""

    label: str
    value: str
    command: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The rows of the identity plate and the address of the chat page."""

    rows: tuple[Row, ...]
    chat: str = ""
    """Host and port of the chat page; empty without a network."""

    @property
    def chat_url(self) -> str:
        """What the QR code holds."""
        return f"http://{self.chat}" if self.chat else ""


def reach(identity: UnitIdentity) -> Reach:
    """Return how to reach the unit, the first address first; without an address nothing is offered."""
    shown = identity.addresses[:MOST_ADDRESSES]
    if not shown:
        return Reach(rows=())
    rows = [Row(one_line(address.label, 24), one_line(address.ip, 45)) for address in shown]
    first = one_line(shown[0].ip, 45)
    rows.append(Row("SSH", f"ssh {one_line(identity.ssh_user, 32)}@{first}", command=True))
    return Reach(rows=tuple(rows), chat=f"{first}:{CHAT_PORT}")


def place(identity: UnitIdentity) -> tuple[str, str]:
    """Return rack and slot as they are labelled; empty where the unit has none."""
    rack = f"Rack {one_line(identity.rack, 16)}" if identity.rack else ""
    slot = f"Slot {one_line(identity.slot, 16)}" if identity.slot else ""
    return rack, slot
