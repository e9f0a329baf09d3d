"""One look at a model on the disk: whole or why not, how large, which revision; sizes and headers only."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from thorhud.domain.model_files import FilesFault, FilesFaultKind, ModelFiles, gb
from thorhud.serving.getting_weights import copy_or_download, let_read, link_other_name, point_revision
from thorhud.serving.hub_cache import (
    FoundFile,
    Place,
    Revision,
    alias_here,
    files_in,
    folder_name,
    link_out_of_reach,
    place_of,
    revision_in,
)
from thorhud.serving.unread_files import Blobs, blobs_in, disk_bytes, unread_in
from thorhud.serving.weight_files import Health, WeightSet, health_of, weight_set

CONFIG = "config.json"
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "tekken.json", "vocab.json")
_SAID = {
    FilesFaultKind.BROKEN_LINKS: ("{count} weight {files} a link that leads nowhere, first {first}"),
    FilesFaultKind.EMPTY_FILES: ("{count} weight {files} empty, first {first}"),
    FilesFaultKind.POINTER_FILES: ("{count} weight {files} only a pointer (a clone without git-lfs), first {first}"),
    FilesFaultKind.DAMAGED: ("{count} weight {files} damaged, first {first}"),
    FilesFaultKind.TRUNCATED: ("{count} weight {files} cut off, first {first}"),
}
"""Worst first, in the order in which they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The files of one model as they were found."""

    place: Place
    snapshot: Path
    """The folder with the files by name; the plain folder itself where it is one."""
    revision: str | None
    other_revisions: tuple[Path, ...]
    files: dict[str, FoundFile]
    weights: WeightSet
    blobs: Blobs


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


def contents_of(data_dir: Path, model: str) -> Contents | None:
    """Return the files of *model* that the server would take, or None where it is not here; may raise `OSError`."""
    place = place_of(data_dir, model)
    if not _is_folder(place.folder):
        return None
    if not place.in_cache:
        return _contents(place, place.folder, None, ())
    found = revision_in(place.folder)
    return None if found.snapshot is None else _of_revision(place, found, found.snapshot)


def _look(data_dir: Path, place: Place, promised_bytes: int | None) -> ModelFiles:
    if not _is_folder(place.folder):
        return ModelFiles(model=place.model, fault=_absent(data_dir, place, promised_bytes))
    if not place.in_cache:
        return _judged(_contents(place, place.folder, None, ()))
    found = revision_in(place.folder)
    if found.snapshot is not None:
        return _judged(_of_revision(place, found, found.snapshot))
    return _without_revision(place, found)


def _is_folder(path: Path) -> bool:
    """Whether *path* is a folder; raise where nobody may look, which `Path.is_dir` of some versions does not."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return path.is_dir()


def _of_revision(place: Place, found: Revision, snapshot: Path) -> Contents:
    others = tuple(place.folder / "snapshots" / each for each in found.others)
    return _contents(place, snapshot, snapshot.name, others)


def _contents(place: Place, snapshot: Path, revision: str | None, others: tuple[Path, ...]) -> Contents:
    files = {each.name: each for each in files_in(snapshot)}
    notes = place.folder / ("blobs" if place.in_cache else ".cache/huggingface/download")
    return Contents(
        place=place,
        snapshot=snapshot,
        revision=revision,
        other_revisions=others,
        files=files,
        weights=weight_set(files),
        blobs=blobs_in(notes),
    )


