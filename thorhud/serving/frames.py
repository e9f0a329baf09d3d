"""What comes out of the engine's streams: frames of two outputs, put together to recorded lines again.

Without a terminal the engine sends stdout and stderr through one connection, each piece behind a header of eight bytes
(output, three zeros, length). With ``timestamps=1`` every piece of the *recorded* log begins with a stamp. A line of
more than 16 KiB was recorded in pieces; only the last ends in a line feed, and all carry the stamp of the first.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from thorhud.domain.containers import RecordedLine
from thorhud.domain.errors import EngineError

HEADER = struct.Struct(">BxxxL")
LONGEST_LINE_BYTES = 1 << 20
"""A line that goes on for longer is cut, always at the same piece."""
ENGINE_SPEAKS = 3
"""The "output" on which the engine itself reports trouble in the middle of a stream."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One piece of one output: 1 is stdout, 2 is stderr."""

    output: int
    payload: bytes


def frames(chunks: Iterable[bytes]) -> Iterator[Frame]:
    """Cut *chunks* of any size into frames; a torn last frame is left out, it was not received."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        begin = 0
        while len(waiting) >= begin + HEADER.size:
            output, length = HEADER.unpack_from(waiting, begin)
            end = begin + HEADER.size + length
            if len(waiting) < end:
                break
            yield _checked(Frame(output, bytes(waiting[begin + HEADER.size : end])))
            begin = end
        del waiting[:begin]


def terminal_frames(chunks: Iterable[bytes]) -> Iterator[Frame]:
    """Cut the log of a container that was started with a terminal: one output, no headers, one record a line."""
    waiting = b""
    for chunk in chunks:
        *records, waiting = (waiting + chunk).split(b"\n")
        for record in records:
            yield Frame(1, record + b"\n")
    if waiting:
        yield Frame(1, waiting)


def _checked(frame: Frame) -> Frame:
    if frame.output == ENGINE_SPEAKS:
        words = frame.payload.decode(errors="replace").strip()
        raise EngineError(
            f"The Docker Engine broke off the log: {words}",
            next_step="See the engine's own log: journalctl -u docker",
            kind="docker-error",
        )
    return frame


@dataclass(slots=True)
class LineAssembler:
    """Puts the pieces of recorded lines together, each output on its own."""

    _open: dict[int, tuple[str, bytearray]] = field(default_factory=dict)

    def feed(self, frame: Frame) -> RecordedLine | None:
        """Take one frame; return the line that it finishes, if it does."""
        stamp, _, text = frame.payload.partition(b" ")
        _, line = self._open.setdefault(frame.output, (stamp.decode("ascii", "replace"), bytearray()))
        line += text
        return self._finish(frame.output) if line.endswith(b"\n") or len(line) >= LONGEST_LINE_BYTES else None

    @property
    def open_since(self) -> str | None:
        """The stamp of the oldest line whose end has not come yet."""
        return min((stamp for stamp, _ in self._open.values()), default=None)

    def rest(self) -> tuple[RecordedLine, ...]:
        """Return what never got its line feed: the last words of a container that has ended."""
        return tuple(sorted((self._finish(output) for output in tuple(self._open)), key=lambda line: line.stamp))

    def _finish(self, output: int) -> RecordedLine:
        stamp, line = self._open.pop(output)
        return RecordedLine(stamp, bytes(line).removesuffix(b"\n"))
