"""One file of records: opened, brought to the newest version, written in transactions.

A kill of the agent at any moment loses nothing that was written: each write is one transaction, and the write-ahead log
is read back at the next start. Every method may be called from any thread and raises `RecordsError` with a sentence.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from thorhud.domain.errors import RecordsError
from thorhud.records.schema import STEPS, VERSION

WAL_BYTES = 16 * 1024**2


class Database:
    """A connection to one file; several programs may read it while one agent writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10.0)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise RecordsError(
                f"The records in {path} cannot be opened: {error}.",
                next_step="Look at the free disk space and at who owns the file; a broken file can be moved away.",
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        # a long log is dropped in large transactions; without a limit their write-ahead log would stay that large
        self._db.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        if self._version() < VERSION:
            self._bring_up()
        if self._version() > VERSION:
            raise RecordsError(
                f"The records in {self._path} were written by a newer thorhud.",
                next_step="Use that version, or move the file away to begin anew.",
            )

    def _version(self) -> int:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return int(version)

    def _bring_up(self) -> None:
        """Add the tables of the later versions, all or none; what is in the older ones stays as it is."""
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            # asked again: another program may have done it while this one waited for the file
            for script in STEPS[self._version() :]:
                for statement in script.split(";"):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _transaction(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                # FULL waits for the disk: a finished run survives a power cut too, log lines need not
                self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._db.execute("BEGIN IMMEDIATE")
                with self._db:
                    yield self._db
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    def _read(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._db.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    def _trouble(self, error: sqlite3.Error) -> RecordsError:
        return RecordsError(
            f"The records in {self._path} cannot be used: {error}.", next_step="Look at the free disk space."
        )
