"""Reads a model's files as a whole and compares them with the hash that the cache keeps them under.

A large file is kept under the sha256 of its content, a small one under the sha1 that git gives it. A plain folder that
`hf download --local-dir` filled has the same hashes in notes beside it.
"""

import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from thorhud.serving.hub_cache import FoundFile
from thorhud.serving.model_contents import Contents

CHUNK: Final = 4 * 2**20
FORGOTTEN_EVERY: Final = 64 * 2**20
"""Bytes after which the kernel is told that we need no copy of them: copies of files are not free memory to CUDA."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_GIT_SHA1: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one file's content should be."""

    model: str
    name: str
    path: Path
    size_bytes: int
    expected: str
    """The hash, by its length a sha256 or git's sha1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What can be checked of one model, and what cannot."""

    checkable: tuple[Claim, ...] = ()
    without_hash: tuple[str, ...] = ()
    """Files of which nothing says what they should hold: a copy made without the links."""


def claims_of(contents: Contents) -> Claims:
    """Return what should stand in each file that the server may read; copies in folders of their own are left out."""
    checkable, without = [], []
    read = {each.identity for each in contents.weights.present}
    for file in contents.files.values():
        if file.size_bytes is None or ("/" in file.name and file.identity not in read):
            continue
        expected = _expected(contents, file)
        if expected is None:
            without.append(file.name)
            continue
        checkable.append(
            Claim(
                model=contents.place.model,
                name=file.name,
                path=file.path,
                size_bytes=file.size_bytes,
                expected=expected,
            )
        )
    return Claims(checkable=tuple(sorted(checkable, key=lambda each: each.name)), without_hash=tuple(sorted(without)))


def _expected(contents: Contents, file: FoundFile) -> str | None:
    name = Path(os.path.realpath(file.path)).name
    if contents.place.in_cache:
        return name if _is_hash(name) else None
    note = contents.snapshot / ".cache/huggingface/download" / f"{file.name}.metadata"
    try:
        lines = note.read_text(encoding="ascii", errors="replace").splitlines()[:2]
    except OSError:
        return None
    return lines[1].strip() if len(lines) > 1 and _is_hash(lines[1].strip()) else None


def _is_hash(text: str) -> bool:
    return bool(_SHA256.fullmatch(text) or _GIT_SHA1.fullmatch(text))


class StoppedError(Exception):
    """The check was given up by whoever asked for it."""


def holds(claim: Claim, *, advance: Callable[[int], None], stop: threading.Event) -> bool:
    """Whether the file holds what it should; *advance* is told the bytes read, *stop* ends it with `StoppedError`.

    Raises `OSError` where the file cannot be read to its end.
    """
    whole = hashlib.sha256() if len(claim.expected) == 64 else hashlib.sha1(usedforsecurity=False)
    if len(claim.expected) == 40:
        whole.update(b"blob %d\0" % claim.size_bytes)
    for chunk in _chunks(claim.path):
        if stop.is_set():
            raise StoppedError
        whole.update(chunk)
        advance(len(chunk))
    return whole.hexdigest() == claim.expected


def _chunks(path: Path) -> Iterator[memoryview]:
    """Yield the file piece by piece and leave no copy of it in memory."""
    buffer = bytearray(CHUNK)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        number = file.fileno()
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        done = forgotten = 0
        while count := file.readinto(buffer):
            yield view[:count]
            done += count
            if done - forgotten >= FORGOTTEN_EVERY:
                os.posix_fadvise(number, forgotten, done - forgotten, os.POSIX_FADV_DONTNEED)
                forgotten = done
        os.posix_fadvise(number, forgotten, 0, os.POSIX_FADV_DONTNEED)
