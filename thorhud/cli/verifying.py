"""`thorhud weights --verify`: reading every file, several at a time, with progress and the time left."""

import os
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final

from thorhud.cli.conversation import StatusLine
from thorhud.cli.words import clock
from thorhud.domain.model_files import GB, gb
from thorhud.serving.verify_files import Claim, holds

AT_A_TIME: Final = 4
"""Files: hashing one is slower than a disk of a unit reads, and more than this leaves nothing for a server."""
LOOK_S: Final = 0.5
_SETTLED_S: Final = 2.0
"""Before this the speed is a guess, and so is the time left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came of one file."""

    model: str
    name: str
    size_bytes: int
    fault: str | None = None
    """Why it is not what it should be; None where it is."""


class _Progress:
    """Counts bytes from several threads."""

    def __init__(self, total_bytes: int) -> None:
        self.total_bytes = total_bytes
        self.done_bytes = 0
        self._began_s = time.monotonic()
        self._lock = threading.Lock()

    def advance(self, count: int) -> None:
        with self._lock:
            self.done_bytes += count

    def words(self) -> str:
        """Say how far it is, how fast, and how long it will take."""
        seconds = time.monotonic() - self._began_s
        share = 100 * self.done_bytes // max(1, self.total_bytes)
        said = f"{gb(self.done_bytes)} of {gb(self.total_bytes)} GB read, {share} %"
        if seconds < _SETTLED_S or not self.done_bytes:
            return said
        speed = self.done_bytes / seconds
        return f"{said}, {speed / GB:.2f} GB/s, about {clock((self.total_bytes - self.done_bytes) / speed)} left"


def verify(claims: Sequence[Claim], *, quiet: bool) -> tuple[Verified, ...]:
    """Read the files of *claims* as a whole; an interrupt ends it after the pieces that are being read."""
    progress = _Progress(sum(each.size_bytes for each in claims))
    stop = threading.Event()
    line = StatusLine(quiet=quiet)
    found: dict[Claim, Verified] = {}
    with ThreadPoolExecutor(max_workers=min(AT_A_TIME, os.cpu_count() or 1)) as pool:
        running = {pool.submit(_check, each, progress, stop): each for each in _largest_first(claims)}
        try:
            while running:
                ended, _ = wait(running, timeout=LOOK_S, return_when=FIRST_COMPLETED)
                for future in ended:
                    found[running.pop(future)] = future.result()
                line.show(progress.words(), key=f"{10 * progress.done_bytes // max(1, progress.total_bytes)}")
        except BaseException:
            _give_up(running, stop)
            raise
        finally:
            line.end()
    return tuple(found[each] for each in claims)


def _largest_first(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda each: -each.size_bytes)


def _give_up(running: Iterable[Future[Verified]], stop: threading.Event) -> None:
    stop.set()
    for each in running:
        each.cancel()


def _check(claim: Claim, progress: _Progress, stop: threading.Event) -> Verified:
    fault = None
    try:
        if not holds(claim, advance=progress.advance, stop=stop):
            fault = "its content is not what its hash says"
    except OSError as error:
        fault = f"cannot be read to its end ({error.strerror})"
    return Verified(model=claim.model, name=claim.name, size_bytes=claim.size_bytes, fault=fault)
