"""One small bar for each configuration: time to first token, or the memory of the model."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.domain.statistics import Interval
from thorhud.domain.workshop import Configuration
from thorhud.gui.comparison_words import two_decimals
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.chart_key import draw_whisker
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.spots import Spot, SpotGuide
from thorhud.gui.widgets.text_line import Run, draw_runs

_MARKER, _LEFT, _BAR, _VALUE = 18.0, 44.0, 14.0, 96.0
NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class SmallBar:
    """One row: the measured value, and the published one where there is any."""

    configuration: Configuration
    value: float | None
    published: float | None = None
    interval: Interval | None = None
    words: str = ""
    """What more there is to say when the row is pointed at."""


class SmallBars(QWidget):
    """Same order and markers as the large chart; zero is at the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[SmallBar, ...] = ()
        self.guide = SpotGuide(self, self.spots)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def spots(self) -> list[Spot]:
        """Return the rows with their words."""
        height = self.height() / max(1, len(self._bars))
        rows = (QRectF(0, index * height, self.width(), height) for index in range(len(self._bars)))
        return [
            Spot(rect, f"{each.configuration.name}\n{each.words or _words(each)}")
            for rect, each in zip(rows, self._bars, strict=True)
        ]

    def display(self, name: str, bars: tuple[SmallBar, ...]) -> None:
        """Show *bars*; *name* says to a screen reader what they are."""
        self._bars = bars
        self.setAccessibleName(name)
        self.setAccessibleDescription("; ".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """Return what the bars say, one line per configuration."""
        return [f"{each.configuration.name}: {_words(each)}" for each in self._bars]

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(400), theme.px(36 * 6))

    def minimumSizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(200), theme.px(26 * max(1, len(self._bars))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        known = [one for each in self._bars for one in (each.value, each.published) if one is not None and _finite(one)]
        known += [each.interval.high for each in self._bars if each.interval is not None]
        end = max([1e-9, *known])
        height = self.height() / max(1, len(self._bars))
        for index, each in enumerate(self._bars):
            self._paint_row(painter, theme, each, (index + 0.5) * height, end)

    def _paint_row(self, painter: QPainter, theme: Theme, each: SmallBar, middle: float, end: float) -> None:
        side, left = theme.length(_MARKER), theme.length(_LEFT)
        measured = _finite(each.value)
        colour = theme.configuration_colour(each.configuration) if measured else theme.colour.text3
        marker = QRectF(theme.length(3), middle - side / 2, side, side)
        outline = None if measured else theme.length(1.8)
        draw_marker(painter, each.configuration.marker, marker, colour, outline=outline)
        baseline = middle + QFontMetricsF(theme.font("small")).capHeight() / 2
        if not measured or each.value is None:
            draw_runs(painter, theme, (Run(NOT_MEASURED, "small", "text3"),), QPointF(left, baseline))
            return
        room = self.width() - left - theme.length(_VALUE)
        rect = QRectF(left, middle - theme.length(_BAR) / 2, max(2.0, room * each.value / end), theme.length(_BAR))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(rect, theme.length(3), theme.length(3))
        right = rect.right()
        if each.published is not None and _finite(each.published):
            tick = QRectF(left + room * each.published / end - theme.length(1.5), 0, theme.length(3), theme.length(26))
            tick.moveTop(middle - tick.height() / 2)
            painter.fillRect(tick, theme.colour.text1)
            right = max(right, tick.right())
        if each.interval is not None:
            low, high = (left + room * min(1.0, one / end) for one in (each.interval.low, each.interval.high))
            draw_whisker(painter, theme, middle, low, high)
            right = max(right, high)
        value = Run(two_decimals(each.value), "small_strong", "text1", figures=True)
        draw_runs(painter, theme, (value,), QPointF(right + theme.length(12), baseline))


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value) and value >= 0


def _words(each: SmallBar) -> str:
    if not _finite(each.value):
        return NOT_MEASURED
    beside = "" if each.published is None else f", published {two_decimals(each.published)}"
    return f"{two_decimals(each.value)}{beside}"
