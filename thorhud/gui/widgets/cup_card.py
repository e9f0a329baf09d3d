"""The cup on top of the unit: blue is good to go, red asks a teaching assistant to come."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from thorhud.domain.state import Cup, CupColour
from thorhud.gui.stage_words import clock
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.text_line import Run, draw_runs

RIM = QRectF(0, 0, 48, 10)
BODY = ((5, 12), (43, 12), (37, 56), (11, 56))
RING_Y = 28.0


class CupCard(QAbstractButton):
    """One touch raises or lowers the red cup, without a dialog."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cup = Cup()
        self._waiting_s: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    @property
    def wanted(self) -> CupColour:
        """The colour that pressing asks for."""
        return CupColour.BLUE if self._cup.colour is CupColour.RED else CupColour.RED

    def display(self, cup: Cup, now_unix_s: float) -> None:
        """Show *cup* and, when it is red, for how long it has stood there."""
        red = cup.colour is CupColour.RED
        known = red and cup.since_unix_s is not None
        waiting = float(int(max(0.0, now_unix_s - (cup.since_unix_s or 0.0)))) if known else None
        if (cup, waiting) == (self._cup, self._waiting_s):
            return
        self._cup, self._waiting_s = cup, waiting
        self._describe()
        self.update()

    def words(self) -> tuple[str, str]:
        """Return the two lines of the card."""
        if self._cup.colour is CupColour.BLUE:
            return "Good to go", "Tap for the red cup if you need help"
        if self._waiting_s is None:
            return "Help is wanted here", "Tap when the problem is solved"
        return "Help is wanted here", f"Waiting {clock(self._waiting_s)}, tap when it is solved"

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(520), theme.px(104))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        red = self._cup.colour is CupColour.RED
        painter = QPainter(self)
        fill = theme.colour.red_wash if red else theme.colour.surface2 if self.isDown() else theme.colour.surface1
        border = theme.colour.red if red else theme.colour.hairline
        width = theme.length(2 if red else theme.line["hairline"])
        draw_frame(
            painter, QRectF(self.rect()), theme.length(theme.radius["card"]), fill=fill, border=border, width=width
        )
        painter.save()
        painter.translate(theme.length(28), (self.height() - theme.length(56)) / 2)
        painter.scale(theme.scale, theme.scale)
        draw_cup(painter, theme.colour.red if red else theme.colour.blue, fill)
        painter.restore()
        self._paint_words(painter, theme)

    def _paint_words(self, painter: QPainter, theme: Theme) -> None:
        title, detail = self.words()
        left, room = theme.length(104), self.width() - theme.length(120)
        middle = self.height() / 2
        draw_runs(painter, theme, (Run(title, "cup"),), QPointF(left, middle - theme.length(6)), room=room)
        runs = (Run(detail, "note", "text2", figures=True),)
        draw_runs(painter, theme, runs, QPointF(left, middle + theme.length(28)), room=room)

    def _describe(self) -> None:
        title, detail = self.words()
        self.setAccessibleName(f"Cup: {title}")
        self.setAccessibleDescription(detail)


def draw_cup(painter: QPainter, colour: QColor, behind: QColor) -> None:
    """Paint a paper cup, 48 wide and 56 high, at the origin; *behind* shows through its seams."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    body = QPainterPath(QPointF(*BODY[0]))
    for corner in BODY[1:]:
        body.lineTo(QPointF(*corner))
    body.closeSubpath()
    painter.fillPath(body, colour)
    rim = QPainterPath()
    rim.addRoundedRect(RIM, 4, 4)
    painter.fillPath(rim, colour)
    seam = QColor(behind)
    seam.setAlphaF(0.7)
    painter.fillRect(QRectF(8, RING_Y, 32, 2), seam)
