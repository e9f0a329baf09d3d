"""One line of text made of runs in different roles on one baseline: "4.6 of 122.8 GiB"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.theme import Theme, theme_of

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line in one text role and one tone."""

    text: str
    role: str = "label"
    tone: str = "text1"
    figures: bool = False
    """A number that changes: its digits all have the same width."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    font: QFont
    tone: str
    width: float


def draw_runs(
    painter: QPainter, theme: Theme, runs: Sequence[Run], origin: QPointF, *, room: float | None = None
) -> float:
    """Paint *runs* from the baseline point *origin* on and return where they end; the last one is cut with "…"."""
    x = origin.x()
    end = None if room is None else x + room
    for piece in _pieces(theme, runs):
        text, width = piece.text, piece.width
        if end is not None and x + width > end + 0.5:
            text = QFontMetricsF(piece.font).elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, end - x))
            width = QFontMetricsF(piece.font).horizontalAdvance(text)
        painter.setFont(piece.font)
        painter.setPen(theme.tone(piece.tone))
        painter.drawText(QPointF(x, origin.y()), text)
        x += width
        if text != piece.text:
            break
    return x


def runs_width(theme: Theme, runs: Sequence[Run]) -> float:
    """Return how many pixels *runs* take."""
    return sum(piece.width for piece in _pieces(theme, runs))


def runs_ascent(theme: Theme, runs: Sequence[Run]) -> float:
    """Return the ascent of the highest run."""
    return max((QFontMetricsF(theme.font(run.role)).ascent() for run in runs), default=0.0)


def runs_height(theme: Theme, runs: Sequence[Run]) -> float:
    """Return the height of the line."""
    descent = max((QFontMetricsF(theme.font(run.role)).descent() for run in runs), default=0.0)
    return runs_ascent(theme, runs) + descent


class TextLine(QWidget):
    """Shows runs on one line; text that does not fit ends in "…" and stands whole in the tool tip."""

    def __init__(self, parent: QWidget | None = None, *, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
        super().__init__(parent)
        self._runs: tuple[Run, ...] = ()
        self._align = align
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def display(self, *runs: Run) -> None:
        """Show *runs*; the same runs again cost nothing."""
        if runs == self._runs:
            return
        grew = [run.role for run in runs] != [run.role for run in self._runs] or self._text(runs) != self._text()
        self._runs = runs
        self.setAccessibleName(self.text())
        if grew:
            self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the whole line as plain text."""
        return self._text()

    def _text(self, runs: Sequence[Run] | None = None) -> str:
        return "".join(run.text for run in (self._runs if runs is None else runs))

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(round(runs_width(theme, self._runs) + 0.5) + 1, round(runs_height(theme, self._runs) + 0.5))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        width = runs_width(theme, self._runs)
        x = max(0.0, self.width() - width) if self._align & Qt.AlignmentFlag.AlignRight else 0.0
        if self._align & Qt.AlignmentFlag.AlignHCenter:
            x = max(0.0, (self.width() - width) / 2)
        free = (self.height() - runs_height(theme, self._runs)) / 2
        origin = QPointF(x, free + runs_ascent(theme, self._runs))
        draw_runs(painter, theme, self._runs, origin, room=self.width() - x)


def _pieces(theme: Theme, runs: Sequence[Run]) -> Iterator[_Piece]:
    for run in runs:
        for text, digits in _split(run):
            font = theme.font(run.role, tabular=digits)
            yield _Piece(text, font, run.tone, QFontMetricsF(font).horizontalAdvance(text))


def _split(run: Run) -> Iterator[tuple[str, bool]]:
    if not run.figures:
        yield run.text, False
        return
    at = 0
    for match in _DIGITS.finditer(run.text):
        if match.start() > at:
            yield run.text[at : match.start()], False
        yield match[0], True
        at = match.end()
    if at < len(run.text):
        yield run.text[at:], False
