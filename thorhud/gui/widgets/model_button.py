"""One configuration as a button: the whole card is the button."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from thorhud.domain.workshop import Marker
from thorhud.gui.icons import draw_icon
from thorhud.gui.model_cards import CardState, ModelCard
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.unit_text import tool_tip
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

COMPACT_HEIGHT = 104
HELD_MS = 700
"""A finger that stays so long asks for the options; a press takes a tenth of it."""
_DIMMED = {CardState.MISSING, CardState.DISABLED}
_STATUS_TONE = {CardState.STARTING: "blue", CardState.READY: "green_text", CardState.FAILED: "red"}
_ICON = {
    "Start": "play-fill",
    "Start here": "play-fill",
    "Stop": "stop-fill",
    "See the fix": "wrench-bold",
}


@dataclass(frozen=True, slots=True)
class _Frame:
    fill: str
    border: str | None
    width: float


class ModelButton(QAbstractButton):
    """Shows one `ModelCard`; low and wide in the strip, tall with all its words when the strip has grown."""

    held = Signal()
    """A finger stayed on it; the press that this was does not count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: ModelCard | None = None
        self._hovered = False
        self._holding = QTimer(self, singleShot=True, interval=HELD_MS)
        self._holding.timeout.connect(self._hold)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def card(self) -> ModelCard | None:
        """What the button shows now."""
        return self._card

    def display(self, card: ModelCard) -> None:
        """Show *card*. A button that cannot be pressed stays focusable, so that its reason can be read aloud."""
        if card == self._card:
            return
        self._card = card
        name = card.configuration.name
        self.setAccessibleName(f"{card.action}: {name}" if card.action else name)
        figure = f"published {card.figure} tokens per second" if card.figure else ""
        description = ", ".join(part for part in (card.line, figure, card.next_step) if part)
        self.setAccessibleDescription(description)
        self.setToolTip(tool_tip(f"{name}: {card.line}. {card.next_step}".strip()) if card.state in _DIMMED else "")
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(190), theme.px(COMPACT_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_of(self).px(48), theme_of(self).px(48))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self.isDown():
            self._holding.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._holding.stop()
        super().mouseReleaseEvent(event)

    def _hold(self) -> None:
        if self.isDown():
            self.setDown(False)  # what is not down any more is not clicked by letting go
            self.held.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._card is None:
            return
        theme = theme_of(self)
        painter = QPainter(self)
        tall = self.height() > theme.length(160)
        self._paint_frame(painter, theme, self._card, tall=tall)
        if tall:
            self._paint_tall(painter, theme, self._card)
        else:
            self._paint_compact(painter, theme, self._card)

    def _paint_frame(self, painter: QPainter, theme: Theme, card: ModelCard, *, tall: bool) -> None:
        frame = _frame_of(card, tall=tall)
        fill = theme.tone("surface2" if self._hovered or self.isDown() else frame.fill)
        border = theme.configuration_colour(card.configuration) if frame.border is None else theme.tone(frame.border)
        radius = theme.length(theme.radius["card"])
        width = theme.length(frame.width)
        draw_frame(painter, QRectF(self.rect()), radius, fill=fill, border=border, width=width)

    def _paint_marker(self, painter: QPainter, theme: Theme, card: ModelCard, rect: QRectF) -> None:
        if card.state in _DIMMED:
            draw_marker(painter, card.marker, rect, theme.colour.text3, outline=theme.length(2))
            return
        draw_marker(painter, card.marker, rect, theme.configuration_colour(card.configuration))

    def _paint_compact(self, painter: QPainter, theme: Theme, card: ModelCard) -> None:
        length = theme.length
        left, room = length(16), self.width() - length(32)
        self._paint_marker(painter, theme, card, _square(length(28), length(28), length(_side(card.marker, 22))))
        status = (Run(card.status, "small", _STATUS_TONE.get(card.state, "text2")),)
        width = min(runs_width(theme, status), room - length(32))
        draw_runs(painter, theme, status, QPointF(self.width() - length(16) - width, length(35)), room=width)
        dimmed = card.state in _DIMMED
        title = _fitting(theme, card.title, ("body_strong", "label_strong"), room, "text3" if dimmed else "text1")
        draw_runs(painter, theme, (title,), QPointF(left, length(68)), room=room)
        family = (Run(card.family, "small", "text3" if dimmed else "text2"),)
        draw_runs(painter, theme, family, QPointF(left, length(93)), room=room)

    def _paint_tall(self, painter: QPainter, theme: Theme, card: ModelCard) -> None:
        length = theme.length
        left, room = length(24), self.width() - length(48)
        self._paint_marker(painter, theme, card, _square(length(40), length(43), length(_side(card.marker, 30))))
        dimmed = card.state in _DIMMED
        title = Run(card.title, "model_name", "text2" if dimmed else "text1")
        draw_runs(painter, theme, (title,), QPointF(length(72), length(54)), room=self.width() - length(96))
        subtitle = _fitting(theme, card.subtitle, ("strong", "label", "small_medium"), room + length(12), title.tone)
        draw_runs(painter, theme, (subtitle,), QPointF(left, length(103)), room=room + length(12))
        self._paint_line(painter, theme, card)
        if card.progress is not None:
            self._paint_progress(painter, theme, card.progress)
        self._paint_action(painter, theme, card, self.height() - length(22))

    def _paint_line(self, painter: QPainter, theme: Theme, card: ModelCard) -> None:
        """Write the reason in as many lines as there is room for above the action."""
        font = theme.font("note")
        metrics = QFontMetricsF(font)
        top = theme.length(136) - metrics.ascent()
        room = self.height() - theme.length(56) - top
        lines = 1 if card.progress is not None else max(1, int(room // metrics.lineSpacing()))
        text = QRectF(theme.length(24), top, self.width() - theme.length(48), lines * metrics.lineSpacing() + 1)
        painter.setFont(font)
        painter.setPen(theme.tone(_STATUS_TONE.get(card.state, "text2")))
        painter.drawText(text, Qt.TextFlag.TextWordWrap, card.line)

    def _paint_action(self, painter: QPainter, theme: Theme, card: ModelCard, baseline: float) -> None:
        length = theme.length
        action = card.action or card.status
        tone = "green_text" if card.state is CardState.RECOMMENDED else "text1" if card.action else "text2"
        icon = _ICON.get(card.action, "lock-simple-bold")
        figure = (Run(card.figure, "subtitle"), Run(" tok/s published", "small", "text2"))
        width = runs_width(theme, figure) if card.figure and card.startable else 0.0
        middle = baseline - length(9)
        draw_icon(painter, icon, theme.tone(tone), _square(length(40), middle, length(26)))
        verb = (Run(action, "action", tone),)
        room = self.width() - length(84) - (width + length(16) if width else 0.0)
        draw_runs(painter, theme, verb, QPointF(length(60), baseline), room=room)
        if width:
            draw_runs(painter, theme, figure, QPointF(self.width() - length(24) - width, baseline))

    def _paint_progress(self, painter: QPainter, theme: Theme, progress: float) -> None:
        length = theme.length
        bar = QRectF(length(24), length(152), self.width() - length(48), length(8))
        _bar(painter, bar, theme.colour.track)
        _bar(painter, QRectF(bar.x(), bar.y(), bar.width() * min(1.0, progress), bar.height()), theme.colour.blue)


def _frame_of(card: ModelCard, *, tall: bool) -> _Frame:
    match card.state:
        case CardState.RECOMMENDED if tall:
            return _Frame("surface1", "green", 2.5)
        case CardState.MISSING if tall:
            return _Frame("bg", "outline", 1.5)
        case CardState.FAILED if tall:
            return _Frame("surface2", "red", 2)
        case CardState.STARTING | CardState.READY | CardState.FAILED:
            return _Frame("surface2", None, 2)
        case _:
            return _Frame("surface1", "hairline", 1)


def _fitting(theme: Theme, text: str, roles: tuple[str, ...], room: float, tone: str) -> Run:
    """Return *text* in the first of *roles* in which it fits, else in the last."""
    runs = [Run(text, role, tone) for role in roles]
    return next((run for run in runs if runs_width(theme, (run,)) <= room), runs[-1])


def _side(marker: Marker, side: float) -> float:
    """Shapes with little area are drawn larger, so that all six weigh the same."""
    return side * (1.1 if marker in {Marker.DIAMOND, Marker.STAR, Marker.TRIANGLE} else 1.0)


def _square(x: float, y: float, side: float) -> QRectF:
    """Return the square around the point (x, y)."""
    return QRectF(x - side / 2, y - side / 2, side, side)


def _bar(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
