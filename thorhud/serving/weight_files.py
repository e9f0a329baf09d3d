"""Which files of a model the server reads, and whether each is whole: by its name, its size and its own header."""

import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from thorhud.domain.model_files import FilesFaultKind
from thorhud.serving.hub_cache import FoundFile
from thorhud.serving.safetensors_index import NotSafetensorsError, PointerFileError, read_header
from thorhud.serving.torch_zip import NotTorchZipError, read_tensors

LARGEST_JSON: Final = 64 * 2**20
"""Bytes of an index or a configuration; a large model's index has a few megabytes."""
_FORMATS: Final = (
    ("model.safetensors.index.json", "*.safetensors"),
    ("pytorch_model.bin.index.json", "pytorch_model*.bin"),
    ("consolidated.safetensors.index.json", "consolidated*.safetensors"),
)
"""In the order in which vLLM prefers them."""
_CONSOLIDATED: Final = "consolidated*.safetensors"
_NUMBERED: Final = re.compile(r"^(?P<start>.*)-\d{5}-of-(?P<count>\d{5})(?P<end>\.[a-z]+)$")
_WEIGHTS_LIKE: Final = (".safetensors", ".bin", ".pth", ".pt", ".gguf", ".onnx", ".h5", ".msgpack", ".ot")
_SHORT: Final = 1 << 10
"""A file below this size that should be weights may be the pointer of a clone without its large files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSet:
    """The weight files that the server reads."""

    files: tuple[FoundFile, ...] = ()
    lost: tuple[str, ...] = ()
    """Names that the index or the numbering tells and that are not here."""
    expected: int | None = None
    fault: str | None = None
    """Why nobody can say which files there should be."""

    @property
    def present(self) -> tuple[FoundFile, ...]:
        """The files that are more than a link to nowhere."""
        return tuple(each for each in self.files if each.size_bytes is not None)


def weight_set(files: Mapping[str, FoundFile]) -> WeightSet:
    """Return which of *files*, by name, the server reads: by the index, else every one of the preferred format."""
    top = [each for name, each in files.items() if "/" not in name]
    for index, pattern in _FORMATS:
        wanted = [each for each in top if fnmatchcase(each.name, pattern)]
        if pattern == "*.safetensors":
            wanted = [each for each in wanted if not fnmatchcase(each.name, _CONSOLIDATED)]
        listed = files.get(index)
        if listed is not None and listed.size_bytes is not None:
            return _by_index(listed, files)
        if wanted:
            return _by_number(wanted)
    return WeightSet()


def _by_index(index: FoundFile, files: Mapping[str, FoundFile]) -> WeightSet:
    named = names_in_index(index.path)
    if named is None:
        return WeightSet(fault=f"{index.name} cannot be understood")
    here = tuple(files[name] for name in named if name in files)
    return WeightSet(files=here, lost=tuple(name for name in named if name not in files), expected=len(named))


def names_in_index(path: Path) -> tuple[str, ...] | None:
    """Return the weight files that an index names, or None where it is none."""
    table = read_json(path)
    names = table.get("weight_map") if table is not None else None
    if not isinstance(names, dict) or not names or not all(isinstance(each, str) for each in names.values()):
        return None
    return tuple(sorted(set(names.values())))


def _by_number(wanted: list[FoundFile]) -> WeightSet:
    wanted = sorted(wanted, key=lambda each: each.name)
    here = {each.name for each in wanted}
    named: set[str] = set(here)
    for name in here:
        numbered = _NUMBERED.match(name)
        if numbered:
            count = min(int(numbered["count"]), 9999)
            width = f"of-{count:05d}{numbered['end']}"
            named |= {f"{numbered['start']}-{each:05d}-{width}" for each in range(1, count + 1)}
    lost = tuple(sorted(named - here))
    return WeightSet(files=tuple(wanted), lost=lost, expected=len(named))


def read_json(path: Path) -> dict[str, Any] | None:
    """Return a small JSON file's table, or None where it is none; raise `OSError` where it cannot be read."""
    if path.stat().st_size > LARGEST_JSON:
        return None
    try:
        table = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) else None


def looks_like_weights(name: str) -> bool:
    """Whether a file of that name holds weights in some format."""
    return name.endswith(_WEIGHTS_LIKE) and not name.endswith("training_args.bin")


@dataclass(slots=True, kw_only=True)
class Health:
    """What was found in the weight files, each by name."""

    wrong: dict[FilesFaultKind, list[str]] = field(default_factory=dict)
    """What is wrong, with a clause for each file."""
    unchecked: list[str] = field(default_factory=list)
    """Files whose size is known and whose header could not be read by this account, or that have none."""

    def note(self, kind: FilesFaultKind, clause: str) -> None:
        """Keep one file's fault."""
        self.wrong.setdefault(kind, []).append(clause)


def health_of(files: Iterable[FoundFile]) -> Health:
    """Look at the size and the header of each weight file; their data is not read."""
    health = Health()
    for each in files:
        if each.size_bytes is None:
            health.note(FilesFaultKind.BROKEN_LINKS, each.name)
        elif each.size_bytes == 0:
            health.note(FilesFaultKind.EMPTY_FILES, each.name)
        elif each.name.endswith(".safetensors"):
            _check_safetensors(each, each.size_bytes, health)
        else:
            _check_torch(each, each.size_bytes, health)
    return health


def _check_safetensors(file: FoundFile, size_bytes: int, health: Health) -> None:
    try:
        whole = read_header(file.path).file_bytes
    except PointerFileError:
        health.note(FilesFaultKind.POINTER_FILES, file.name)
    except NotSafetensorsError as error:
        health.note(FilesFaultKind.DAMAGED, f"{file.name} ({error})")
    except PermissionError:
        health.unchecked.append(file.name)
    else:
        if whole != size_bytes:
            clause = f"{file.name} has {size_bytes:,} bytes of the {whole:,} that its header tells"
            health.note(FilesFaultKind.TRUNCATED, clause)


def _check_torch(file: FoundFile, size_bytes: int, health: Health) -> None:
    try:
        with file.path.open("rb") as opened:
            start = opened.read(32)
        if size_bytes < _SHORT and start.startswith(b"version https://git-lfs"):
            health.note(FilesFaultKind.POINTER_FILES, file.name)
        elif start.startswith(b"PK\x03\x04") and not zipfile.is_zipfile(file.path):
            health.note(FilesFaultKind.TRUNCATED, f"{file.name} ends before its table of contents")
        elif start.startswith(b"PK\x03\x04"):
            read_tensors(file.path)
        else:
            health.unchecked.append(file.name)
    except PermissionError:
        health.unchecked.append(file.name)
    except NotTorchZipError as error:
        health.note(FilesFaultKind.DAMAGED, f"{file.name} ({error})")
