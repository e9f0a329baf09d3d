"""The history of a unit's hardware in SQLite: one row of whole numbers each second, written once a minute.

A row is some forty bytes; it is the commits that wear a disk. So a minute of rows goes into one transaction, and a kill
of the agent loses at most that minute. What is asked once a minute lies in a table of its own, compressed.

Both tables are rings: a row lies in the slot of its time modulo thirty days, where it replaces the one of thirty days
ago. Nothing is ever deleted (which would write every page once more), and a clock that jumps ahead forgets nothing.
"""

import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from thorhud.domain.errors import RecordsError
from thorhud.domain.history import BY_NAME, VALUES, Leaf
from thorhud.domain.messages import HistorySeries

BATCH_S = 58.0
"""Seconds of rows in one transaction: with the second between two rows, never more than a minute is lost."""
REST_EVERY_S = 60
KEPT_S = 30 * 86_400
REST_LIMIT_BYTES = 2048
"""A minute's compressed rest above this is not kept: 30 days of it stay under 90 MB whatever a source invents."""
MOST_WAITING = 3600
"""Rows held in memory while the disk refuses them; the oldest go first."""
MOST_PIXELS = 4096

_VERSION = 2
_COLUMNS = ", ".join(each.name for each in VALUES)
_TABLES = f"""
DROP TABLE IF EXISTS seconds;
DROP TABLE IF EXISTS rest;
CREATE TABLE seconds (
    slot INTEGER PRIMARY KEY, at INTEGER NOT NULL, {", ".join(f"{each.name} INTEGER" for each in VALUES)}
) STRICT;
CREATE TABLE rest (slot INTEGER PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One second: when, and the dozen values in the order of `VALUES`."""

    at_unix_s: int
    values: tuple[int | None, ...]


