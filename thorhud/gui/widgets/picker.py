"""One of many by its name: a list that opens, with rows for a finger."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QComboBox, QListView, QSizePolicy, QWidget

from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX

_RESTYLE = {QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange}
_STYLE = """
QComboBox {{ background: {field}; color: {text}; border: {line}px solid {outline}; border-radius: {radius}px;
  padding: 0 {pad}px; combobox-popup: 0; }}
QComboBox:focus {{ border: {line2}px solid {text}; }}
QComboBox::drop-down {{ border: none; width: {arrow}px; }}
QComboBox QAbstractItemView {{ background: {field}; color: {text}; border: {line}px solid {outline}; outline: none;
  selection-background-color: {chosen}; selection-color: {text}; }}
QComboBox QAbstractItemView::item {{ min-height: {row}px; padding: 0 {pad}px; }}
"""


class Picker(QComboBox):
    """Holds keys with their titles; ``activated`` says that a person chose another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setView(QListView(self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._style = ""

    def offer(self, name: str, titles: Sequence[tuple[str, str]]) -> None:
        """Offer (key, title) pairs; the chosen key stays chosen where it is still there."""
        self.setAccessibleName(name)
        before = self.key
        if [(self.itemData(at), self.itemText(at)) for at in range(self.count())] == list(titles):
            return
        self.clear()
        for key, title in titles:
            self.addItem(one_line(title, 80), key)
        self.choose(before)

    @property
    def key(self) -> str:
        """The chosen key; empty where there is nothing to choose."""
        return str(self.currentData() or "")

    def choose(self, key: str) -> None:
        """Choose *key* without a signal; an unknown one changes nothing."""
        at = self.findData(key)
        if at >= 0:
            self.setCurrentIndex(at)

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(320), max(SMALLEST_TOUCH_PX, theme.px(60)))

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_TOUCH_PX, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour.text1, theme.length(2.5), c=Qt.PenCapStyle.RoundCap))
        middle, half = QPointF(self.width() - theme.length(30), self.height() / 2), theme.length(7)
        painter.drawPolyline(
            QPolygonF(
                [middle + QPointF(-half, -half / 2), middle + QPointF(0, half / 2), middle + QPointF(half, -half / 2)]
            )
        )

    def event(self, event: QEvent) -> bool:
        if event.type() in _RESTYLE:
            self._restyle(theme_of(self))
        if event.type() == QEvent.Type.Wheel and not self.hasFocus():
            event.ignore()  # a wheel that turns a page must not change a choice on its way
            return True
        return super().event(event)

    def _restyle(self, theme: Theme) -> None:
        colour = theme.colour
        style = _STYLE.format(
            field=colour.surface2.name(),
            text=colour.text1.name(),
            outline=colour.outline.name(),
            chosen=colour.surface3.name(),
            line=theme.px(1),
            line2=theme.px(2),
            radius=theme.px(theme.radius["cell"]),
            pad=theme.px(16),
            arrow=theme.px(48),
            row=max(SMALLEST_TOUCH_PX, theme.px(56)),
        )
        if style == self._style and self.font() == theme.font("strong"):
            return
        self._style = style
        self.setFont(theme.font("strong"))
        self.view().setFont(theme.font("strong"))
        self.setStyleSheet(style)
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
