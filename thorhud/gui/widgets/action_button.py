"""A button whose label is a verb, with an icon and, where it helps, a second line that names duration and loss."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from thorhud.gui.icons import draw_icon
from thorhud.gui.theme import Theme, theme_of

SMALLEST_TOUCH_PX = 48
"""A finger does not shrink with the window."""


class Kind(Enum):
    """How much weight a button has. There is at most one MAIN button on a screen."""

    MAIN = "main"
    OUTLINE = "outline"
    SECONDARY = "secondary"
    DANGER = "danger"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class _Look:
    fill: str | None
    hover: str
    border: str | None
    text: str


_LOOKS = {
    Kind.MAIN: _Look("green", "green_text", None, "on_green"),
    Kind.OUTLINE: _Look(None, "surface2", "outline", "text1"),
    Kind.SECONDARY: _Look("surface2", "surface3", None, "text1"),
    Kind.DANGER: _Look(None, "red_wash", "red", "red"),
    Kind.QUIET: _Look(None, "surface2", None, "text1"),
}
_DISABLED = _Look("surface1", "surface1", "hairline", "text3")


class ActionButton(QAbstractButton):
    """One action. ``setText`` is the verb, ``set_detail`` the second line, ``set_icon`` a Phosphor name.

    A form may set the dynamic properties ``kind`` ("main"), ``icon_name``, ``role`` and ``finger`` (never lower than a
    finger needs, however small the window is drawn).
    """

    def __init__(
        self, parent: QWidget | None = None, *, kind: Kind = Kind.OUTLINE, text: str = "", icon: str = ""
    ) -> None:
        super().__init__(parent)
        self._detail = ""
        self._hovered = False
        self.setProperty("kind", kind.value)
        self.setProperty("icon_name", icon)
        self.setProperty("role", "action")
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    @property
    def kind(self) -> Kind:
        """How much weight the button has."""
        return Kind(self.property("kind"))

    def set_kind(self, kind: Kind) -> None:
        """Change the weight."""
        self.setProperty("kind", kind.value)
        self.update()

    def set_icon(self, name: str) -> None:
        """Show the Phosphor icon *name* before the text; empty for none."""
        self.setProperty("icon_name", name)
        self.updateGeometry()
        self.update()

    def set_detail(self, detail: str) -> None:
        """Show *detail* below the verb."""
        if detail == self._detail:
            return
        self._detail = detail
        self.setAccessibleDescription(detail)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        verb, detail = self._widths(theme)
        padding = theme.px(12 if self.kind is Kind.QUIET else 24)
        height = theme.px(96 if self._detail else 64)
        if self.property("finger"):
            height = max(height, SMALLEST_TOUCH_PX)
        return QSize(round(max(verb, detail)) + 2 * padding + 2, height)

    def minimumSizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(48), theme.px(48))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        look = _LOOKS[self.kind] if self.isEnabled() else _DISABLED
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, theme, look)
        self._paint_label(painter, theme, look)

    def _paint_frame(self, painter: QPainter, theme: Theme, look: _Look) -> None:
        raised = self.isEnabled() and (self._hovered or self.isDown())
        fill = look.hover if raised else look.fill
        width = theme.length(theme.line["outline"]) if look.border else 0.0
        inset = width / 2
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setPen(QPen(theme.tone(look.border), width) if look.border else Qt.PenStyle.NoPen)
        painter.setBrush(theme.tone(fill) if fill else Qt.BrushStyle.NoBrush)
        radius = theme.length(theme.radius["cell"])
        painter.drawRoundedRect(frame, radius, radius)

    def _paint_label(self, painter: QPainter, theme: Theme, look: _Look) -> None:
        verb, detail = self._widths(theme)
        font = theme.font(self.property("role"))
        metrics = QFontMetricsF(font)
        block = metrics.height() + (self._detail_metrics(theme).height() if self._detail else 0.0)
        top = (self.height() - block) / 2
        x = max(theme.length(8), (self.width() - verb) / 2)
        name = self.property("icon_name")
        painter.setPen(theme.tone(look.text))
        if name:
            side = self._icon_side(theme)
            middle = top + metrics.height() / 2
            draw_icon(painter, name, theme.tone(look.text), QRectF(x, middle - side / 2, side, side))
            x += side + theme.length(12)
        painter.setFont(font)
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - x)
        painter.drawText(QPointF(x, top + metrics.ascent()), text)
        if self._detail:
            painter.setFont(theme.font("small"))
            small = self._detail_metrics(theme)
            left = max(0.0, (self.width() - detail) / 2)
            text = small.elidedText(self._detail, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QPointF(left, top + metrics.height() + small.ascent()), text)

    def _widths(self, theme: Theme) -> tuple[float, float]:
        verb = QFontMetricsF(theme.font(self.property("role"))).horizontalAdvance(self.text())
        if self.property("icon_name"):
            verb += self._icon_side(theme) + theme.length(12)
        return verb, self._detail_metrics(theme).horizontalAdvance(self._detail)

    def _icon_side(self, theme: Theme) -> float:
        return theme.length(28)

    def _detail_metrics(self, theme: Theme) -> QFontMetricsF:
        return QFontMetricsF(theme.font("small"))
