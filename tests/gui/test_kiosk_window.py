"""The kiosk as a person meets it: what stands where, what keys and touches do, and what old or hostile data looks like."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
import samples
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.chat_page import ChatPagePhase, ChatPageState
from thorhud.domain.messages import Channel, QueryName, StreamPiece, TypedCommands, Verb
from thorhud.domain.reading import Reading
from thorhud.domain.state import AgentState, Cup, CupColour
from thorhud.gui.model_cards import CardState
from thorhud.gui.store import FaceState, LinkPhase, LinkStatus, Notice
from thorhud.gui.widgets.address_rows import AddressRows
from thorhud.gui.widgets.answer_view import AnswerView
from thorhud.gui.widgets.banner_bar import BannerBar
from thorhud.gui.widgets.chat_card import ChatCard
from thorhud.gui.widgets.cup_card import CupCard
from thorhud.gui.widgets.memory_bar import MemoryBar
from thorhud.gui.widgets.model_strip import ModelStrip
from thorhud.gui.widgets.qr_code import QrCode
from thorhud.gui.widgets.stat_card import StatCard
from thorhud.gui.widgets.text_line import TextLine
from thorhud.gui.widgets.unit_number import UnitNumber
from thorhud.gui.windows.commands_dialog import CommandsDialog
from thorhud.gui.windows.confirm_dialog import ConfirmDialog
from thorhud.gui.windows.kiosk_window import KioskWindow, scale_for
from thorhud.gui.wishes import Wish

Key = Qt.Key
Leaf = TypeVar("Leaf", bound=QWidget)
Show = Callable[[AgentState], KioskWindow]
HOSTILE = "<b>bold</b><img src=x>\x1b[31m\u202eevil\n" + "x" * 500


class Hand:
    """A clock that is moved by hand."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def window(qtbot: QtBot, clock: Hand) -> KioskWindow:
    made = KioskWindow(clock=clock, wall=lambda: samples.NOW_UNIX_S)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    return made


@pytest.fixture
def show(window: KioskWindow) -> Show:
    def display(state: AgentState) -> KioskWindow:
        window.display(samples.face(state))
        return window

    return display


@pytest.fixture
def wishes(window: KioskWindow) -> list[Wish]:
    asked: list[Wish] = []
    window.command_requested.connect(asked.append)
    return asked


def leaf(window: QWidget, kind: type[Leaf], name: str = "") -> Leaf:
    found = window.findChild(kind, name) if name else window.findChild(kind)
    assert isinstance(found, kind)
    return found


def line(window: QWidget, name: str) -> str:
    return leaf(window, TextLine, name).text()


def banner(window: QWidget) -> str:
    return leaf(window, BannerBar, "banner_bar").accessibleName()


def test_the_identity_plate_says_who_and_where_the_unit_is(show: Show) -> None:
    window = show(samples.idle())

    assert line(window, "place_line") == "Rack A   Slot 7"
    assert line(window, "hostname_line") == "thor-07"
    assert leaf(window, UnitNumber).accessibleName() == "Unit 7"
    assert leaf(window, AddressRows).accessibleName() == (
        "Wired 10.10.0.107, USB-C 192.168.55.1, SSH ssh jetson@10.10.0.107"
    )
    assert leaf(window, QrCode).accessibleName() == "QR code of http://10.10.0.107:8080"


def test_without_a_network_it_says_what_to_do_and_shows_no_code(show: Show) -> None:
    page = ChatPageState(phase=ChatPagePhase.READY)
    window = show(replace(samples.idle(), identity=replace(samples.IDENTITY, addresses=()), chat_page=page))

    assert leaf(window, AddressRows).accessibleName() == "No network. Plug in the cable."
    assert leaf(window, QrCode).isHidden()
    assert "needs a network" in leaf(window, ChatCard).text()


def test_before_the_agent_was_heard_nothing_is_claimed(window: KioskWindow) -> None:
    window.display(FaceState())

    assert banner(window) == "Looking for the agent of this unit"
    assert leaf(window, AddressRows).accessibleName() == ""
    assert leaf(window, MemoryBar).accessibleDescription() == "not available"
    assert {card.accessibleName().split(", ")[1] for card in window.findChildren(StatCard)} == {"\u2013"}
    assert not leaf(window, CupCard).isVisible()


