"""A fault of the display: what is said of it, and when it may start itself again."""

import asyncio
import json
import sys
from collections.abc import Iterator

import pytest
from pressing import click
from pytestqt.qtbot import QtBot

from thorhud.gui.fault import FaultWatch, sentence_of
from thorhud.gui.restarts import MEMORY, MOST, WITHIN_S, Restarts, taken_up
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.windows.fault_page import FaultPage
from thorhud.gui.windows.kiosk_window import KioskWindow

NOW = 1_000_000.0


def restarted(times: int) -> Restarts:
    restarts = Restarts()
    for _ in range(times):
        restarts = restarts.after(page="kiosk", theme="dark", now_unix_s=NOW, by_itself=True)
    return restarts


def test_it_begins_again_by_itself_a_few_times_in_a_minute() -> None:
    assert [restarted(times).may_again(NOW) for times in range(MOST + 1)] == [True] * MOST + [False]


def test_after_a_quiet_minute_and_after_a_person_it_may_again() -> None:
    often = restarted(MOST)

    assert often.may_again(NOW + WITHIN_S)
    assert often.after(page="kiosk", theme="dark", now_unix_s=NOW, by_itself=False).may_again(NOW)


def test_the_next_start_learns_the_page_and_the_theme_and_nobody_after_it_does() -> None:
    environment: dict[str, str] = {}
    Restarts(page="compare", theme="projector", at_unix_s=(NOW,)).write(environment)

    assert taken_up(environment) == Restarts(page="compare", theme="projector", at_unix_s=(NOW,))
    assert taken_up(environment) == Restarts()
    assert environment == {}


@pytest.mark.parametrize("text", ["", "x", "[]", "7", '{"page": "../etc"}', '{"at": "x"}', '{"at": ["x"]}'])
def test_what_somebody_else_left_there_is_a_first_start(text: str) -> None:
    assert taken_up({MEMORY: text}) == Restarts()


def breaks() -> None:
    raise RuntimeError("x" * 500 + "\n<b>")


def fault() -> RuntimeError:
    with pytest.raises(RuntimeError) as caught:
        breaks()
    return caught.value


def test_the_sentence_names_what_and_where_on_one_line() -> None:
    told = sentence_of(ExceptionGroup("g", [fault()]))

    assert told.startswith("RuntimeError in breaks (test_fault.py, line ")
    assert "\n" not in told
    assert len(told) < 300


@pytest.fixture
def window(qtbot: QtBot) -> KioskWindow:
    window = KioskWindow()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def hook() -> Iterator[None]:
    before = sys.excepthook
    yield
    sys.excepthook = before


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY, "")


def said(page: FaultPage) -> str:
    return " ".join(each.text() for each in page.findChildren(PlainText))


@pytest.mark.usefixtures("hook")
def test_the_first_fault_is_shown_and_the_display_begins_again_once(
    window: KioskWindow, qtbot: QtBot, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thorhud.gui.fault.SHOWN_MS", 20)
    begun: list[str] = []
    watch = FaultWatch(window, Restarts(), begin_again=lambda: begun.append("again"))
    watch.install()

    sys.excepthook(RuntimeError, fault(), None)
    sys.excepthook(RuntimeError, fault(), None)

    page = window.findChild(FaultPage)
    assert isinstance(page, FaultPage)
    assert page.geometry() == window.rect()
    assert "This display had a fault" in said(page)
    assert "starts again by itself" in said(page)
    qtbot.waitUntil(lambda: begun == ["again"])
    assert capsys.readouterr().err.count("Traceback") == 2


def test_one_that_came_back_too_often_waits_for_the_button(
    window: KioskWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thorhud.gui.fault.now", lambda: NOW)
    monkeypatch.setattr("thorhud.gui.fault.SHOWN_MS", 1)
    begun: list[str] = []
    FaultWatch(window, restarted(MOST), begin_again=lambda: begun.append("again")).take(fault())
    qtbot.wait(50)
    assert begun == []
    page = window.findChild(FaultPage)
    assert isinstance(page, FaultPage)
    assert "the display waits" in said(page)

    button = page.findChild(ActionButton)
    assert button is not None
    click(button)

    assert begun == ["again"]


def test_what_the_loop_lets_go_is_a_fault_too(window: KioskWindow) -> None:
    watch = FaultWatch(window, Restarts(), begin_again=lambda: None)
    loop = asyncio.new_event_loop()
    watch.of_loop(loop, {"message": "Task was destroyed but it is pending!"})
    loop.close()

    page = window.findChild(FaultPage)
    assert isinstance(page, FaultPage)
    assert "Task was destroyed" in said(page)


def test_it_leaves_word_of_the_page_that_was_seen(window: KioskWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    left: dict[str, str] = {}
    monkeypatch.setattr(Restarts, "write", lambda self: left.update(page=self.page, theme=self.theme))
    window.open_page("log")
    window.set_theme("projector")
    FaultWatch(window, Restarts(), begin_again=lambda: None).restart(by_itself=True)

    assert json.dumps(left) == '{"page": "log", "theme": "projector"}'
