"""What a note is about, as a row to choose: a question in full, or a configuration by its marker and name."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from thorhud.domain.workshop import Configuration
from thorhud.gui.icons import draw_icon
from thorhud.gui.theme import theme_of
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.marker import draw_marker

_TWO_LINES, _ONE_LINE, _INSET, _MARKER, _ICON, _BAR = 84, 60, 20.0, 24.0, 24.0, 4.0


class SubjectRow(QRadioButton):
    """The chosen row is filled and has a bar at its left; one with a note has a check at its right."""

    def __init__(self, text: str, parent: QWidget | None = None, *, configuration: Configuration | None = None) -> None:
        super().__init__(one_line(text, 200), parent)
        self._configuration = configuration
        self._noted = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_noted(self, *, noted: bool) -> None:
        """Say whether there is a note."""
        self._noted = noted
        self.setAccessibleDescription("has a note" if noted else "no note yet")
        self.update()

    @property
    def noted(self) -> bool:
        """Whether there is a note."""
        return self._noted

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        height = _TWO_LINES if self._configuration is None else _ONE_LINE
        return QSize(theme.px(400), max(SMALLEST_TOUCH_PX, theme.px(height)))

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_TOUCH_PX, self.sizeHint().height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        fill = theme.colour.surface3 if self.isChecked() else theme.colour.surface1
        draw_frame(painter, QRectF(self.rect()), theme.length(theme.radius["small"]), fill=fill)
        if self.isChecked():
            bar = QRectF(0, theme.length(10), theme.length(_BAR), self.height() - theme.length(20))
            painter.fillRect(bar, theme.colour.text1)
        left, right = theme.length(_INSET), self.width() - theme.length(_INSET + _ICON)
        if self._configuration is not None:
            side = theme.length(_MARKER)
            marker = QRectF(left, (self.height() - side) / 2, side, side)
            draw_marker(painter, self._configuration.marker, marker, theme.configuration_colour(self._configuration))
            left += side + theme.length(14)
        if self._noted:
            side = theme.length(_ICON)
            place = QRectF(right, (self.height() - side) / 2, side, side)
            draw_icon(painter, "check-circle-fill", theme.colour.green, place)
        painter.setFont(theme.font("label"))
        painter.setPen(theme.colour.text1)
        room = QRectF(left, 0, right - left - theme.length(12), self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, self.text())
