"""One of a few: buttons side by side of which exactly one is chosen, large enough for a finger."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX
from thorhud.gui.widgets.frame import draw_frame

_HEIGHT, _PADDING, _BAR = 64, 24, 4.0


class Choice(QRadioButton):
    """One choice; the chosen one is filled, outlined and underlined, not only of another colour."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        width = QFontMetricsF(theme.font("action")).horizontalAdvance(self.text())
        return QSize(round(width) + 2 * theme.px(_PADDING), max(SMALLEST_TOUCH_PX, theme.px(_HEIGHT)))

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_TOUCH_PX, self.sizeHint().height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        chosen = self.isChecked()
        colour = theme.colour
        fill = colour.surface3 if chosen else colour.surface1
        draw_frame(
            painter,
            QRectF(self.rect()),
            theme.length(theme.radius["cell"]),
            fill=fill,
            border=colour.outline if chosen else None,
            width=theme.length(theme.line["outline"]),
        )
        painter.setFont(theme.font("action"))
        painter.setPen(colour.text1 if chosen else colour.text2 if self.isEnabled() else colour.text3)
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - theme.length(16))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        if chosen:
            width, height = metrics.horizontalAdvance(text), theme.length(_BAR)
            left, top = (self.width() - width) / 2, self.height() - theme.length(10)
            painter.fillRect(QRectF(left, top, width, height), colour.text1)


class ChoiceBar(QWidget):
    """The choices in a row; arrow keys move between them."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._choices: list[Choice] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def display(self, name: str, labels: Sequence[str], index: int = 0) -> None:
        """Offer *labels*; *name* says to a screen reader what is chosen."""
        self.setAccessibleName(name)
        for choice in self._choices:
            self._row.removeWidget(choice)
            choice.deleteLater()
        self._choices = [Choice(label, self) for label in labels]
        for number, choice in enumerate(self._choices):
            choice.setChecked(number == index)
            choice.setAccessibleDescription(f"{name}, {number + 1} of {len(labels)}")
            choice.clicked.connect(lambda _=False, at=number: self.chosen.emit(at))
            self._row.addWidget(choice)

    @property
    def index(self) -> int:
        """The number of the chosen one, from 0."""
        return next((number for number, choice in enumerate(self._choices) if choice.isChecked()), 0)

    def choose(self, index: int) -> None:
        """Choose without a signal."""
        self._choices[index].setChecked(True)

    def focus_chosen(self) -> None:
        """Take the keyboard: the arrow keys choose from here."""
        if self._choices:
            self._choices[self.index].setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, index: int) -> None:
        """Press the choice of that number."""
        self._choices[index].click()
