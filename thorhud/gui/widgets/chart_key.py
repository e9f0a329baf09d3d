"""What outline, fill and tick mean on the chart of speeds: one line at its upper right."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

_SWATCH, _INNER, _BETWEEN = 30.0, 10.0, 17.0
DOT = 3.6
"""Radius of one run."""
_WORDS = {
    "short": "short",
    "long": "long",
    "dot": "each run",
    "whisker": "95\u202f% interval",
    "tick": "workshop, published",
}


class ChartKey(QWidget):
    """Paints only the kinds of mark that the chart shows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds: tuple[str, ...] = ("short", "long", "dot", "tick")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(self, *, short: bool, long: bool, whisker: bool = False) -> None:
        """Name the kinds of bar that there are."""
        there = {"short": short, "long": long, "dot": True, "whisker": whisker, "tick": True}
        kinds = tuple(kind for kind, is_there in there.items() if is_there)
        if kinds != self._kinds:
            self._kinds = kinds
            self.update()

    def words(self) -> str:
        """Return the line as plain text."""
        return ", ".join(("tok/s", *(_WORDS[kind] for kind in self._kinds)))

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(300), theme.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        baseline = middle + QFontMetricsF(theme.font("small")).capHeight() / 2
        widths = [self._width(theme, kind) for kind in self._kinds]
        gap = theme.length(_BETWEEN)
        unit = (Run("tok/s", "small_medium", "text1"),)
        x = self.width() - sum(widths) - gap * len(widths) - runs_width(theme, unit)
        draw_runs(painter, theme, unit, QPointF(x, baseline))
        x += runs_width(theme, unit) + gap
        for kind, width in zip(self._kinds, widths, strict=True):
            end = x + _draw_swatch(painter, theme, kind, QPointF(x, middle))
            draw_runs(painter, theme, (_run(kind),), QPointF(end + theme.length(_INNER), baseline))
            x += width + gap

    def _width(self, theme: Theme, kind: str) -> float:
        return _swatch_width(theme, kind) + theme.length(_INNER) + runs_width(theme, (_run(kind),))


def _run(kind: str) -> Run:
    return Run(_WORDS[kind], "small", "text2")


def _swatch_width(theme: Theme, kind: str) -> float:
    return theme.length({"dot": 10.0, "tick": 3.0, "whisker": 26.0}.get(kind, _SWATCH))


def _draw_swatch(painter: QPainter, theme: Theme, kind: str, left_middle: QPointF) -> float:
    """Paint the mark itself and return its width."""
    width, height = _swatch_width(theme, kind), theme.length(15)
    rect = QRectF(left_middle.x(), left_middle.y() - height / 2, width, height)
    if kind == "tick":
        painter.fillRect(rect.adjusted(0, -theme.length(6), 0, theme.length(6)), theme.colour.text1)
    elif kind == "whisker":
        draw_whisker(painter, theme, rect.center().y(), rect.left(), rect.right())
    elif kind == "dot":
        draw_dot(painter, theme, rect.center(), counts=True)
    else:
        painter.setPen(QPen(theme.colour.text2, theme.length(1.5)))
        painter.setBrush(Qt.BrushStyle.NoBrush if kind == "short" else theme.colour.text2)
        painter.drawRoundedRect(rect, 3, 3)
    return width


def draw_dot(painter: QPainter, theme: Theme, centre: QPointF, *, counts: bool) -> None:
    """Paint one run: filled where it counts towards the median, an empty ring where it does not."""
    radius = theme.length(DOT if counts else DOT + 0.8)
    painter.setPen(QPen(theme.colour.bg if counts else theme.colour.amber, theme.length(1.2 if counts else 1.8)))
    painter.setBrush(theme.colour.text1 if counts else theme.colour.bg)
    painter.drawEllipse(centre, radius, radius)


def draw_whisker(painter: QPainter, theme: Theme, middle: float, left: float, right: float) -> None:
    """Paint an interval as a line with two ends, on a halo that keeps it apart from the bar beneath."""
    reach = theme.length(7.5)
    for colour, width in ((theme.colour.bg, 4.5), (theme.colour.text1, 2.0)):
        painter.setPen(QPen(colour, theme.length(width), c=Qt.PenCapStyle.SquareCap))
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))
        for x in (left, right):
            painter.drawLine(QPointF(x, middle - reach), QPointF(x, middle + reach))
