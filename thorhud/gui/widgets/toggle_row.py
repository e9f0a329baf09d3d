"""Something that may be chosen or not: a box to tick, a name, and why it cannot be chosen."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from thorhud.domain.workshop import Configuration
from thorhud.gui.icons import draw_icon
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.text_line import Run, draw_runs

_HEIGHT, _BOX, _MARKER, _GAP = 64, 30.0, 24.0, 14.0


class ToggleRow(QCheckBox):
    """A whole row is the target; ``display`` says what it stands for."""

    def __init__(
        self, parent: QWidget | None = None, *, key: str = "", configuration: Configuration | None = None
    ) -> None:
        super().__init__(parent)
        self.key = key
        self._configuration = configuration
        self._detail = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(self, title: str, detail: str = "", *, enabled: bool = True) -> None:
        """Show *title* and a muted *detail*; one that is not enabled says why in its detail."""
        self.setText(one_line(title, 80))
        self._detail = one_line(detail, 160)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(self._detail)
        self.setEnabled(enabled)
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(480), max(SMALLEST_TOUCH_PX, theme.px(_HEIGHT)))

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_TOUCH_PX, self.sizeHint().height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        radius = theme.length(theme.radius["cell"])
        draw_frame(painter, QRectF(self.rect()), radius, fill=theme.colour.surface3 if self.isChecked() else None)
        x = theme.length(16)
        self._paint_box(painter, theme, x)
        x += theme.length(_BOX + _GAP)
        if self._configuration is not None:
            x = self._paint_marker(painter, theme, self._configuration, x)
        tone = "text1" if self.isEnabled() else "text3"
        title = Run(self.text(), "strong", tone)
        detail = Run(f"   {self._detail}", "small", "text2" if self.isEnabled() else "text3", figures=True)
        baseline = (self.height() + QFontMetricsF(theme.font("strong")).capHeight()) / 2
        draw_runs(painter, theme, (title, detail), QPointF(x, baseline), room=self.width() - x - theme.length(12))

    def _paint_box(self, painter: QPainter, theme: Theme, left: float) -> None:
        side = theme.length(_BOX)
        box = QRectF(left, (self.height() - side) / 2, side, side)
        colour = theme.colour.outline if self.isEnabled() else theme.colour.hairline
        painter.setPen(QPen(theme.colour.text1 if self.isChecked() else colour, theme.length(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, theme.length(6), theme.length(6))
        if self.isChecked():
            inset = theme.length(4)
            draw_icon(painter, "check-bold", theme.colour.text1, box.adjusted(inset, inset, -inset, -inset))

    def _paint_marker(self, painter: QPainter, theme: Theme, configuration: Configuration, left: float) -> float:
        side = theme.length(_MARKER)
        colour = theme.configuration_colour(configuration) if self.isEnabled() else theme.colour.text3
        rect = QRectF(left, (self.height() - side) / 2, side, side)
        outline = None if self.isEnabled() else theme.length(2)
        draw_marker(painter, configuration.marker, rect, colour, outline=outline)
        return left + side + theme.length(_GAP)
