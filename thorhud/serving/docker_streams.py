"""What the Docker Engine sends bit by bit: recorded lines, attached output, an exit code, the course of a pull.

A response is read in one thread and may be given up from another. The SDK is not imported here: whoever opens a
response says how its connection is cut.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from thorhud.domain.containers import RecordedLine
from thorhud.serving import engine_errors
from thorhud.serving.frames import LineAssembler, frames, terminal_frames

R = TypeVar("R")
Response = Any
"""A `requests.Response`: the SDK's own library, which we do not import."""

READ_BYTES = 65536


class Stream(Iterator[R]):
    """A response that is read in one thread and may be closed from another.

    *broken* are the errors with which a connection ends that was cut at the other side.
    """

    def __init__(
        self, items: Iterator[R], *, cut: Callable[[], None], address: str, broken: tuple[type[Exception], ...]
    ) -> None:
        self._items = items
        self._cut = cut
        self._address = address
        self._broken = broken

    def __next__(self) -> R:
        try:
            return next(self._items)
        except self._broken as error:
            raise engine_errors.unanswered(self._address, error) from error

    def close(self) -> None:
        """End a read that blocks in another thread, and let the connection go."""
        # the response may have ended and dropped its socket between the SDK's look and its grasp
        with contextlib.suppress(AttributeError, OSError, ValueError):
            self._cut()


def recorded_lines(response: Response, assembler: LineAssembler, *, terminal: bool) -> Iterator[RecordedLine]:
    """Yield the lines of `docker logs --timestamps`."""
    with contextlib.closing(response):
        chunks = response.iter_content(None)
        for frame in terminal_frames(chunks) if terminal else frames(chunks):
            if line := assembler.feed(frame):
                yield line


def attached_pieces(response: Response, *, terminal: bool) -> Iterator[bytes]:
    """Yield the output of `docker attach` as it comes."""
    with contextlib.closing(response):
        # without a length the body ends with the connection: read1 returns what is there
        chunks = iter(partial(response.raw.read1, READ_BYTES), b"")
        if terminal:
            yield from chunks
        else:
            yield from (frame.payload for frame in frames(chunks))


def exit_codes(response: Response) -> Iterator[int]:
    """Yield the one exit code of `docker wait`."""
    with contextlib.closing(response):
        yield int(json.loads(b"".join(response.iter_content(None)))["StatusCode"])


def said(body: bytes) -> str:
    """Return the words with which the engine refused."""
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")
