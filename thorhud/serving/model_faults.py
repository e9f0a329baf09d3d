"""What keeps a model on the disk from being served, the most telling thing first, and how a person mends it."""

from functools import partial
from typing import Final

from thorhud.domain.model_files import FilesFault, FilesFaultKind, gb
from thorhud.serving.getting_weights import copy_or_download, point_revision
from thorhud.serving.hub_cache import Place, Revision, link_out_of_reach
from thorhud.serving.model_contents import Contents
from thorhud.serving.unread_files import Blobs
from thorhud.serving.weight_files import Health

CONFIG: Final = "config.json"
_TOKENIZERS: Final = ("tokenizer.json", "tokenizer.model", "tekken.json", "vocab.json")
_SAID: Final = {
    FilesFaultKind.BROKEN_LINKS: ("{count} weight {files} a link that leads nowhere, first {first}"),
    FilesFaultKind.EMPTY_FILES: ("{count} weight {files} empty, first {first}"),
    FilesFaultKind.POINTER_FILES: ("{count} weight {files} only a pointer (a clone without git-lfs), first {first}"),
    FilesFaultKind.DAMAGED: ("{count} weight {files} damaged, first {first}"),
    FilesFaultKind.TRUNCATED: ("{count} weight {files} cut off, first {first}"),
}
"""Worst first, in the order in which they are told."""


def fault_of(contents: Contents, health: Health) -> FilesFault | None:
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


def revision_fault(place: Place, found: Revision, whole: list[str], blobs: Blobs) -> FilesFault:
    """Return why ``refs/main`` leads to nothing; *whole* are the revisions that are here as a whole."""
    if len(whole) == 1:
        named = found.named
        why = "refs/main is missing" if named is None else f"refs/main names {named[:12]}, which is not here"
        sentence = f"{why}, so the server would not find the files of revision {whole[0][:12]}, which are whole."
        step = point_revision(place, whole[0])
    elif whole:
        sentence = f"refs/main leads to none of its {len(whole)} revisions, and nobody says which one is meant."
        step = f"Choose one of {', '.join(whole)}. {point_revision(place, 'REVISION')}"
    elif blobs.unfinished:
        return _unfinished(place, blobs, "")
    else:
        sentence, step = "the download was never finished (no snapshot).", copy_or_download(place)
    return FilesFault(kind=FilesFaultKind.NO_REVISION, sentence=sentence, next_step=step)
