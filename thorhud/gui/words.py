"""Numbers in words, as every screen writes them. No Qt in here."""

from thorhud.gui.stage_words import DASH, NARROW

MINUS = "\u2212"
UNIT_SPACE = "\u00a0"
"""Between a figure and its unit: it does not break, and is as wide as the pictures draw it."""
GIB = 1024**3
GB = 10**9
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


def number(value: float | None, decimals: int = 0) -> str:
    """Return a figure with a narrow space between thousands and a true minus; a dash where there is none."""
    if value is None:
        return DASH
    rounded = round(value, decimals) + 0.0
    text = f"{abs(rounded):,.{decimals}f}".replace(",", NARROW)
    return f"{MINUS}{text}" if rounded < 0 else text


def gib(count: float) -> str:
    """Return bytes as GiB with one decimal, as vLLM prints memory."""
    return number(count / GIB, 1)


def with_unit(value: float | None, unit: str, decimals: int = 0) -> str:
    """Return a figure and its unit; a dash stands alone."""
    return DASH if value is None else f"{number(value, decimals)}{UNIT_SPACE}{unit}"


def span(seconds: float) -> str:
    """Return how long something takes in full words: "25 s", "1 min 50 s", "3 min"."""
    whole = max(1, round(seconds))
    minutes, rest = divmod(whole, MINUTE_S)
    if not minutes:
        return f"{rest}{UNIT_SPACE}s"
    return f"{minutes}{UNIT_SPACE}min {rest}{UNIT_SPACE}s" if rest else f"{minutes}{UNIT_SPACE}min"


def age(seconds: float) -> str:
    """Return how old a value is: "4 s old", "3 min old"."""
    return f"{since(seconds)} old"


def since(seconds: float) -> str:
    """Return a rough length of time in its largest unit: "12 s", "3 min", "2 h", "5 d"."""
    for length, unit in ((DAY_S, "d"), (HOUR_S, "h"), (MINUTE_S, "min")):
        if seconds >= length:
            return f"{int(seconds // length)}{UNIT_SPACE}{unit}"
    return f"{max(0, int(seconds))}{UNIT_SPACE}s"


def percent(share: float | None) -> str:
    """Return a share of 0 to 1 as whole percent, without the sign."""
    return DASH if share is None else number(100 * share)
