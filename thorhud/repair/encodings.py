"""Put the token files of GPT-OSS in place, from a copy on this unit or on a stick; only whole files are taken."""

import asyncio
import contextlib
import os
import shlex
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.repairs import RepairId, RepairPlan, RepairProgress, RepairProof, repair_of
from thorhud.repair.context import RepairContext
from thorhud.repair.words import listed

_ID = RepairId.PUT_ENCODINGS
STICKS = ("media", "run/media", "mnt")
"""Where a stick appears, below the root folder."""
DEPTH = 4
MOST_FOLDERS = 5000
"""A stick may hold anything: the search ends after so many folders."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One token file: where it must lie and how large a whole one is."""

    path: Path
    size_bytes: int

    @property
    def whole(self) -> bool:
        """Whether it lies there as a whole."""
        return size_of(self.path) == self.size_bytes

    @property
    def words(self) -> str:
        """Say how it stands: "o200k_base.tiktoken missing"."""
        size = size_of(self.path)
        if size is None:
            return f"{self.path.name} missing"
        return f"{self.path.name} {'whole' if self.whole else f'{size} of {self.size_bytes} bytes'}"


async def plan_encodings(context: RepairContext) -> RepairPlan:
    """Say which files would be copied from where, or that no whole copy was found."""
    what = repair_of(_ID)
    found = await asyncio.to_thread(_found, context)
    steps = tuple(f"Copy {source} to {each.path}" for each, source in found if source is not None)
    missing = [each.path.name for each, source in found if source is None]
    obstacle = f"No whole copy of {listed(missing)} was found." if missing else None
    return RepairPlan(
        repair=what, steps=steps or what.steps, obstacle=obstacle, next_step=_next_step(context) if missing else ""
    )


async def put_encodings(context: RepairContext) -> AsyncIterator[RepairProgress | RepairProof]:
    """Copy what is missing or not whole, and check the sizes of all."""
    wanted = wanted_files(context)
    before = _words(wanted)
    yield RepairProgress(repair_id=_ID, sentence="Looking for whole copies of the token files")
    for each, source in await asyncio.to_thread(_found, context):
        if source is None:
            continue
        yield RepairProgress(repair_id=_ID, sentence=f"Copying {each.path.name} from {source.parent}")
        trouble = await asyncio.to_thread(_copy, source, each.path)
        if trouble:
            command = f"sudo install -D -m 644 {shlex.quote(str(source))} {shlex.quote(str(each.path))}"
            yield RepairProof(
                repair_id=_ID,
                proven=False,
                sentence=trouble,
                before=before,
                after=_words(wanted),
                command=command,
                next_step=f"Look at the free disk space and at who owns the folder, or type: {command}",
            )
            return
    missing = [each.path.name for each in wanted if not each.whole]
    yield RepairProof(
        repair_id=_ID,
        proven=not missing,
        sentence=f"No whole copy of {listed(missing)} was found."
        if missing
        else "The token files are in place and whole.",
        before=before,
        after=_words(wanted),
        next_step=_next_step(context) if missing else "",
    )


def wanted_files(context: RepairContext) -> tuple[Wanted, ...]:
    """Return the files that the workshop's configurations need, with their places on this unit."""
    return tuple(
        Wanted(Path(each.host.replace("{data_dir}", str(context.data_dir))), each.size_bytes)
        for each in context.required_files
    )


def size_of(path: Path) -> int | None:
    """Return a plain file's size; None where there is none."""
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None


def _found(context: RepairContext) -> list[tuple[Wanted, Path | None]]:
    """Return what is not in place as a whole, each with a whole copy elsewhere, or None where there is none."""
    missing = [each for each in wanted_files(context) if not each.whole]
    if not missing:
        return []
    copies: dict[str, Path] = {}
    for path in _candidates(context, frozenset(each.path.name for each in missing)):
        for each in missing:
            if path.name == each.path.name and path != each.path and size_of(path) == each.size_bytes:
                copies.setdefault(path.name, path)
        if len(copies) == len(missing):
            break
    return [(each, copies.get(each.path.name)) for each in missing]


def _candidates(context: RepairContext, names: frozenset[str]) -> Iterator[Path]:
    """Yield files of these names: where a person said, else on sticks and below the data folder."""
    places = [context.files_from] if context.files_from else [*_sticks(context), context.data_dir]
    left = MOST_FOLDERS
    for place in places:
        for folder, folders, files in os.walk(place):
            left -= 1
            if left < 0:
                return
            if len(Path(folder).relative_to(place).parts) >= DEPTH:
                folders.clear()
            for name in names.intersection(files):
                yield Path(folder) / name


def _sticks(context: RepairContext) -> list[Path]:
    return [context.root_folder / each for each in (*STICKS, "etc/encodings")]


def _copy(source: Path, target: Path) -> str:
    """Copy a file whole or not at all; return why that failed, or an empty text."""
    new = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as old, new.open("wb") as file:
            shutil.copyfileobj(old, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink()
        return f"{target.name} could not be copied to {target.parent} ({error.strerror})."
    return ""


def _words(wanted: tuple[Wanted, ...]) -> str:
    return ", ".join(each.words for each in wanted)


def _next_step(context: RepairContext) -> str:
    where = context.files_from or "a USB stick"
    return f"Put the files, whole, on {where} and try again, or copy them from another unit's {context.data_dir.name}."
