"""`thorhud estimates` on a records file."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.domain.vllm_log_samples import capture, reading_of
from thorhud.cli.main import main
from thorhud.domain.containers import RecordedLine
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.stages import step_seconds
from thorhud.records.store import Records

BEGAN = 1_700_000_000.0
COLD = capture("01_cold_start_default")


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """Record the same start twice, a day apart; the second was expected to take what the first took."""
    file = tmp_path / "records.sqlite3"
    records = Records(file)
    timeline = reading_of(COLD.pieces).timeline
    steps = {step.value: seconds for step, seconds in step_seconds(timeline).items()}
    for number, estimate_s in enumerate((150.0, 81.0)):
        began = BEGAN + number * 86400
        launch = LaunchRecord(
            id=f"start-{number}",
            configuration_id="llama-3.1-8b-fp4",
            started_unix_s=began,
            outcome="stopped",
            ready_after_s=81.5,
            step_s=steps,
            estimate_s=estimate_s,
        )
        records.save_launch(launch)
        lines = [
            RecordedLine(
                f"{datetime.fromtimestamp(began + piece.at_s, UTC):%Y-%m-%dT%H:%M:%S.%f}000Z", piece.text.encode()
            )
            for piece in COLD.pieces
            if piece.at_s is not None
        ]
        records.append_lines(launch.id, lines)
    records.close()
    return file


def test_the_errors_stand_by_configuration(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimates", "--records", str(recorded), "--json"]) == 0

    (row,) = json.loads(capsys.readouterr().out)
    assert row["configuration_id"] == "llama-3.1-8b-fp4"
    assert row["at_begin"] == {"count": 2, "median_s": pytest.approx(34.5), "p90_s": 68.5, "not_shown": 0}
    halfway = row["at_share"]["0.5"]
    # the first start took far longer than published: nothing was promised any more
    assert (halfway["count"], halfway["not_shown"]) == (1, 1)
    # a start on a CPU captures no CUDA graphs, and the published seconds for them stay in the sum
    assert halfway["median_s"] == pytest.approx(0.0, abs=5.0)


def test_the_table_is_for_people(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimates", "--records", str(recorded)]) == 0

    head, row = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["configuration", "starts", "ready"]
    assert row.split()[:4] == ["llama-3.1-8b-fp4", "2", "81", "s"]


def test_without_records_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimates", "--records", str(tmp_path / "none.sqlite3")]) == 1
    assert "thorhud launch" in capsys.readouterr().err


def test_records_without_a_start_have_no_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "empty.sqlite3"
    Records(file).close()
    Records(file).save_launch(LaunchRecord(id="x", configuration_id="llama-3.1-8b-fp4", started_unix_s=BEGAN))

    assert main(["estimates", "--records", str(file)]) == 0
    assert "No start that became ready" in capsys.readouterr().out
