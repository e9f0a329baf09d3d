"""The log of each launch: line by line, its beginning and its end for ever, and a long middle left out.

A server may print for days, or 200 MB in a minute. One log keeps its first `HEAD_BYTES` (the start and its causes) and
the newest lines up to `LOG_BYTES`; what falls out in between is counted. All logs together keep `ALL_LOGS_BYTES`: the
oldest whole logs go first. SQLite uses the freed pages again, so the file stays as large as it once was.

A line keeps its number for ever, so that whoever reads a log while it is written never sees two lines under one number.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from thorhud.domain.containers import RecordedLine
from thorhud.records.database import Database

MIB: Final = 1024**2
LOG_BYTES: Final = 64 * MIB
HEAD_BYTES: Final = 16 * MIB
SLACK_BYTES: Final = 4 * MIB
"""So much is dropped at once, so that not every line that is written drops another one."""
ALL_LOGS_BYTES: Final = 512 * MIB
LINE_COST: Final = 120
"""Bytes that one row and its entry in the index take besides the text: empty lines fill a disk too."""
PAGE_BYTES: Final = 4096
LONG_LINE: Final = 900
"""A row longer than about this does not fit beside others; SQLite gives its text whole pages of its own."""

_COST = (
    f"CASE WHEN length(text) <= {LONG_LINE} THEN length(text) + {LINE_COST}"
    f" ELSE (length(text) / {PAGE_BYTES} + 1) * {PAGE_BYTES} + {LONG_LINE} END"
)


def cost_of(text: bytes) -> int:
    """Return about how many bytes of the disk a line takes."""
    if len(text) <= LONG_LINE:
        return len(text) + LINE_COST
    return (len(text) // PAGE_BYTES + 1) * PAGE_BYTES + LONG_LINE


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the logs is kept, in bytes."""

    log: int = LOG_BYTES
    head: int = HEAD_BYTES
    slack: int = SLACK_BYTES
    all_logs: int = ALL_LOGS_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class LogExtent:
    """Which lines of one launch's log there are."""

    total: int = 0
    """Lines that were ever written; numbers count from 0."""
    dropped_from: int = 0
    dropped_to: int = 0
    """The lines from the one up to the other (not included) are not kept any more."""
    dropped_bytes: int = 0
    bytes: int = 0
    """What the kept lines take of the disk, about."""

    @property
    def dropped(self) -> tuple[int, int] | None:
        """First line that is not kept, and the first after it that is; None where all are kept."""
        return (self.dropped_from, self.dropped_to) if self.dropped_to > self.dropped_from else None


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A line with its number within the log."""

    number: int
    line: RecordedLine


class LogTables(Database):
    """Lines behind lines, in transactions; what is dropped, and what there is."""

    limits = Limits()

    def last_stamp(self, launch_id: str) -> str | None:
        """Return the newest stamp of a launch's log, or None where no line is stored."""
        rows = self._read("SELECT max(stamp) FROM log_lines WHERE launch_id = ?", launch_id)
        stamp: str | None = rows[0][0]
        return stamp

    def lines_at(self, launch_id: str, stamp: str) -> list[bytes]:
        """Return the texts stored with exactly that stamp."""
        rows = self._read("SELECT text FROM log_lines WHERE launch_id = ? AND stamp = ?", launch_id, stamp)
        return [row[0] for row in rows]

    def dropped_stamps(self, launch_id: str) -> tuple[str, str] | None:
        """Return the stamps between which lines were dropped, or None where none were."""
        rows = self._read("SELECT dropped_first_stamp, dropped_last_stamp FROM logs WHERE launch_id = ?", launch_id)
        return (rows[0][0], rows[0][1]) if rows and rows[0][0] is not None else None

    def append_lines(self, launch_id: str, lines: Sequence[RecordedLine]) -> None:
        """Store *lines* behind those that are there, all or none, and drop what is too much."""
        with self._transaction() as db:
            for slice_ in _slices(lines, self.limits.slack):
                self._append(db, launch_id, slice_)

    def numbered_lines(self, launch_id: str, offset: int = 0, limit: int = -1) -> list[NumberedLine]:
        """Return the stored lines from number *offset* on, in order; numbers are left out where lines were dropped."""
        rows = self._read(
            "SELECT number, stamp, text FROM log_lines WHERE launch_id = ? AND number >= ? ORDER BY number LIMIT ?",
            launch_id,
            offset,
            limit,
        )
        return [NumberedLine(number, RecordedLine(stamp, text)) for number, stamp, text in rows]

    def lines(self, launch_id: str, offset: int = 0, limit: int = -1) -> list[RecordedLine]:
        """Return the stored lines of a launch in order."""
        return [each.line for each in self.numbered_lines(launch_id, offset, limit)]

    def log_extent(self, launch_id: str) -> LogExtent:
        """Return which lines of a launch's log there are."""
        rows = self._read(_EXTENT, launch_id)
        return _as_extent(rows[0]) if rows else LogExtent()

    def line_count(self, launch_id: str) -> int:
        """Return how many lines of a launch were written."""
        return self.log_extent(launch_id).total

    def _append(self, db: sqlite3.Connection, launch_id: str, lines: Sequence[RecordedLine]) -> None:
        extent = _extent(db, launch_id)
        db.executemany(
            "INSERT INTO log_lines (launch_id, number, stamp, text) VALUES (?, ?, ?, ?)",
            [(launch_id, extent.total + index, line.stamp, line.text) for index, line in enumerate(lines)],
        )
        size = extent.bytes + sum(cost_of(line.text) for line in lines)
        db.execute(
            "INSERT INTO logs (launch_id, total, bytes) VALUES (?, ?, ?)"
            " ON CONFLICT (launch_id) DO UPDATE SET total = excluded.total, bytes = excluded.bytes",
            (launch_id, extent.total + len(lines), size),
        )
        if size > self.limits.log:
            self._drop_the_middle(db, launch_id)
        if size > self.limits.log or extent.total == 0:
            self._drop_old_logs(db, launch_id)

    def _drop_the_middle(self, db: sqlite3.Connection, launch_id: str) -> None:
        extent = _extent(db, launch_id)
        begin = extent.dropped_from if extent.dropped else _end_of_head(db, launch_id, self.limits.head)
        excess = extent.bytes - (self.limits.log - self.limits.slack)
        freed, first, last, end = 0, None, None, max(begin, extent.dropped_to)
        rows = db.execute(
            f"SELECT number, stamp, {_COST} FROM log_lines WHERE launch_id = ? AND number >= ? ORDER BY number",  # noqa: S608 - our own words
            (launch_id, end),
        )
        for number, stamp, cost in rows:
            # the newest line stays, however long it is: it may be the one that says why
            if freed >= excess or number == extent.total - 1:
                break
            freed, end = freed + cost, number + 1
            first = stamp if first is None else min(first, stamp)
            last = stamp if last is None else max(last, stamp)
        rows.close()
        if first is None:
            return
        db.execute("DELETE FROM log_lines WHERE launch_id = ? AND number >= ? AND number < ?", (launch_id, begin, end))
        db.execute(
            "UPDATE logs SET bytes = bytes - ?, dropped_bytes = dropped_bytes + ?, dropped_from = ?, dropped_to = ?,"
            " dropped_first_stamp = min(coalesce(dropped_first_stamp, ?), ?),"
            " dropped_last_stamp = max(coalesce(dropped_last_stamp, ''), ?) WHERE launch_id = ?",
            (freed, freed, begin, end, first, first, last, launch_id),
        )

    def _drop_old_logs(self, db: sqlite3.Connection, keep: str) -> None:
        """Drop whole logs, the oldest first, until all together are small enough."""
        (total,) = db.execute("SELECT coalesce(sum(bytes), 0) FROM logs").fetchone()
        rows = db.execute(
            "SELECT logs.launch_id, logs.bytes FROM logs LEFT JOIN launches ON launches.id = logs.launch_id"
            " WHERE logs.bytes > 0 AND logs.launch_id != ? ORDER BY coalesce(launches.started_unix_s, 0)",
            (keep,),
        ).fetchall()
        for launch_id, size in rows:
            if total <= self.limits.all_logs:
                return
            total -= size
            db.execute("DELETE FROM log_lines WHERE launch_id = ?", (launch_id,))
            db.execute(
                "UPDATE logs SET dropped_from = 0, dropped_to = total, dropped_bytes = dropped_bytes + bytes, bytes = 0"
                " WHERE launch_id = ?",
                (launch_id,),
            )


