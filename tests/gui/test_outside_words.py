"""What the agent tells beyond the phase, on the kiosk: why it takes longer, what stands still, whose server it is."""

from dataclasses import replace

import pytest
import samples
import samples_compare as sc
import samples_told as told
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, ServingPhase, ServingState
from thorhud.gui.log_words import status_words
from thorhud.gui.model_cards import model_cards
from thorhud.gui.outside_words import ended_line, outside_line, port_line
from thorhud.gui.pages.stage_area import StageArea, stop_outside
from thorhud.gui.prompt_words import note_of, shown_prompt
from thorhud.gui.questions import pressed
from thorhud.gui.remarks import remark_of
from thorhud.gui.stage_words import time_left
from thorhud.gui.store import Notice
from thorhud.gui.widgets.cap_line import CapLine
from thorhud.gui.widgets.model_button import ModelButton
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.text_line import TextLine
from thorhud.gui.windows.confirm_dialog import ConfirmDialog
from thorhud.gui.windows.kiosk_window import KioskWindow
from thorhud.gui.wishes import Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def window(qtbot: QtBot) -> KioskWindow:
    made = KioskWindow(clock=lambda: 100.0, wall=lambda: samples.NOW_UNIX_S)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    return made


def words(window: QWidget) -> str:
    """Return everything that a person can read in the stage area."""
    area = window.findChild(StageArea)
    assert area is not None
    leaves = [each for each in area.findChildren(QWidget) if isinstance(each, PlainText | TextLine | CapLine)]
    return "\n".join(each.text() for each in leaves if each.isVisible())


def shown(window: KioskWindow, state: AgentState) -> str:
    window.display(samples.face(state))
    return words(window)


def test_why_it_takes_longer_stands_below_the_time_left(window: KioskWindow) -> None:
    said = shown(window, told.slow())

    assert "4:20" in said
    assert told.WHY in said
    assert told.WHY in shown(window, told.late())
    assert told.WHY not in shown(window, samples.loading())


def test_a_start_that_stands_still_promises_no_time(window: KioskWindow) -> None:
    said = shown(window, told.stalled())
    left = time_left(told.stalled().serving)

    assert told.STALLED in said
    assert "left, about" not in said
    assert "1:23" not in said
    assert (left.label, left.ask_log, left.why) == ("so far, nothing moves", True, "")


def test_standing_still_is_an_attention_and_comes_before_all_else() -> None:
    remark = remark_of(replace(told.stalled(), repair=sc.state().repair))

    assert remark is not None
    assert (remark.tone, remark.title) == ("amber", told.STALLED)
    assert remark_of(replace(told.stalled(), serving=replace(told.stalled().serving, phase=ServingPhase.READY))) is None


@pytest.mark.parametrize("make", [told.outside_starting, told.outside_ready])
def test_a_server_from_outside_is_named_with_what_it_is_like(window: KioskWindow, make: told.Make) -> None:
    said = shown(window, make())

    assert "Started outside the HUD in the container vllm, like FP4." in said
    assert told.NO_LOG in said


def test_the_place_of_a_server_from_outside_is_said_as_far_as_it_is_known() -> None:
    def line(**changes: object) -> str:
        return outside_line(sc.ready(None, started_outside=True, **changes), samples.workshop())

    assert line() == "Started outside the HUD."
    assert line(served_by="process 4242 of anna") == "Started outside the HUD by process 4242 of anna."
    assert line(like_configuration_id="gone") == "Started outside the HUD, like gone."
    assert line(served_by="the container \x1b[31m") == r"Started outside the HUD in the container \x1b[31m."
    assert outside_line(sc.ready(served_by="the container vllm"), samples.workshop()) == ""


def test_a_note_about_the_log_is_quiet_and_gives_way_to_trouble() -> None:
    remark = remark_of(told.outside_ready())

    assert remark is not None
    assert (remark.tone, remark.fix) == ("quiet", None)
    stalled = replace(told.outside_starting().serving, stalled=told.STALLED)
    over = remark_of(replace(told.outside_starting(), serving=stalled))
    assert over is not None
    assert over.tone == "amber"


def test_an_ended_server_leaves_its_container_and_a_way_on(window: KioskWindow) -> None:
    said = shown(window, told.ended())

    assert "The server in the container vllm has ended; the container stays." in said
    assert "pick a model here" in said
    assert "which is not vLLM" not in said


def test_a_failed_server_whose_container_stays_says_so_too() -> None:
    failed = replace(samples.failed().serving, server_ended=True, served_by="the container vllm")
    remark = remark_of(replace(samples.failed(), serving=failed))

    assert remark is not None
    assert remark.title == ended_line(failed)


