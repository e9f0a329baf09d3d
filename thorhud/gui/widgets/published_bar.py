"""A speed as a bar beside the figure that the workshop published."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.domain.workshop import Configuration
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

_TICK, _BAR, _WORDS = 36.0, 20.0, 30.0
NO_FIGURE = "no published figure"


class PublishedBar(QWidget):
    """Bar from zero, a tick at the published value and its figure in words below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: float | None = None
        self._published: float | None = None
        self._end = 40.0
        self._configuration: Configuration | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(
        self, value: float | None, published: float | None, *, end: float, configuration: Configuration | None
    ) -> None:
        """Show *value* and *published* on a bar that ends at *end*, or further right where a value needs it."""
        known = [one for one in (value, published) if one is not None and math.isfinite(one)]
        self._value, self._published, self._configuration = value, published, configuration
        self._end = max([end, 1.0, *(1.1 * one for one in known)])
        self.setAccessibleName(self.words())
        self.update()

    def words(self) -> str:
        """Return the line below the bar."""
        return NO_FIGURE if self._published is None else f"Workshop {self._published:.1f}"

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(200), theme.px(_TICK + _WORDS))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        height = theme.length(_BAR)
        bar = QRectF(0, theme.length(_TICK - _BAR) / 2, self.width(), height)
        _fill(painter, bar, theme.colour.track)
        if self._value is not None and math.isfinite(self._value) and self._value > 0:
            filled = QRectF(bar)
            filled.setWidth(max(height, bar.width() * self._value / self._end))
            _fill(painter, filled, self._colour(theme))
        tick = None if self._published is None else bar.width() * self._published / self._end
        if tick is not None:
            width = theme.length(4)
            painter.fillRect(QRectF(tick - width / 2, 0, width, theme.length(_TICK)), theme.colour.text1)
        self._paint_words(painter, theme, tick)

    def _colour(self, theme: Theme) -> QColor:
        configuration = self._configuration
        return theme.colour.neutral if configuration is None else theme.configuration_colour(configuration)

    def _paint_words(self, painter: QPainter, theme: Theme, tick: float | None) -> None:
        tone = "text2" if tick is None else "text1"
        run = Run(self.words(), "small_medium", tone, figures=True)
        width = runs_width(theme, (run,))
        x = 0.0 if tick is None else min(max(0.0, tick - width / 2), self.width() - width)
        draw_runs(painter, theme, (run,), QPointF(x, theme.length(_TICK + 24)))


def _fill(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
