"""Press what a person presses."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget


def click(widget: QWidget) -> None:
    """Click in the middle of *widget*."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def key(widget: QWidget, pressed: Qt.Key) -> None:
    """Press and release a key."""
    QTest.keyClick(widget, pressed)
