"""Records of the first version are taken over with everything in them."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.records.test_store import run_of
from thorhud.domain.containers import RecordedLine
from thorhud.domain.errors import RecordsError
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.wire import encode_value
from thorhud.records.schema import VERSION
from thorhud.records.store import Records

FIRST_VERSION = """
CREATE TABLE launches (
    id TEXT PRIMARY KEY, started_unix_s REAL NOT NULL, configuration_id TEXT, outcome TEXT, body BLOB NOT NULL
) STRICT;
CREATE INDEX launches_by_time ON launches (started_unix_s);
CREATE TABLE log_lines (
    launch_id TEXT NOT NULL, number INTEGER NOT NULL, stamp TEXT NOT NULL, text BLOB NOT NULL,
    PRIMARY KEY (launch_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_lines_by_stamp ON log_lines (launch_id, stamp);
CREATE TABLE runs (
    id TEXT PRIMARY KEY, at_unix_s REAL NOT NULL, configuration_id TEXT NOT NULL, launch_id TEXT, ladder_id TEXT,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX runs_by_time ON runs (at_unix_s);
CREATE INDEX runs_by_launch ON runs (launch_id);
CREATE TABLE actions (
    number INTEGER PRIMARY KEY, at_unix_s REAL NOT NULL, who TEXT NOT NULL, verb TEXT NOT NULL, args TEXT NOT NULL,
    outcome TEXT NOT NULL
) STRICT;
CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
PRAGMA user_version = 1;
"""
"""As version 1 was released; never to be changed with the schema."""

OLD_RUN = (
    b'{"id":"old","at_unix_s":5.0,"configuration_id":"fp4","prompt_name":"reference",'
    b'"result":{"model":"m","tokens_per_s":19.1,"completion_tokens":140},"ladder_id":"first"}'
)
"""A run as it was written before runs had conditions."""


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    path = tmp_path / "records.sqlite3"
    launch = LaunchRecord(id="l", configuration_id="fp4", started_unix_s=1.0)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(FIRST_VERSION)
        db.execute("INSERT INTO launches VALUES ('l', 1.0, 'fp4', NULL, ?)", (encode_value(launch),))
        db.execute("INSERT INTO log_lines VALUES ('l', 0, '1', ?)", (b"a\xff",))
        db.execute("INSERT INTO runs VALUES ('old', 5.0, 'fp4', NULL, 'first', ?)", (OLD_RUN,))
        db.execute("INSERT INTO actions VALUES (1, 1.0, 'anna', 'launch', '{}', 'done')")
        db.execute("INSERT INTO kept VALUES ('cup', 'red')")
        db.commit()
    return path


def test_everything_of_the_first_version_is_still_there(old_file: Path) -> None:
    with closing(Records(old_file)) as records:
        (run,) = records.runs()
        assert (run.id, run.ladder_id, run.result.completion_tokens) == ("old", "first", 140)
        assert run.conditions.energy_j is None
        assert [each.id for each in records.open_launches()] == ["l"]
        assert records.lines("l") == [RecordedLine("1", b"a\xff")]
        assert records.kept("cup") == "red"
    with closing(sqlite3.connect(old_file)) as db:
        assert db.execute("SELECT who, outcome FROM actions").fetchall() == [("anna", "done")]
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_what_is_new_can_be_written_beside_what_is_old(old_file: Path) -> None:
    with closing(Records(old_file)) as records:
        records.add_run(run_of(9, ladder_id="second"))
    with closing(Records(old_file)) as records:
        assert [run.id for run in records.runs(ladder_id="second")] == ["run-9"]
        assert [run.id for run in records.runs(ladder_id="first")] == ["old"]
        assert records.ladders() == []


def test_a_migrated_file_has_the_tables_of_a_new_one(old_file: Path, tmp_path: Path) -> None:
    Records(old_file).close()
    Records(tmp_path / "new").close()
    assert _tables(old_file) == _tables(tmp_path / "new")


def test_a_file_that_cannot_be_taken_over_stays_as_it_was(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file)) as db:
        db.execute("CREATE TABLE votes (somebody TEXT)")  # stands in the way of the last table but one
    with pytest.raises(RecordsError, match="already exists"):
        Records(old_file)
    with closing(sqlite3.connect(old_file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert "ladders" not in names


def test_two_programs_may_open_an_old_file_at_the_same_moment(old_file: Path) -> None:
    troubles: list[RecordsError] = []
    begin = threading.Barrier(4)

    def open_it() -> None:
        begin.wait()
        try:
            Records(old_file).close()
        except RecordsError as error:
            troubles.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []


def _tables(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the columns of every table and index: their names and types."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")]
        return {name: [(row[1], row[2]) for row in db.execute(f"PRAGMA table_xinfo({name})")] for name in sorted(names)}
