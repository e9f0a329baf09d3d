"""Ladders, and what they measured besides single answers: sweeps and parity."""

from thorhud.domain.ladder_plan import LadderRecord
from thorhud.domain.speculation import ParityResult
from thorhud.domain.sweep import SweepRecord
from thorhud.domain.wire import decode_value, encode_value
from thorhud.records.database import Database


class LadderTables(Database):
    """What a ladder needs to be taken up again after its agent ended."""

    def save_ladder(self, ladder: LadderRecord) -> None:
        """Write *ladder*, new or changed; it is on the disk when this returns."""
        with self._transaction(durable=True) as db:
            db.execute(
                "INSERT INTO ladders (id, began_unix_s, outcome, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, body = excluded.body",
                (ladder.id, ladder.began_unix_s, ladder.outcome, encode_value(ladder)),
            )

    def ladder(self, ladder_id: str) -> LadderRecord | None:
        """Return the ladder of that id, or None."""
        rows = self._read("SELECT body FROM ladders WHERE id = ?", ladder_id)
        return decode_value(rows[0][0], LadderRecord) if rows else None

    def ladders(self, limit: int = 50) -> list[LadderRecord]:
        """Return the newest ladders, newest first."""
        rows = self._read("SELECT body FROM ladders ORDER BY began_unix_s DESC LIMIT ?", limit)
        return [decode_value(row[0], LadderRecord) for row in rows]

    def open_ladders(self) -> list[LadderRecord]:
        """Return the ladders whose end nobody has recorded: their agent ended before they did."""
        rows = self._read("SELECT body FROM ladders WHERE outcome IS NULL ORDER BY began_unix_s DESC")
        return [decode_value(row[0], LadderRecord) for row in rows]

    def add_sweep(self, sweep: SweepRecord) -> None:
        """Write the sweep of one configuration; the same id again replaces it."""
        with self._transaction(durable=True) as db:
            db.execute(
                "INSERT OR REPLACE INTO sweeps (id, at_unix_s, configuration_id, ladder_id, body)"
                " VALUES (?, ?, ?, ?, ?)",
                (sweep.id, sweep.at_unix_s, sweep.configuration_id, sweep.ladder_id, encode_value(sweep)),
            )

    def sweeps(self, limit: int = 100, *, ladder_id: str | None = None) -> list[SweepRecord]:
        """Return the newest sweeps, newest first, of one ladder or of all."""
        rows = self._read(
            "SELECT body FROM sweeps WHERE ladder_id = ? OR ? IS NULL ORDER BY at_unix_s DESC LIMIT ?",
            ladder_id,
            ladder_id,
            limit,
        )
        return [decode_value(row[0], SweepRecord) for row in rows]

    def add_parity(self, parity: ParityResult) -> None:
        """Write what came of comparing a draft's answers with the plain ones."""
        with self._transaction(durable=True) as db:
            db.execute(
                "INSERT INTO parities (at_unix_s, plain_id, drafted_id, ladder_id, body) VALUES (?, ?, ?, ?, ?)",
                (parity.at_unix_s, parity.plain_id, parity.drafted_id, parity.ladder_id, encode_value(parity)),
            )

    def parities(self, limit: int = 100, *, ladder_id: str | None = None) -> list[ParityResult]:
        """Return the newest parity results, newest first, of one ladder or of all."""
        rows = self._read(
            "SELECT body FROM parities WHERE ladder_id = ? OR ? IS NULL ORDER BY at_unix_s DESC, number DESC LIMIT ?",
            ladder_id,
            ladder_id,
            limit,
        )
        return [decode_value(row[0], ParityResult) for row in rows]
