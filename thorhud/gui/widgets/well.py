"""A sunken surface for text that a machine wrote: a log line, a command."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame

from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.frame import draw_frame


class Well(QFrame):
    """A frame in the colour of the window on a card."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        radius = theme.length(theme.radius["small"])
        draw_frame(QPainter(self), QRectF(self.rect()), radius, fill=theme.colour.bg)
