"""`thorhud doctor --fix` where an agent runs, and the doctor of a unit that is not there; whole programs, as typed."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.unit_folder import Unit, unit_folder
from thorhud.cli.doctor import SIMULATED
from thorhud.domain.check_table import BY_ID, CHECKS
from thorhud.domain.checks import CheckStatus
from thorhud.domain.messages import Verb
from thorhud.domain.state import RepairPhase, ServingPhase
from thorhud.simulate.checks import FAULTS, simulated_checks

FP8 = "llama-3.1-8b-fp8"


@pytest.fixture(scope="module")
def unit() -> Iterator[Unit]:
    with unit_folder() as unit:
        assert unit.thorhud("status").returncode == 0
        unit.ask(Verb.SIMULATE, start_speed=50.0)
        yield unit


def fix(unit: Unit, *words: str) -> subprocess.CompletedProcess[str]:
    return unit.thorhud("doctor", "--fix", *words)


def test_the_agent_repairs_and_writes_down_who_asked(unit: Unit) -> None:
    done = fix(unit, "max-power")

    assert done.returncode == 0, done.stderr
    assert "Proven: The power mode is MAXN (0) (simulated)" in done.stdout
    state = unit.until(lambda state: state.repair.phase is RepairPhase.DONE, "repaired")
    assert state.repair.who.startswith("terminal of ")
    (path,) = Path(unit.home).rglob("records.sqlite3")
    with sqlite3.connect(path) as records:
        ((who, args),) = records.execute("SELECT who, args FROM actions WHERE verb = 'repair'").fetchall()
    records.close()
    assert who == state.repair.who
    assert json.loads(args) == {"agreed": True, "repair": "max-power"}


def test_it_asks_where_nobody_said_yes(unit: Unit) -> None:
    refused = fix(unit, "restart-docker")
    done = fix(unit, "restart-docker", "--yes", "--json")

    assert (refused.returncode, "add --yes" in refused.stderr) == (1, True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["proven"] is True


def test_a_dry_run_shows_what_would_change(unit: Unit) -> None:
    shown = fix(unit, "default-runtime", "--dry-run")

    assert shown.returncode == 0
    assert '+  "default-runtime": "nvidia"' in shown.stdout


def test_what_had_failed_starts_again_where_that_is_asked_for(unit: Unit) -> None:
    failed = unit.thorhud("launch", FP8, "--fault", "memory-at-start")
    done = fix(unit, "clear-memory", "--again")

    assert failed.returncode == 1
    assert done.returncode == 0, done.stderr
    state = unit.until(lambda state: state.serving.phase is ServingPhase.READY, "ready")
    assert state.serving.configuration_id == FP8
    unit.ask(Verb.STOP)


# a unit that is not there


def test_a_simulated_unit_is_in_order_and_says_that_it_is_simulated(unit: Unit) -> None:
    told = unit.thorhud("doctor")
    as_json = json.loads(unit.thorhud("doctor", "--json").stdout)

    assert told.returncode == 0
    assert told.stdout.startswith(f"{SIMULATED}\nNo problems, ")
    assert as_json["simulated"] is True
    assert {each["check"] for each in as_json["checks"]} == {check.id for check in CHECKS if not check.deep}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_by_its_check_alone_and_says_what_to_do(fault: str) -> None:
    found = [each for each in simulated_checks(fault, deep=True) if each.status is not CheckStatus.PASS]

    (seen,) = found
    assert seen.check in BY_ID
    assert seen.check in {fault, "memory"}
    assert seen.status in {CheckStatus.FAIL, CheckStatus.WARN}
    assert seen.fix


def test_a_fault_of_a_real_unit_cannot_be_asked_for(unit: Unit) -> None:
    real = subprocess.run(
        [sys.executable, "-m", "thorhud", "doctor", "--fault", "memory"],
        env=unit.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert real.returncode == 1
    assert "Add --simulate." in real.stderr
