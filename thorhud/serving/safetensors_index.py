"""Headers of safetensors files: which tensors they hold and how large the file must be, without reading the data.

A file is eight bytes with the header's length (little endian), the header as JSON, then the data. Each tensor names its
type, its shape and where in the data it lies, so the end of the last one is the end of the file.
"""

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any, Final

from thorhud.domain.bytes_per_token import StoredTensor

LARGEST_HEADER: Final = 100_000_000
"""The format's own limit; anything above it is no header."""
POINTER: Final = b"version https://git-lfs"
"""How the text begins that a clone without large files leaves in place of each."""
BITS: Final = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32,
    "U64": 64, "I64": 64, "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip
"""Bits of one element by the format's names; packed FP4 of NVFP4 and MXFP4 is stored as U8, two to a byte."""


class NotSafetensorsError(ValueError):
    """The beginning of a file is no safetensors header; the text says why."""


class PointerFileError(NotSafetensorsError):
    """The file is the text that stands for a large file in a clone without them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What one file says about itself."""

    file_bytes: int
    """How large the file is when it is whole."""
    tensors: tuple[StoredTensor, ...]


def read_header(path: Path) -> Header:
    """Return the header of *path*, from memory where the file is the same as before.

    Raises `NotSafetensorsError`, or `OSError` where the file cannot be read.
    """
    seen = path.stat()
    return _read_header(str(path), (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns))


@lru_cache(maxsize=256)
def _read_header(path: str, _stamp: tuple[int, ...]) -> Header:
    with open(path, "rb") as file:  # noqa: PTH123 - the key of the cache is a text
        start = file.read(len(POINTER))
        if start == POINTER:
            raise PointerFileError("a pointer in place of the file")
        length = int.from_bytes(start[:8], "little")
        room = os.fstat(file.fileno()).st_size - 8
        if len(start) < 8 or not 2 <= length <= LARGEST_HEADER:
            raise NotSafetensorsError("no header")
        if length > room:
            raise NotSafetensorsError("cut off inside the header")
        file.seek(8)
        raw = file.read(length)
    return parse_header(raw)


def parse_header(raw: bytes) -> Header:
    """Return what the JSON of a header says; raise `NotSafetensorsError` where it contradicts itself."""
    try:
        entries: dict[str, Any] = json.loads(raw)
        tensors = tuple(_tensor(name, each) for name, each in entries.items() if name != "__metadata__")
        ends = (int(each["data_offsets"][1]) for name, each in entries.items() if name != "__metadata__")
        return Header(file_bytes=8 + len(raw) + max(ends, default=0), tensors=tensors)
    except NotSafetensorsError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise NotSafetensorsError("an unreadable header") from error


def _tensor(name: str, entry: dict[str, Any]) -> StoredTensor:
    begin, end = (int(each) for each in entry["data_offsets"])
    shape = tuple(int(each) for each in entry["shape"])
    dtype = str(entry["dtype"])
    if begin < 0 or end < begin:
        raise NotSafetensorsError(f"{name} ends before it begins")
    if dtype in BITS and prod(shape) * BITS[dtype] != (end - begin) * 8:
        raise NotSafetensorsError(f"{name} has another size than its shape and type say")
    return StoredTensor(name=name, dtype=dtype, shape=shape, size_bytes=end - begin)