def test_a_program_on_the_port_is_named_while_nothing_is_served(window: KioskWindow) -> None:
    assert f"{told.PORT_HELD}. A model can be served once that program has ended." in shown(window, told.held())
    assert port_line(replace(told.held().serving, phase=ServingPhase.STARTING)) == ""
    assert "not vLLM" not in shown(window, samples.idle())


def test_the_stop_question_says_exactly_what_is_signalled() -> None:
    assert stop_outside(told.outside_ready().serving).loss.endswith(told.HOW_TO_STOP)
    assert stop_outside(ServingState()).loss.endswith("at once.")


def test_the_stop_key_asks_too_before_it_ends_a_server_from_outside(qtbot: QtBot, window: KioskWindow) -> None:
    window.display(samples.face(told.outside_ready()))
    asked: list[Wish] = []
    window.command_requested.connect(asked.append)

    qtbot.keyClick(window, Qt.Key.Key_S)
    dialog = window.findChild(ConfirmDialog)

    assert asked == []
    assert dialog is not None
    assert told.HOW_TO_STOP in "\n".join(each.text() for each in dialog.findChildren(PlainText))
    dialog.accept()
    assert asked == [Wish(Verb.STOP, {"force": True})]


def test_a_touch_on_a_model_without_weights_says_how_they_come(window: KioskWindow) -> None:
    window.display(samples.face(told.without_weights()))
    button = next(
        each
        for each in window.findChildren(ModelButton)
        if each.card is not None and each.card.configuration.id == "gpt-oss-20b"
    )

    button.click()

    said = window.notice_card.text()
    assert samples.NO_WEIGHTS in said
    assert said.endswith(told.GET)
    assert told.GET in button.accessibleDescription()
    assert "<qt>" in button.toolTip()


def test_a_model_that_can_start_says_no_next_step() -> None:
    state = told.without_weights()
    cards = model_cards(state, samples.workshop())

    assert [each.configuration.id for each in cards if each.next_step] == ["gpt-oss-20b"]
    missing = next(each for each in cards if each.next_step)
    notice = pressed(missing, state, samples.workshop())
    assert isinstance(notice, Notice)
    assert notice.detail == f"{samples.NO_WEIGHTS} {told.GET}"


def test_a_note_without_a_workshop_names_the_configuration_by_its_id() -> None:
    state = told.outside_ready()

    assert "like llama-3.1-8b-fp4." in note_of(state, shown_prompt(state)).text


@pytest.mark.parametrize(
    ("total", "dropped", "note", "said"),
    [
        (12, 0, "", "12 lines"),
        (12, 3, "Docker holds less.", "12 lines, 3 of the middle not kept. Docker holds less."),
        (0, 0, "There is none.", "There is none."),
        (None, 0, "There is none.", "There is none."),
        (None, 0, "", ""),
    ],
)
def test_the_log_page_says_why_the_log_is_not_whole(total: int | None, dropped: int, note: str, said: str) -> None:
    assert status_words(0, total, dropped, note) == said


def test_the_log_page_says_it_of_the_start_of_now_only(window: KioskWindow) -> None:
    window.display(samples.face(told.outside_ready()))
    window.open_page("log")
    status = window.findChild(TextLine, "status_line")
    assert status is not None
    assert status.text() == told.NO_LOG

    window.display(samples.face(samples.running()))
    assert told.NO_LOG not in status.text()


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 600)])
@pytest.mark.parametrize("name", list(told.TOLD))
def test_every_word_has_its_place(qtbot: QtBot, window: KioskWindow, size: tuple[int, int], name: str) -> None:
    window.hide()
    window.resize(*size)
    window.show()
    window.display(samples.face(told.TOLD[name]()))
    qtbot.wait(1)
    kinds = (TextLine, CapLine, QAbstractButton, QLabel)
    leaves = [each for kind in kinds for each in window.findChildren(kind) if each.isVisible()]
    boxes = [(each, QRect(each.mapTo(window, QPoint(0, 0)), each.size())) for each in leaves]

    for each, box in boxes:
        assert window.rect().contains(box), f"{each} leaves the window: {box}"
        if isinstance(each, QLabel) and each.wordWrap():
            assert each.heightForWidth(each.width()) <= each.height() + 1, f"{each.text()!r} is cut"
        if isinstance(each, CapLine):
            assert each.height() >= each.sizeHint().height() - 1, f"{each.text()!r} is cut"
        for other, other_box in boxes:
            if each is not other and not each.isAncestorOf(other) and not other.isAncestorOf(each):
                shared = box.intersected(other_box)
                assert shared.width() <= 1 or shared.height() <= 1, f"{each} covers {other}"
