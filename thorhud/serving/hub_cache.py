"""Where a model lies: the layout of the Hugging Face cache, and plain folders.

The cache keeps a model as ``hub/models--OWNER--NAME``: ``refs/main`` names a revision (a commit),
``snapshots/REVISION`` holds the files by name, each a link into ``blobs``, where they lie by the hash of their content.
A copy made with ``rsync -L`` has the files themselves in the snapshot.
"""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOUNTED: Final = Path("models/huggingface")
"""What of the data directory the container sees, as the workshop mounts it."""
CACHE: Final = MOUNTED / "hub"
"""Where the cache lies below the data directory."""
CONTAINER_SEES: Final = "/root/.cache/huggingface"
"""Where the container sees it."""
_PREFIX: Final = "models--"
_LEADS_NOWHERE: Final = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to look for one model."""

    model: str
    folder: Path
    """The model's folder in the cache, or the plain folder."""
    in_cache: bool = True
    mounted: Path | None = None
    """What links may not lead out of, because the container sees nothing else; None where nobody mounts it."""


def place_of(data_dir: Path, model: str) -> Place:
    """Return where *model* lies if it is on the unit: an id in the cache, or a folder here or in the container."""
    mounted = data_dir / MOUNTED
    if model == CONTAINER_SEES or model.startswith(CONTAINER_SEES + "/"):
        folder = mounted / model.removeprefix(CONTAINER_SEES).strip("/")
        return Place(model=model, folder=folder, in_cache=False, mounted=mounted)
    if is_path(model):
        return Place(model=model, folder=Path(model).expanduser(), in_cache=False)
    return Place(model=model, folder=data_dir / CACHE / folder_name(model), mounted=mounted)


def is_path(model: str) -> bool:
    """Whether *model* names a folder and not an id of the hub, which is OWNER/NAME or NAME."""
    return model.startswith(("/", "./", "../", "~")) or model in {".", ".."} or model.count("/") > 1


def folder_name(model: str) -> str:
    """Return the name of the model's folder in the cache."""
    return _PREFIX + model.replace("/", "--")


def model_name(folder: str) -> str:
    """Return which model a folder of the cache holds."""
    return folder.removeprefix(_PREFIX).replace("--", "/", 1)


def models_here(data_dir: Path) -> tuple[str, ...]:
    """Return every model that has a folder in the cache; none where the cache cannot be read."""
    try:
        names = sorted(each.name for each in os.scandir(data_dir / CACHE) if each.name.startswith(_PREFIX))
    except OSError:
        return ()
    return tuple(model_name(each) for each in names)


def other_names(model: str) -> Iterator[str]:
    """Yield the other ids under which the same model was or is published."""
    for old, new in (("-FP4", "-NVFP4"), ("/Llama-", "/Meta-Llama-")):
        if new in model:
            yield model.replace(new, old)
        elif old in model:
            yield model.replace(old, new)


def alias_here(data_dir: Path, model: str) -> str | None:
    """Return the id under which *model* lies in the cache where it does not lie under its own, or None."""
    here = models_here(data_dir)
    found = next((each for each in other_names(model) if each in here), None)
    return found or next((each for each in here if each.lower() == model.lower() and each != model), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Which revision the server would take, and where it stands."""

    named: str | None
    """What ``refs/main`` says."""
    snapshot: Path | None
    """Its folder, where it is here."""
    others: tuple[str, ...] = ()
    """Further revisions that have a folder."""


def revision_in(folder: Path) -> Revision:
    """Return which revision of a model in the cache the server would take; raise `OSError` where nobody may look."""
    named = _text(folder / "refs" / "main")
    try:
        here = sorted(each.name for each in os.scandir(folder / "snapshots") if each.is_dir())
    except FileNotFoundError:
        here = []
    return Revision(
        named=named,
        snapshot=folder / "snapshots" / named if named in here else None,
        others=tuple(each for each in here if each != named),
    )


def _text(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(200).decode("ascii", "replace").strip() or None
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """One file of a model, by the name under which the server asks for it."""

    name: str
    """Relative to the snapshot, with ``/``."""
    path: Path
    size_bytes: int | None
    """None where a link leads nowhere."""
    identity: tuple[int, int] | None = None
    """Device and inode: two names of one file have the same."""


def files_in(folder: Path, *, below: str = "") -> Iterator[FoundFile]:
    """Yield every file below *folder*, links followed; folders whose names begin with a dot are left out."""
    subfolders = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not _is_folder(entry):
                yield _found(entry, below + entry.name)
            elif not entry.name.startswith("."):
                subfolders.append(entry.name)
    for name in sorted(subfolders):
        yield from files_in(folder / name, below=f"{below}{name}/")


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError as error:
        if error.errno not in _LEADS_NOWHERE:
            raise
        return False


def _found(entry: "os.DirEntry[str]", name: str) -> FoundFile:
    path = Path(entry.path)
    try:
        seen = entry.stat()
    except OSError as error:
        if error.errno not in _LEADS_NOWHERE:
            raise
        return FoundFile(name=name, path=path, size_bytes=None)
    if not stat.S_ISREG(seen.st_mode):
        return FoundFile(name=name, path=path, size_bytes=None)
    return FoundFile(name=name, path=path, size_bytes=seen.st_size, identity=(seen.st_dev, seen.st_ino))


def link_out_of_reach(place: Place, snapshot: Path, files: tuple[FoundFile, ...]) -> str | None:
    """Return the first link that the container cannot follow, or None.

    It sees the mounted folder under another path, so a link is no use to it that is absolute or leads out of there,
    though it works on the unit.
    """
    if place.mounted is None:
        return None
    base = os.path.realpath(place.mounted)
    folders = [place.mounted / "hub", place.folder, place.folder / "snapshots", place.folder / "blobs", snapshot]
    for path in (*folders, *(each.path for each in files if each.size_bytes is not None)):
        target = _link(path)
        if target is None:
            continue
        if target.startswith("/") or not os.path.realpath(path).startswith(base + "/"):
            return f"{path} -> {target}"
    return None


def _link(path: Path) -> str | None:
    try:
        return str(path.readlink())
    except OSError:  # no link
        return None
