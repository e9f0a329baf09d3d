"""A ladder of real processes: its agent is killed with SIGKILL, its terminal interrupted, and it goes on."""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.e2e.unit_folder import ROOT, Unit, unit_folder
from thorhud.domain.run_record import RunRecord
from thorhud.domain.state import LadderPhase
from thorhud.records.store import Records

B20, FP4 = "gpt-oss-20b", "llama-3.1-8b-fp4"
LADDER = ("ladder", B20, FP4, "--quick", "--repeats", "4", "--max-tokens", "16", "--speed", "30")


@pytest.fixture
def unit() -> Iterator[Unit]:
    with unit_folder() as folder:
        yield folder


def started(unit: Unit, folder: Path) -> "subprocess.Popen[str]":
    """Begin a ladder in a terminal that is a pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "thorhud", *LADDER, "--simulate", "--report", str(folder / "report")],
        env=unit.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def recorded(unit: Unit) -> list[RunRecord]:
    with closing(Records(unit.home / "state/thorhud/simulated/records.sqlite3")) as records:
        return records.runs()


def whole(runs: list[RunRecord]) -> list[RunRecord]:
    return [run for run in runs if not run.warm_up and run.result.error is None]


def test_no_run_is_lost_and_none_measured_twice_when_the_agent_is_killed(unit: Unit, tmp_path: Path) -> None:
    terminal = started(unit, tmp_path)
    unit.until(
        lambda state: sum(step.runs_done for step in state.ladder.steps) == 6, "in the middle of the second step"
    )
    (agent,) = unit.agents()
    agent.send_signal(signal.SIGKILL)
    psutil.wait_procs([agent], timeout=10)
    said, complained = terminal.communicate(timeout=30)
    assert terminal.returncode == 1, said
    assert "Traceback" not in complained
    before = recorded(unit)
    assert len(whole(before)) in {6, 7}

    ended = unit.thorhud("ladder", "--resume", "--json", "--report", str(tmp_path / "report"), limit_s=200)

    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout)
    after = recorded(unit)
    assert {run.id for run in before} <= {run.id for run in after}
    counted = Counter(run.configuration_id for run in whole(after) if run.ladder_id == result["ladder_id"])
    assert counted == {B20: 4, FP4: 4}
    assert [step["state"] for step in result["steps"]] == ["done", "done"]
    measured = {row["configuration_id"]: len(row["short"]["dots"]) for row in result["comparison"]["rows"]}
    assert (measured[B20], measured[FP4]) == (4, 4)
    (ladder,) = json.loads(unit.thorhud("ladder", "--list", "--json").stdout)
    assert (ladder["id"], ladder["outcome"]) == (result["ladder_id"], "done")


def test_ctrl_c_keeps_what_was_measured_and_says_how_to_go_on(unit: Unit, tmp_path: Path) -> None:
    terminal = started(unit, tmp_path)
    unit.until(lambda state: sum(step.runs_done for step in state.ladder.steps) == 2, "measuring")
    terminal.send_signal(signal.SIGINT)
    said, complained = terminal.communicate(timeout=60)

    assert terminal.returncode == 130
    assert "Traceback" not in complained
    assert "measured runs are kept. To go on: thorhud ladder --resume --simulate" in said
    state = unit.until(lambda state: state.ladder.phase is LadderPhase.CANCELLED, "cancelled")
    assert state.ladder.resumable_id == state.ladder.ladder_id
    assert len(whole(recorded(unit))) >= 2
    listed = unit.thorhud("ladder", "--list").stdout
    assert "cancelled, 0 of 2 measured; --resume goes on" in listed


def test_a_terminal_that_is_closed_leaves_the_ladder_to_the_agent(unit: Unit, tmp_path: Path) -> None:
    terminal = started(unit, tmp_path)
    unit.until(lambda state: sum(step.runs_done for step in state.ladder.steps) == 1, "measuring")
    terminal.kill()
    terminal.communicate(timeout=10)
    state = unit.until(lambda state: state.ladder.phase is not LadderPhase.RUNNING, "through", limit_s=120)
    assert state.ladder.phase is LadderPhase.DONE
    assert len(whole(recorded(unit))) == 8


def test_there_is_nothing_to_go_on_with_on_a_fresh_unit(unit: Unit) -> None:
    ended = unit.thorhud("ladder", "--resume")
    assert ended.returncode == 1
    assert "No ladder broke off on this unit." in ended.stderr
    assert "No ladder was measured" in unit.thorhud("ladder", "--list").stdout
