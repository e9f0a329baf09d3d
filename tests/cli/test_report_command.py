"""`thorhud report` on a records file."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.sample_runs import ladder_runs
from thorhud.cli.main import main
from thorhud.cli.report import newest_starts
from thorhud.domain.messages import LaunchRecord
from thorhud.records.store import Records
from thorhud.settings.workshop_file import load_workshop


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    monkeypatch.delenv("THORHUD_SETTINGS", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("thorhud.settings.load.SYSTEM_FILE", tmp_path / "etc.toml")


def fill(file: Path) -> Path:
    """Record two ladders and a start."""
    records = Records(file)
    for run in ladder_runs(load_workshop()):
        records.add_run(run)
        if run.configuration_id.endswith("fp8"):
            old = replace(run, id=f"old-{run.id}", ladder_id="ladder-0", at_unix_s=run.at_unix_s - 86400)
            records.add_run(old)
    launch = LaunchRecord(
        id="l1", configuration_id="llama-3.1-8b-fp8", started_unix_s=1.0, outcome="stopped", ready_after_s=20.9
    )
    records.save_launch(launch)
    records.close()
    return file


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    return fill(tmp_path / "unit.sqlite3")


def test_a_records_file_becomes_a_report(recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--records", str(recorded), "--output", str(tmp_path / "out")]) == 0

    told = capsys.readouterr().out
    assert "40 runs of thor-07, preliminary, 4 of 6 configurations measured." in told
    assert f"Report: {tmp_path / 'out' / 'report.html'}" in told
    assert ">20.9<" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_the_account_s_own_records_are_the_default_and_simulated_ones_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path / "state" / "thorhud" / "simulated" / "records.sqlite3")

    assert main(["report", "--simulate", "--output", str(tmp_path / "out")]) == 0
    assert main(["report", "--output", str(tmp_path / "out")]) == 1
    assert "There are no records yet" in capsys.readouterr().err


@pytest.mark.parametrize(("ladder", "runs"), [("ladder-0", 8), ("ladder-1", 32), ("last", 32)])
def test_a_report_may_be_about_one_ladder(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ladder: str, runs: int
) -> None:
    typed = ["report", "--records", str(recorded), "--ladder", ladder, "--output", str(tmp_path / "out"), "--json"]

    assert main(typed) == 0

    told = json.loads(capsys.readouterr().out)
    assert len(json.loads(Path(told["figures"]).read_text(encoding="utf-8"))["runs"]) == runs
    assert Path(told["page"]).is_file()
    assert told["comparison"]["unit"] == "thor-07"


def test_a_ladder_that_was_never_run_is_a_sentence(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--records", str(recorded), "--ladder", "ladder-9"]) == 1

    told = capsys.readouterr().err
    assert "No run of the ladder ladder-9 is recorded" in told
    assert "recorded ladders: ladder-1, ladder-0" in told


def test_records_without_runs_are_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Records(tmp_path / "empty.sqlite3").close()

    assert main(["report", "--records", str(tmp_path / "empty.sqlite3")]) == 1

    told = capsys.readouterr().err
    assert "No run is recorded" in told
    assert "thorhud ladder" in told


def test_the_newest_start_that_became_ready_counts() -> None:
    launches = [
        LaunchRecord(id="3", configuration_id="a", started_unix_s=3.0, ready_after_s=None),
        LaunchRecord(id="2", configuration_id="a", started_unix_s=2.0, ready_after_s=22.0),
        LaunchRecord(id="1", configuration_id="a", started_unix_s=1.0, ready_after_s=99.0),
        LaunchRecord(id="0", configuration_id=None, started_unix_s=0.0, ready_after_s=1.0),
    ]

    assert newest_starts(launches) == {"a": 22.0}