def test_in_idle_the_strip_grows_and_shrinks_again_when_a_start_begins(qtbot: QtBot, show: Show) -> None:
    strip = leaf(show(samples.idle()), ModelStrip)
    qtbot.waitUntil(lambda: strip.height() > 400)

    show(samples.loading())

    qtbot.waitUntil(lambda: strip.height() == 104)


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 900), (1366, 768), (1280, 800), (1024, 600), (2560, 1440)])
@pytest.mark.parametrize("name", list(samples.ALL))
def test_nothing_overlaps_and_nothing_leaves_the_window(
    qtbot: QtBot, window: KioskWindow, size: tuple[int, int], name: str
) -> None:
    window.hide()
    window.resize(*size)
    window.show()
    window.display(samples.faces()[name])
    qtbot.wait(1)
    kinds = (TextLine, UnitNumber, AddressRows, QrCode, CupCard, MemoryBar, StatCard, QAbstractButton, QLabel)
    leaves = [each for kind in kinds for each in window.findChildren(kind) if each.isVisible()]
    boxes = [(each, QRect(each.mapTo(window, QPoint(0, 0)), each.size())) for each in leaves]

    for each, box in boxes:
        assert window.rect().contains(box), f"{each} leaves the window: {box}"
        for other, other_box in boxes:
            if each is not other and not each.isAncestorOf(other) and not other.isAncestorOf(each):
                shared = box.intersected(other_box)
                assert shared.width() <= 1 or shared.height() <= 1, f"{each} covers {other}"


@pytest.mark.parametrize(
    ("size", "scale"), [((1920, 1080), 1.0), ((1440, 900), 0.75), ((1024, 600), 0.533), ((3840, 2160), 2.0)]
)
def test_everything_scales_with_the_smaller_side(size: tuple[int, int], scale: float) -> None:
    assert scale_for(*size) == scale


def test_a_value_that_nobody_refreshes_shows_its_age_and_then_that_readings_stopped(
    show: Show, window: KioskWindow, clock: Hand
) -> None:
    show(samples.idle())
    clock.now_s = 104.0
    window.display(replace(window.face))
    stale = {card.accessibleName().replace("\u00a0", " ") for card in window.findChildren(StatCard)}
    clock.now_s = 115.0
    window.display(replace(window.face))
    lost = {card.accessibleName().replace("\u00a0", " ") for card in window.findChildren(StatCard)}

    assert all("4 s old" in name for name in stale)
    assert all("stopped 15 s ago" in name for name in lost)


def test_what_was_not_measured_is_a_dash(show: Show) -> None:
    sample = replace(samples.idle().telemetry, fan_rate=Reading(reason="no fan"), memory=Reading(reason="no /proc"))
    window = show(replace(samples.idle(), telemetry=sample))

    assert "Fan, \u2013, not available, no fan" in {card.accessibleName() for card in window.findChildren(StatCard)}
    assert leaf(window, MemoryBar).accessibleDescription() == "not available"


def test_a_simulated_unit_cannot_be_taken_for_a_real_one(show: Show) -> None:
    window = show(replace(samples.idle(), agent=samples.agent(simulated=True)))

    assert "nothing here is a measurement" in banner(window)


def test_when_the_agent_goes_the_page_stays_with_a_banner(show: Show, window: KioskWindow) -> None:
    show(samples.running())
    window.display(replace(window.face, link=LinkStatus(phase=LinkPhase.GONE)))

    assert banner(window).startswith("The agent of this unit stopped. Starting it again.")
    assert line(window, "hostname_line") == "thor-07"


@pytest.mark.parametrize("page", ["compare", "log"])
def test_every_other_page_says_so_too_for_as_long_as_it_lasts(show: Show, window: KioskWindow, page: str) -> None:
    show(samples.running())
    window.open_page(page)
    seen = [window.banner_bar.isVisible()]
    connected = window.face
    window.display(replace(connected, link=LinkStatus(phase=LinkPhase.GONE)))
    seen.append(window.banner_bar.isVisible())
    text = window.banner_bar.text()
    window.display(connected)
    seen.append(window.banner_bar.isVisible())

    assert seen == [False, True, False]
    assert text.startswith("The agent of this unit stopped. Starting it again.")


def test_text_from_elsewhere_stays_plain_short_and_visible(show: Show) -> None:
    identity = replace(samples.IDENTITY, hostname=HOSTILE, rack=HOSTILE, slot=HOSTILE, ssh_user=HOSTILE)
    sample = replace(samples.idle().telemetry, temp_zone=Reading(value=HOSTILE), fan_rate=Reading(reason=HOSTILE))
    window = show(replace(samples.idle(), identity=identity, telemetry=sample))
    shown = [
        line(window, "place_line"),
        line(window, "hostname_line"),
        leaf(window, AddressRows).accessibleName(),
        *(card.accessibleName() for card in window.findChildren(StatCard)),
    ]

    assert line(window, "hostname_line").startswith("<b>bold</b>")
    assert all(text.replace("\u202f", "").replace("\u00a0", "").isprintable() for text in shown)
    assert all(len(text) < 900 for text in shown)
    rich = [label for label in window.findChildren(QLabel) if label.textFormat() != Qt.TextFormat.PlainText]
    assert rich == []


