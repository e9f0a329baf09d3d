"""Banners in the margin at the top of a page: they stay until their cause is gone, and nothing moves for them."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.gui.attention import Banner, Weight
from thorhud.gui.icons import draw_icon
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width

HEIGHT = 38
_ICON = {Weight.TROUBLE: "warning-octagon-fill", Weight.CARE: "warning-fill", Weight.WAITING: "info-fill"}


class BannerBar(QWidget):
    """Shows banners beside each other, the most urgent first; each is an icon and a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: tuple[Banner, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(self, banners: tuple[Banner, ...]) -> None:
        """Show *banners*; the bar keeps its height without any."""
        if banners == self._banners:
            return
        self._banners = banners
        self.setAccessibleName(" ".join(banner.text for banner in banners))
        self.setToolTip("\n".join(banner.text for banner in banners))
        self.update()

    def text(self) -> str:
        """Return all sentences."""
        return self.accessibleName()

    def sizeHint(self) -> QSize:
        return QSize(0, theme_of(self).px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        x = 0.0
        for index, banner in enumerate(self._banners):
            x = self._paint_banner(painter, theme, banner, x, last=index == len(self._banners) - 1)

    def _paint_banner(self, painter: QPainter, theme: Theme, banner: Banner, x: float, *, last: bool) -> float:
        tone = banner.weight.value
        height = self.height() - theme.length(2)
        text = (Run(banner.text, "small_medium", tone),)
        wanted = theme.length(40 + 36 + 40) + runs_width(theme, text)
        width = self.width() - x if last else min(wanted, (self.width() - x) * 0.7)
        painter.fillRect(QRectF(x, 0, width, height), theme.tone(f"{tone}_wash"))
        side = theme.length(22)
        icon = QRectF(x + theme.length(40), (height - side) / 2, side, side)
        draw_icon(painter, _ICON[banner.weight], theme.tone(tone), icon)
        left = x + theme.length(72)
        baseline = height / 2 + theme.length(7)
        draw_runs(painter, theme, text, QPointF(left, baseline), room=x + width - theme.length(16) - left)
        return x + width
