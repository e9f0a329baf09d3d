"""The main path as a person walks it: a real window, a real mouse and keyboard, a simulated unit.

Pictures of each step are kept in reports/screens (or under THORHUD_REPORTS). What is pressed is found by its looks: the
orange diamond is FP4's, as the workshop file says.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor

from tests.e2e.unit_folder import Unit, phase, screens, unit_folder
from tests.e2e.x_server import (
    Pixels,
    XServer,
    differs_from,
    mask,
    middle_of,
    save,
    share_of_other_pixels,
    shows,
)
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, PromptPhase, ServingPhase
from thorhud.gui.theme import load_theme
from thorhud.settings.workshop_file import load_workshop

pytestmark = pytest.mark.display

FP4, FP8 = "llama-3.1-8b-fp4", "llama-3.1-8b-fp8"
THEME = load_theme("dark")
ANOTHER_PAGE = 0.05
"""How much of the picture changes at least when the page does; a trace or a clock that moves is far below."""


def colour_of(configuration_id: str) -> QColor:
    configuration = load_workshop().configuration(configuration_id)
    assert configuration is not None
    return THEME.configuration_colour(configuration)


class Album:
    """Keeps a picture of each step, none of them blank and no two alike."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pictures: dict[str, Pixels] = {}

    def keep(self, step: str, pixels: Pixels) -> Pixels:
        number = len(self._pictures) + 1
        save(pixels, screens() / f"{self._name}-{number:02d}-{step}.png")
        background = mask(pixels, THEME.tone("bg"), within=0).mean()
        assert background < 0.9, f"{step} is blank"
        assert len(np.unique(pixels[:, :, :3].reshape(-1, 3), axis=0)) > 100, f"{step} is blank"
        for other, picture in self._pictures.items():
            assert share_of_other_pixels(picture, pixels) > 0.001, f"{step} looks like {other}"
        self._pictures[step] = pixels
        return pixels


@pytest.fixture
def screen() -> Iterator[XServer]:
    with XServer() as running:
        yield running


@pytest.fixture
def unit() -> Iterator[Unit]:
    with unit_folder() as folder:
        yield folder


def run_the_prompt(screen: XServer, unit: Unit, before: AgentState) -> AgentState:
    """Press R and wait for the end of the answer."""
    screen.press("r")
    run = before.prompt.run_id

    def answered(state: AgentState) -> bool:
        return state.prompt.phase is PromptPhase.DONE and state.prompt.run_id != run

    return unit.until(answered, "answered")


def test_two_models_are_started_prompted_and_compared(screen: XServer, unit: Unit) -> None:
    album = Album("main-path")
    unit.open_window(screen, "--speed", "10")

    idle = album.keep("idle", screen.until(shows(colour_of(FP4), colour_of(FP8)), "the models"))
    screen.click(middle_of(idle, colour_of(FP4)))
    unit.until(phase(ServingPhase.STARTING, FP4), "starting FP4")
    album.keep("starting", screen.until(differs_from(idle, ANOTHER_PAGE), "the stage area"))
    ready = unit.until(phase(ServingPhase.READY, FP4), "ready with FP4")
    assert ready.serving.ready_after_s is not None
    album.keep("ready", screen.until(shows(THEME.tone("green")), "the green button"))

    screen.press("r")
    unit.until(lambda state: state.prompt.completion_tokens > 40, "streaming")
    album.keep("streaming", screen.settled(limit_s=0.5))
    warm_up = unit.until(lambda state: state.prompt.phase is PromptPhase.DONE, "answered")
    assert warm_up.prompt.warm_up
    counted = run_the_prompt(screen, unit, warm_up)
    assert not counted.prompt.warm_up
    assert counted.prompt.ttft_s is not None
    assert counted.prompt.tokens_per_s == pytest.approx(19.1, rel=0.05)
    answered = album.keep("answered", screen.settled())

    screen.click(middle_of(answered, colour_of(FP8)))
    album.keep("question", screen.until(differs_from(answered, 0.02), "the question"))
    assert unit.until(lambda _: True, "there").serving.configuration_id == FP4  # nothing is lost by asking
    screen.press("Tab", "Return")
    unit.until(phase(ServingPhase.STARTING, FP8), "starting FP8")
    warm_up = unit.until(phase(ServingPhase.READY, FP8), "ready with FP8")
    warm_up = run_the_prompt(screen, unit, warm_up)
    run_the_prompt(screen, unit, warm_up)

    kiosk = album.keep("second-answered", screen.settled())
    screen.press("c")
    charts = album.keep("compare", screen.until(differs_from(kiosk, ANOTHER_PAGE), "Compare"))
    assert measured(unit) == {FP4, FP8}
    assert shows(colour_of(FP4), colour_of(FP8))(charts)
    screen.press("d")
    table = album.keep("table", screen.until(differs_from(charts, ANOTHER_PAGE), "the table"))
    screen.press("Escape")
    screen.until(differs_from(table, ANOTHER_PAGE), "the charts")
    screen.press("Escape")
    screen.until(lambda pixels: share_of_other_pixels(kiosk, pixels) < ANOTHER_PAGE, "the kiosk")


def measured(unit: Unit) -> set[str]:
    return {row.configuration_id for row in unit.comparison().rows if row.short.dots}


def test_a_model_is_started_and_stopped_by_keys_alone(screen: XServer, unit: Unit) -> None:
    unit.open_window(screen, "--speed", "20")
    screen.until(shows(colour_of(FP4)), "the models")

    screen.press("5")
    unit.until(phase(ServingPhase.READY, FP4), "ready with FP4")
    screen.press("s")

    unit.until(phase(ServingPhase.IDLE), "stopped")


def test_a_cup_is_raised_by_a_tap_and_another_terminal_sees_it(screen: XServer, unit: Unit) -> None:
    unit.open_window(screen)
    kiosk = screen.until(shows(colour_of(FP4), THEME.tone("blue")), "the blue cup")

    screen.click(middle_of(kiosk, THEME.tone("blue")))

    album = Album("cup")
    album.keep("red", screen.until(shows(THEME.tone("red")), "the red cup"))
    told = unit.thorhud("status")
    assert told.returncode == 0, told.stderr
    assert "cup: red" in told.stdout


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="not installed: zbarimg (Debian's package zbar-tools)")
@pytest.mark.parametrize("size", ["1920x1080", "1280x800", "1024x600"])
def test_the_code_on_the_kiosk_can_be_scanned(screen: XServer, unit: Unit, tmp_path: Path, size: str) -> None:
    unit.thorhud("status")
    unit.ask(Verb.SIMULATE, start_speed=50.0)
    unit.ask(Verb.CHAT_PAGE, on=True)
    unit.until(lambda state: state.chat_page.answers, "the chat page")
    unit.open_window(screen, size=size)
    screen.until(shows(colour_of(FP4)), "the models")
    save(screen.settled(), tmp_path / "kiosk.png")

    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", str(tmp_path / "kiosk.png")], capture_output=True, text=True, check=False
    )

    address = unit.until(lambda _: True, "there").identity.addresses[0].ip
    assert read.stdout.strip() == f"http://{address}:8080"


def test_closing_the_window_leaves_the_model_serving(screen: XServer, unit: Unit) -> None:
    face = unit.open_window(screen, "--speed", "20")
    screen.until(shows(colour_of(FP4)), "the models")
    screen.press("5")
    unit.until(phase(ServingPhase.READY, FP4), "ready with FP4")

    screen.press("ctrl+q")

    assert face.wait(timeout=20) == 0
    assert unit.face_log() == ""
    unit.until(phase(ServingPhase.READY, FP4), "still ready")