def test_touching_a_model_starts_it(qtbot: QtBot, show: Show, wishes: list[Wish]) -> None:
    strip = leaf(show(samples.idle()), ModelStrip)

    qtbot.mouseClick(strip.buttons[3], Qt.MouseButton.LeftButton)

    assert wishes == [Wish(Verb.LAUNCH, {"configuration_id": "llama-3.1-8b-fp8"})]


PRESSED: dict[tuple[Qt.Key, str], Wish] = {
    (Key.Key_3, "idle"): Wish(Verb.LAUNCH, {"configuration_id": "llama-3.1-8b-fp16"}),
    (Key.Key_S, "running"): Wish(Verb.STOP),
    (Key.Key_S, "loading"): Wish(Verb.STOP),
    (Key.Key_R, "running"): Wish(Verb.PROMPT, {"prompt": "reference"}),
    (Key.Key_H, "idle"): Wish(Verb.CUP, {"colour": "red"}),
    (Key.Key_H, "failed"): Wish(Verb.CUP, {"colour": "blue"}),
    (Key.Key_F, "failed"): Wish(Verb.REPAIR, {"repair": "clear-memory", "restart_launch": True}),
}


@pytest.mark.parametrize(("key", "state"), PRESSED)
def test_a_key_does_what_a_touch_does(qtbot: QtBot, show: Show, wishes: list[Wish], key: Qt.Key, state: str) -> None:
    qtbot.keyClick(show(samples.ALL[state]()), key)

    assert wishes == [PRESSED[key, state]]


@pytest.mark.parametrize(
    ("key", "state"), [(Key.Key_S, samples.idle()), (Key.Key_R, samples.loading()), (Key.Key_F, samples.running())]
)
def test_a_key_with_nothing_to_do_does_nothing(
    qtbot: QtBot, show: Show, wishes: list[Wish], key: Qt.Key, state: AgentState
) -> None:
    qtbot.keyClick(show(state), key)

    assert wishes == []


def test_a_model_without_weights_says_why_instead_of_starting(qtbot: QtBot, show: Show, wishes: list[Wish]) -> None:
    window = show(samples.idle())

    qtbot.keyClick(window, Key.Key_2)

    assert wishes == []
    assert window.notice_card.isVisible()
    assert window.notice_card.text() == "GPT-OSS-20B cannot start The weights are not on this unit."


def test_another_model_is_started_only_after_a_yes(qtbot: QtBot, show: Show, wishes: list[Wish]) -> None:
    window = show(samples.running())
    qtbot.keyClick(window, Key.Key_3)
    dialog = window.findChild(ConfirmDialog)
    assert isinstance(dialog, ConfirmDialog)
    assert dialog.windowTitle() == "Stop FP4 + EAGLE3 and start FP16?"
    assert wishes == []

    dialog.accept()

    assert wishes == [Wish(Verb.LAUNCH, {"configuration_id": "llama-3.1-8b-fp16"})]


def test_the_safe_answer_keeps_the_model(qtbot: QtBot, show: Show, wishes: list[Wish]) -> None:
    window = show(samples.running())
    qtbot.keyClick(window, Key.Key_3)
    dialog = window.findChild(ConfirmDialog)
    assert isinstance(dialog, ConfirmDialog)

    dialog.reject()

    assert wishes == []


def test_the_theme_key_repaints_everything_in_the_other_theme(qtbot: QtBot, show: Show) -> None:
    window = show(samples.running())
    dark = window.grab().toImage().pixelColor(5, 900)

    qtbot.keyClick(window, Key.Key_T)

    light = window.grab().toImage().pixelColor(5, 900)
    assert (dark.lightness() < 30, light.lightness() > 220) == (True, True)


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 600)])
def test_a_message_never_covers_the_cup(qtbot: QtBot, window: KioskWindow, size: tuple[int, int]) -> None:
    window.hide()
    window.resize(*size)
    window.show()
    window.display(replace(samples.face(samples.failed()), notice=Notice(title=HOSTILE, detail=HOSTILE)))
    qtbot.wait(1)
    cup = leaf(window, CupCard)

    covered = window.notice_card.geometry().intersected(QRect(cup.mapTo(window, QPoint(0, 0)), cup.size()))

    assert window.notice_card.isVisible()
    assert covered.isEmpty()
    assert window.rect().contains(window.notice_card.geometry())