def _judged(contents: Contents) -> ModelFiles:
    health = health_of(contents.weights.files)
    files = tuple(contents.files.values())
    read = contents.weights.present
    return ModelFiles(
        model=contents.place.model,
        fault=_fault(contents, health),
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
    others = [
        _of_revision(place, replace(found, others=()), place.folder / "snapshots" / each) for each in found.others
    ]
    whole = [each for each in others if _fault(each, health_of(each.weights.files)) is None]
    if len(whole) == 1:
        revision = whole[0].snapshot.name
        why = (
            "refs/main is missing" if found.named is None else f"refs/main names {found.named[:12]}, which is not here"
        )
        sentence = f"{why}, so the server would not find the files of revision {revision[:12]}, which are whole."
        fault = FilesFault(
            kind=FilesFaultKind.NO_REVISION, sentence=sentence, next_step=point_revision(place, revision)
        )
    elif whole:
        sentence = f"refs/main leads to none of its {len(whole)} revisions, and nobody says which one is meant."
        step = " ".join(each.snapshot.name for each in whole)
        fault = FilesFault(kind=FilesFaultKind.NO_REVISION, sentence=sentence, next_step=f"Choose one of: {step}")
    elif blobs.unfinished:
        fault = _unfinished(place, blobs, "")
    else:
        sentence = "the download was never finished (no snapshot)."
        fault = FilesFault(kind=FilesFaultKind.NO_REVISION, sentence=sentence, next_step=copy_or_download(place))
    files = [each for one in others for each in one.files.values()]
    return ModelFiles(model=place.model, fault=fault, disk_bytes=disk_bytes(files, blobs))


def _fault(contents: Contents, health: Health) -> FilesFault | None:
    """Return what keeps the model from being served, the most telling thing first."""
    return _something_missing(contents, health) or _something_wrong(contents, health) or _beyond_reach(contents)


def _something_missing(contents: Contents, health: Health) -> FilesFault | None:
    place, weights = contents.place, contents.weights
    missing = partial(_incomplete, place, contents.blobs)
    config = contents.files.get(CONFIG)
    if config is None or config.size_bytes is None:
        return missing(FilesFaultKind.NO_CONFIG, f"{CONFIG} is missing.")
    if weights.fault is not None:
        return missing(FilesFaultKind.DAMAGED, f"{weights.fault}.")
    lost = sorted({*weights.lost, *health.wrong.get(FilesFaultKind.BROKEN_LINKS, [])})
    if lost:
        kind = FilesFaultKind.MISSING_FILES if weights.lost else FilesFaultKind.BROKEN_LINKS
        return missing(kind, _words_of_lost(contents, lost, links=not weights.lost))
    if not weights.files:
        return missing(FilesFaultKind.NO_WEIGHTS, "there are no weight files.")
    if contents.blobs.unfinished and not any(name in contents.files for name in _TOKENIZERS):
        return _unfinished(place, contents.blobs, "")
    return None


def _words_of_lost(contents: Contents, lost: list[str], *, links: bool) -> str:
    expected = contents.weights.expected or len(contents.weights.files)
    of_all = f" of {expected}" if expected > 1 else ""
    how = "a link that leads nowhere" if links else "missing"
    if len(lost) == 1:
        return f"1{of_all} weight file{'s' if of_all else ''} is {how}, first {lost[0]}."
    return (
        f"{len(lost)}{of_all} weight files are {how.replace('a link that leads', 'links that lead')}, first {lost[0]}."
    )


def _something_wrong(contents: Contents, health: Health) -> FilesFault | None:
    for kind, words in _SAID.items():
        wrong = health.wrong.get(kind)
        if wrong:
            files = "file is" if len(wrong) == 1 else "files are"
            sentence = words.format(count=len(wrong), files=files, first=wrong[0]) + "."
            return FilesFault(kind=kind, sentence=sentence, next_step=copy_or_download(contents.place))
    return None


def _beyond_reach(contents: Contents) -> FilesFault | None:
    link = link_out_of_reach(contents.place, contents.snapshot, tuple(contents.files.values()))
    if link is None:
        return None
    return FilesFault(
        kind=FilesFaultKind.OUT_OF_REACH,
        sentence=f"a link leads out of what the container sees: {link}.",
        next_step=f"Move the files to where the link is: the container sees only {contents.place.mounted}.",
    )


def _incomplete(place: Place, blobs: Blobs, kind: FilesFaultKind, sentence: str) -> FilesFault:
    """Return that something is missing, and that it is on its way where a download lies beside it."""
    if blobs.unfinished:
        return _unfinished(place, blobs, sentence)
    return FilesFault(kind=kind, sentence=sentence, next_step=copy_or_download(place))


def _unfinished(place: Place, blobs: Blobs, sentence: str) -> FilesFault:
    so_far = gb(sum(blobs.unfinished.values()))
    words = f"a download broke off or is still running ({so_far} GB of the next file{_s(blobs.unfinished)} here)."
    said = f"{sentence.removesuffix('.')}: {words}" if sentence else words
    return FilesFault(kind=FilesFaultKind.UNFINISHED, sentence=said, next_step=copy_or_download(place))


def _s(many: dict[tuple[int, int], int]) -> str:
    return " is" if len(many) == 1 else "s are"


def _notes(contents: Contents, health: Health) -> Iterator[str]:
    if contents.blobs.unfinished:
        count = len(contents.blobs.unfinished)
        yield f"{count} unfinished download{'s lie' if count > 1 else ' lies'} beside it."
    if health.unchecked:
        yield f"{len(health.unchecked)} of its weight files could not be checked, first {health.unchecked[0]}."
    if count := len(contents.other_revisions):
        yield f"{count} further revision{'s lie' if count > 1 else ' lies'} on the disk."
