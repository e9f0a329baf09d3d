"""Lines of a log: only those that are seen are laid out and painted, however many there are.

The scroll bar counts rows and not pixels. So a log of a million lines costs what a screen of it costs, wrapped or not.
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QInputDevice,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from thorhud.domain.log_lines import LogLevel
from thorhud.gui.fonts import make_font
from thorhud.gui.log_document import LogDocument, Row
from thorhud.gui.theme import Theme, theme_of

SMALLEST_LOG_PX: Final = 14
"""A log is read line by line at arm's length, on the smallest display too."""
_SPACING: Final = 1.35
_GAP: Final = 12.0
_STRIPE: Final = 5.0
_TONES: Final = {LogLevel.PLAIN: "text1", LogLevel.WARNING: "amber", LogLevel.ERROR: "red"}
_MOST_WRAPPED: Final = 60
"""Lines that one wrapped line of the log may fill."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A row on the screen."""

    row: int
    top: float
    height: float


class LogView(QAbstractScrollArea):
    """Shows a `LogDocument`; follows its end until somebody scrolls up."""

    rows_wanted = Signal(int, int)
    """Rows that are seen and not there: the first and the last."""
    follows_changed = Signal(bool)
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = LogDocument()
        self._follows = True
        self._wraps = False
        self._selected: tuple[int, int] | None = None
        self._marked: int | None = None
        self._found: int | None = None
        self._needle = ""
        self._drawn: tuple[_Drawn, ...] = ()
        self._touched: tuple[float, int] | None = None
        self._hint = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(lambda _: self.viewport().update())
        self.setAccessibleName("Log")

    # what is shown

    def set_document(self, document: LogDocument) -> None:
        """Show another log, or the same one filtered, from its end on."""
        self._document = document
        self._selected = self._found = self._marked = None
        self.horizontalScrollBar().setValue(0)
        self.set_follows(on=True)
        self.refresh()

    def set_hint(self, hint: str) -> None:
        """Say in an empty view what would fill it."""
        self._hint = hint
        self.viewport().update()

    def refresh(self) -> None:
        """Draw what the document knows now."""
        bar = self.verticalScrollBar()
        last = self._last_top()
        with QSignalBlocker(bar):  # a new range is no scrolling
            bar.setRange(0, last)
            bar.setPageStep(max(1, self.seen_rows() - 1))
            if self._follows:
                bar.setValue(last)
        self._want_rows()
        self.viewport().update()

    @property
    def follows(self) -> bool:
        """Whether the newest line is kept in sight."""
        return self._follows

    def set_follows(self, *, on: bool) -> None:
        """Keep the newest line in sight, or stay where it is."""
        if on == self._follows:
            return
        self._follows = on
        self.follows_changed.emit(on)
        if on:
            self.refresh()

    def set_wraps(self, *, on: bool) -> None:
        """Break long lines, or let them run out to the right."""
        self._wraps = on
        self.horizontalScrollBar().setValue(0)
        self.refresh()

    def set_needle(self, text: str) -> None:
        """Mark every place where *text* stands."""
        self._needle = text.lower()
        self.viewport().update()

    def mark(self, row: int | None) -> None:
        """Mark the row that says why the launch failed."""
        self._marked = row
        self.viewport().update()

    def go_to(self, row: int) -> None:
        """Bring a row into the upper third and mark it as found."""
        self.set_follows(on=False)
        self._found = row
        self.refresh()
        self.verticalScrollBar().setValue(max(0, row - self.seen_rows() // 3))
        self._say(row)
        self.viewport().update()

    @property
    def found(self) -> int | None:
        """The row that was gone to last."""
        return self._found

    def first_seen(self) -> int:
        """Return the row at the top."""
        return self.verticalScrollBar().value()

    def seen_rows(self) -> int:
        """Return how many rows fit, none of them wrapped."""
        return max(1, int(self.viewport().height() // self._line_height(theme_of(self))))

    def copied(self) -> list[str]:
        """Return the selected rows, else those that are seen."""
        first, last = self._selected or (self.first_seen(), self.first_seen() + self.seen_rows() - 1)
        rows = (self._document.row(row) for row in range(first, min(last + 1, self._document.rows)))
        return [row.text for row in rows if row is not None]

    @property
    def selected(self) -> bool:
        """Whether rows are selected."""
        return self._selected is not None

    # what a person does

    def _scrolled(self, value: int) -> None:
        self.set_follows(on=value >= self.verticalScrollBar().maximum())
        self._want_rows()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.SelectAll):
            event.ignore()
            return
        bar = self.verticalScrollBar()
        page = max(1, self.seen_rows() - 1)
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -self._document.rows,
            Qt.Key.Key_End: self._document.rows,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()  # a letter is a key of the page
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._extend(step)
        else:
            bar.setValue(bar.value() + step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if event.device().type() == QInputDevice.DeviceType.TouchScreen:
            self._touched = (event.position().y(), self.first_seen())
        elif row is not None and event.button() == Qt.MouseButton.LeftButton:
            anchored = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._selected is not None
            self._select(self._selected[0] if anchored and self._selected else row, row)
            self.set_follows(on=False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._touched is not None:
            moved = (self._touched[0] - event.position().y()) / self._line_height(theme_of(self))
            self.verticalScrollBar().setValue(self._touched[1] + round(moved))
        elif self._selected is not None and (row := self._row_at(event.position().y())) is not None:
            self._select(self._anchor, row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._touched = None
        super().mouseReleaseEvent(event)

    _anchor = 0

    def _select(self, anchor: int, row: int) -> None:
        self._anchor = anchor
        self._selected = (min(anchor, row), max(anchor, row))
        self._say(row)
        self.selection_changed.emit()
        self.viewport().update()

    def _extend(self, step: int) -> None:
        if self._selected is None:
            self.set_follows(on=False)
            self._select(self.first_seen(), self.first_seen())
            return
        first, last = self._selected
        end = first if last == self._anchor and first != last else last
        row = min(max(0, end + step), max(0, self._document.rows - 1))
        self._select(self._anchor, row)
        bar = self.verticalScrollBar()
        if row < bar.value():
            bar.setValue(row)
        elif row >= bar.value() + self.seen_rows():
            bar.setValue(row - self.seen_rows() + 1)

    def clear_selection(self) -> None:
        """Select nothing."""
        self._selected = None
        self.selection_changed.emit()
        self.viewport().update()

    def _say(self, row: int) -> None:
        """Let a screen reader know the line."""
        line = self._document.row(row)
        self.setAccessibleDescription("" if line is None else line.text[:400])

    def _row_at(self, y: float) -> int | None:
        return next((each.row for each in self._drawn if each.top <= y < each.top + each.height), None)

    def _want_rows(self) -> None:
        first = self.first_seen()
        self.rows_wanted.emit(first, min(self._document.rows, first + self.seen_rows()) - 1)

    # drawing

    def event(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange}:
            self._metrics = None
            self.refresh()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.colour.bg)
        if not self._document.rows:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.colour.text3)
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._hint)
            return
        painter.setFont(self._font(theme))
        top, drawn, widest = 0.0, list[_Drawn](), 0.0
        gutter = self._gutter(theme)
        for row in range(self.first_seen(), self._document.rows):
            if top >= self.viewport().height():
                break
            line = self._document.row(row)
            layout = self._layout(theme, line) if self._wraps and line is not None else None
            height = self._line_height(theme) * (layout.lineCount() if layout is not None else 1)
            box = QRectF(0.0, top, self.viewport().width(), height)
            self._paint_ground(painter, theme, row, line, box)
            painter.setPen(theme.tone(_TONES[line.level] if line is not None and line.number is not None else "text3"))
            if layout is not None:
                layout.draw(painter, QPointF(gutter, top + self._lift(theme)))
            elif line is not None:
                widest = max(widest, self._paint_text(painter, theme, line, box, gutter))
            self._paint_number(painter, theme, line, box, gutter)
            drawn.append(_Drawn(row, top, height))
            top += height
        self._drawn = tuple(drawn)
        self._set_width(widest, self.viewport().width() - gutter)

    def _paint_ground(self, painter: QPainter, theme: Theme, row: int, line: Row | None, box: QRectF) -> None:
        ground: QColor | None = None
        if row == self._marked:
            ground = theme.colour.red_wash
        if self._selected is not None and self._selected[0] <= row <= self._selected[1]:
            ground = theme.colour.surface3
        if row == self._found:
            ground = theme.colour.blue_wash
        if ground is not None:
            painter.fillRect(box, ground)
        stripe = QRectF(0, box.top(), theme.length(_STRIPE), box.height())
        if row == self._marked:
            stripe.setWidth(theme.length(2.4 * _STRIPE))
        if line is not None and (line.level is not LogLevel.PLAIN or row == self._marked):
            painter.fillRect(stripe, theme.tone("red" if row == self._marked else _TONES[line.level]))

    def _paint_text(self, painter: QPainter, theme: Theme, line: Row, box: QRectF, gutter: float) -> float:
        """Draw the part of a line that is seen; return how wide the whole line is."""
        advance = self._advance(theme)
        shift = float(self.horizontalScrollBar().value())
        text, x = line.text, gutter - shift
        if text.isascii():
            # every character is as wide as the others: what lies outside is not even laid out
            first = int(shift // advance)
            text = text[first : first + int(box.width() // advance) + 2]
            x += first * advance
        baseline = box.top() + self._lift(theme) + self._ascent(theme)
        painter.save()
        painter.setClipRect(QRectF(gutter, box.top(), box.width() - gutter, box.height()))
        self._paint_needles(painter, theme, text, QRectF(x, box.top(), 0, box.height()), advance)
        painter.drawText(QPointF(x, baseline), text)
        painter.restore()
        return len(line.text) * advance

    def _paint_needles(self, painter: QPainter, theme: Theme, text: str, at: QRectF, advance: float) -> None:
        if not self._needle or not text.isascii():
            return
        low, begin = text.lower(), 0
        while (found := low.find(self._needle, begin)) >= 0:
            begin = found + len(self._needle)
            place = QRectF(at.left() + found * advance, at.top(), len(self._needle) * advance, at.height())
            painter.fillRect(place, theme.colour.amber_wash)
            painter.fillRect(
                QRectF(place.left(), place.bottom() - theme.length(2), place.width(), theme.length(2)),
                theme.colour.amber,
            )

    def _paint_number(self, painter: QPainter, theme: Theme, line: Row | None, box: QRectF, gutter: float) -> None:
        if line is None or line.number is None:
            return
        painter.setPen(theme.colour.text3)
        right = gutter - theme.length(_GAP)
        place = QRectF(0, box.top() + self._lift(theme), right, self._line_height(theme))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, str(line.number + 1))

    def _layout(self, theme: Theme, line: Row) -> QTextLayout:
        layout = QTextLayout(line.text, self._font(theme))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        width = max(self._advance(theme) * 8, self.viewport().width() - self._gutter(theme) - theme.length(_GAP))
        height = self._line_height(theme)
        layout.beginLayout()
        count = 0
        while count < _MOST_WRAPPED and (piece := layout.createLine()).isValid():
            piece.setLineWidth(width)
            piece.setPosition(QPointF(0, count * height))
            count += 1
        layout.endLayout()
        return layout

    def _last_top(self) -> int:
        """Return the row at the top when the newest row is at the bottom."""
        rows = self._document.rows
        if not self._wraps:
            return max(0, rows - self.seen_rows())
        theme, room = theme_of(self), float(self.viewport().height())
        top = rows
        while top > 0:
            line = self._document.row(top - 1)
            count = 1 if line is None else self._layout(theme, line).lineCount()
            room -= count * self._line_height(theme)
            if room < 0:
                break
            top -= 1
        return min(top, max(0, rows - 1))

    def _set_width(self, widest: float, room: float) -> None:
        bar = self.horizontalScrollBar()
        most = 0 if self._wraps else max(0, round(widest - room) + 24)
        # a line that is not seen any more must not pull the others to the left
        bar.setRange(0, max(most, bar.value()))
        bar.setPageStep(max(1, round(room)))
        bar.setSingleStep(40)

    def _gutter(self, theme: Theme) -> float:
        digits = max(4, len(str(self._document.total)))
        return theme.length(_STRIPE * 2.4) + digits * self._advance(theme) + 2 * theme.length(_GAP)

    _metrics: tuple[float, float, float] | None = None
    """Advance, ascent and height of the font; None until it is known."""

    def _font(self, theme: Theme) -> QFont:
        style = theme.text["log"]
        return make_font(
            style.family, max(SMALLEST_LOG_PX, round(style.size_px * theme.scale)), style.weight, 0.0, tabular=False
        )

    def _measured(self, theme: Theme) -> tuple[float, float, float]:
        if self._metrics is None:
            metrics = QFontMetricsF(self._font(theme))
            self._metrics = (metrics.horizontalAdvance("0"), metrics.ascent(), metrics.height())
        return self._metrics

    def _advance(self, theme: Theme) -> float:
        return self._measured(theme)[0]

    def _ascent(self, theme: Theme) -> float:
        return self._measured(theme)[1]

    def _line_height(self, theme: Theme) -> float:
        return float(round(self._measured(theme)[2] * _SPACING / 1.15))

    def _lift(self, theme: Theme) -> float:
        """Return what lies above the letters of a line."""
        return (self._line_height(theme) - self._measured(theme)[2]) / 2
