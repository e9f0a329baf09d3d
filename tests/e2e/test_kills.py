"""A dozen kills in the midst of work; `benchmarks/kill_soak.py` does hundreds."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from tests.e2e.kill_harness import KillHarness
from tests.rig.stand_in import StandIn, lay_out_weights
from tests.serving.own_engine import obstacle
from thorhud.settings.workshop_file import load_workshop

pytestmark = pytest.mark.docker

KILLS = 12


def test_no_kill_loses_a_finished_run_or_leaves_a_container() -> None:
    if (missing := obstacle()) is not None:
        pytest.skip(missing)
    workshop = load_workshop()
    with tempfile.TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        lay_out_weights(home / "data", workshop)
        with StandIn(home / "engine") as engine:
            engine.import_workshop_image(workshop.container.image)
            harness = KillHarness(
                engine,
                home=home,
                data_dir=home / "data",
                port=engine.port,
                configuration_id=workshop.configurations[-1].id,
            )
            outcome = asyncio.run(harness.attack(KILLS, seed=7))
    assert outcome.faults == []
    assert outcome.kills.total() == KILLS
    assert outcome.told_done
    assert outcome.lines_compared
