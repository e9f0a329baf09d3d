"""A configuration by marker, colour and name on one line."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.domain.workshop import Configuration
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.marker import draw_marker
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_height, runs_width

_MARKER, _GAP = 26.0, 12.0


class ConfigurationLabel(QWidget):
    """Marker and full name; a form sets the dynamic properties ``role`` and ``align`` ("right")."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._configuration: Configuration | None = None
        self._runs: tuple[Run, ...] = ()
        self.setProperty("role", "title")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(
        self,
        configuration: Configuration | None,
        *,
        fallback: str = "",
        suffix: str = "",
        note: str = "",
        tone: str = "text1",
    ) -> None:
        """Show *configuration*, or *fallback* for a server that belongs to none; *note* follows in a muted tone."""
        name = one_line(fallback, 80) if configuration is None else configuration.name
        runs = [Run(f"{name}{suffix}", self.property("role"), tone)]
        if note:
            runs.append(Run(f"   {note}", "plain", "text2", figures=True))
        if configuration == self._configuration and tuple(runs) == self._runs:
            return
        self._configuration, self._runs = configuration, tuple(runs)
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the line without the marker."""
        return "".join(run.text for run in self._runs)

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        width = runs_width(theme, self._runs) + self._marker_room(theme)
        return QSize(round(width + 1.5), round(max(runs_height(theme, self._runs), theme.length(_MARKER)) + 0.5))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        left = self._marker_room(theme)
        x = 0.0
        if self.property("align") == "right":
            x = max(0.0, self.width() - left - runs_width(theme, self._runs))
        if self._configuration is not None:
            side = theme.length(_MARKER)
            rect = QRectF(x, (self.height() - side) / 2, side, side)
            draw_marker(painter, self._configuration.marker, rect, theme.configuration_colour(self._configuration))
        role = self._runs[0].role if self._runs else "title"
        baseline = (self.height() + QFontMetricsF(theme.font(role)).capHeight()) / 2
        draw_runs(painter, theme, self._runs, QPointF(x + left, baseline), room=self.width() - x - left)

    def _marker_room(self, theme: Theme) -> float:
        return 0.0 if self._configuration is None else theme.length(_MARKER + _GAP)
