"""The main path in a real window over a real Docker Engine; what runs in the container stands in for vLLM."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.unit_folder import Unit, phase, screens, unit_folder
from tests.e2e.x_server import XServer, differs_from, middle_of, save, shows
from tests.rig.stand_in import StandIn, lay_out_weights
from tests.serving.own_engine import folder, obstacle
from thorhud.domain.state import AgentState, PromptPhase, ServingPhase
from thorhud.gui.theme import load_theme
from thorhud.settings.workshop_file import load_workshop

pytestmark = [pytest.mark.docker, pytest.mark.display]

FP8, FP4 = "llama-3.1-8b-fp8", "llama-3.1-8b-fp4"
WORKSHOP = load_workshop()
THEME = load_theme("dark")
GREEN = THEME.tone("green")
MARKERS = {each.id: THEME.configuration_colour(each) for each in WORKSHOP.configurations}


@pytest.fixture
def engine() -> Iterator[StandIn]:
    if (missing := obstacle()) is not None:
        pytest.skip(missing)
    with folder() as own, StandIn(own) as running:
        running.import_workshop_image(WORKSHOP.container.image)
        yield running


@pytest.fixture
def unit(engine: StandIn, tmp_path: Path) -> Iterator[Unit]:
    lay_out_weights(tmp_path / "data", WORKSHOP)
    environment = {
        **engine.environment,
        "THORHUD_DATA_DIR": str(tmp_path / "data"),
        "THORHUD_PORT": str(engine.port),
    }
    with unit_folder(simulated=False, environment=environment) as made:
        yield made


@pytest.fixture
def screen() -> Iterator[XServer]:
    with XServer() as running:
        yield running


def run_the_prompt(screen: XServer, unit: Unit) -> AgentState:
    """Press R and wait for the end of the answer."""
    run = unit.until(lambda _: True, "there").prompt.run_id
    screen.press("r")
    return unit.until(
        lambda state: state.prompt.phase is PromptPhase.DONE and state.prompt.run_id != run, "answered", limit_s=90
    )


def containers(engine: StandIn) -> list[str]:
    """Return the image and the command of each container that runs."""
    return engine.docker("ps", "--no-trunc", "--format", "{{.Image}} {{.Command}}").splitlines()


def test_one_click_starts_a_container_and_one_switch_replaces_it(screen: XServer, unit: Unit, engine: StandIn) -> None:
    unit.open_window(screen)
    idle = screen.until(shows(MARKERS[FP4], MARKERS[FP8]), "the models")
    unit.until(lambda state: state.agent.docker.value is not None, "in touch with Docker")

    screen.click(middle_of(idle, MARKERS[FP4]))
    unit.until(phase(ServingPhase.READY, FP4), "ready with FP4", limit_s=120)
    (running,) = containers(engine)
    assert running.startswith(f"{WORKSHOP.container.image} ")
    assert "vllm serve" in running
    save(screen.until(shows(GREEN), "Ready"), screens() / "docker-ready.png")
    run_the_prompt(screen, unit)
    counted = run_the_prompt(screen, unit)
    assert counted.prompt.error is None
    assert counted.prompt.completion_tokens > 0

    before = screen.settled()
    screen.click(middle_of(before, MARKERS[FP8]))
    screen.until(differs_from(before, 0.02), "the question")
    screen.press("Tab", "Return")
    unit.until(phase(ServingPhase.READY, FP8), "ready with FP8", limit_s=120)
    assert len(containers(engine)) == 1
    run_the_prompt(screen, unit)
    run_the_prompt(screen, unit)
    assert {row.configuration_id for row in unit.comparison().rows if row.short.dots} == {FP4, FP8}
    kiosk = screen.settled()
    screen.press("c")
    save(screen.until(differs_from(kiosk, 0.05), "Compare"), screens() / "docker-compare.png")
    screen.press("Escape", "s")

    unit.until(phase(ServingPhase.IDLE), "stopped")
    assert engine.docker("ps", "--all", "--quiet") == ""


def test_the_window_says_when_dockerd_dies_and_when_it_is_back(screen: XServer, unit: Unit, engine: StandIn) -> None:
    unit.open_window(screen)
    unit.until(lambda state: state.agent.docker.value is not None, "in touch with Docker")
    screen.until(shows(MARKERS[FP4]), "the models")

    engine.kill()

    told = screen.until(shows(THEME.tone("red")), "a banner")
    save(told, screens() / "docker-gone.png")
    status = json.loads(unit.thorhud("status", "--json").stdout)
    assert status["agent"]["docker"]["value"] is None
    assert status["agent"]["docker"]["reason"]
    engine.start()
    screen.until(lambda pixels: not shows(THEME.tone("red"))(pixels), "the end of the banner")
