"""Does this build of PySide6 lose references to None? Exit code 0 no, 1 yes, 2 could not be asked.

6.12.0 loses one with every call into Qt that returns nothing, and Python before 3.12 ends sooner or later with "Fatal
Python error: none_dealloc". From 3.12 on None is immortal, so there is nothing to lose: ask the
oldest Python supported.
"""

import os
import sys
from collections.abc import Callable

CALLS = 100

LOST = -0.5
"""References lost per call from which on a build counts as leaking; a sound one loses none."""

RESERVE = 1_000_000
"""References to None that keep a leaking interpreter alive until it has answered."""


def main() -> int:
    """Count None's references before and after many calls."""
    reserve: list[None] = []
    before = sys.getrefcount(None)
    reserve.extend([None] * RESERVE)
    if sys.getrefcount(None) - before < len(reserve):
        print(f"Python {sys.version.split()[0]}: None is immortal, nothing can be lost")
        return 0
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        losses = losses_per_call()
    except ImportError as error:
        print(f"PySide6 cannot be imported: {error}", file=sys.stderr)
        return 2
    for name, change in losses.items():
        print(f"  {name:18} {change:+.2f} references to None per call")
    return int(min(losses.values()) <= LOST)


def losses_per_call() -> dict[str, float]:
    """Try calls into Qt that return nothing, of the kinds that windows make all the time."""
    from PySide6.QtCore import QRect  # noqa: PLC0415 - after the platform is chosen
    from PySide6.QtGui import QColor, QPainter, QPen, QPixmap  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication, QLabel, QWidget  # noqa: PLC0415

    application = QApplication([])
    widget, label, pixmap = QWidget(), QLabel(), QPixmap(50, 50)
    painter, pen, area, colour = QPainter(pixmap), QPen(QColor("red")), QRect(0, 0, 9, 9), QColor("red")
    calls: dict[str, Callable[[], object]] = {
        "QWidget.update": widget.update,
        "QLabel.setText": lambda: label.setText("x"),
        "QPainter.setPen": lambda: painter.setPen(pen),
        "QPainter.fillRect": lambda: painter.fillRect(area, colour),
        "processEvents": application.processEvents,
    }
    losses = {name: change_per_call(call) for name, call in calls.items()}
    painter.end()
    return losses


def change_per_call(call: Callable[[], object]) -> float:
    """Measure how None's reference count changes with one *call*."""
    call()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        call()
    return (sys.getrefcount(None) - before) / CALLS


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # A leaking build may abort while Python shuts down, which would hide the answer.
    os._exit(code)
