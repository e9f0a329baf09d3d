"""The five segments from `docker run` to ready, each with its time."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBasicTimer, QPointF, QRectF, QSize, Qt, QTimerEvent
from PySide6.QtGui import QColor, QFontMetricsF, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from thorhud.gui.icons import draw_icon
from thorhud.gui.stage_words import Segment, SegmentState
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.text_line import Run, draw_runs

_BAR, _GAP, _BELOW_BAR, _LABEL, _CAPTION = 16.0, 8.0, 14.0, 30.0, 26.0
_ICON, _ICON_GAP, _AIR = 24.0, 10.0, 12.0
_STEPS_PER_TURN = 12
_STEP_MS = 100


@dataclass(frozen=True, slots=True)
class _Look:
    icon: str
    """A Phosphor name; empty for the ring of the current step."""
    icon_tone: str
    bar_tone: str
    label_tone: str
    caption_tone: str


_LOOKS = {
    SegmentState.DONE: _Look("check-circle-fill", "text2", "text2", "text2", "text2"),
    SegmentState.CURRENT: _Look("", "blue", "blue", "text1", "text2"),
    SegmentState.TO_COME: _Look("circle", "text3", "track", "text3", "text3"),
    SegmentState.FAILED: _Look("x-circle-fill", "red", "red", "text1", "text2"),
    SegmentState.READY: _Look("check-circle-fill", "green", "green", "text1", "text2"),
}
_WORDS = {
    SegmentState.DONE: "done",
    SegmentState.CURRENT: "now",
    SegmentState.TO_COME: "to come",
    SegmentState.FAILED: "failed",
    SegmentState.READY: "ready",
}


def shared_widths(room: float, floors: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Share *room* by *weights* so that nobody gets less than their floor; too little room shrinks the floors."""
    if sum(floors) >= room:
        factor = room / sum(floors) if sum(floors) else 0.0
        return [floor * factor for floor in floors]
    at_floor: set[int] = set()
    while True:
        free = room - sum(floors[index] for index in at_floor)
        total = sum(weight for index, weight in enumerate(weights) if index not in at_floor)
        shares = [
            floor if index in at_floor else free * weight / total
            for index, (floor, weight) in enumerate(zip(floors, weights, strict=True))
        ]
        below = {index for index, share in enumerate(shares) if share < floors[index]} - at_floor
        if not below:
            return shares
        at_floor |= below


class StagePipeline(QWidget):
    """Paints the segments; the ring of the current one turns while it is seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments: tuple[Segment, ...] = ()
        self._captions = True
        self._turn = QBasicTimer()
        self._step = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(self, segments: tuple[Segment, ...]) -> None:
        """Show *segments* from left to right; each state is announced once, not each percent."""
        if segments == self._segments:
            return
        spoken = ", ".join(f"{each.step.value} {_WORDS[each.state]}" for each in segments)
        if spoken != self.accessibleName():
            self.setAccessibleName(spoken)
        self.setAccessibleDescription(", ".join(f"{each.step.value}: {each.caption}" for each in segments))
        self._segments = segments
        self._turn_or_stand()
        self.update()

    def show_captions(self, *, on: bool) -> None:
        """Show or leave out the line of durations beneath the names."""
        self._captions = on
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        height = _BAR + _BELOW_BAR + _LABEL + (_CAPTION if self._captions else 0)
        return QSize(theme.px(640), theme.px(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._turn_or_stand()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._turn.stop()

    def timerEvent(self, event: QTimerEvent) -> None:
        if event.timerId() != self._turn.timerId():
            super().timerEvent(event)
            return
        self._step = (self._step + 1) % _STEPS_PER_TURN
        for segment, rect in zip(self._segments, self._rects(theme_of(self)), strict=True):
            if segment.state is SegmentState.CURRENT:
                self.update(_icon_rect(theme_of(self), rect).toAlignedRect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for segment, rect in zip(self._segments, self._rects(theme), strict=True):
            _paint_bar(painter, theme, segment, rect)
            self._paint_words(painter, theme, segment, rect)

    def _rects(self, theme: Theme) -> list[QRectF]:
        gap, height = theme.length(_GAP), theme.length(_BAR)
        floors = [self._floor(theme, segment) for segment in self._segments]
        room = self.width() - gap * max(0, len(self._segments) - 1)
        usual = [each.usual_s for each in self._segments if each.usual_s]
        middle = sum(usual) / len(usual) if usual else 1.0
        weights = [max(0.1, each.usual_s or middle) for each in self._segments]
        rects, x = [], 0.0
        for width in shared_widths(room, floors, weights) if self._segments else []:
            rects.append(QRectF(x, 0, width, height))
            x += width + gap
        return rects

    def _floor(self, theme: Theme, segment: Segment) -> float:
        label = QFontMetricsF(theme.font("label")).horizontalAdvance(segment.step.value)
        caption = QFontMetricsF(theme.font("small")).horizontalAdvance(segment.caption) if self._captions else 0.0
        return theme.length(_ICON + _ICON_GAP + _AIR) + max(label, caption)

    def _paint_words(self, painter: QPainter, theme: Theme, segment: Segment, bar: QRectF) -> None:
        look = _LOOKS[segment.state]
        icon = _icon_rect(theme, bar)
        if look.icon:
            draw_icon(painter, look.icon, theme.tone(look.icon_tone), icon)
        else:
            _paint_ring(painter, theme, icon, self._step)
        left = icon.right() + theme.length(_ICON_GAP)
        room = bar.right() - left
        baseline = icon.center().y() + QFontMetricsF(theme.font("label")).capHeight() / 2
        role = "label_strong" if segment.state is SegmentState.CURRENT else "label"
        draw_runs(painter, theme, (Run(segment.step.value, role, look.label_tone),), QPointF(left, baseline), room=room)
        if self._captions and segment.caption:
            below = QPointF(left, baseline + theme.length(_LABEL))
            run = Run(segment.caption, "small", look.caption_tone, figures=True)
            draw_runs(painter, theme, (run,), below, room=room)

    def _turn_or_stand(self) -> None:
        moves = any(each.state is SegmentState.CURRENT for each in self._segments) and self.isVisible()
        allowed = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) > 0
        if moves and allowed and not self._turn.isActive():
            self._turn.start(_STEP_MS, self)
        elif not moves:
            self._turn.stop()


def _icon_rect(theme: Theme, bar: QRectF) -> QRectF:
    side = theme.length(_ICON)
    return QRectF(bar.left() + theme.length(1), bar.bottom() + theme.length(_BELOW_BAR + 2), side, side)


def _paint_bar(painter: QPainter, theme: Theme, segment: Segment, bar: QRectF) -> None:
    radius = bar.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    _fill(painter, bar, radius, theme.colour.track)
    if segment.state is SegmentState.TO_COME:
        return
    filled = QRectF(bar)
    share = 0.0 if segment.state is SegmentState.FAILED else min(1.0, max(0.0, segment.progress))
    filled.setWidth(max(bar.height(), bar.width() * share))
    _fill(painter, filled, radius, theme.tone(_LOOKS[segment.state].bar_tone))


def _fill(painter: QPainter, rect: QRectF, radius: float, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, radius, radius)


def _paint_ring(painter: QPainter, theme: Theme, rect: QRectF, step: int) -> None:
    width = theme.length(2.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour.blue, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    inset = width / 2 + theme.length(1.5)
    start = 60 - 360 * step // _STEPS_PER_TURN
    painter.drawArc(rect.adjusted(inset, inset, -inset, -inset), start * 16, 290 * 16)