_EXTENT = "SELECT total, dropped_from, dropped_to, dropped_bytes, bytes FROM logs WHERE launch_id = ?"


def _slices(lines: Sequence[RecordedLine], most_bytes: int) -> Iterator[Sequence[RecordedLine]]:
    """Cut a batch so that the file never grows by more than one slice beyond what is kept."""
    begin, size = 0, 0
    for number, line in enumerate(lines):
        size += cost_of(line.text)
        if size > most_bytes and number > begin:
            yield lines[begin:number]
            begin, size = number, cost_of(line.text)
    if begin < len(lines):
        yield lines[begin:]


def _as_extent(row: tuple[int, ...]) -> LogExtent:
    total, dropped_from, dropped_to, dropped_bytes, size = row
    return LogExtent(
        total=total, dropped_from=dropped_from, dropped_to=dropped_to, dropped_bytes=dropped_bytes, bytes=size
    )


def _extent(db: sqlite3.Connection, launch_id: str) -> LogExtent:
    row = db.execute(_EXTENT, (launch_id,)).fetchone()
    return LogExtent() if row is None else _as_extent(row)


def _end_of_head(db: sqlite3.Connection, launch_id: str, head_bytes: int) -> int:
    """Return the number of the first line that does not belong to the beginning any more."""
    size = 0
    rows = db.execute(
        f"SELECT number, {_COST} FROM log_lines WHERE launch_id = ? ORDER BY number",  # noqa: S608 - our own words
        (launch_id,),
    )
    end = 0
    for number, cost in rows:
        size += cost
        if size > head_bytes:
            break
        end = int(number) + 1
    rows.close()
    return end
