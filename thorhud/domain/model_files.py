"""What lies of one model on a unit's disk: whole or not, how much, and how much of it nobody reads."""

from dataclasses import dataclass
from enum import StrEnum

GB = 1e9


class FilesFaultKind(StrEnum):
    """Why a model cannot be served from the disk; stable ids."""

    NOT_HERE = "not-here"
    OTHER_NAME = "other-name"
    """The same model lies here under another id."""
    NO_PERMISSION = "no-permission"
    UNREADABLE = "unreadable"
    """The disk refuses for another reason."""
    NO_REVISION = "no-revision"
    """The files are here and ``refs/main`` does not lead to them."""
    UNFINISHED = "unfinished"
    """A download broke off or is still running."""
    NO_CONFIG = "no-config"
    NO_WEIGHTS = "no-weights"
    MISSING_FILES = "missing-files"
    """The index, or the numbering of the files, names more than there are."""
    BROKEN_LINKS = "broken-links"
    EMPTY_FILES = "empty-files"
    TRUNCATED = "truncated"
    """A file's own header says another size than the disk."""
    DAMAGED = "damaged"
    """What stands at the beginning of a file is no header."""
    POINTER_FILES = "pointer-files"
    """A clone without its large files: each is a text of a hundred bytes."""
    OUT_OF_REACH = "out-of-reach"
    """A link leads out of the folder that the container sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesFault:
    """What is wrong, in a sentence, and how a person gets the files."""

    kind: FilesFaultKind
    sentence: str
    """Without the model's name, beginning with a small letter: "3 of 15 weight files are missing ..."."""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadFiles:
    """Bytes on the disk that the server never reads."""

    where: str
    """``original/``, ``metal/``, or in words: "other revisions"."""
    size_bytes: int
    duplicate: bool = True
    """Whether they hold the same weights once more; not so for an unfinished download."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """One model on the disk of one unit; only sizes and headers were read."""

    model: str
    fault: FilesFault | None = None
    path: str | None = None
    """The folder with ``config.json``; None where there is none."""
    revision: str | None = None
    """The commit of the model's repository; None for a plain folder that does not tell."""
    disk_bytes: int = 0
    """All files of the model, each counted once however many links lead to it."""
    read_bytes: int = 0
    """The weight files that the server reads."""
    unread: tuple[UnreadFiles, ...] = ()
    found_files: int = 0
    expected_files: int | None = None
    """Weight files by the index or by their own numbering; None where neither tells."""
    notes: tuple[str, ...] = ()
    """What is odd and keeps nothing from starting, in sentences."""

    @property
    def complete(self) -> bool:
        """Whether it can be served without internet."""
        return self.fault is None

    @property
    def duplicate_bytes(self) -> int:
        """How much of the disk holds the same weights once more."""
        return sum(each.size_bytes for each in self.unread if each.duplicate)


def about_duplicates(files: ModelFiles) -> str | None:
    """Say how much of a model's disk space is copies that nobody reads, or None."""
    copies = [each for each in files.unread if each.duplicate]
    if not copies:
        return None
    parts = " and ".join(f"{each.where} {gb(each.size_bytes)} GB" for each in copies)
    return (
        f"{gb(files.duplicate_bytes)} of {gb(files.disk_bytes)} GB on the disk are copies that the server never reads"
        f" ({parts}); it reads {gb(files.read_bytes)} GB."
    )


def gb(size_bytes: float) -> str:
    """Return bytes as GB of 10^9, as disks and repositories count: one decimal, more for little."""
    return f"{size_bytes / GB:.1f}" if size_bytes >= 0.1 * GB else f"{size_bytes / GB:.2g}"
