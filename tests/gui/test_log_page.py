"""The log: only what is seen is asked for, whatever its length; followed, searched, filtered, copied and saved."""

from dataclasses import replace
from pathlib import Path

import pytest
import samples
from pressing import click, key
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.fakes.log_source import LAUNCH, LogSource
from thorhud.domain.log_lines import LogLevel
from thorhud.domain.messages import LaunchRecord, QueryName
from thorhud.gui.log_document import KEPT_ROWS, LogDocument
from thorhud.gui.log_saver import LogSaver
from thorhud.gui.pages.log_page import LogPage
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.choice_bar import ChoiceBar
from thorhud.gui.widgets.log_view import LogView
from thorhud.gui.widgets.picker import Picker
from thorhud.gui.widgets.search_field import SearchField
from thorhud.gui.widgets.text_line import TextLine

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
MIXED = [
    "INFO 11-23 10:00:00 [a.py:1] begins",
    "WARNING 11-23 10:00:00 [a.py:1] hm",
    "INFO 11-23 10:00:01 [a.py:1] goes on",
    "ERROR 11-23 10:00:02 [a.py:1] ValueError: no",
    "INFO 11-23 10:00:03 [a.py:1] ends",
]


@pytest.fixture
def source() -> LogSource:
    return LogSource([f"line {number}" for number in range(100_000)])


def opened(qtbot: QtBot, source: LogSource, *, width: int = 1200) -> LogPage:
    page = LogPage(wall=lambda: LAUNCH.started_unix_s + 60)
    qtbot.addWidget(page)
    page.setProperty("source", source)  # a connection to a bound method does not keep it alive
    page.inquiry_requested.connect(source.ask)
    page.resize(width, 700)
    page.show()
    page.display(replace(samples.faces()["running"], agent=None))
    return page


@pytest.fixture
def page(qtbot: QtBot, source: LogSource) -> LogPage:
    return opened(qtbot, source)


def view(page: LogPage) -> LogView:
    found = page.findChild(LogView)
    assert found is not None
    return found


def field(page: LogPage) -> SearchField:
    found = page.findChild(SearchField)
    assert found is not None
    return found


def button(page: LogPage, name: str) -> ActionButton:
    return next(each for each in page.findChildren(ActionButton) if each.accessibleName() == name)


def said(page: LogPage, name: str = "status_line") -> str:
    found = page.findChild(TextLine, name)
    assert found is not None
    return found.text()


def seen(page: LogPage) -> list[str]:
    view(page).clear_selection()
    return view(page).copied()


def search(page: LogPage, text: str, qtbot: QtBot) -> None:
    field(page).setFocus()
    field(page).selectAll()
    QTest.keyClicks(field(page), text)
    key(field(page), Qt.Key.Key_Return)


def test_a_long_log_is_shown_by_its_end_and_only_that_is_asked_for(page: LogPage, source: LogSource) -> None:
    assert seen(page)[-1] == "line 99999"
    asked = sum(each.args["limit"] for each in source.asked if each.name is QueryName.LOG)
    assert asked < 1000


def test_scrolling_asks_for_the_rows_that_are_seen(page: LogPage, source: LogSource) -> None:
    view(page).verticalScrollBar().setValue(50_000)

    assert seen(page)[0] == "line 50000"
    view(page).verticalScrollBar().setValue(0)
    assert seen(page)[0] == "line 0"


def test_new_lines_are_followed_until_somebody_scrolls_up(page: LogPage, source: LogSource) -> None:
    source.lines += ["new"]
    page._ask_newest()
    assert seen(page)[-1] == "new"

    view(page).verticalScrollBar().setValue(10)
    source.lines += ["more"] * 42
    page._ask_newest()
    assert seen(page)[0] == "line 10"
    follow = button(page, "Follow the newest line")
    assert follow.text() == "Follow, 42 new lines"

    click(follow)
    page._ask_newest()
    assert follow.isHidden()
    assert seen(page)[-1] == "more"


def test_what_is_remembered_is_bounded_however_far_somebody_scrolls(page: LogPage) -> None:
    for row in range(0, 100_000, 250):
        view(page).verticalScrollBar().setValue(row)

    assert page._document.held <= KEPT_ROWS


def test_a_hidden_page_asks_for_nothing(page: LogPage, source: LogSource) -> None:
    page.hide()
    source.asked.clear()
    page._ask_newest()

    assert source.asked == []


def test_a_slow_agent_is_not_asked_twice_for_the_same(qtbot: QtBot, source: LogSource) -> None:
    page = opened(qtbot, source)
    source.holds = True
    source.asked.clear()
    for _ in range(5):
        page._ask_newest()

    assert len(source.asked) == 1
    source.lines += ["late"]
    source.let_go()
    assert seen(page)[-1] == "late"


