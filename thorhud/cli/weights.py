"""`thorhud weights`: the workshop's models on this unit, whole or not, and what of the disk nobody reads."""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thorhud.cli.verifying import Verified, verify
from thorhud.domain.errors import ThorHudError
from thorhud.domain.model_files import FilesFaultKind, ModelFiles, about_duplicates, gb
from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.wire import plain
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.serving.hub_cache import MOUNTED, is_path, models_here
from thorhud.serving.look_at_model import look_at
from thorhud.serving.model_contents import contents_of
from thorhud.serving.verify_files import Claims, claims_of
from thorhud.serving.weights import read_per_token
from thorhud.settings.load import load_settings
from thorhud.settings.workshop_file import load_workshop

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_UNKNOWN = "\N{EN DASH}"
_IN_SHORT = {
    FilesFaultKind.NOT_HERE: "not here",
    FilesFaultKind.OTHER_NAME: "other name",
    FilesFaultKind.NO_PERMISSION: "not readable",
    FilesFaultKind.UNREADABLE: "not readable",
    FilesFaultKind.NO_REVISION: "no revision",
    FilesFaultKind.UNFINISHED: "unfinished",
    FilesFaultKind.NO_CONFIG: "incomplete",
    FilesFaultKind.NO_WEIGHTS: "no weights",
    FilesFaultKind.MISSING_FILES: "incomplete",
    FilesFaultKind.BROKEN_LINKS: "incomplete",
    FilesFaultKind.EMPTY_FILES: "damaged",
    FilesFaultKind.TRUNCATED: "cut off",
    FilesFaultKind.DAMAGED: "damaged",
    FilesFaultKind.POINTER_FILES: "pointers only",
    FilesFaultKind.OUT_OF_REACH: "out of reach",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One model, with all that was found out about it."""

    files: ModelFiles
    used_by: tuple[str, ...]
    claims: Claims | None = None
    verified: tuple[Verified, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """Sentences on what is wrong with it."""
        found = () if self.files.fault is None else (self.files.fault.sentence,)
        return (*found, *(f"{each.name}: {each.fault}." for each in self.verified if each.fault is not None))


def add_parser(subparsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command line."""
    parser = subparsers.add_parser(
        "weights",
        help="the models on this unit: whole or why not, sizes, copies that nobody reads",
        description=(
            "Look for the models of the workshop on this unit. Only sizes and headers are read, nothing is downloaded."
            " Exit code: 0 every model is whole, 1 one is not."
        ),
    )
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help="a configuration, a model id or a folder (default: the whole workshop)"
    )
    parser.add_argument(
        "--verify", action="store_true", help="read the files as a whole and compare them with their hashes"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look, verify where asked, and print."""
    settings = load_settings()
    workshop = load_workshop(settings.workshop)
    data_dir: Path = settings.data_dir
    rows = [_row(data_dir, workshop, model) for model in _asked(workshop, arguments.ids)]
    if arguments.verify:
        rows = _with_verdicts(data_dir, rows, quiet=arguments.json)
    reads = _reads(data_dir, workshop, arguments.ids)
    if arguments.json:
        print(json.dumps(_as_json(data_dir, rows, reads), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_as_text(data_dir, rows, reads, named=bool(arguments.ids))))
    return 1 if any(each.faults for each in rows) else 0


def _asked(workshop: Workshop, ids: Sequence[str]) -> tuple[str, ...]:
    """Return the models that are meant, each once."""
    found: dict[str, None] = {}
    for each in workshop.configurations if not ids else ():
        found |= dict.fromkeys(_models_of(each))
    for wanted in ids:
        configuration = workshop.configuration(wanted)
        if configuration is not None:
            found |= dict.fromkeys(_models_of(configuration))
        elif is_path(wanted) or "/" in wanted:
            found[wanted] = None
        else:
            known = ", ".join(each.id for each in workshop.configurations)
            message = f"The workshop has no configuration {wanted!r}, and a model's id has the form OWNER/NAME."
            raise ThorHudError(message, next_step=f"It has: {known}.")
    return tuple(found)


def _models_of(configuration: Configuration) -> tuple[str, ...]:
    return tuple(filter(None, (configuration.model, configuration.draft_model)))


def _row(data_dir: Path, workshop: Workshop, model: str) -> _Row:
    promised = (weights for each in workshop.configurations for weights in each.weights if weights.model == model)
    size = next((each.disk_bytes for each in promised if each.disk_bytes), None)
    used_by = tuple(each.id for each in workshop.configurations if model in _models_of(each))
    return _Row(files=look_at(data_dir, model, promised_bytes=size), used_by=used_by)


def _with_verdicts(data_dir: Path, rows: Sequence[_Row], *, quiet: bool) -> list[_Row]:
    claims = [_claims(data_dir, each) for each in rows]
    verified = verify([claim for each in claims for claim in each.checkable], quiet=quiet)
    return [
        _Row(
            files=row.files,
            used_by=row.used_by,
            claims=each,
            verified=tuple(one for one in verified if one.model == row.files.model),
        )
        for row, each in zip(rows, claims, strict=True)
    ]


def _claims(data_dir: Path, row: _Row) -> Claims:
    try:
        found = contents_of(data_dir, row.files.model)
    except OSError:
        return Claims()
    return Claims() if found is None else claims_of(found)


def _reads(data_dir: Path, workshop: Workshop, ids: Sequence[str]) -> tuple[ReadPerToken, ...]:
    asked = [each for each in workshop.configurations if not ids or each.id in ids]
    found = (read_per_token(data_dir, workshop, each) for each in asked)
    return tuple(each for each in found if each is not None)


def _as_json(data_dir: Path, rows: Sequence[_Row], reads: Sequence[ReadPerToken]) -> dict[str, Any]:
    return {
        "outcome": "failed" if any(each.faults for each in rows) else "done",
        "data_dir": str(data_dir),
        "models": [
            {
                **plain(each.files),
                "complete": each.files.complete,
                "duplicate_bytes": each.files.duplicate_bytes,
                "used_by": each.used_by,
                "verified": None if each.claims is None else plain(each.verified),
                "without_hash": None if each.claims is None else each.claims.without_hash,
            }
            for each in rows
        ],
        "read_per_token": plain(tuple(reads)),
        "download_cache_bytes": _download_cache_bytes(data_dir),
    }


def _as_text(data_dir: Path, rows: Sequence[_Row], reads: Sequence[ReadPerToken], *, named: bool) -> Iterator[str]:
    yield from _table([("Model", "Weights", "Read", "On disk", "Files", "Revision"), *(_cells(each) for each in rows)])
    for row in rows:
        words = tuple(_words(row))
        if words:
            yield ""
            yield _shown(row.files.model)
            yield from (f"    {_shown(each)}" for each in words)
    yield ""
    yield from _about_all(data_dir, rows, named=named)
    for read in reads if named else ():
        yield ""
        yield from _about_reading(read)


def _table(lines: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    for line in lines:
        cells = (
            f"{cell:>{width}}" if 1 < at < 5 else f"{cell:{width}}"
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _cells(row: _Row) -> tuple[str, ...]:
    files = row.files
    expected = _UNKNOWN if files.expected_files is None else str(files.expected_files)
    here = files.path is not None
    return (
        _shown(files.model),
        _in_short(row),
        f"{gb(files.read_bytes)} GB" if here else _UNKNOWN,
        f"{gb(files.disk_bytes)} GB" if files.disk_bytes else _UNKNOWN,
        f"{files.found_files}/{expected}" if here else _UNKNOWN,
        (files.revision or _UNKNOWN)[:12],
    )


def _in_short(row: _Row) -> str:
    if row.files.fault is not None:
        return _IN_SHORT[row.files.fault.kind]
    return "wrong content" if row.faults else "whole"


def _words(row: _Row) -> Iterator[str]:
    """Yield what is to say below the table about one model."""
    yield from (each[:1].upper() + each[1:] for each in row.faults)
    if row.files.fault is not None and row.files.fault.next_step:
        yield from row.files.fault.next_step.replace(" . Or, ", "\nOr, ").splitlines()
    copies = about_duplicates(row.files)
    if copies is not None:
        yield copies
    for each in row.files.unread:
        if not each.duplicate:
            yield f"{gb(each.size_bytes)} GB: {each.where}."
    yield from row.files.notes
    if row.claims is not None:
        yield from _verdict(row, row.claims)


def _verdict(row: _Row, claims: Claims) -> Iterator[str]:
    if claims.checkable and not any(each.fault for each in row.verified):
        size = gb(sum(each.size_bytes for each in row.verified))
        yield f"Verified: {len(row.verified)} files, {size} GB, hold what their hashes say."
    if claims.without_hash:
        count = len(claims.without_hash)
        yield f"Nothing says what {count} file{'s' if count > 1 else ''} should hold: a copy without links."


def _about_all(data_dir: Path, rows: Sequence[_Row], *, named: bool) -> Iterator[str]:
    whole = sum(not each.faults for each in rows)
    copies = sum(each.files.duplicate_bytes for each in rows)
    disk = sum(each.files.disk_bytes for each in rows)
    said = f"{whole} of {len(rows)} models whole in {data_dir}, {gb(disk)} GB on the disk"
    yield f"{said}, {gb(copies)} GB of them copies that nobody reads." if copies else f"{said}."
    if named:
        return
    spare = _download_cache_bytes(data_dir)
    if spare:
        yield f"{gb(spare)} GB more is the download cache ({data_dir / MOUNTED / 'xet'}); a server never reads it."
    known = {each.files.model for each in rows}
    others = [each for each in models_here(data_dir) if each not in known]
    if others:
        yield f"Also here: {', '.join(map(_shown, others))}."


def _about_reading(read: ReadPerToken) -> Iterator[str]:
    about = "" if read.exact else "about "
    yield f"{read.configuration_id} reads {about}{gb(read.weight_bytes)} GB for each token."
    yield from (f"    {each}" for each in read.assumptions)


def _download_cache_bytes(data_dir: Path) -> int:
    """Return what the hub's chunk cache holds; 0 where there is none or nobody may look."""
    total = 0
    for folder, _, names in os.walk(data_dir / MOUNTED / "xet"):
        for name in names:
            try:
                total += os.lstat(Path(folder) / name).st_size
            except OSError:  # it went while we looked
                continue
    return total


def _shown(text: str) -> str:
    """Show control characters of names on the disk instead of obeying them."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)
