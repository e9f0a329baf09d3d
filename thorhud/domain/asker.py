"""Who asked for something, as a person says it."""

from typing import Final

_AT: Final = "terminal of "


def asker(who: str) -> str:
    """Return "Mina" for "terminal of mina" and for "mina"; "Somebody at the kiosk" for a place without a name."""
    if not who:
        return "Somebody"
    if who in {"kiosk", "desk", "terminal"}:
        return f"Somebody at {'a' if who == 'terminal' else 'the'} {who}"
    name = who.removeprefix(_AT)
    return name[:1].upper() + name[1:]