def test_escape_takes_a_message_away_and_tells_the_store(qtbot: QtBot, show: Show, window: KioskWindow) -> None:
    window.display(replace(samples.face(samples.idle()), notice=Notice(title="It did not stop.", detail="Wait.")))
    assert window.notice_card.isVisible()

    with qtbot.waitSignal(window.notice_dismissed):
        qtbot.keyClick(window, Key.Key_Escape)

    assert not window.notice_card.isVisible()


def test_the_log_opens_asks_for_its_lines_and_closes_again(qtbot: QtBot, show: Show) -> None:
    window = show(samples.running())
    asked: list[QueryName] = []
    window.inquiry_requested.connect(lambda inquiry: asked.append(inquiry.name))

    qtbot.keyClick(window, Key.Key_L)
    seen = [window.pages.on_kiosk]
    qtbot.keyClick(window, Key.Key_Escape)
    seen.append(window.pages.on_kiosk)

    assert seen == [False, True]
    assert {QueryName.LAUNCHES, QueryName.LOG} <= set(asked)


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_commands_of_the_running_model_are_asked_for_and_shown(show: Show) -> None:
    window = show(samples.running())
    wanted: list[str] = []
    window.commands_wanted.connect(wanted.append)

    window.open_page("commands")
    window.show_commands(wanted[0], TypedCommands(docker_run="docker run --gpus", vllm_serve="s", curl="c"), "")

    dialog = leaf(window, CommandsDialog)
    assert wanted == ["llama-3.1-8b-fp4-eagle3"]
    assert dialog.isVisible()
    assert "FP4 + EAGLE3" in dialog.windowTitle()


def test_compare_is_made_when_it_is_opened_and_leads_back(qtbot: QtBot, show: Show) -> None:
    window = show(samples.running())
    pages = [window.pages.count()]

    qtbot.keyClick(window, Key.Key_C)
    pages.append(window.pages.count())
    left = not window.pages.on_kiosk
    window.pages.back()

    assert pages == [1, 2]
    assert left
    assert window.pages.on_kiosk


def test_the_answer_streams_into_the_stage_area_once(show: Show) -> None:
    window = show(samples.running())
    for offset, text in ((0, "Jetson "), (0, "Jetson "), (7, "Thor")):
        window.pages.take(StreamPiece(channel=Channel.ANSWER, of="run-1", offset=offset, text=text))

    assert [answer.text() for answer in window.findChildren(AnswerView)] == ["Jetson Thor"]


def test_the_cup_counts_the_wait(show: Show) -> None:
    cup = leaf(show(samples.failed()), CupCard)

    assert cup.accessibleName() == "Cup: Help is wanted here"
    assert cup.accessibleDescription() == "Waiting 2:14, tap when it is solved"


def test_a_red_cup_from_the_future_waits_for_zero_seconds(show: Show) -> None:
    later = Cup(colour=CupColour.RED, since_unix_s=samples.NOW_UNIX_S + 900)

    assert "0:00" in leaf(show(replace(samples.idle(), cup=later)), CupCard).accessibleDescription()


def test_buttons_that_cannot_be_pressed_can_still_be_read_aloud(show: Show) -> None:
    strip = leaf(show(samples.idle()), ModelStrip)
    missing = strip.buttons[1]

    assert missing.card is not None
    assert missing.card.state is CardState.MISSING
    assert missing.isEnabled()
    assert missing.accessibleName() == "GPT-OSS-20B"
    assert missing.accessibleDescription() == "The weights are not on this unit"
    assert strip.buttons[4].accessibleName() == "Start: Llama-3.1-8B FP4"
    assert strip.buttons[4].accessibleDescription() == ("Starts in about 21\u00a0s, published 19.1 tokens per second")


def test_the_focus_ring_is_there_for_the_keyboard_and_gone_after_a_touch(qtbot: QtBot, show: Show) -> None:
    window = show(samples.idle())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert not window.focus_ring.isVisible()

    qtbot.keyClick(window.pages.kiosk, Key.Key_Tab)
    assert window.focus_ring.isVisible()

    qtbot.mousePress(leaf(window, CupCard), Qt.MouseButton.LeftButton)
    assert window.focusWidget() is leaf(window, CupCard)


def test_closing_the_window_ends_the_face(window: KioskWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closed):
        window.close()
