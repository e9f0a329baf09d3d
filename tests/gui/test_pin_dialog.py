"""The keypad of the PIN, and what the window does only after it."""

from dataclasses import replace
from typing import Any

import pytest
import samples
from pressing import click, key
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.messages import AnswerKind, CommandAnswer, Verb
from thorhud.domain.state import AgentState
from thorhud.gui.store import FaceState, LinkPhase, LinkStatus
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.pin_dots import PinDots
from thorhud.gui.windows.confirm_dialog import ConfirmDialog
from thorhud.gui.windows.kiosk_window import KioskWindow
from thorhud.gui.windows.pin_dialog import PinDialog
from thorhud.gui.windows.pin_gate import NOT_CHECKED
from thorhud.gui.wishes import Wish

SMALLEST_KEY_PX = 72
NOW = 1_763_908_320.0


def button(inside: QWidget, name: str) -> ActionButton:
    found = [each for each in inside.findChildren(ActionButton) if name in (each.text(), each.accessibleName())]
    assert len(found) == 1, name
    return found[0]


def texts(inside: QWidget) -> str:
    return " ".join(str(each.text()) for each in inside.findChildren(QWidget) if hasattr(each, "text"))


@pytest.fixture
def clock() -> list[float]:
    return [NOW]


@pytest.fixture
def dialog(qtbot: QtBot, clock: list[float]) -> PinDialog:
    dialog = PinDialog(wall=lambda: clock[0])
    qtbot.addWidget(dialog)
    dialog.ask("Reboot thor-07")
    return dialog


def test_the_keys_are_large_enough_for_a_thumb_and_have_names(dialog: PinDialog) -> None:
    keys = [button(dialog, name) for name in (*"0123456789", "Delete the last digit", "Confirm the PIN")]

    assert min(min(each.width(), each.height()) for each in keys) >= SMALLEST_KEY_PX
    assert "Reboot thor-07" in texts(dialog)


def test_what_is_touched_is_the_pin_and_only_dots_are_seen(dialog: PinDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.pin_typed) as typed:
        for name in ("7", "3", "9", "Delete the last digit", "1", "0", "Confirm the PIN"):
            click(button(dialog, name))

    assert typed.args == ["7310"]
    dots = dialog.findChild(PinDots)
    assert dots is not None
    assert dots.accessibleName() == "4 digits typed"
    assert "7310" not in texts(dialog) + dialog.accessibleDescription()


def test_a_keyboard_types_it_too(dialog: PinDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.pin_typed) as typed:
        QTest.keyClicks(dialog, "12x34")
        key(dialog, Qt.Key.Key_Backspace)
        QTest.keyClicks(dialog, "5")
        key(dialog, Qt.Key.Key_Return)

    assert typed.args == ["1235"]


def test_tab_and_space_press_a_key(dialog: PinDialog) -> None:
    button(dialog, "8").setFocus()
    key(button(dialog, "8"), Qt.Key.Key_Space)

    dots = dialog.findChild(PinDots)
    assert dots is not None
    assert dots.accessibleName() == "1 digit typed"


