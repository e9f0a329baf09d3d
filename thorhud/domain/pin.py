"""The PIN of a teaching assistant: who is asked for it, and how long a wrong one must wait. No secret is in here.

It keeps a hand at the touch display from restarting Docker or the unit. It keeps nobody out who has a shell: whoever
may write to the agent's socket may do all that the agent may, and says by himself from where he asks.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

DIGITS: Final = (4, 8)
"""Fewest and most digits."""
FREE_TRIES: Final = 5
"""So many wrong ones are answered at once; after each further one the wait doubles."""
FIRST_WAIT_S: Final = 30.0
LONGEST_WAIT_S: Final = 3600.0

KIOSK: Final = "kiosk"
"""What the touch display calls itself in its commands."""

_FORM: Final = re.compile(rf"[0-9]{{{DIGITS[0]},{DIGITS[1]}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PinTries:
    """How often a wrong PIN was given since the last right one; it outlives the agent."""

    wrong: int = 0
    locked_until_unix_s: float = 0.0

    def wait_s(self, now_unix_s: float) -> float:
        """Return how long no PIN is looked at; a clock that was set back makes nobody wait longer than the longest."""
        return min(max(0.0, self.locked_until_unix_s - now_unix_s), LONGEST_WAIT_S)

    @property
    def left(self) -> int:
        """How many more may be wrong before the next wait begins."""
        return max(1, FREE_TRIES - self.wrong)


def is_pin(text: str) -> bool:
    """Whether *text* can be a PIN: four to eight of the digits 0 to 9."""
    return _FORM.fullmatch(text) is not None


def needs_pin(who: str) -> bool:
    """Whether a command of *who* comes from a touch display that anybody may reach."""
    return who == KIOSK


def one_more_wrong(tries: PinTries, now_unix_s: float) -> PinTries:
    """Return the tries after another wrong one, with its wait."""
    wrong = tries.wrong + 1
    if wrong < FREE_TRIES:
        return replace(tries, wrong=wrong, locked_until_unix_s=0.0)
    # the exponent is bounded: a float has no room for 2 to the power of ten thousand tries
    wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(wrong - FREE_TRIES, 16))
    return replace(tries, wrong=wrong, locked_until_unix_s=now_unix_s + wait_s)


def wrong_words(tries: PinTries, now_unix_s: float) -> str:
    """Say that the PIN was wrong, and what is left."""
    wait_s = tries.wait_s(now_unix_s)
    if wait_s > 0:
        return f"Wrong PIN. The next try is possible in {wait_words(wait_s)}."
    return f"Wrong PIN. {tries.left} {'try' if tries.left == 1 else 'tries'} left."


def locked_words(wait_s: float) -> str:
    """Say that no PIN is looked at now."""
    return f"Too many wrong PINs. The next try is possible in {wait_words(wait_s)}."


def wait_words(seconds: float) -> str:
    """Write a wait as a person says it, never shorter than it is: "45 s", "4 min"."""
    whole = int(-(-seconds // 1))
    return f"{whole} s" if whole < 100 else f"{-(-whole // 60)} min"
