"""The records in SQLite."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from thorhud.domain.containers import RecordedLine
from thorhud.domain.errors import RecordsError
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.run_record import RunRecord
from thorhud.domain.timing import PromptResult
from thorhud.records.store import Records


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with closing(Records(tmp_path / "records.sqlite3")) as records:
        yield records


def run_of(number: int, **changes: object) -> RunRecord:
    fields: dict[str, object] = {
        "id": f"run-{number}",
        "at_unix_s": float(number),
        "configuration_id": "fp4",
        "prompt_name": "reference",
        "result": PromptResult(model="m", tokens_per_s=19.1, completion_tokens=140, text="schön \u0000"),
        "launch_id": "launch",
        "image_digest": "sha256:1",
        "vllm_version": "0.10.1",
        "serve_arguments": ("m", "--flag"),
        "power_mode": "MAXN",
    }
    return RunRecord(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_run_comes_back_with_everything_that_was_known(records: Records) -> None:
    records.add_run(run_of(1))
    assert records.runs() == [run_of(1)]


def test_the_newest_runs_come_first_and_in_pages(records: Records) -> None:
    for number in range(5):
        records.add_run(run_of(number))
    assert [run.at_unix_s for run in records.runs(2)] == [4.0, 3.0]
    assert [run.at_unix_s for run in records.runs(2, before_unix_s=3.0)] == [2.0, 1.0]


def test_lines_keep_their_order_and_bytes(records: Records) -> None:
    lines = [RecordedLine("2", b"a\xff"), RecordedLine("1", b"b"), RecordedLine("2", b"a\xff")]
    records.append_lines("launch", lines[:1])
    records.append_lines("launch", lines[1:])
    assert records.lines("launch") == lines
    assert records.lines("launch", 1, 1) == lines[1:2]
    assert records.lines_at("launch", "2") == [b"a\xff", b"a\xff"]
    assert records.last_stamp("launch") == "2"
    assert records.last_stamp("other") is None
    assert records.line_count("launch") == 3


def test_a_launch_is_open_until_its_end_is_known(records: Records) -> None:
    launch = LaunchRecord(id="l", configuration_id="fp4", started_unix_s=1.0)
    records.save_launch(launch)
    assert records.open_launches() == [launch]
    records.save_launch(
        LaunchRecord(id="l", configuration_id="fp4", started_unix_s=1.0, ended_unix_s=2.0, outcome="failed")
    )
    assert records.open_launches() == []
    ended = records.launch("l")
    assert ended is not None
    assert ended.outcome == "failed"


def test_what_is_kept_outlives_the_program(tmp_path: Path) -> None:
    first = Records(tmp_path / "r")
    first.keep("cup", "red")
    first.keep("cup", "blue")
    first.close()
    with closing(Records(tmp_path / "r")) as second:
        assert second.kept("cup") == "blue"


def test_a_kill_loses_no_finished_run(tmp_path: Path) -> None:
    writer = (
        "import sys; from pathlib import Path; from tests.records.test_store import run_of;"
        "from thorhud.records.store import Records; r = Records(Path(sys.argv[1])); n = 0\n"
        "while True:\n r.add_run(run_of(n)); print(n, flush=True); n += 1"
    )
    path = tmp_path / "records.sqlite3"
    root = Path(__file__).parents[2]
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", writer, str(path)], stdout=subprocess.PIPE, text=True, cwd=root
        ) as child:
            assert child.stdout is not None
            told = [child.stdout.readline() for _ in range(10)][-1]
            os.kill(child.pid, signal.SIGKILL)
            told = (child.stdout.read().splitlines() or [told])[-1]
        records = Records(path)
        assert {run.id for run in records.runs()} >= {f"run-{n}" for n in range(int(told) + 1)}
        records.close()


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes(b"not a database" * 100)
    with pytest.raises(RecordsError, match="cannot be opened"):
        Records(tmp_path / "r")


def test_records_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    Records(tmp_path / "r").close()
    with sqlite3.connect(tmp_path / "r") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(RecordsError, match="newer thorhud"):
        Records(tmp_path / "r")
