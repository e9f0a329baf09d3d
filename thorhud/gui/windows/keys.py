"""What a single key does on a face. Letters arrive here only while no text field has the focus."""

from PySide6.QtCore import Qt

MODELS = (
    Qt.Key.Key_1,
    Qt.Key.Key_2,
    Qt.Key.Key_3,
    Qt.Key.Key_4,
    Qt.Key.Key_5,
    Qt.Key.Key_6,
    Qt.Key.Key_7,
    Qt.Key.Key_8,
    Qt.Key.Key_9,
)

ACTIONS: dict[Qt.Key, str] = {
    Qt.Key.Key_S: "stop",
    Qt.Key.Key_R: "prompt",
    Qt.Key.Key_C: "compare",
    Qt.Key.Key_H: "cup",
    Qt.Key.Key_L: "log",
    Qt.Key.Key_F: "fix",
    Qt.Key.Key_T: "theme",
    Qt.Key.Key_O: "options",
    Qt.Key.Key_F11: "full-screen",
    Qt.Key.Key_Escape: "back",
    Qt.Key.Key_Return: "press",
    Qt.Key.Key_Enter: "press",
}

ONLY_ON_THE_KIOSK = {"stop", "prompt", "cup", "fix", "options"}
"""What these do is seen on the kiosk page alone."""


def model_number(key: int) -> int | None:
    """Return which model button the key stands for, counted from 1."""
    return MODELS.index(Qt.Key(key)) + 1 if key in MODELS else None


def action(key: int) -> str | None:
    """Return the name of what the key does, or None."""
    return ACTIONS.get(Qt.Key(key)) if key in ACTIONS else None
