"""What the stage area says of the image: absent, a wrong one, being pulled, and what is asked first."""

from dataclasses import replace

import pytest
import samples
from pressing import click
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.images import ImageFault, ImageState, LayerPhase, LayerProgress, PullPhase, PullState
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState
from thorhud.gui.image_words import image_question, image_remark, pull_words
from thorhud.gui.pages.stage_area import StageArea
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.image_card import ImageCard
from thorhud.gui.windows.confirm_dialog import ConfirmDialog
from thorhud.gui.wishes import Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

IMAGE = "nvcr.io/nvidia/vllm:25.09-py3"
MISSING = ImageState(
    image=IMAGE, present=False, fault=ImageFault.MISSING, sentence="It is not here.", size_bytes=8 * 10**9
)
PULLING = PullState(
    phase=PullPhase.PULLING,
    image=IMAGE,
    sentence="Downloading",
    layers=9,
    layers_done=2,
    done_bytes=3 * 10**9,
    total_bytes=8 * 10**9,
    bytes_per_s=45e6,
    remaining_s=110.0,
    keeps_layers=False,
)


def state(image: ImageState = MISSING, pull: PullState | None = None) -> AgentState:
    return replace(samples.idle(), image=image, pull=pull or PullState())


@pytest.fixture
def area(qtbot: QtBot) -> StageArea:
    area = StageArea()
    qtbot.addWidget(area)
    area.resize(1270, 540)
    area.show()
    return area


def card(area: StageArea) -> ImageCard:
    found = area.findChild(ImageCard)
    assert found is not None
    return found


def button(inside: QWidget, text: str) -> ActionButton:
    (found,) = [each for each in inside.findChildren(ActionButton) if each.text() == text and each.isVisibleTo(inside)]
    return found


def dialog(area: StageArea) -> ConfirmDialog:
    found = area.findChild(ConfirmDialog)
    assert found is not None
    return found


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_an_image_that_is_here_is_not_spoken_of(area: StageArea) -> None:
    area.display(state(ImageState(image=IMAGE, present=True, digest="sha256:1")), samples.workshop())

    assert not card(area).isVisible()


def test_an_image_that_nobody_could_look_at_is_not_called_missing() -> None:
    assert image_remark(state(ImageState(image=IMAGE))) is None


def test_nobody_asks_for_the_image_of_a_model_that_serves() -> None:
    assert image_remark(replace(samples.running(), image=MISSING)) is None


def test_a_missing_image_is_pulled_only_after_a_yes(area: StageArea, qtbot: QtBot) -> None:
    area.display(state(), samples.workshop())
    assert "about 8.0 GB" in plain(card(area).text())

    with qtbot.assertNotEmitted(area.command_requested):
        click(button(card(area), "Pull"))
    asked = dialog(area)
    with qtbot.waitSignal(area.command_requested) as sent:
        click(button(asked, "Pull the image"))

    assert sent.args == [Wish(Verb.PULL_IMAGE)]


def test_a_no_pulls_nothing(area: StageArea, qtbot: QtBot) -> None:
    area.display(state(), samples.workshop())
    click(button(card(area), "Pull"))

    with qtbot.assertNotEmitted(area.command_requested, wait=50):
        click(button(dialog(area), "Not now"))


def test_a_pull_shows_layer_amount_rate_and_time_and_can_be_cancelled(area: StageArea, qtbot: QtBot) -> None:
    area.display(state(pull=PULLING), samples.workshop())

    words = plain(card(area).text())
    assert words == "Pulling the image. layer 3 of 9 · 3.0 of 8.0 GB · 45.0 MB/s · about 1 min 50 s left"
    click(button(card(area), "Cancel"))
    with qtbot.waitSignal(area.command_requested) as sent:
        click(button(dialog(area), "Cancel the pull"))

    assert sent.args == [Wish(Verb.CANCEL_PULL)]


@pytest.mark.parametrize("pull", [replace(PULLING, keeps_layers=True), replace(PULLING, done_bytes=10**6)])
def test_a_cancel_that_loses_nothing_is_not_asked_about(pull: PullState) -> None:
    assert image_question(Wish(Verb.CANCEL_PULL), state(pull=pull)) is None


def test_a_ready_model_has_the_room_to_itself_and_a_start_has_not() -> None:
    assert image_remark(replace(samples.running(), pull=PULLING)) is None
    remark = image_remark(replace(samples.loading(), pull=PULLING))

    assert remark is not None
    assert remark.share == pytest.approx(3 / 8)


def test_the_bar_counts_layers_where_their_sizes_are_not_known_yet() -> None:
    waiting = LayerProgress(id="a", phase=LayerPhase.WAITING)
    pull = replace(PULLING, remaining_s=None, bytes_per_s=None, total_bytes=3 * 10**9, detail=(waiting,))
    remark = image_remark(state(pull=pull))

    assert remark is not None
    assert remark.share == pytest.approx(2 / 9)


@pytest.mark.parametrize(
    ("pull", "words"),
    [
        (PullState(image=IMAGE), f"{IMAGE}: asking the registry"),
        (PullState(image=IMAGE, layers=9, layers_done=9, done_bytes=10**9), "layer 9 of 9 · 1.0 GB"),
    ],
)
def test_what_is_not_known_of_a_pull_is_not_said(pull: PullState, words: str) -> None:
    assert plain(pull_words(pull)) == words


def test_why_a_pull_failed_stands_there_until_the_image_is_here(area: StageArea) -> None:
    failed = PullState(
        phase=PullPhase.FAILED,
        image=IMAGE,
        sentence="nvcr.io wants a login. The engine said: unauthorized",
        next_step="Type: docker login nvcr.io",
    )
    area.display(state(pull=failed), samples.workshop())

    assert card(area).text().endswith("nvcr.io wants a login. Type: docker login nvcr.io")
    assert button(card(area), "Pull again").isEnabled()
    area.display(state(ImageState(image=IMAGE, present=True), failed), samples.workshop())
    assert not card(area).isVisible()


def test_an_image_of_another_platform_has_no_button(area: StageArea) -> None:
    other = ImageState(image=IMAGE, present=True, fault=ImageFault.OTHER_PLATFORM, sentence="It is for linux/amd64.")
    area.display(state(other), samples.workshop())

    assert "linux/amd64" in card(area).text()
    assert [each for each in card(area).findChildren(ActionButton) if each.isVisible()] == []


def test_hostile_words_of_a_registry_stay_on_one_line_and_plain(area: StageArea) -> None:
    failed = PullState(phase=PullPhase.FAILED, image=IMAGE, sentence="<b>gone</b>\n\x1b[31mred" * 50)
    area.display(state(pull=failed), samples.workshop())

    assert "\n" not in card(area).text()
    assert "\x1b" not in card(area).text()
    assert "<b>" in card(area).text()
