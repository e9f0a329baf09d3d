"""What was run on this unit, in SQLite (WAL): launches with their logs, runs, ladders, opinions, actions.

A kill of the agent at any moment loses no finished run: see `thorhud.records.database`.
"""

from collections.abc import Sequence
from dataclasses import replace

from thorhud.domain.messages import LaunchRecord
from thorhud.domain.run_record import RunRecord
from thorhud.domain.wire import decode_value, encode_value
from thorhud.records.ladder_tables import LadderTables
from thorhud.records.log_tables import LogTables
from thorhud.records.opinion_tables import OpinionTables


class Records(LogTables, LadderTables, OpinionTables):
    """One file of records; several programs may read it while one agent writes."""

    # launches

    def save_launch(self, launch: LaunchRecord) -> None:
        """Write *launch*, new or changed."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO launches (id, started_unix_s, configuration_id, outcome, body) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, body = excluded.body",
                (launch.id, launch.started_unix_s, launch.configuration_id, launch.outcome, encode_value(launch)),
            )

    def launch(self, launch_id: str) -> LaunchRecord | None:
        """Return the launch of that id, or None."""
        rows = self._read("SELECT body FROM launches WHERE id = ?", launch_id)
        return decode_value(rows[0][0], LaunchRecord) if rows else None

    def launches(self, limit: int = 50) -> list[LaunchRecord]:
        """Return the newest launches, newest first."""
        rows = self._read("SELECT body FROM launches ORDER BY started_unix_s DESC LIMIT ?", limit)
        return [decode_value(row[0], LaunchRecord) for row in rows]

    def open_launches(self) -> list[LaunchRecord]:
        """Return the launches whose end nobody has recorded, newest first."""
        rows = self._read("SELECT body FROM launches WHERE outcome IS NULL ORDER BY started_unix_s DESC")
        return [decode_value(row[0], LaunchRecord) for row in rows]

    # runs

    def add_run(self, run: RunRecord) -> None:
        """Write a finished run; it is on the disk when this returns."""
        with self._transaction(durable=True) as db:
            db.execute(
                "INSERT OR REPLACE INTO runs (id, at_unix_s, configuration_id, launch_id, ladder_id, body)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (run.id, run.at_unix_s, run.configuration_id, run.launch_id, run.ladder_id, encode_value(run)),
            )

    def runs(
        self, limit: int = 1000, *, before_unix_s: float | None = None, ladder_id: str | None = None
    ) -> list[RunRecord]:
        """Return the newest runs, newest first, of one ladder or of all."""
        where = "at_unix_s < coalesce(?, 1e300)" + (" AND ladder_id = ?" if ladder_id is not None else "")
        values = (before_unix_s, limit) if ladder_id is None else (before_unix_s, ladder_id, limit)
        statement = f"SELECT body FROM runs WHERE {where} ORDER BY at_unix_s DESC LIMIT ?"  # noqa: S608 - our own words
        return [decode_value(row[0], RunRecord) for row in self._read(statement, *values)]

    def run_count(self, launch_id: str) -> int:
        """Return how many runs a launch has had, warm-ups included."""
        count: int = self._read("SELECT count(*) FROM runs WHERE launch_id = ?", launch_id)[0][0]
        return count

    def take_from_ladder(self, runs: Sequence[RunRecord]) -> None:
        """Keep *runs* without their ladder: it measures them again, because something has changed since."""
        with self._transaction(durable=True) as db:
            for run in runs:
                body = encode_value(replace(run, ladder_id=None))
                db.execute("UPDATE runs SET ladder_id = NULL, body = ? WHERE id = ?", (body, run.id))

    # actions and what is kept

    def add_action(self, *, at_unix_s: float, who: str, verb: str, args: str, outcome: str) -> None:
        """Write down who asked for what and what came of it."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO actions (at_unix_s, who, verb, args, outcome) VALUES (?, ?, ?, ?, ?)",
                (at_unix_s, who, verb, args, outcome),
            )

    def keep(self, name: str, value: str) -> None:
        """Remember one fact across agents."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )

    def kept(self, name: str) -> str | None:
        """Return a fact that was kept, or None."""
        rows = self._read("SELECT value FROM kept WHERE name = ?", name)
        return rows[0][0] if rows else None
