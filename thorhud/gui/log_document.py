"""What a face knows of a log: a window of its lines, how many there are, and which are missing.

A row is what the view shows one under the other: a line of the log, or the one row that stands for the lines that are
not kept. Where only warnings or errors are wanted, the rows are the hits in order.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from thorhud.domain.log_lines import LogLevel, level_of
from thorhud.domain.messages import LogHits, LogPage
from thorhud.gui.stage_words import grouped
from thorhud.gui.unit_text import shown

KEPT_ROWS: Final = 10_000
KEPT_CHARACTERS: Final = 4_000_000
"""What is remembered at most, whichever is reached first; everything else is asked for again when it is seen."""
LINE_LIMIT: Final = 4200
ASKED_ROWS: Final = 300
"""Lines in one question: a few screens."""
_TAB: Final = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is drawn."""

    number: int | None
    """The line's number from 0; None for the row that stands for many."""
    text: str
    level: LogLevel = LogLevel.PLAIN


class LogDocument:
    """The rows of one log, as far as they were told."""

    def __init__(self, launch_id: str = "", *, filtered: bool = False) -> None:
        self.launch_id = launch_id
        self.filtered = filtered
        self.total = 0
        """Lines of the log, or hits."""
        self.known = False
        """Whether anything was told yet."""
        self._dropped = (0, 0)
        self._rows: OrderedDict[int, Row] = OrderedDict()
        self._characters = 0

    @property
    def dropped(self) -> int:
        """How many lines are not kept any more."""
        return self._dropped[1] - self._dropped[0]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.total - self.dropped + (1 if self.dropped else 0)

    @property
    def held(self) -> int:
        """How many rows are remembered."""
        return len(self._rows)

    def row(self, row: int) -> Row | None:
        """Return a row, or None where it has to be asked for."""
        if self.dropped and row == self._dropped[0]:
            return Row(None, f"{grouped(self.dropped)} lines of the middle were not kept: the log grew too long")
        return self._rows.get(self._place(row))

    def row_of(self, number: int) -> int:
        """Return the row of a line of the log (of a hit: of its place among the hits)."""
        begin, end = self._dropped
        if not self.dropped or number < begin:
            return number
        return begin if number < end else number - self.dropped + 1

    def missing(self, first: int, last: int) -> tuple[int, int] | None:
        """Return (offset, limit) of what to ask for, so that the rows from *first* to *last* can be drawn."""
        places = [self._place(row) for row in range(max(0, first), min(self.rows, last + 1)) if self.row(row) is None]
        if not places:
            return None
        # a little more on both sides: whoever scrolls goes on
        begin = max(0, places[0] - ASKED_ROWS // 4)
        return begin, max(ASKED_ROWS, places[-1] - begin + 1)

    def take_page(self, page: LogPage) -> None:
        """Take a range of lines."""
        self._measure(page.total, (page.dropped_from, page.dropped_to))
        for index, text in enumerate(page.lines):
            self._remember(page.offset + index, page.offset + index, text)
        self._forget()

    def take_hits(self, hits: LogHits) -> None:
        """Take a range of hits with their text."""
        self._measure(hits.total, (0, 0))
        for index, (number, text) in enumerate(zip(hits.numbers, hits.lines, strict=False)):
            # what carries no level of its own is a line of a traceback
            self._remember(hits.before + index, number, text, LogLevel.ERROR)
        self._forget()

    def _measure(self, total: int, dropped: tuple[int, int]) -> None:
        if total < self.total:
            # hits among lines that are not kept any more are gone, and the places of the others moved
            self._rows.clear()
            self._characters = 0
        self.known = True
        self.total, self._dropped = total, dropped

    def _place(self, row: int) -> int:
        if not self.dropped or row < self._dropped[0]:
            return row
        return row - 1 + self.dropped

    def _remember(self, place: int, number: int, text: str, at_least: LogLevel = LogLevel.PLAIN) -> None:
        before = self._rows.pop(place, None)
        self._characters -= len(before.text) if before else 0
        row = before
        if row is None or row.number != number:
            level = level_of(text)
            row = Row(number, drawn(text), at_least if level is LogLevel.PLAIN else level)
        self._rows[place] = row
        self._characters += len(row.text)

    def _forget(self) -> None:
        while len(self._rows) > KEPT_ROWS or (self._characters > KEPT_CHARACTERS and len(self._rows) > 1):
            self._characters -= len(self._rows.popitem(last=False)[1].text)


def drawn(text: str) -> str:
    """Return a line for drawing: tabs as blanks, control characters written out."""
    if text.isascii() and text.isprintable():
        return text[:LINE_LIMIT]
    return shown(text.expandtabs(_TAB), LINE_LIMIT).replace("\n", "\\n")
