"""Lines of a log for a reader: what a terminal would leave of them, how severe each is, and which one is the cause."""

import re
from enum import StrEnum
from typing import Final

from thorhud.domain.log_text import clean, read_message, without_colour

SHOWN_CHARACTERS: Final = 4000
"""Of one line; what a broken process writes without an end is cut and says so."""
_LONGEST_CHARACTER: Final = 4
"""Bytes of one character in UTF-8."""
_SEVERE: Final = re.compile(r"WARN|ERROR|CRITICAL|FATAL|Traceback")
"""A quick look: a line without any of these has no level that is asked for."""
_NEEDLE: Final = 300


class LogLevel(StrEnum):
    """How severe a line is, as far as a reader filters by it."""

    PLAIN = "plain"
    WARNING = "warning"
    ERROR = "error"


_LEVELS: Final = {
    "WARN": LogLevel.WARNING,
    "WARNING": LogLevel.WARNING,
    "ERROR": LogLevel.ERROR,
    "CRITICAL": LogLevel.ERROR,
    "FATAL": LogLevel.ERROR,
}


def on_a_terminal(raw: bytes, most: int = SHOWN_CHARACTERS) -> str:
    r"""Return what a terminal leaves of a line: no colours, and of a progress bar its last state.

    A line of more than *most* characters is cut and says how long it is; bytes that are no UTF-8 become "\ufffd".
    """
    last = _last_state(raw)
    text = without_colour(last[: _LONGEST_CHARACTER * most].decode(errors="replace"))
    if len(text) <= most and len(last) <= _LONGEST_CHARACTER * most:
        return text
    return f"{text[:most]} \u2026 (cut here: this line has {len(last):,} bytes)".replace(",", "\u202f")


def _last_state(raw: bytes) -> bytes:
    """Return what stands behind the last carriage return that something stands behind."""
    end = len(raw)
    while (begin := raw.rfind(b"\r", 0, end)) >= 0:
        if raw[begin + 1 : end].strip():
            return raw[begin + 1 : end]
        end = begin
    return raw[:end]


class LevelReader:
    """Reads the level of each line in order: the lines of a Python traceback carry none and are errors all the same."""

    def __init__(self) -> None:
        self._in_traceback = False

    def read(self, text: str) -> LogLevel:
        """Return the level of the next line, without colours."""
        if not self._in_traceback and not _SEVERE.search(text):
            return LogLevel.PLAIN
        message = read_message(text)
        if message.level is not None:
            self._in_traceback = False
            return _LEVELS.get(message.level, LogLevel.PLAIN)
        if message.text.startswith("Traceback (most recent call last)"):
            self._in_traceback = True
            return LogLevel.ERROR
        if self._in_traceback:
            # the line that names the exception stands at the margin and is the last
            self._in_traceback = message.text.startswith((" ", "\t"))
            return LogLevel.ERROR
        return LogLevel.PLAIN


def level_of(text: str) -> LogLevel:
    """Return the level of one line alone."""
    return LevelReader().read(text)


def needles(evidence: str) -> tuple[str, ...]:
    """Return what the line of a failure's evidence must hold: as it stood there, else without its decoration."""
    first = next(iter(without_colour(evidence).strip().splitlines()), "")
    words = clean(first).strip()
    return tuple(dict.fromkeys(each[:_NEEDLE] for each in (first.strip(), words) if each))
