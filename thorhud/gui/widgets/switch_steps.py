"""The steps of a switch, one below the other: what, how long, and what came of it."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.domain.state import ServingState
from thorhud.domain.switching import SwitchStepName
from thorhud.domain.workshop import Workshop
from thorhud.gui.icons import draw_icon
from thorhud.gui.switch_words import SwitchRow, switch_rows
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.text_line import Run, draw_runs

_ROW, _ICON, _TITLE, _TIME = 33, 20.0, 320.0, 84.0


class SwitchSteps(QWidget):
    """Painted; the same in words is its accessible description."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SwitchRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Steps of the switch")

    def display(self, serving: ServingState, workshop: Workshop) -> None:
        """Show the steps of *serving*."""
        rows = switch_rows(serving, workshop)
        if rows == self._rows:
            return
        self._rows = rows
        self.setAccessibleDescription("; ".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """Return the steps as plain text."""
        return [" ".join(part for part in (each.title, each.time, each.detail) if part) for each in self._rows]

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(400), len(SwitchStepName) * theme.px(_ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        for index, row in enumerate(self._rows):
            self._paint_row(painter, theme, row, index * theme.length(_ROW))

    def _paint_row(self, painter: QPainter, theme: Theme, row: SwitchRow, top: float) -> None:
        metrics = QFontMetricsF(theme.font("body"))
        middle = top + theme.length(_ROW) / 2
        base = middle + metrics.capHeight() / 2
        side = theme.length(_ICON)
        draw_icon(painter, row.icon, theme.tone(row.tone), QRectF(0, middle - side / 2, side, side))
        x = side + theme.length(14)
        tone = "text3" if row.muted else "text1"
        draw_runs(painter, theme, (Run(row.title, "body", tone),), QPointF(x, base), room=theme.length(_TITLE))
        x += theme.length(_TITLE + 12)
        draw_runs(painter, theme, (Run(row.time, "body", "text2", figures=True),), QPointF(x, base))
        x += theme.length(_TIME)
        detail = (Run(row.detail, "label", row.tone if row.tone == "amber" else "text2"),)
        draw_runs(painter, theme, detail, QPointF(x, base), room=self.width() - x)
