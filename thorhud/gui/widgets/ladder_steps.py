"""Where each configuration of a running comparison stands: marker, name and state in a row."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.domain.state import LadderState
from thorhud.domain.workshop import Workshop
from thorhud.gui.icons import draw_icon
from thorhud.gui.ladder_words import StepWords, steps_in_words
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.text_line import Run, draw_runs

_HEIGHT, _MARKER, _ICON = 56, 20.0, 20.0


class LadderSteps(QWidget):
    """Painted; the same in words is its accessible description."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[StepWords, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(self, ladder: LadderState, workshop: Workshop) -> None:
        """Show the steps of *ladder*."""
        steps = steps_in_words(ladder, workshop)
        if steps == self._steps:
            return
        self._steps = steps
        self.setAccessibleName("Steps of the comparison")
        self.setAccessibleDescription("; ".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """Return the steps as plain text."""
        return [f"{step.name}: {step.state}" for step in self._steps]

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(400), theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / max(1, len(self._steps))
        for index, step in enumerate(self._steps):
            self._paint_step(painter, theme, step, QRectF(index * width, 0, width - theme.length(12), self.height()))

    def _paint_step(self, painter: QPainter, theme: Theme, step: StepWords, cell: QRectF) -> None:
        line = QRectF(cell.left(), 0, cell.width(), theme.length(4))
        painter.fillRect(line, theme.colour.track)
        line.setWidth(cell.width() * step.share)
        painter.fillRect(line, theme.tone(step.tone))
        metrics = QFontMetricsF(theme.font("small"))
        first = theme.length(14) + metrics.ascent() * 0.72
        x = cell.left()
        if step.configuration is not None:
            side = theme.length(_MARKER)
            marker = QRectF(x, first - metrics.capHeight() / 2 - side / 2, side, side)
            draw_marker(painter, step.configuration.marker, marker, theme.configuration_colour(step.configuration))
            x += side + theme.length(8)
        name = (Run(step.name, "small_strong"),)
        draw_runs(painter, theme, name, QPointF(x, first), room=cell.right() - x)
        second, x = first + theme.length(24), cell.left()
        if step.icon:
            side = theme.length(_ICON)
            place = QRectF(x, second - metrics.capHeight() / 2 - side / 2, side, side)
            draw_icon(painter, step.icon, theme.tone(step.tone), place)
            x += side + theme.length(8)
        state = (Run(step.state, "small", "text2", figures=True),)
        draw_runs(painter, theme, state, QPointF(x, second), room=cell.right() - x)
