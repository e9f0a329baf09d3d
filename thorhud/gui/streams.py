"""Pieces of a stream put together exactly once: a stream begins again from its start whenever a link is opened."""

from dataclasses import dataclass

from thorhud.domain.messages import StreamPiece


@dataclass(slots=True)
class AnswerStream:
    """The text of the newest answer; offsets count characters."""

    of: str = ""
    length: int = 0

    def take(self, piece: StreamPiece) -> str:
        """Return what of *piece* is new."""
        if piece.of != self.of:
            self.of, self.length = piece.of, 0
        new = piece.text[max(0, self.length - piece.offset) :]
        self.length = max(self.length, piece.offset + len(piece.text))
        return new
