"""Layouts and fixed sizes are drawn at 1x (1920x1080); here they are multiplied by the scale of the theme."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout, QSpacerItem, QWidget

_UNLIMITED = 16777215
_AT_1X = "at_1x"


def scale_tree(root: QWidget, scale: float) -> None:
    """Give every layout margin, spacing and fixed size under *root* its size at *scale*.

    What a widget or layout had when it was first seen here is its size at 1x; set them in forms and in ``__init__``.
    """
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isWindow():
            _scale_widget(widget, scale)
    for layout in root.findChildren(QLayout):
        _scale_layout(layout, scale)


def _scale_widget(widget: QWidget, scale: float) -> None:
    least, most = widget.minimumSize(), widget.maximumSize()
    sizes = _first_seen(widget, [least.width(), least.height(), most.width(), most.height()])
    if sizes == [0, 0, _UNLIMITED, _UNLIMITED]:
        return
    low_width, low_height, high_width, high_height = (_scaled(size, scale) for size in sizes)
    widget.setMinimumSize(low_width, low_height)
    widget.setMaximumSize(high_width, high_height)


def _scale_layout(layout: QLayout, scale: float) -> None:
    margins = layout.contentsMargins()
    spacing = [layout.spacing(), 0]
    if isinstance(layout, QGridLayout):
        spacing = [layout.horizontalSpacing(), layout.verticalSpacing()]
    spacers = _spacers(layout)
    first = [margins.left(), margins.top(), margins.right(), margins.bottom(), *spacing]
    for spacer in spacers:
        first += [spacer.sizeHint().width(), spacer.sizeHint().height()]
    values = [_scaled(value, scale) for value in _first_seen(layout, first)]
    layout.setContentsMargins(*values[:4])
    if isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(values[4])
        layout.setVerticalSpacing(values[5])
    else:
        layout.setSpacing(values[4])
    for spacer, width, height in zip(spacers, values[6::2], values[7::2], strict=True):
        policy = spacer.sizePolicy()
        spacer.changeSize(width, height, policy.horizontalPolicy(), policy.verticalPolicy())
    layout.invalidate()


def _spacers(layout: QLayout) -> list[QSpacerItem]:
    if not isinstance(layout, QBoxLayout | QGridLayout):
        return []
    items = [layout.itemAt(index) for index in range(layout.count())]
    return [spacer for item in items if item is not None and (spacer := item.spacerItem()) is not None]


def _first_seen(thing: QObject, now: list[int]) -> list[int]:
    kept = thing.property(_AT_1X)
    if isinstance(kept, list) and len(kept) == len(now):
        return kept
    thing.setProperty(_AT_1X, now)
    return now


def _scaled(length: int, scale: float) -> int:
    if length <= 0 or length >= _UNLIMITED:
        return length
    return max(1, round(length * scale))
