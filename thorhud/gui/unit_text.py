"""Text that came from a unit, a log or a model: bounded, and its control characters made visible."""

import html
import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LET_THROUGH = {"\u200c", "\u200d", "\u00ad"}
"""Joiners that scripts need, and the soft hyphen: they cannot reorder a line."""


def one_line(text: str, limit: int = 400) -> str:
    """Return *text* as one line of at most *limit* characters; line ends become spaces."""
    return shown(" ".join(text[: 4 * limit].split()), limit)


def shown(text: str, limit: int = 20_000) -> str:
    r"""Return *text* with every control character written out (``\x1b``) and cut with "…" after *limit* characters.

    Line feeds and tabs stay. Characters that reorder a line are written out as well: what is shown is what was sent.
    """
    cut = text[:limit]
    visible = "".join(map(_visible, cut.replace("\r\n", "\n")))
    return visible + "\u2026" if len(text) > limit else visible


def _visible(character: str) -> str:
    if character in "\n\t" or " " <= character <= "~":
        return character
    if character in _LET_THROUGH or unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def tool_tip(text: str, limit: int = 2000) -> str:
    """Return *text* for a tool tip: Qt would take foreign text that looks like HTML for HTML."""
    return "<qt>" + html.escape(shown(text, limit)).replace("\n", "<br>") + "</qt>" if text else ""