class History:
    """One file of history. `add` only remembers; `flush` writes and belongs into a thread, as do the questions."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: list[Row] = []
        self._rest: list[tuple[int, bytes]] = []
        self._rest_minute: int | None = None
        """The newest minute of which the rest is remembered."""
        self._oldest_s: float | None = None
        self._lock = threading.Lock()
        """Held for moments: the rows that wait."""
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._connect()
        except (sqlite3.Error, OSError) as error:
            raise self._trouble(error) from error
        try:
            self._prepare()
            self._reader = self._connect()
        except RecordsError:
            self._writer.close()
            raise
        except sqlite3.Error as error:
            self._writer.close()
            raise self._trouble(error) from error

    # remembering

    def add(self, at_unix_s: float, values: tuple[int | None, ...], *, now_s: float | None = None) -> bool:
        """Remember one second; return whether it is time to call `flush`. *now_s* is a monotonic clock."""
        now_s = time.monotonic() if now_s is None else now_s
        with self._lock:
            self._waiting.append(Row(int(at_unix_s), values))
            del self._waiting[:-MOST_WAITING]
            if self._oldest_s is None:
                self._oldest_s = now_s
            return now_s - self._oldest_s >= BATCH_S

    def wants_rest(self, at_unix_s: float) -> bool:
        """Whether this minute's other values are still to be remembered."""
        return self._rest_minute != int(at_unix_s) // REST_EVERY_S

    def add_rest(self, at_unix_s: float, values: dict[str, Leaf]) -> None:
        """Remember everything else of this minute."""
        self._rest_minute = int(at_unix_s) // REST_EVERY_S
        body = zlib.compress(json.dumps(values, separators=(",", ":")).encode(), level=6)
        if len(body) > REST_LIMIT_BYTES:
            return
        with self._lock:
            self._rest.append((int(at_unix_s), body))
            del self._rest[: -MOST_WAITING // REST_EVERY_S]

    def flush(self) -> None:
        """Write what waits in one transaction; raise `RecordsError` where the disk refuses, and keep it."""
        with self._writing:
            with self._lock:
                rows, rest = tuple(self._waiting), tuple(self._rest)
                self._oldest_s = None
            if not rows and not rest:
                return
            with self._transaction() as db:
                marks = ", ".join("?" * (2 + len(VALUES)))
                db.executemany(
                    f"INSERT OR REPLACE INTO seconds (slot, at, {_COLUMNS}) VALUES ({marks})",  # noqa: S608 - our names
                    [(row.at_unix_s % KEPT_S, row.at_unix_s, *row.values) for row in rows],
                )
                db.executemany(
                    "INSERT OR REPLACE INTO rest (slot, at, body) VALUES (?, ?, ?)",
                    [(at % KEPT_S // REST_EVERY_S, at, body) for at, body in rest],
                )
            with self._lock:
                written, kept = set(rows), set(rest)
                self._waiting = [row for row in self._waiting if row not in written]
                self._rest = [each for each in self._rest if each not in kept]

    def close(self) -> None:
        """Write what waits and let go of the file."""
        try:
            self.flush()
        finally:
            with self._writing, self._reading:
                self._reader.close()
                self._writer.close()

    # asking

    def series(self, name: str, begin_unix_s: float, end_unix_s: float, pixels: int) -> HistorySeries:
        """Return the course of one value with at most two points, least and most, for each pixel of a chart."""
        value = BY_NAME[name]
        pixels = max(1, min(pixels, MOST_PIXELS))
        begin, end = int(begin_unix_s), max(int(begin_unix_s) + 1, int(end_unix_s))
        stored = self._stored(name, begin, end, pixels)
        with self._lock:
            place = VALUES.index(value)
            waiting = [(row.at_unix_s, row.values[place]) for row in self._waiting if begin <= row.at_unix_s < end]
        known = [(at, each) for at, each in (*stored, *waiting) if each is not None]
        points = _least_and_most(known, begin, end, pixels)
        return HistorySeries(
            name=name,
            unit=value.unit,
            begin_unix_s=begin,
            end_unix_s=end,
            points=tuple((float(at), each / value.steps) for at, each in points),
        )

    def rest(self, begin_unix_s: float, end_unix_s: float) -> list[tuple[int, dict[str, Leaf]]]:
        """Return the other values of each minute, oldest first."""
        with self._asking() as db:
            rows = db.execute(
                "SELECT at, body FROM rest WHERE at >= ? AND at < ? ORDER BY at", (int(begin_unix_s), int(end_unix_s))
            ).fetchall()
        return [(at, json.loads(zlib.decompress(body))) for at, body in rows]

    def _stored(self, name: str, begin: int, end: int, pixels: int) -> list[tuple[int, int | None]]:
        """Return at least the extremes of each pixel; every row where there are no more than pixels."""
        where = f"FROM seconds WHERE slot >= ? AND slot < ? AND at >= ? AND at < ? AND {name} IS NOT NULL"
        found: list[tuple[int, int | None]] = []
        with self._asking() as db:
            if end - begin <= pixels:
                for slots in _slots(begin, end):
                    found += db.execute(f"SELECT at, {name} {where}", (*slots, begin, end))
                return found
            for first, last in _spans(begin, end, pixels):
                # the time beside min() and max() is the time of that row: SQLite promises it
                for which in ("min", "max"):
                    for slots in _slots(first, last):
                        found += db.execute(f"SELECT at, {which}({name}) {where}", (*slots, first, last))
            return found

    # the file

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=10.0)

    def _prepare(self) -> None:
        db = self._writer
        # small pages: a minute is some three kilobytes, and whole pages are written
        db.execute("PRAGMA page_size = 1024")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA wal_autocheckpoint = 4000")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise RecordsError(
                f"The history in {self._path} was written by a newer thorhud.",
                next_step="Use that version, or move the file away to begin anew.",
            )
        if version < _VERSION:
            db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_VERSION}; COMMIT;")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            with self._writer:
                yield self._writer
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        with self._reading:
            try:
                yield self._reader
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> RecordsError:
        return RecordsError(
            f"The history in {self._path} cannot be used: {error}.",
            next_step="Look at the free disk space and at who owns the file; a broken file can be moved away.",
        )


def _slots(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield where the rows of some seconds lie: one stretch of the ring, or two where its end is between them."""
    begin, length = first % KEPT_S, min(last - first, KEPT_S)
    yield begin, min(begin + length, KEPT_S)
    if begin + length > KEPT_S:
        yield 0, begin + length - KEPT_S


def _spans(begin: int, end: int, pixels: int) -> Iterator[tuple[int, int]]:
    """Yield the whole seconds of each pixel, without gap and without overlap."""
    edges = [begin + (end - begin) * number // pixels for number in range(pixels + 1)]
    return pairwise(edges)


def _least_and_most(points: Sequence[tuple[int, int]], begin: int, end: int, pixels: int) -> list[tuple[int, int]]:
    """Return the extremes of each pixel in the order of time."""
    if end - begin <= pixels:
        return sorted(dict(points).items())
    extremes: dict[int, tuple[tuple[int, int], tuple[int, int]]] = {}
    for point in points:
        pixel = (point[0] - begin) * pixels // (end - begin)
        least, most = extremes.get(pixel, (point, point))
        extremes[pixel] = (min(least, point, key=lambda each: each[1]), max(most, point, key=lambda each: each[1]))
    return sorted({point for pair in extremes.values() for point in pair})
