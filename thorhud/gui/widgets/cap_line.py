"""A very large figure that takes no more height than its digits."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.stage_words import DASH
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

ROLES = ("unit_number", "speed", "time_left", "stage", "headline", "value", "title")
"""From the largest to the smallest: a figure that is too wide for its place is drawn in the next smaller role."""
_AIR = 0.04
"""Room above and below the digits, as a part of their size: round digits reach beyond the cap height."""


class CapLine(QWidget):
    """One figure in a large role.

    A form sets the dynamic properties ``role``, ``tone``, ``align`` ("right") and ``tall`` (words, with descenders).
    """

    def __init__(self, parent: QWidget | None = None, *, role: str = "time_left", tone: str = "text1") -> None:
        super().__init__(parent)
        self._text = ""
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def display(self, text: str, *, tone: str = "text1", meaning: str = "") -> None:
        """Show *text*; *meaning* says to a screen reader what the figure is."""
        self.setAccessibleName(f"{meaning} {text}".strip())
        if (text, tone) == (self._text, self.property("tone")):
            return
        grew = len(text) != len(self._text)
        self._text = text
        self.setProperty("tone", tone)
        if grew:
            self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return what is shown."""
        return self._text

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        role = self.property("role")
        height = QFontMetricsF(theme.font(role)).height() if self.property("tall") else _height(theme, role)
        return QSize(round(runs_width(theme, (self._run(role),)) + 2), round(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        run = self._run(self._fitting_role(theme))
        width = runs_width(theme, (run,))
        metrics = QFontMetricsF(theme.font(run.role))
        x = -metrics.leftBearing(self._text[0]) if self._text else 0.0
        if self.property("align") == "right" and self._text:
            x = max(0.0, self.width() - width + metrics.rightBearing(self._text[-1]))
        baseline = (self.height() + metrics.capHeight()) / 2
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        draw_runs(painter, theme, (run,), QPointF(x, baseline), room=float(self.width()) + 1)

    def _run(self, role: str) -> Run:
        return Run(self._text, role, self.property("tone"), figures=True)

    def _fitting_role(self, theme: Theme) -> str:
        wanted: str = "stage" if self._text == DASH else self.property("role")
        smaller = ROLES[ROLES.index(wanted) :] if wanted in ROLES else (wanted,)
        fits = (role for role in smaller if runs_width(theme, (self._run(role),)) <= self.width() + 1)
        return next(fits, smaller[-1])


def _height(theme: Theme, role: str) -> int:
    metrics = QFontMetricsF(theme.font(role))
    return round(metrics.capHeight() + 2 * _AIR * theme.font(role).pixelSize())
