"""One question before a loss, and the commands to type."""

import pytest
import samples_compare as sc
from pressing import click, key
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.mono_text import MonoText
from thorhud.gui.windows.commands_dialog import CommandsDialog
from thorhud.gui.windows.confirm_dialog import ConfirmDialog, Question

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
REBOOT = Question(
    title="Reboot thor-07?",
    loss="The running model stops. Back in about 3 min.",
    act="Reboot thor-07",
    stay="Keep it running",
    danger=True,
)


def button(parent: QWidget, text: str) -> ActionButton:
    return next(each for each in parent.findChildren(ActionButton) if each.text() == text)


def test_a_question_begins_on_the_safe_answer_and_blocks_nobody(qtbot: QtBot) -> None:
    dialog = ConfirmDialog()
    qtbot.addWidget(dialog)
    dialog.ask(REBOOT)

    assert dialog.isVisible()
    assert dialog.focusWidget() is button(dialog, "Keep it running")
    assert button(dialog, "Reboot thor-07").kind is Kind.DANGER
    with qtbot.waitSignal(dialog.rejected):
        key(dialog, Qt.Key.Key_Return)


def test_a_yes_is_accepted(qtbot: QtBot) -> None:
    dialog = ConfirmDialog()
    qtbot.addWidget(dialog)
    dialog.ask(REBOOT)

    with qtbot.waitSignal(dialog.accepted):
        click(button(dialog, "Reboot thor-07"))
    assert not dialog.isVisible()


def test_what_is_not_a_loss_is_not_red_and_never_green(qtbot: QtBot) -> None:
    dialog = ConfirmDialog()
    qtbot.addWidget(dialog)
    dialog.ask(Question(title="Stop FP8 and start FP4?", loss="About 35 s.", act="Start FP4", stay="Keep FP8"))

    assert button(dialog, "Start FP4").kind is Kind.OUTLINE


@pytest.fixture
def commands(qtbot: QtBot) -> CommandsDialog:
    dialog = CommandsDialog()
    qtbot.addWidget(dialog)
    return dialog


def test_each_command_is_copied_exactly(commands: CommandsDialog, qtbot: QtBot) -> None:
    commands.display(sc.commands(), "Llama-3.1-8B FP4")
    commands.open()
    expected = sc.commands()
    copies = [each for each in commands.findChildren(ActionButton) if each.text() == "Copy"]

    copied = []
    for each in copies:
        click(each)
        copied.append(QGuiApplication.clipboard().text())
    assert copied == [expected.docker_run, expected.vllm_serve, expected.curl]
    assert [each.text() for each in copies] == ["Copied"] * 3


def test_the_commands_are_read_as_plain_text(commands: CommandsDialog) -> None:
    commands.display(sc.commands())

    assert [each.toPlainText() for each in commands.findChildren(MonoText)] == [
        sc.commands().docker_run,
        sc.commands().vllm_serve,
        sc.commands().curl,
    ]


def test_without_commands_it_says_why(commands: CommandsDialog) -> None:
    commands.display(None, "FP4", reason="The agent does not answer.")
    commands.open()

    assert not any(each.isVisible() for each in commands.findChildren(MonoText))