def test_the_lines_that_are_not_kept_are_one_row(qtbot: QtBot) -> None:
    source = LogSource([f"line {number}" for number in range(1000)])
    source.dropped = (100, 900)
    page = opened(qtbot, source)
    view(page).verticalScrollBar().setValue(98)

    assert seen(page)[:2] == ["line 98", "line 99"]
    assert "800" in seen(page)[2]
    assert seen(page)[3] == "line 900"
    assert "800 of the middle not kept" in said(page)


def test_a_search_goes_through_the_whole_log_and_round(page: LogPage, qtbot: QtBot) -> None:
    search(page, "LINE 5000", qtbot)
    assert said(page, "hits_line") == "1 of 11"
    assert "line 5000" in seen(page)

    click(button(page, "Next hit"))
    assert said(page, "hits_line") == "2 of 11"
    assert "line 50000" in seen(page)
    click(button(page, "The hit before"))
    click(button(page, "The hit before"))
    assert said(page, "hits_line") == "11 of 11"


def test_what_is_not_there_is_said(page: LogPage, qtbot: QtBot) -> None:
    search(page, "nowhere", qtbot)

    assert said(page, "hits_line") == "not found"


def test_slash_searches_and_escape_leaves_the_field_first(page: LogPage, qtbot: QtBot) -> None:
    page.activateWindow()
    key(view(page), Qt.Key.Key_Slash)
    qtbot.waitUntil(field(page).hasFocus)
    QTest.keyClicks(field(page), "l")
    with qtbot.assertNotEmitted(page.back_requested):
        key(field(page), Qt.Key.Key_Escape)
    assert field(page).text() == "l"
    with qtbot.waitSignal(page.back_requested):
        key(view(page), Qt.Key.Key_Escape)


@pytest.mark.parametrize("pressed", [Qt.Key.Key_L, Qt.Key.Key_Escape])
def test_back_is_a_button_and_a_key(page: LogPage, qtbot: QtBot, pressed: Qt.Key) -> None:
    with qtbot.waitSignal(page.back_requested):
        key(view(page), pressed)
    with qtbot.waitSignal(page.back_requested):
        click(button(page, "Back to the kiosk"))


def test_warnings_and_errors_alone(qtbot: QtBot) -> None:
    page = opened(qtbot, LogSource(MIXED))
    bar = page.findChild(ChoiceBar)
    assert bar is not None

    bar.press(1)
    assert seen(page) == [MIXED[1], MIXED[3]]
    assert said(page) == "2 warnings and errors"
    bar.press(2)
    assert seen(page) == [MIXED[3]]
    search(page, "value", qtbot)
    assert said(page, "hits_line") == "1 of 1"


def test_a_traceback_among_the_errors_looks_like_one(qtbot: QtBot) -> None:
    page = opened(qtbot, LogSource(["Traceback (most recent call last):", '  File "x"', "OSError: gone", "INFO fine"]))
    bar = page.findChild(ChoiceBar)
    assert bar is not None
    bar.press(2)

    rows = [page._document.row(row) for row in range(3)]
    assert [row.level for row in rows if row is not None] == [LogLevel.ERROR] * 3


def test_the_line_that_says_why_is_marked_and_gone_to_from_any_filter(qtbot: QtBot) -> None:
    source = LogSource([*MIXED, *(f"line {number}" for number in range(500))])
    source.cause = 3
    page = opened(qtbot, source)
    bar = page.findChild(ChoiceBar)
    assert bar is not None
    bar.press(1)

    click(button(page, "Go to the line that says why it failed"))
    assert bar.index == 0
    assert view(page).found == 3
    assert MIXED[3] in seen(page)
    assert view(page).accessibleDescription() == MIXED[3]


def test_a_start_that_did_not_fail_has_no_such_button(page: LogPage) -> None:
    assert button(page, "Go to the line that says why it failed").isHidden()


