"""What of a model's disk space the server never reads: the same weights in other formats, old revisions, leftovers."""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from thorhud.domain.model_files import UnreadFiles
from thorhud.serving.hub_cache import FoundFile, files_in
from thorhud.serving.weight_files import looks_like_weights

INCOMPLETE: Final = ".incomplete"
_LEAST: Final = 10**6
"""Bytes below which a leftover is not worth a word."""

Identity = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blobs:
    """The files of ``blobs`` by identity, finished and unfinished apart."""

    whole: dict[Identity, int]
    unfinished: dict[Identity, int]


def blobs_in(folder: Path) -> Blobs:
    """Return what lies in ``blobs`` of a model in the cache, or in a plain folder's notes about its download."""
    whole: dict[Identity, int] = {}
    unfinished: dict[Identity, int] = {}
    try:
        with os.scandir(folder) as entries:
            for each in entries:
                try:
                    seen = each.stat()
                except FileNotFoundError:  # it was finished while we looked
                    continue
                if stat.S_ISREG(seen.st_mode):
                    table = unfinished if each.name.endswith(INCOMPLETE) else whole
                    table[seen.st_dev, seen.st_ino] = seen.st_size
    except (FileNotFoundError, NotADirectoryError):
        pass
    return Blobs(whole=whole, unfinished=unfinished)


def disk_bytes(files: Iterable[FoundFile], blobs: Blobs) -> int:
    """Return the bytes of all files, each once."""
    found = {each.identity: each.size_bytes for each in files if each.identity and each.size_bytes is not None}
    return sum({**found, **blobs.whole, **blobs.unfinished}.values())


def unread_in(
    files: tuple[FoundFile, ...], read: Iterable[FoundFile], blobs: Blobs, other_revisions: Iterable[Path]
) -> Iterator[UnreadFiles]:
    """Yield what the server does not read, largest kinds first in the order of their names."""
    taken = {each.identity for each in read}
    yield from _other_formats(files, taken)
    current = {each.identity for each in files}
    older = {each.identity for folder in other_revisions for each in files_in(folder)} - current
    yield from _leftovers(files, blobs, current=current, older={each for each in older if each is not None})


def _other_formats(files: tuple[FoundFile, ...], taken: set[Identity | None]) -> Iterator[UnreadFiles]:
    """Yield folders like ``original/`` that hold weights, and weights beside those that are read."""
    spare = [each for each in files if each.identity is not None and each.identity not in taken]
    copies = {_top(each.name) for each in spare if looks_like_weights(each.name)}
    sizes: Counter[str] = Counter()
    for each in spare:
        top = _top(each.name)
        if top in copies and (top or looks_like_weights(each.name)):
            sizes[top] += each.size_bytes or 0
    for top, size_bytes in sorted(sizes.items()):
        yield UnreadFiles(where=f"{top}/" if top else "other formats", size_bytes=size_bytes)


def _leftovers(
    files: tuple[FoundFile, ...], blobs: Blobs, *, current: set[Identity | None], older: set[Identity]
) -> Iterator[UnreadFiles]:
    """Yield blobs that no file of the revision leads to."""
    spare = {identity: size for identity, size in blobs.whole.items() if identity not in current}
    real = {each.size_bytes for each in files if each.identity not in blobs.whole}
    again = {identity for identity, size in spare.items() if identity not in older and size in real and size >= _LEAST}
    groups = (
        ("blobs/, the same files once more", sum(spare[each] for each in again), True),
        ("other revisions", sum(size for identity, size in spare.items() if identity in older), False),
        (
            "blobs that no revision uses",
            sum(size for identity, size in spare.items() if identity not in older | again),
            False,
        ),
        ("unfinished downloads", sum(blobs.unfinished.values()), False),
    )
    for where, size_bytes, duplicate in groups:
        if size_bytes >= _LEAST:
            yield UnreadFiles(where=where, size_bytes=size_bytes, duplicate=duplicate)


def _top(name: str) -> str:
    return name.partition("/")[0] if "/" in name else ""
