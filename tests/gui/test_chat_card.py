"""The card of the chat page: a code only for a page that answers, and a way on in every other state."""

from dataclasses import replace

import pytest
import samples
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.chat_page import NOTHING_SERVED, ChatPagePhase, ChatPageState
from thorhud.domain.images import PullPhase, PullState
from thorhud.domain.messages import Verb
from thorhud.gui.chat_words import Around, ChatWords, Visit, chat_words
from thorhud.gui.questions import AskFirst
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.chat_card import ChatCard
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.qr_code import QrCode
from thorhud.gui.windows.kiosk_window import KioskWindow
from thorhud.gui.wishes import Wish

URL = "http://10.10.0.107:8080"
READY = ChatPageState(phase=ChatPagePhase.READY, url=URL)
IMAGE = "ghcr.io/open-webui/open-webui:main"


def words(page: ChatPageState, **around: object) -> ChatWords:
    return chat_words(page, Around(image=IMAGE, **around))  # type: ignore[arg-type]


def texts(shown: ChatWords) -> list[str]:
    return [each.text for each in shown.actions]


@pytest.fixture
def window(qtbot: QtBot) -> KioskWindow:
    made = KioskWindow(guarded=True, wall=lambda: samples.NOW_UNIX_S)
    qtbot.addWidget(made)
    made.resize(1024, 600)
    made.show()
    return made


def card_of(window: KioskWindow, page: ChatPageState) -> ChatCard:
    window.display(samples.face(replace(samples.running(), chat_page=page)))
    card = window.findChild(ChatCard)
    assert isinstance(card, ChatCard)
    return card


def button(card: QWidget, text: str) -> ActionButton:
    return next(each for each in card.findChildren(ActionButton) if each.text() == text)


@pytest.mark.parametrize("phase", [each for each in ChatPagePhase if each not in {"ready", "no-model"}])
def test_there_is_no_code_where_nobody_would_see_a_page(phase: ChatPagePhase) -> None:
    assert words(ChatPageState(phase=phase, url=URL)).url == ""


def test_a_page_that_answers_has_code_and_address() -> None:
    shown = words(READY)

    assert (shown.url, shown.address) == (URL, "10.10.0.107:8080")
    assert texts(shown) == ["Stop"]


def test_it_is_started_by_a_button_and_says_who_may_use_it() -> None:
    shown = words(ChatPageState(phase=ChatPagePhase.ABSENT, accounts="Nobody signs in."))

    assert shown.actions[0].act == Wish(Verb.CHAT_PAGE, {"on": True})
    assert "Nobody signs in." in shown.detail


def test_a_start_shows_its_stage_how_long_it_took_and_what_is_left() -> None:
    page = ChatPageState(phase=ChatPagePhase.STARTING, stage="Preparing its database", elapsed_s=41, remaining_s=37)

    assert words(page).note == "Preparing its database 0:41, about 37\u00a0s left."


def test_a_page_without_the_model_is_reconnected_with_one_click() -> None:
    shown = words(ChatPageState(phase=ChatPagePhase.NO_MODEL, url=URL, cause="wrong-port", repair="reconnect-chat"))

    assert shown.tone == "amber"
    assert shown.actions[0].act == Wish(Verb.REPAIR, {"repair": "reconnect-chat"})


def test_a_unit_that_serves_nothing_is_no_fault_of_the_page() -> None:
    shown = words(ChatPageState(phase=ChatPagePhase.NO_MODEL, url=URL, cause=NOTHING_SERVED))

    assert (shown.tone, shown.note) == ("text2", "No model is ready yet")


def test_to_stop_asks_and_what_is_not_ours_says_so() -> None:
    ours, theirs = (
        words(READY).actions[-1].act,
        words(replace(READY, stop_asks="page was started outside")).actions[-1].act,
    )

    assert isinstance(ours, AskFirst)
    assert isinstance(theirs, AskFirst)
    assert ours.wish.args == {"on": False}
    assert theirs.wish.args == {"on": False, "agreed": True}
    assert theirs.loss == "page was started outside"


def test_a_missing_image_is_pulled_only_by_a_button_and_the_pull_is_shown() -> None:
    missing = ChatPageState(phase=ChatPagePhase.FAILED, cause="image-missing", sentence="The image is not here.")
    pulling = PullState(phase=PullPhase.PULLING, image=IMAGE, sentence="0.4 of 1.6 GB")

    assert words(missing).actions[0].act == Wish(Verb.PULL_IMAGE, {"image": IMAGE})
    assert "0.4 of 1.6 GB" in words(missing, pull=pulling).note
    assert words(missing, pull=replace(pulling, image="another")).note == words(missing).note


def test_only_a_desk_opens_the_browser() -> None:
    assert Visit(URL) not in [each.act for each in words(READY, opens=False).actions]
    assert words(READY, opens=True).actions[0].act == Visit(URL)


def test_a_desk_opens_the_address_that_the_code_holds(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    desk = KioskWindow(guarded=False, wall=lambda: samples.NOW_UNIX_S)
    qtbot.addWidget(desk)
    desk.show()

    button(card_of(desk, READY), "Open").click()

    assert opened == [URL]


def test_the_code_goes_when_the_page_stops_answering(window: KioskWindow) -> None:
    card = card_of(window, READY)
    code = card.findChild(QrCode)
    assert isinstance(code, QrCode)
    shown = [code.isHidden()]
    card_of(window, ChatPageState(phase=ChatPagePhase.ABSENT))

    assert [*shown, code.isHidden()] == [False, True]


def test_a_finger_finds_its_buttons_on_a_small_display(window: KioskWindow, qtbot: QtBot) -> None:
    card = card_of(window, READY)

    qtbot.waitUntil(lambda: button(card, "Stop").height() >= 48)
    assert button(card, "Stop").geometry().bottom() <= card.height()


def test_what_a_page_says_is_plain_text_and_bounded(window: KioskWindow) -> None:
    evil = "<b>bold</b><img src=x>\x1b[31m\u202eevil\n" + "x" * 5000
    card = card_of(window, ChatPageState(phase=ChatPagePhase.FAILED, sentence=evil, evidence=evil, version=evil))

    note = next(each.text() for each in card.findChildren(PlainText))
    assert note.startswith("<b>bold</b><img src=x>\\x1b[31m\\u202eevil xxx")
    assert len(note) < 300
    assert "<b>" not in card.toolTip()


def test_reconnecting_goes_through_the_question_of_the_repair(window: KioskWindow) -> None:
    asked: list[Wish] = []
    window.command_requested.connect(asked.append)
    page = ChatPageState(phase=ChatPagePhase.NO_MODEL, url=URL, cause="wrong-port", repair="reconnect-chat")

    button(card_of(window, page), "Reconnect").click()

    assert asked == []
