"""Names and sizes of the tensors in a ``pytorch_model.bin``, without unpickling anything.

Such a file is a zip: ``data.pkl`` describes the tensors, ``data/0``, ``data/1`` ... hold their bytes, uncompressed. The
description is only taken apart into its words (`pickletools`), which runs nothing that stands in it.
"""

import pickletools
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from thorhud.domain.bytes_per_token import StoredTensor

LARGEST_DESCRIPTION: Final = 16 * 2**20
"""Bytes of ``data.pkl``; a head has a few kilobytes."""


class NotTorchZipError(ValueError):
    """The file is no zip as PyTorch writes it: cut off, or older than PyTorch 1.6."""


def read_tensors(path: Path) -> tuple[StoredTensor, ...]:
    """Return the tensors of *path*, from memory where the file is the same as before.

    Raises `NotTorchZipError`, or `OSError` where the file cannot be read.
    """
    seen = path.stat()
    return _read_tensors(str(path), (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns))


@lru_cache(maxsize=32)
def _read_tensors(path: str, _stamp: tuple[int, ...]) -> tuple[StoredTensor, ...]:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {each.filename: each.file_size for each in archive.infolist()}
            description = next((name for name in sizes if name.endswith("/data.pkl") or name == "data.pkl"), None)
            if description is None or sizes[description] > LARGEST_DESCRIPTION:
                raise NotTorchZipError("no description of tensors")
            words = tuple(_words(archive.read(description)))
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise NotTorchZipError(str(error)) from error
    folder = description.removesuffix("data.pkl") + "data/"
    storages = {name.removeprefix(folder): size for name, size in sizes.items() if name.startswith(folder)}
    return tuple(_tensors(words, storages))


def _words(pickled: bytes) -> Iterator[str]:
    for operation, argument, _ in pickletools.genops(pickled):
        if operation.name in {"BINUNICODE", "SHORT_BINUNICODE"} and isinstance(argument, str):
            yield argument


def _tensors(words: tuple[str, ...], storages: dict[str, int]) -> Iterator[StoredTensor]:
    """Pair each storage with the name before it; a storage that two tensors share is counted once.

    A tensor is described as: its name, the word "storage", the storage's key, the device. Words that came before are
    not repeated, but names and keys are new each time.
    """
    name = ""
    left = dict(storages)
    for word in words:
        if word in left and name:
            yield StoredTensor(name=name, dtype="", shape=(), size_bytes=left.pop(word))
        elif word not in {"storage", "cpu"} and not word.startswith("cuda"):
            name = word
    for key, size in left.items():
        yield StoredTensor(name=f"storage {key}", dtype="", shape=(), size_bytes=size)
