"""What people thought of the answers: blind votes and notes."""

from thorhud.domain.answer_quality import Note, Vote
from thorhud.domain.wire import decode_value, encode_value
from thorhud.records.database import Database


class OpinionTables(Database):
    """Votes and notes of one unit."""

    def add_vote(self, vote: Vote) -> None:
        """Write a vote; the same ballot is counted once, however often it is sent."""
        with self._transaction(durable=True) as db:
            db.execute(
                "INSERT OR IGNORE INTO votes (id, at_unix_s, prompt_name, body) VALUES (?, ?, ?, ?)",
                (vote.id, vote.at_unix_s, vote.prompt_name, encode_value(vote)),
            )

    def votes(self, limit: int = 10_000) -> list[Vote]:
        """Return the newest votes, newest first."""
        rows = self._read("SELECT body FROM votes ORDER BY at_unix_s DESC, rowid DESC LIMIT ?", limit)
        return [decode_value(row[0], Vote) for row in rows]

    def keep_note(self, note: Note) -> None:
        """Write a note in the place of the one of that subject; an empty text takes it away."""
        with self._transaction(durable=True) as db:
            db.execute("INSERT INTO notes (subject, body) VALUES (?, ?)", (note.subject, encode_value(note)))

    def notes(self) -> list[Note]:
        """Return the newest note of each subject, in the order of subjects; those taken away are left out."""
        rows = self._read(
            "SELECT body FROM notes WHERE number IN (SELECT max(number) FROM notes GROUP BY subject) ORDER BY subject"
        )
        return [note for note in (decode_value(row[0], Note) for row in rows) if note.text.strip()]
