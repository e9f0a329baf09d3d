"""A ladder over a real Docker Engine that is restarted in the middle of a step."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.unit_folder import ROOT, Unit, unit_folder
from tests.rig.stand_in import StandIn, lay_out_weights
from tests.serving.own_engine import folder, obstacle
from thorhud.domain.state import PromptPhase
from thorhud.records.store import Records
from thorhud.settings.workshop_file import load_workshop

pytestmark = pytest.mark.docker

FP16, FP8, FP4 = "llama-3.1-8b-fp16", "llama-3.1-8b-fp8", "llama-3.1-8b-fp4"
WORKSHOP = load_workshop()


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


def test_docker_is_restarted_in_the_middle_of_a_step(unit: Unit, engine: StandIn, tmp_path: Path) -> None:
    ladder = subprocess.Popen(
        [
            *(sys.executable, "-m", "thorhud", "ladder", FP16, FP8, FP4, "--quick", "--max-tokens", "200", "--json"),
            *("--report", str(tmp_path / "report")),
        ],
        env=unit.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    unit.until(
        lambda state: (
            len(state.ladder.steps) == 3
            and state.ladder.steps[1].runs_done == 1
            and state.prompt.phase is PromptPhase.STREAMING
        ),
        "in the middle of the second step",
        limit_s=120,
    )
    for container in engine.docker("ps", "--quiet").split():
        engine.docker("kill", "--signal", "KILL", container)  # as dockerd does with what it started when it ends
    engine.kill()
    engine.start()
    said, complained = ladder.communicate(timeout=240)

    assert (ladder.returncode, bool(said)) == (1, True), complained + unit.agent_log()
    result = json.loads(said)
    first, second, third = result["steps"]
    assert (first["state"], second["state"], third["state"]) == ("done", "failed", "done"), result["steps"]
    assert second["reason"]
    assert "cancelled" not in second["reason"]
    assert engine.docker("ps", "--all", "--quiet") == ""
    with closing(Records(unit.home / "state/thorhud/records.sqlite3")) as records:
        assert records.open_launches() == []
        counted = [run.configuration_id for run in records.runs() if not run.warm_up and run.result.error is None]
    assert [counted.count(each) for each in (FP16, FP8, FP4)] == [3, 1, 3]
