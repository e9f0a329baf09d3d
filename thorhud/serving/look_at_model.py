"""One look at a model on the disk: whole or why not, how large, which revision; sizes and headers only."""

from collections.abc import Iterator
from pathlib import Path

from thorhud.domain.model_files import FilesFault, FilesFaultKind, ModelFiles, gb
from thorhud.serving.getting_weights import copy_or_download, let_read, link_other_name
from thorhud.serving.hub_cache import (
    FoundFile,
    Place,
    Revision,
    alias_here,
    files_in,
    folder_name,
    place_of,
    revision_in,
)
from thorhud.serving.model_contents import Contents, gathered, is_folder, of_revision
from thorhud.serving.model_faults import fault_of, revision_fault
from thorhud.serving.unread_files import blobs_in, disk_bytes, unread_in
from thorhud.serving.weight_files import Health, health_of


def look_at(data_dir: Path, model: str, *, promised_bytes: int | None = None) -> ModelFiles:
    """Look for *model* below *data_dir*, or in the folder it names; trouble with the disk is a fault, never raised.

    *promised_bytes* is how large the workshop says it is, for the sentence where it is not here.
    """
    place = place_of(data_dir, model)
    try:
        return _look(data_dir, place, promised_bytes)
    except PermissionError as error:
        where = error.filename or place.folder
        sentence = f"this account may not read {where}, so nobody can say whether it is whole."
        fault = FilesFault(kind=FilesFaultKind.NO_PERMISSION, sentence=sentence, next_step=let_read(place))
    except OSError as error:
        sentence = f"cannot be read ({error.strerror})."
        step = f"Look at the disk: {error.filename or place.folder}"
        fault = FilesFault(kind=FilesFaultKind.UNREADABLE, sentence=sentence, next_step=step)
    return ModelFiles(model=model, fault=fault)


def _look(data_dir: Path, place: Place, promised_bytes: int | None) -> ModelFiles:
    if not is_folder(place.folder):
        return ModelFiles(model=place.model, fault=_absent(data_dir, place, promised_bytes))
    if not place.in_cache:
        return _judged(gathered(place, place.folder, None, ()))
    found = revision_in(place.folder)
    if found.snapshot is not None:
        return _judged(of_revision(place, found, found.snapshot))
    return _without_revision(place, found)


def _judged(contents: Contents) -> ModelFiles:
    health = health_of(contents.weights.files)
    files = tuple(contents.files.values())
    read = contents.weights.present
    return ModelFiles(
        model=contents.place.model,
        fault=fault_of(contents, health),
        path=str(contents.snapshot),
        revision=contents.revision,
        disk_bytes=disk_bytes(_all_files(contents), contents.blobs),
        read_bytes=sum({each.identity: each.size_bytes or 0 for each in read}.values()),
        unread=tuple(unread_in(files, read, contents.blobs, contents.other_revisions)),
        found_files=len(read),
        expected_files=contents.weights.expected,
        notes=tuple(_notes(contents, health)),
    )


def _all_files(contents: Contents) -> Iterator[FoundFile]:
    yield from contents.files.values()
    for folder in contents.other_revisions:
        yield from files_in(folder)


def _absent(data_dir: Path, place: Place, promised_bytes: int | None) -> FilesFault:
    size = "" if promised_bytes is None else f" ({gb(promised_bytes)} GB)"
    other = alias_here(data_dir, place.model) if place.in_cache else None
    if other is None:
        sentence = f"not on this unit{size}."
        return FilesFault(kind=FilesFaultKind.NOT_HERE, sentence=sentence, next_step=copy_or_download(place))
    whole = look_at(data_dir, other)
    if whole.fault is not None:
        sentence = f"not on this unit{size}; {other} is, but not as a whole."
        return FilesFault(kind=FilesFaultKind.NOT_HERE, sentence=sentence, next_step=copy_or_download(place))
    sentence = f"not on this unit; {other} is, but the server would not look there."
    step = link_other_name(place, folder_name(other))
    return FilesFault(kind=FilesFaultKind.OTHER_NAME, sentence=sentence, next_step=step)


def _without_revision(place: Place, found: Revision) -> ModelFiles:
    """Judge a model whose ``refs/main`` leads to no snapshot."""
    blobs = blobs_in(place.folder / "blobs")
    snapshots = place.folder / "snapshots"
    others = [gathered(place, snapshots / each, each, ()) for each in found.others]
    whole = [each.snapshot.name for each in others if fault_of(each, health_of(each.weights.files)) is None]
    files = [each for one in others for each in one.files.values()]
    fault = revision_fault(place, found, whole, blobs)
    return ModelFiles(model=place.model, fault=fault, disk_bytes=disk_bytes(files, blobs))


def _notes(contents: Contents, health: Health) -> Iterator[str]:
    if contents.blobs.unfinished:
        count = len(contents.blobs.unfinished)
        yield f"{count} unfinished download{'s lie' if count > 1 else ' lies'} beside it."
    if health.unchecked:
        yield f"{len(health.unchecked)} of its weight files could not be checked, first {health.unchecked[0]}."
    if count := len(contents.other_revisions):
        yield f"{count} further revision{'s lie' if count > 1 else ' lies'} on the disk."
