"""What the program finds that runs inside the chat page's container; here it runs beside a database of the same shape."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from thorhud.serving.chat_page_inside import NOT_THIS_UNIT, PROGRAM, Inside, read_inside

NOBODY = "http://127.0.0.1:9/v1"
BCRYPT = "def checkpw(typed, kept): return typed == kept\n"
"""Compares as the real one does, without its time."""


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    (tmp_path / "bcrypt.py").write_text(BCRYPT)
    made = sqlite3.connect(tmp_path / "webui.db", isolation_level=None)
    made.execute("create table user (email text, role text)")
    made.execute("create table auth (id text, email text, password text)")
    yield made
    made.close()


def found(folder: Path, **variables: str) -> Inside:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "127.0.0.1", "localhost"],
        env={"DATA_DIR": str(folder), "PYTHONPATH": str(folder), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return read_inside(done.stdout)


def test_what_is_kept_counts_before_the_variables(tmp_path: Path, tables: sqlite3.Connection) -> None:
    tables.execute("create table config (key text primary key, value json)")
    tables.execute("insert into config values ('openai.api_base_urls', ?)", (json.dumps([NOBODY]),))

    seen = found(tmp_path, OPENAI_API_BASE_URL="http://127.0.0.1:8/v1")

    assert seen.kept == (NOBODY,)
    assert [each.address for each in seen.asked] == [NOBODY]
    assert "refused" in seen.asked[0].trouble


def test_the_settings_of_older_versions_are_read_as_well(tmp_path: Path, tables: sqlite3.Connection) -> None:
    tables.execute("create table config (id integer, data text)")
    for number, address in enumerate(("http://127.0.0.1:7/v1", NOBODY)):
        kept = json.dumps({"openai": {"api_base_urls": [address]}})
        tables.execute("insert into config values (?, ?)", (number, kept))

    assert found(tmp_path).kept == (NOBODY,)


def test_what_is_kept_does_not_count_where_it_is_switched_off(tmp_path: Path, tables: sqlite3.Connection) -> None:
    tables.execute("create table config (key text primary key, value json)")
    tables.execute("insert into config values ('openai.api_base_urls', ?)", (json.dumps(["http://127.0.0.1:8/v1"]),))

    seen = found(tmp_path, ENABLE_PERSISTENT_CONFIG="False", OPENAI_API_BASE_URLS=f"{NOBODY}; http://localhost:8/v1")

    assert seen.kept == ()
    assert [each.address for each in seen.asked] == [NOBODY, "http://localhost:8/v1"]


def test_no_other_computer_is_asked(tmp_path: Path) -> None:
    seen = found(tmp_path, OPENAI_API_BASE_URL="https://api.openai.com/v1")

    assert [each.trouble for each in seen.asked] == [NOT_THIS_UNIT]


@pytest.mark.parametrize(("password", "warns"), [("admin", True), ("changed", False)])
def test_the_shared_account_is_warned_of_until_its_password_is_changed(
    tmp_path: Path, tables: sqlite3.Connection, password: str, warns: bool
) -> None:
    # the stand-in for bcrypt compares bytes; the program encodes what is kept
    tables.execute("insert into user values ('admin@localhost', 'admin')")
    tables.execute("insert into auth values ('1', 'admin@localhost', ?)", (password,))

    assert found(tmp_path).shared_account is warns


def test_other_accounts_are_no_shared_one(tmp_path: Path, tables: sqlite3.Connection) -> None:
    tables.execute("insert into user values ('anna@example.org', 'admin')")

    assert not found(tmp_path).shared_account
