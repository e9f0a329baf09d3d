"""The files of one model as the server would find them: by name, with what lies behind them."""

from dataclasses import dataclass
from pathlib import Path

from thorhud.serving.hub_cache import FoundFile, Place, Revision, files_in, place_of, revision_in
from thorhud.serving.unread_files import Blobs, blobs_in
from thorhud.serving.weight_files import WeightSet, weight_set


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


def contents_of(data_dir: Path, model: str) -> Contents | None:
    """Return the files of *model* that the server would take, or None where it is not here; may raise `OSError`."""
    place = place_of(data_dir, model)
    if not is_folder(place.folder):
        return None
    if not place.in_cache:
        return gathered(place, place.folder, None, ())
    found = revision_in(place.folder)
    return None if found.snapshot is None else of_revision(place, found, found.snapshot)


def is_folder(path: Path) -> bool:
    """Whether *path* is a folder; raise where nobody may look, which `Path.is_dir` of some versions does not."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return path.is_dir()


def of_revision(place: Place, found: Revision, snapshot: Path) -> Contents:
    """Return what lies in one revision of a model in the cache."""
    others = tuple(place.folder / "snapshots" / each for each in found.others)
    return gathered(place, snapshot, snapshot.name, others)


def gathered(place: Place, snapshot: Path, revision: str | None, others: tuple[Path, ...]) -> Contents:
    """Return what lies in *snapshot* and beside it."""
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
