"""The log, one question before a loss, and the commands to type."""

import pytest
import samples_compare as sc
from pressing import click, key
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from thorhud.gui.pages.log_page import KEPT_LINES, LINE_LIMIT, LogPage
from thorhud.gui.widgets.action_button import ActionButton, Kind
from thorhud.gui.widgets.mono_text import MonoText
from thorhud.gui.widgets.text_line import TextLine
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


@pytest.fixture
def page(qtbot: QtBot) -> LogPage:
    widget = LogPage()
    qtbot.addWidget(widget)
    widget.resize(1200, 700)
    widget.show()
    return widget


def view(page: QWidget) -> QPlainTextEdit:
    found = page.findChild(MonoText)
    assert found is not None
    return found


def button(parent: QWidget, text: str) -> ActionButton:
    return next(each for each in parent.findChildren(ActionButton) if each.text() == text)


def at_end(page: LogPage) -> bool:
    bar = view(page).verticalScrollBar()
    return bar.value() == bar.maximum()


def test_lines_are_appended_as_plain_text(page: LogPage) -> None:
    page.append(["<b>INFO</b> ready", "bell \x07 and \u202eback"])
    page.append([])

    assert view(page).toPlainText() == "<b>INFO</b> ready\nbell \\x07 and \\u202eback"


def test_a_line_looks_as_on_a_terminal(page: LogPage) -> None:
    page.append(["\x1b[1;36m(EngineCore)\x1b[0;0m hello", "\rgraphs:   0%\rgraphs:  50%\rgraphs: 100%\r", "\r"])

    assert view(page).toPlainText() == "(EngineCore) hello\ngraphs: 100%\n"


def test_the_view_follows_the_end_until_somebody_scrolls_up(page: LogPage, qtbot: QtBot) -> None:
    page.append(f"line {number}" for number in range(200))
    assert at_end(page)
    assert button(page, "Follow the end").isHidden()

    view(page).verticalScrollBar().setValue(10)
    page.append(["more"])
    assert view(page).verticalScrollBar().value() == 10

    click(button(page, "Follow the end"))
    page.append(["and more"])
    assert at_end(page)


def test_old_lines_leave_the_view_and_the_count_says_so(page: LogPage) -> None:
    page.append(f"line {number}" for number in range(KEPT_LINES + 200))

    assert view(page).blockCount() == KEPT_LINES
    assert view(page).toPlainText().endswith(f"line {KEPT_LINES + 199}")
    count = page.findChild(TextLine)
    assert count is not None
    assert "newest" in count.text()


def test_an_endless_line_is_cut(page: LogPage) -> None:
    page.append(["x" * 100_000])

    assert len(view(page).toPlainText()) == LINE_LIMIT + 1


def test_another_launch_begins_an_empty_log(page: LogPage) -> None:
    page.reset("launch-1")
    page.append(["old"])
    page.reset("launch-1")
    assert view(page).toPlainText() == "old"

    page.reset("launch-2")
    assert view(page).toPlainText() == ""


def test_back_is_a_button_and_a_key(page: LogPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.back_requested):
        click(button(page, "Back"))
    with qtbot.waitSignal(page.back_requested):
        key(page, Qt.Key.Key_Escape)


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
