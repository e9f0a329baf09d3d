"""Agent and window die apart from each other: what serves goes on, and who is left says what happened."""

from collections.abc import Iterator

import psutil
import pytest

from tests.e2e.unit_folder import Unit, phase, screens, unit_folder
from tests.e2e.x_server import Pixels, XServer, differs_from, save, share_of_other_pixels, shows
from thorhud.domain.messages import Verb
from thorhud.domain.state import ServingPhase
from thorhud.gui.theme import load_theme

pytestmark = pytest.mark.display

FP4 = "llama-3.1-8b-fp4"
THEME = load_theme("dark")
RED, GREEN = THEME.tone("red"), THEME.tone("green")
SAME_PAGE = 0.05
"""How much of a page moves at most: a clock, traces, a banner."""


@pytest.fixture
def screen() -> Iterator[XServer]:
    with XServer() as running:
        yield running


@pytest.fixture
def unit() -> Iterator[Unit]:
    """Serve FP4 with one measured run."""
    with unit_folder() as folder:
        launched = folder.thorhud("launch", FP4, "--speed", "100")
        assert launched.returncode == 0, launched.stderr
        for _ in ("warm-up", "measured"):
            folder.ask(Verb.PROMPT, max_tokens=16)
        yield folder


def looks_like(page: Pixels) -> object:
    return lambda pixels: share_of_other_pixels(page, pixels) < SAME_PAGE


def test_the_face_says_that_its_agent_died_and_finds_what_serves_again(screen: XServer, unit: Unit) -> None:
    unit.open_window(screen)
    kiosk = screen.until(shows(GREEN), "Ready")
    screen.press("c")
    compare = screen.until(differs_from(kiosk, SAME_PAGE), "Compare")
    before = unit.until(phase(ServingPhase.READY, FP4), "ready")
    (agent,) = unit.agents()

    agent.kill()

    told = screen.until(shows(RED), "a banner")
    save(told, screens() / "agent-died-under-compare.png")
    assert share_of_other_pixels(compare, told) < SAME_PAGE, "another page"
    again = screen.until(lambda pixels: not shows(RED)(pixels), "the end of the banner")
    assert share_of_other_pixels(compare, again) < SAME_PAGE, "another page"
    after = unit.until(phase(ServingPhase.READY, FP4), "found again")
    assert after.agent.boot != before.agent.boot
    assert (after.serving.launch_id, after.serving.base_url) == (before.serving.launch_id, before.serving.base_url)
    assert [process.pid for process in unit.agents()] == [after.agent.pid]
    screen.press("Escape")
    screen.until(shows(GREEN), "Ready on the kiosk")


def test_a_prompt_can_be_run_on_what_the_new_agent_found(screen: XServer, unit: Unit) -> None:
    unit.open_window(screen)
    screen.until(shows(GREEN), "Ready")
    (agent,) = unit.agents()
    agent.kill()
    psutil.wait_procs([agent], timeout=10)
    found = unit.until(phase(ServingPhase.READY, FP4), "found again")
    screen.until(lambda pixels: shows(GREEN)(pixels) and not shows(RED)(pixels), "Ready without a banner")

    screen.press("r")

    done = unit.until(lambda state: state.prompt.completion_tokens > 16, "answering")
    assert done.agent.boot == found.agent.boot


def test_a_face_that_is_killed_takes_nothing_with_it(screen: XServer, unit: Unit) -> None:
    face = unit.open_window(screen)
    seen = screen.until(shows(GREEN), "Ready")
    before = unit.until(phase(ServingPhase.READY, FP4), "ready")

    face.kill()
    face.wait()
    unit.open_window(screen)

    again = screen.until(shows(GREEN), "Ready in the new window")
    save(again, screens() / "face-after-kill.png")
    assert share_of_other_pixels(seen, again) < SAME_PAGE
    after = unit.until(lambda _: True, "there")
    assert after.agent.boot == before.agent.boot
    assert after.serving.generation == before.serving.generation


def test_two_windows_at_once_see_the_same_unit_and_share_one_agent(screen: XServer, unit: Unit) -> None:
    unit.open_window(screen, size="960x540")
    with XServer() as other:
        unit.open_window(other)
        other.until(shows(GREEN), "Ready in both")
        screen.until(shows(GREEN), "Ready in both")
        assert len(unit.agents()) == 1

        other.press("h")

        screen.until(shows(RED), "the red cup, raised in the other window")
