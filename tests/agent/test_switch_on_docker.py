"""A switch over a real Docker Engine: each step carried out, the token in the container and in no file of ours."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.unit_folder import Unit, unit_folder
from tests.rig.stand_in import StandIn, lay_out_weights
from tests.serving.own_engine import folder, obstacle
from thorhud.domain.state import ServingPhase
from thorhud.domain.switching import StepState, SwitchStepName
from thorhud.settings.workshop_file import load_workshop

pytestmark = pytest.mark.docker

FP8, FP4 = "llama-3.1-8b-fp8", "llama-3.1-8b-fp4"
WORKSHOP = load_workshop()
TOKEN = "hf_T25seUluVGhlQ29udGFpbmVy"


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


def test_one_model_follows_the_other_with_options_and_a_token(unit: Unit, engine: StandIn, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN, encoding="ascii")
    first = unit.thorhud("launch", FP8)
    assert first.returncode == 0, first.stderr
    second = unit.thorhud("launch", FP4, "--max-num-seqs", "4", "--enforce-eager", "--hf-token-file", str(token))
    assert second.returncode == 0, second.stderr

    state = unit.until(lambda state: state.serving.phase is ServingPhase.READY, "the second is ready")
    steps = {each.name: each for each in state.serving.switch_steps}
    assert list(steps) == [each.value for each in SwitchStepName]
    for name in (SwitchStepName.CHECK, SwitchStepName.REQUESTS, SwitchStepName.STOP, SwitchStepName.SYNC):
        assert steps[name].state == StepState.DONE
    # root may drop caches here, another account is told what to type; either way the switch went on
    clear = steps[SwitchStepName.CLEAR]
    assert clear.state == StepState.DONE or clear.command
    assert "GiB was free before" in steps[SwitchStepName.PROVE].detail
    (container,) = json.loads(engine.docker("inspect", *engine.docker("ps", "--quiet").split()))
    assert container["Args"][-3:] == ["--max-num-seqs", "4", "--enforce-eager"]
    assert f"HF_TOKEN={TOKEN}" in container["Config"]["Env"]
    files = [path for path in Path(unit.home).rglob("*") if path.is_file()]
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []
    assert TOKEN not in second.stdout + second.stderr


def test_an_image_that_is_not_here_costs_nobody_the_present_model(unit: Unit) -> None:
    first = unit.thorhud("launch", FP8)
    assert first.returncode == 0, first.stderr
    second = unit.thorhud("launch", FP4, "--image", "not/here:1")

    assert second.returncode == 1
    assert "not/here:1" in second.stderr
    state = unit.until(lambda state: state.serving.phase is ServingPhase.READY, "the first goes on")
    assert state.serving.configuration_id == FP8