def test_too_few_digits_are_not_sent_and_no_more_than_eight_are_taken(dialog: PinDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(dialog, "123")
    with qtbot.assertNotEmitted(dialog.pin_typed):
        click(button(dialog, "OK"))
    assert "A PIN has 4 to 8 digits." in texts(dialog)
    with qtbot.waitSignal(dialog.pin_typed) as typed:
        QTest.keyClicks(dialog, "4567890")
        click(button(dialog, "OK"))

    assert typed.args == ["12345678"]


def test_a_wrong_one_says_so_and_begins_anew(dialog: PinDialog) -> None:
    QTest.keyClicks(dialog, "1234")
    click(button(dialog, "OK"))
    dialog.wrong("Wrong PIN. 3 tries left.")

    dots = dialog.findChild(PinDots)
    assert dots is not None
    assert dots.accessibleName() == "0 digits typed"
    assert "Wrong PIN. 3 tries left." in texts(dialog)
    assert button(dialog, "1").isEnabled()


def test_locked_it_takes_no_key_says_until_when_and_opens_by_itself(
    dialog: PinDialog, clock: list[float], qtbot: QtBot
) -> None:
    dialog.locked(30.0)
    QTest.keyClicks(dialog, "1")

    assert "for 30 s more" in texts(dialog)
    assert not button(dialog, "1").isEnabled()
    assert button(dialog, "Cancel").isEnabled()
    clock[0] += 30.0
    qtbot.waitUntil(lambda: button(dialog, "1").isEnabled(), timeout=5000)
    assert "Locked" not in texts(dialog)


def test_escape_is_the_safe_answer(dialog: PinDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.rejected):
        key(dialog, Qt.Key.Key_Escape)


# the window


def face(state: AgentState) -> FaceState:
    return FaceState(
        link=LinkStatus(phase=LinkPhase.CONNECTED), agent=state, received_s=0.0, workshop=samples.workshop()
    )


@pytest.fixture
def window(qtbot: QtBot) -> KioskWindow:
    window = KioskWindow(guarded=True, clock=lambda: 0.0, wall=lambda: NOW)
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    window.show()
    return window


class Agent:
    """Answers each look at a PIN as it was told to, and keeps every other wish."""

    def __init__(self, window: KioskWindow, *answers: CommandAnswer) -> None:
        self.wishes: list[Wish] = []
        self._answers = list(answers)
        window.command_requested.connect(self._take)

    def _take(self, wish: Wish) -> None:
        self.wishes.append(wish)
        if wish.verb is Verb.CHECK_PIN and self._answers and wish.on_end is not None:
            wish.on_end(self._answers.pop(0))


def said(kind: AnswerKind, **more: Any) -> CommandAnswer:
    return CommandAnswer(id="1", kind=kind, **more)


def keypad(window: KioskWindow) -> PinDialog:
    dialog = window.findChild(PinDialog)
    assert isinstance(dialog, PinDialog)
    return dialog


def test_a_reboot_goes_up_with_the_pin_once_it_is_right(window: KioskWindow) -> None:
    window.display(face(replace(samples.failed(), pin_set=True)))
    wrong = said(
        AnswerKind.FAILED, reason="Wrong PIN. 4 tries left.", failure_kind="pin-wrong", details={"wait_s": 0.0}
    )
    agent = Agent(window, wrong, said(AnswerKind.DONE))
    click(button(window, "Reboot"))
    question = window.findChild(ConfirmDialog)
    assert isinstance(question, ConfirmDialog)
    click(button(question, "Reboot thor-07"))

    QTest.keyClicks(keypad(window), "1111")
    click(button(keypad(window), "OK"))
    assert "Wrong PIN. 4 tries left." in texts(keypad(window))
    QTest.keyClicks(keypad(window), "4711")
    click(button(keypad(window), "OK"))

    assert agent.wishes[-1] == Wish(Verb.REPAIR, {"repair": "reboot", "agreed": True, "pin": "4711"})


def test_without_a_pin_on_the_unit_nobody_is_asked(window: KioskWindow) -> None:
    window.display(face(samples.failed()))
    agent = Agent(window)
    window.pages.command_requested.emit(Wish(Verb.REPAIR, {"repair": "reboot"}))

    assert agent.wishes == [Wish(Verb.REPAIR, {"repair": "reboot"})]


def test_what_needs_no_pin_goes_up_at_once(window: KioskWindow) -> None:
    window.display(face(replace(samples.failed(), pin_set=True)))
    agent = Agent(window)
    window.pages.command_requested.emit(Wish(Verb.REPAIR, {"repair": "clear-memory"}))

    assert [each.verb for each in agent.wishes] == [Verb.REPAIR]
    assert window.findChild(PinDialog) is None


def test_a_desk_is_never_asked(qtbot: QtBot) -> None:
    window = KioskWindow(clock=lambda: 0.0, wall=lambda: NOW)
    qtbot.addWidget(window)
    window.show()
    window.display(face(replace(samples.failed(), pin_set=True)))
    with qtbot.waitSignal(window.closed):
        window.close()


@pytest.mark.parametrize(
    "modifiers",
    [Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier],
)
def test_the_kiosk_is_left_only_with_the_pin(window: KioskWindow, qtbot: QtBot, modifiers: Qt.KeyboardModifier) -> None:
    window.display(face(replace(samples.failed(), pin_set=True)))
    agent = Agent(window, said(AnswerKind.DONE))
    with qtbot.assertNotEmitted(window.closed):
        QTest.keyClick(window, Qt.Key.Key_Q, modifiers)
    assert window.isVisible()

    QTest.keyClicks(keypad(window), "4711")
    with qtbot.waitSignal(window.closed):
        click(button(keypad(window), "OK"))
    assert [each.verb for each in agent.wishes] == [Verb.CHECK_PIN]


def test_the_end_of_the_session_needs_no_pin(window: KioskWindow, qtbot: QtBot) -> None:
    window.display(face(replace(samples.failed(), pin_set=True)))

    with qtbot.waitSignal(window.closed):
        window.leave()


def test_a_pin_that_nobody_looks_at_is_said_and_can_be_typed_again(
    window: KioskWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.display(face(replace(samples.failed(), pin_set=True)))
    window.pin_gate._patience.setInterval(10)
    window.close()
    QTest.keyClicks(keypad(window), "4711")
    click(button(keypad(window), "OK"))

    qtbot.waitUntil(lambda: NOT_CHECKED in texts(keypad(window)))
    assert button(keypad(window), "1").isEnabled()
    window.leave()


def test_a_locked_keypad_counts_down(window: KioskWindow) -> None:
    window.display(face(replace(samples.failed(), pin_set=True)))
    locked = said(AnswerKind.FAILED, failure_kind="pin-locked", details={"wait_s": 60.0, "tries_left": 0})
    agent = Agent(window, locked)
    window.close()
    QTest.keyClicks(keypad(window), "4711")
    click(button(keypad(window), "OK"))

    assert "Too many wrong PINs. Locked until" in texts(keypad(window))
    assert len(agent.wishes) == 1
    window.leave()