def test_selected_lines_are_copied_else_those_on_the_screen(page: LogPage) -> None:
    key(view(page), Qt.Key.Key_Home)
    QTest.keyClick(view(page), Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view(page), Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view(page), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "line 0\nline 1"
    assert said(page) == "2 lines copied"

    view(page).clear_selection()
    click(button(page, "Copy the selected lines, or those on the screen"))
    assert QGuiApplication.clipboard().text().startswith("line 0\nline 1\nline 2\n")


def test_hostile_lines_are_plain_text(qtbot: QtBot) -> None:
    page = opened(qtbot, LogSource(["<b>INFO</b>", "bell \x07 and \u202eback", "a\tb"]))

    assert seen(page) == ["<b>INFO</b>", "bell \\x07 and \\u202eback", "a       b"]


def test_a_wrapped_log_ends_with_its_newest_line(qtbot: QtBot) -> None:
    page = opened(qtbot, LogSource(["x" * 3000] * 40 + ["the end"]))
    view(page).set_wraps(on=True)
    view(page).grab()

    last = view(page)._drawn[-1]
    assert last.row == 40
    assert last.top + last.height <= view(page).viewport().height()


def test_another_start_is_chosen_by_name_and_time(qtbot: QtBot) -> None:
    older = LaunchRecord(
        id="launch-0", configuration_id="llama-3.1-8b-fp4", started_unix_s=LAUNCH.started_unix_s - 90, outcome="stopped"
    )
    source = LogSource(MIXED, (LAUNCH, older))
    page = opened(qtbot, source)
    picker = page.findChild(Picker)
    assert picker is not None
    assert picker.currentText().startswith("Llama-3.1-8B FP8, ")
    assert "launch" not in picker.currentText()

    picker.setCurrentIndex(1)
    picker.activated.emit(1)
    assert page._document.launch_id == "launch-0"
    assert picker.itemText(1).endswith(", stopped")


def test_a_new_start_replaces_the_newest_log_but_not_an_older_one_that_is_read(qtbot: QtBot) -> None:
    source = LogSource(MIXED)
    page = opened(qtbot, source)
    face = samples.faces()["running"]
    assert face.agent is not None

    def started(launch_id: str) -> None:
        serving = replace(face.agent.serving, launch_id=launch_id)  # type: ignore[union-attr]
        page.display(replace(face, agent=replace(face.agent, serving=serving)))  # type: ignore[type-var]

    started("launch-1")
    started("launch-2")
    assert page._document.launch_id == "launch-2"
    page.open_launch("launch-1")
    started("launch-3")
    assert page._document.launch_id == "launch-1"


def test_an_agent_that_does_not_answer_is_said_and_asked_again(page: LogPage, source: LogSource) -> None:
    source.gone = "The agent of this unit does not answer."
    page._ask_newest()
    assert said(page) == source.gone

    source.gone = ""
    page._ask_newest()
    assert "lines" in said(page)


def test_without_any_start_it_says_so(qtbot: QtBot) -> None:
    assert said(opened(qtbot, LogSource((), ()))) == "Nothing was started on this unit yet"


def test_a_window_asks_where_and_a_kiosk_saves_at_home(
    page: LogPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    click(button(page, "Save the whole log to a file"))
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.close()

    page.setWindowState(Qt.WindowState.WindowFullScreen)
    click(button(page, "Save the whole log to a file"))
    (saved,) = tmp_path.glob("thorhud-log-llama-3.1-8b-fp8-*.txt")
    assert saved.read_text().splitlines() == [f"line {number}" for number in range(100_000)]
    assert said(page).endswith(f"saved to {saved}")


def test_a_saved_log_says_where_lines_are_not_kept(tmp_path: Path) -> None:
    source, told = LogSource([f"line {number}" for number in range(30)]), list[tuple[str, bool]]()
    source.dropped = (2, 28)
    LogSaver("launch-1", tmp_path / "log.txt", ask=source.ask, tell=lambda *args: told.append(args)).begin()

    lines = (tmp_path / "log.txt").read_text().splitlines()
    assert lines[:2] == ["line 0", "line 1"]
    assert lines[2].startswith("[26 lines")
    assert lines[3:] == ["line 28", "line 29"]
    assert told[-1] == (f"4 lines saved to {tmp_path / 'log.txt'}", True)


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    told = list[tuple[str, bool]]()
    path = tmp_path / "missing" / "log.txt"
    LogSaver("launch-1", path, ask=LogSource(MIXED).ask, tell=lambda *args: told.append(args)).begin()

    assert told == [(f"{path} cannot be written: No such file or directory.", True)]


def test_an_answer_that_fails_leaves_no_half_file(tmp_path: Path) -> None:
    source, told = LogSource(MIXED), list[tuple[str, bool]]()
    source.gone = "The agent does not answer."
    LogSaver("launch-1", tmp_path / "log.txt", ask=source.ask, tell=lambda *args: told.append(args)).begin()

    assert told[-1] == ("Nothing was saved. The agent does not answer.", True)
    assert list(tmp_path.iterdir()) == []


def test_a_document_asks_for_nothing_that_it_has(source: LogSource) -> None:
    document = LogDocument("launch-1")
    document.take_page(source._page("launch-1", -100, 100))

    assert document.missing(99_900, 99_999) is None
    assert document.missing(50_000, 50_010) == (49_925, 300)
