"""How to reach a unit, as rows that a person types from. No Qt in here."""

from dataclasses import dataclass

from thorhud.domain.identity import UnitIdentity
from thorhud.gui.unit_text import one_line

MOST_ADDRESSES = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what a person types."""

    label: str
    value: str
    command: bool = False


def reach(identity: UnitIdentity) -> tuple[Row, ...]:
    """Return how to reach the unit, the first address first; without an address nothing is offered."""
    shown = identity.addresses[:MOST_ADDRESSES]
    if not shown:
        return ()
    rows = [Row(one_line(address.label, 24), one_line(address.ip, 45)) for address in shown]
    first = one_line(shown[0].ip, 45)
    rows.append(Row("SSH", f"ssh {one_line(identity.ssh_user, 32)}@{first}", command=True))
    return tuple(rows)


def place(identity: UnitIdentity) -> tuple[str, str]:
    """Return rack and slot as they are labelled; empty where the unit has none."""
    rack = f"Rack {one_line(identity.rack, 16)}" if identity.rack else ""
    slot = f"Slot {one_line(identity.slot, 16)}" if identity.slot else ""
    return rack, slot
