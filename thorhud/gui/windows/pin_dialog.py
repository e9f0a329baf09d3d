"""The keypad on which a TA types the PIN: large enough for a thumb, usable with keys, silent about the digits."""

import math
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from thorhud.domain.pin import DIGITS, is_pin, wait_words
from thorhud.gui.forms.ui_pin_dialog import Ui_PinDialog
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.windows.card_dialog import CardDialog

ASK = f"{DIGITS[0]} to {DIGITS[1]} digits, known to the TAs of this workshop."
_TICK_MS = 1000


class PinDialog(CardDialog):
    """Emits `pin_typed`; `wrong` and `locked` say what came of it, `accept` closes it where it was right."""

    pin_typed = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, wall: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._form = Ui_PinDialog()
        self._form.setupUi(self)
        self._wall = wall
        self._typed = ""
        self._locked_until_unix_s = 0.0
        for digit, digit_key in enumerate(self._digit_keys()):
            digit_key.setText(str(digit))
            digit_key.clicked.connect(lambda _checked=False, digit=digit: self._add(str(digit)))
        self._form.delete_key.setText("Delete")
        self._form.delete_key.setProperty("role", "action")
        self._form.delete_key.setAccessibleName("Delete the last digit")
        self._form.delete_key.clicked.connect(self._delete)
        self._form.confirm_key.setText("OK")
        self._form.confirm_key.setAccessibleName("Confirm the PIN")
        self._form.confirm_key.clicked.connect(self._confirm)
        self._form.cancel_button.setText("Cancel")
        self._form.cancel_button.clicked.connect(self.reject)
        self._form.icon.display("lock-simple-bold", "text1")
        self._second = QTimer(self, interval=_TICK_MS)
        self._second.timeout.connect(self._count_down)

    def ask(self, what: str) -> None:
        """Open for *what* ("Reboot thor-07") and return at once."""
        title = f"{one_line(what, 80)}: PIN"
        self.setWindowTitle(title)
        self._form.title_label.setText(title)
        self._tell(ASK)
        self.open()
        self._form.confirm_key.setFocus()

    def wrong(self, sentence: str) -> None:
        """Say that it was not right, and let it be typed again."""
        self._clear()
        self._enable(on=True)
        self._tell(one_line(sentence, 160), tone="red")
        self._form.confirm_key.setFocus()

    def locked(self, wait_s: float) -> None:
        """Take no PIN for so long, and say until when."""
        self._clear()
        self._locked_until_unix_s = self._wall() + wait_s
        self._enable(on=False)
        self._form.cancel_button.setFocus()
        self._count_down()
        self._second.start()

    def done(self, result: int) -> None:
        self._second.stop()
        self._clear()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if len(text) == 1 and text in "0123456789":
            self._add(text)
        elif event.key() == Qt.Key.Key_Backspace:
            self._delete()
        else:
            super().keyPressEvent(event)

    def _add(self, digit: str) -> None:
        if self._form.confirm_key.isEnabled() and len(self._typed) < DIGITS[1]:
            self._typed += digit
            self._form.dots.display(len(self._typed))

    def _delete(self) -> None:
        self._typed = self._typed[:-1]
        self._form.dots.display(len(self._typed))

    def _clear(self) -> None:
        self._typed = ""
        self._form.dots.display(0)

    def _confirm(self) -> None:
        if not is_pin(self._typed):
            self._tell(f"A PIN has {DIGITS[0]} to {DIGITS[1]} digits.", tone="amber")
            return
        self._enable(on=False)
        self._tell("Looking at it")
        self.pin_typed.emit(self._typed)

    def _count_down(self) -> None:
        left_s = self._locked_until_unix_s - self._wall()
        if left_s <= 0:
            self._second.stop()
            self._enable(on=True)
            self._tell(ASK)
            self._form.confirm_key.setFocus()
            return
        until = time.strftime("%H:%M:%S", time.localtime(math.ceil(self._locked_until_unix_s)))
        self._tell(f"Too many wrong PINs. Locked until {until}, for {wait_words(left_s)} more.", tone="red")

    def _tell(self, sentence: str, *, tone: str = "text2") -> None:
        self._form.told_label.set_tone(tone)
        self._form.told_label.setText(sentence)
        self.setAccessibleDescription(sentence)

    def _enable(self, *, on: bool) -> None:
        for each in (*self._digit_keys(), self._form.delete_key, self._form.confirm_key):
            each.setEnabled(on)

    def _digit_keys(self) -> tuple[ActionButton, ...]:
        return tuple(getattr(self._form, f"key_{digit}") for digit in range(10))
