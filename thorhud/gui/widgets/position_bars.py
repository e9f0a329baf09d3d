"""How often the draft model was right, for each place of what it proposed."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.domain.workshop import Configuration
from thorhud.gui.comparison_words import percent
from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.text_line import Run, draw_runs

_LABEL, _BAR, _VALUE = 130.0, 18.0, 90.0


class PositionBars(QWidget):
    """One bar for each place, from nothing to all of the proposals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[float, ...] = ()
        self._configuration: Configuration | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def display(self, configuration: Configuration | None, shares: tuple[float, ...]) -> None:
        """Show the share accepted at the first, second, ... place."""
        self._configuration, self._shares = configuration, shares
        self.setAccessibleName("Accepted at each place of a proposal")
        self.setAccessibleDescription("; ".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """Return what the bars say."""
        return [f"token {place}: {percent(share)}" for place, share in enumerate(self._shares, 1)]

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(300), theme.px(34 * max(3, len(self._shares))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = min(theme.length(40), self.height() / max(1, len(self._shares)))
        left = theme.length(_LABEL)
        room = self.width() - left - theme.length(_VALUE)
        colour = (
            theme.colour.neutral if self._configuration is None else theme.configuration_colour(self._configuration)
        )
        for index, share in enumerate(self._shares):
            middle = (index + 0.5) * height
            baseline = middle + QFontMetricsF(theme.font("small")).capHeight() / 2
            draw_runs(painter, theme, (Run(f"token {index + 1}", "small", "text2"),), QPointF(0, baseline))
            bar = QRectF(left, middle - theme.length(_BAR) / 2, room, theme.length(_BAR))
            painter.setPen(Qt.PenStyle.NoPen)
            for width, fill in ((room, theme.colour.track), (max(2.0, room * min(1.0, share)), colour)):
                painter.setBrush(fill)
                painter.drawRoundedRect(QRectF(bar.left(), bar.top(), width, bar.height()), 4, 4)
            value = (Run(percent(share), "small_strong", "text1", figures=True),)
            draw_runs(painter, theme, value, QPointF(left + room + theme.length(14), baseline))
