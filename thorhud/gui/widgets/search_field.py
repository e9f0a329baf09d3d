"""A field to type what is looked for, as high as a finger."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX

_RESTYLE = {QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange}


class SearchField(QLineEdit):
    """A line in the theme's text; letters typed here are no keys of the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(360), max(SMALLEST_TOUCH_PX, theme.px(60)))

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * SMALLEST_TOUCH_PX, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        if event.type() in _RESTYLE:
            font = theme_of(self).font("strong")
            if self.font() != font:
                self.setFont(font)
        return super().event(event)
