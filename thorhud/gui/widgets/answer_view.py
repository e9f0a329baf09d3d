"""The answer as it comes: whole lines, the newest one visible, a block where the next token will stand."""

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextLine,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.unit_text import shown

LIMIT = 60_000
"""Characters that are kept; an answer of the workshop has a few thousand."""
_SPACING = 1.46
_HEADING = {True: "Reasoning", False: "Answer"}


@dataclass(slots=True)
class _Paragraph:
    """Text up to a line feed, laid out for the width of the view."""

    text: str = ""
    reasoning: bool = False
    heading: bool = False
    lines: list[QTextLine] = field(default_factory=list)
    layout: QTextLayout | None = None


class AnswerView(QWidget):
    """Appends text, never smooths it, and scrolls by whole lines; the wheel and the arrow keys look back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paragraphs: list[_Paragraph] = []
        self._length = 0
        self._hint = ""
        self._waits = False
        self._back = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Answer")

    def clear(self) -> None:
        """Begin an empty answer."""
        self._paragraphs.clear()
        self._length = 0
        self._back = 0
        self.setAccessibleDescription("")
        self.update()

    def append(self, text: str, *, reasoning: bool = False) -> None:
        """Add *text* at the end; reasoning is muted and stands under a heading of its own."""
        room = LIMIT - self._length
        if room <= 0 or not text:
            return
        self._length += len(text)
        pieces = shown(text, room).split("\n")
        self._open(reasoning=reasoning)
        for index, piece in enumerate(pieces):
            if index:
                self._paragraphs.append(_Paragraph(reasoning=reasoning))
            self._paragraphs[-1].text += piece
            self._lay_out(self._paragraphs[-1])
        self.update()

    def set_streaming(self, *, on: bool) -> None:
        """Show or take away the block where the next token will stand."""
        if on != self._waits:
            self._waits = on
            if not on:
                self.setAccessibleDescription(self.text()[:2000])
            self.update()

    def set_hint(self, hint: str) -> None:
        """Say in an empty view what would fill it."""
        if hint != self._hint:
            self._hint = hint
            self.update()

    def text(self) -> str:
        """Return everything that is shown, headings left out."""
        return "\n".join(each.text for each in self._paragraphs if not each.heading)

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(400), theme.px(160))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out_all()

    def event(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.ParentChange, QEvent.Type.Polish}:
            self._lay_out_all()
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._look_back(event.angleDelta().y() // 60)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, self._rows() - 1)
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: page, Qt.Key.Key_PageDown: -page}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._look_back(step)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        height = self._line_height(theme)
        if not self._paragraphs:
            self._paint_empty(painter, theme, height)
            return
        everything = [(each, line) for each in self._paragraphs for line in each.lines]
        last = len(everything) - self._back
        seen = everything[max(0, last - self._rows()) : last]
        for row, (paragraph, line) in enumerate(seen):
            painter.setPen(theme.tone("text3" if paragraph.reasoning or paragraph.heading else "text1"))
            line.draw(painter, QPointF(0, row * height + (height - line.height()) / 2 - line.y()))
        if self._waits and seen and not self._back:
            self._paint_block(painter, theme, seen[-1][1], (len(seen) - 1) * height)

    def _open(self, *, reasoning: bool) -> None:
        newest = self._paragraphs[-1] if self._paragraphs else None
        if newest is not None and newest.reasoning == reasoning:
            return
        if reasoning or newest is not None:
            heading = _Paragraph(text=_HEADING[reasoning], reasoning=reasoning, heading=True)
            self._lay_out(heading)
            self._paragraphs.append(heading)
        self._paragraphs.append(_Paragraph(reasoning=reasoning))

    def _look_back(self, lines: int) -> None:
        total = sum(len(each.lines) for each in self._paragraphs)
        self._back = min(max(0, self._back + lines), max(0, total - self._rows()))
        self.update()

    def _rows(self) -> int:
        return max(1, int(self.height() // self._line_height(theme_of(self))))

    def _line_height(self, theme: Theme) -> float:
        return float(round(theme.font("body").pixelSize() * _SPACING))

    def _lay_out_all(self) -> None:
        for paragraph in self._paragraphs:
            self._lay_out(paragraph)
        self.update()

    def _lay_out(self, paragraph: _Paragraph) -> None:
        layout = QTextLayout(paragraph.text, self._font(paragraph))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, self.width()))
            lines.append(line)
        layout.endLayout()
        paragraph.layout, paragraph.lines = layout, lines

    def _font(self, paragraph: _Paragraph) -> QFont:
        theme = theme_of(self)
        if paragraph.heading:
            return theme.font("small_strong")
        return theme.font("plain" if paragraph.reasoning else "body")

    def _paint_empty(self, painter: QPainter, theme: Theme, height: float) -> None:
        if self._waits:
            self._paint_block_at(painter, theme, QPointF(0, 0), height)
            return
        painter.setPen(theme.colour.text3)
        painter.setFont(theme.font("body"))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(self.rect()), int(flags), self._hint)

    def _paint_block(self, painter: QPainter, theme: Theme, line: QTextLine, top: float) -> None:
        x = line.x() + line.naturalTextWidth() + theme.length(8)
        x = min(x, self.width() - theme.length(14))
        self._paint_block_at(painter, theme, QPointF(x, top), self._line_height(theme))

    def _paint_block_at(self, painter: QPainter, theme: Theme, corner: QPointF, height: float) -> None:
        tall = QFontMetricsF(theme.font("body")).height() * 0.84
        top = corner.y() + (height - tall) / 2
        painter.fillRect(QRectF(corner.x(), top, theme.length(13), tall), theme.colour.green)
