r"""From the bytes of a container to pieces of plain text.

vLLM's output is lines and progress bars mixed: a bar rewrites itself with ``\r``, a record of several lines is joined
by ``\r\n``, and 0.10 and 0.11 colour the name of the process even into a pipe.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from thorhud.domain.timeline import LogPiece

PIECE_LIMIT: Final = 64 * 1024
"""Bytes after which a piece without an end is cut: a broken process must not fill the memory."""

_END = re.compile(rb"\r\n|\r|\n")
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_PROCESS = re.compile(r"\s*\(([\w.:-]+) pid=(\d+)(?:,[^)]*)?\) ?")
_LEVELS = "TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|CRITICAL|FATAL"
_VLLM_HEAD = re.compile(rf"({_LEVELS}) (?:\d{{4}}-)?\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d+)? ?(?:\[[^\]]*\] ?)?")
_UVICORN_HEAD = re.compile(rf"({_LEVELS}): +")
_RUST_HEAD = re.compile(rf"\d{{4}}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)? +({_LEVELS}) +(?:[\w:]+: )?")
_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?")


@dataclass(frozen=True, slots=True)
class Piece:
    r"""Text between two line ends, and the bytes that ended it (``\r``, ``\n``, ``\r\n``, or nothing)."""

    text: str
    end: str


class PieceSplitter:
    """Cut a stream of bytes into pieces, wherever the chunks happen to be cut."""

    def __init__(self) -> None:
        self._buffer = b""

    @property
    def pending(self) -> str:
        """What has come since the last line end: a progress bar shows its newest state here."""
        return _decode(self._buffer)

    def feed(self, data: bytes) -> list[Piece]:
        """Take *data* and return the pieces that are complete now."""
        self._buffer += data
        pieces = []
        begin = 0
        for match in _END.finditer(self._buffer):
            if match.end() == len(self._buffer) and match[0] == b"\r":
                break  # a line feed may follow in the next chunk
            pieces += self._cut(begin, match.start(), match[0].decode())
            begin = match.end()
        while len(self._buffer) - begin > PIECE_LIMIT + 1:  # one more: a lone \r may wait at the end
            pieces.append(Piece(_decode(self._buffer[begin : begin + PIECE_LIMIT]), ""))
            begin += PIECE_LIMIT
        self._buffer = self._buffer[begin:]
        return pieces

    def finish(self) -> list[Piece]:
        """Return what is left at the end of the stream."""
        left, self._buffer = self._buffer, b""
        if left.endswith(b"\r"):
            return self._pieces_of(left[:-1], "\r")
        return self._pieces_of(left, "") if left else []

    def _cut(self, begin: int, stop: int, end: str) -> list[Piece]:
        return self._pieces_of(self._buffer[begin:stop], end)

    @staticmethod
    def _pieces_of(line: bytes, end: str) -> list[Piece]:
        last = max(0, len(line) - 1) // PIECE_LIMIT * PIECE_LIMIT
        pieces = [Piece(_decode(line[at : at + PIECE_LIMIT]), "") for at in range(0, last, PIECE_LIMIT)]
        return [*pieces, Piece(_decode(line[last:]), end)]


def _decode(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class LogMessage:
    """One piece without its decoration."""

    text: str
    level: str | None = None
    """INFO, WARNING, ERROR ...; None for what did not come through a logger (bars, tracebacks, prints)."""
    process: str | None = None
    """Which process speaks ("APIServer", "EngineCore_DP0", "Worker_TP0"); None where the line does not say."""


def without_colour(text: str) -> str:
    """Remove terminal codes."""
    return _ANSI.sub("", text) if "\x1b" in text else text


def read_message(text: str) -> LogMessage:
    """Take the process prefix and the level, date and file of a log line off its message."""
    rest = without_colour(text)
    process = None
    while match := _PROCESS.match(rest):
        process = process or match[1]
        rest = rest[match.end() :]
    for head in (_VLLM_HEAD, _UVICORN_HEAD, _RUST_HEAD):
        if match := head.match(rest):
            return LogMessage(rest[match.end() :], match[1], process)
    if rest.startswith('{"'):
        return _from_json(rest, process)
    return LogMessage(rest, None, process)


def clean(text: str) -> str:
    """Return the message of a log line alone."""
    return read_message(text).text


def _from_json(text: str, process: str | None) -> LogMessage:
    """Read a record of vLLM's JSON logging; other JSON is taken as it is."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return LogMessage(text, None, process)
    message = record.get("message", record.get("msg")) if isinstance(record, dict) else None
    if not isinstance(message, str):
        return LogMessage(text, None, process)
    level = record.get("level", record.get("levelname"))
    return LogMessage(message, level if isinstance(level, str) else None, process)


def pieces_of(data: bytes) -> Iterator[LogPiece]:
    """Read the whole raw output of a container; there are no arrival times in it."""
    splitter = PieceSplitter()
    for piece in (*splitter.feed(data), *splitter.finish()):
        if piece.text.strip():
            yield LogPiece(piece.text)


def has_docker_timestamps(data: bytes) -> bool:
    """Whether the lines carry Docker's RFC 3339 stamps in front (`docker logs --timestamps`)."""
    lines = [line for line in data[: 1 << 16].split(b"\n")[:50] if line.strip()]
    return bool(lines) and sum(bool(_STAMP.match(line)) for line in lines) > 0.5 * len(lines)


def read_docker_timestamps(lines: Iterable[bytes], *, started_unix_s: float | None = None) -> Iterator[LogPiece]:
    """Read lines with stamps in front; times count from *started_unix_s*, else from the first line.

    A line without a stamp takes the time of the one before it.
    """
    begin, at_s = started_unix_s, None
    for line in lines:
        rest = line
        if (match := _STAMP.match(line)) and (stamp := stamp_s(match[1].decode())) is not None:
            begin = stamp if begin is None else begin
            at_s, rest = stamp - begin, line[match.end() :]
        for piece in pieces_of(rest):
            yield LogPiece(piece.text, at_s)


def stamp_s(stamp: str) -> float | None:
    """Return the Unix time of an RFC 3339 stamp, or None where it is none."""
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
