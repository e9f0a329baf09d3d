"""The weight files of a model as blocks that a person can count."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.theme import Theme, theme_of

COUNTABLE = 20
"""Above so many files the blocks are one plain bar."""
_BLOCK, _GAP, _BAR_HEIGHT = 40.0, 8.0, 16.0


@dataclass(frozen=True, slots=True)
class Block:
    """One block: where it stands and how much of it is read (0, 1, or 0.45 while it is being read)."""

    rect: QRectF
    filled: float


class ShardRow(QWidget):
    """Shows n of m files; few of them as separate blocks, many as a bar, none as nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done = 0
        self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(self, done: int | None, total: int | None) -> None:
        """Show *done* of *total* files; unknown or senseless counts show nothing."""
        total = max(0, total or 0)
        done = min(max(0, done or 0), total)
        if (done, total) == (self._done, self._total):
            return
        self._done, self._total = done, total
        self.setAccessibleName(f"{done} of {total} weight files read" if total else "")
        self.update()

    def blocks(self) -> list[Block]:
        """Return the blocks of the row; a plain bar is one block."""
        if self._total == 0:
            return []
        theme = theme_of(self)
        if self._total > COUNTABLE:
            return [self._bar(theme)]
        gap = theme.length(_GAP)
        side = min(theme.length(_BLOCK), (self.width() + gap) / self._total - gap)
        side = max(1.0, float(round(side)))
        top = (self.height() - side) / 2
        rects = (QRectF(index * (side + gap), top, side, side) for index in range(self._total))
        return [Block(rect, self._filled(index)) for index, rect in enumerate(rects)]

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(15 * (_BLOCK + _GAP)), theme.px(_BLOCK))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        counted = self._total <= COUNTABLE
        for block in self.blocks():
            radius = min(theme.length(6), block.rect.height() / 2)
            _fill(painter, block.rect, radius, theme.colour.track)
            if block.filled > 0:
                part = QRectF(block.rect)
                part.setWidth(max(2 * radius, block.rect.width() * block.filled))
                _fill(painter, part, radius, _being_read(theme) if counted and block.filled < 1 else theme.colour.blue)

    def _bar(self, theme: Theme) -> Block:
        height = theme.length(_BAR_HEIGHT)
        rect = QRectF(0, (self.height() - height) / 2, self.width(), height)
        return Block(rect, self._done / self._total)

    def _filled(self, index: int) -> float:
        if index < self._done:
            return 1.0
        return 0.45 if index == self._done else 0.0


def _fill(painter: QPainter, rect: QRectF, radius: float, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, radius, radius)


def _being_read(theme: Theme) -> QColor:
    colour = QColor(theme.colour.blue)
    colour.setAlphaF(0.6)
    return colour
