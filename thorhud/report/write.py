"""Writing the report: one page that works offline, and the same as PNG, CSV and JSON beside it."""

import os
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from thorhud.domain.comparison import Comparison
from thorhud.domain.errors import ThorHudError
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Workshop
from thorhud.report.drawing import TITLES, draw_plots, title_of
from thorhud.report.figures import as_json
from thorhud.report.page import page
from thorhud.report.run_table import as_csv, run_rows
from thorhud.report.tables import in_order

PAGE, CARD, RUNS, FIGURES = "report.html", "card.png", "runs.csv", "report.json"

__all__ = [
    "CARD",
    "FIGURES",
    "PAGE",
    "RUNS",
    "TITLES",
    "Format",
    "draw_plots",
    "make_report",
    "title_of",
    "write_report",
]


class Format(StrEnum):
    """What a report can be written as."""

    HTML = "html"
    PNG = "png"
    CSV = "csv"
    JSON = "json"


EVERY_FORMAT = frozenset(Format)
"""What is written where nobody chooses."""

FIRST_FILE = {Format.HTML: PAGE, Format.PNG: CARD, Format.CSV: RUNS, Format.JSON: FIGURES}
"""The file of a format that a person opens first."""

_DRAWN_FOR = {Format.HTML: "svg", Format.PNG: "png"}


def make_report(
    comparison: Comparison,
    runs: Sequence[RunRecord],
    workshop: Workshop,
    formats: Collection[Format] = EVERY_FORMAT,
) -> dict[str, bytes]:
    """Return the content of each file of the report by its name; the same input gives the same bytes.

    Plots that cannot be drawn are left out, and the page says so.
    """
    runs = in_order(runs, workshop)
    wanted = [kind for each, kind in _DRAWN_FOR.items() if each in formats]
    plots = draw_plots(comparison, workshop, wanted=wanted) if wanted else None
    files: dict[str, bytes] = {}
    if plots is not None and Format.PNG in formats:
        files |= {f"{name}.png": picture for name, picture in plots.png.items()}
        files |= {} if plots.card is None else {CARD: plots.card}
    if Format.CSV in formats:
        files[RUNS] = as_csv(run_rows(runs, workshop))
    if Format.JSON in formats:
        files[FIGURES] = as_json(comparison, runs, workshop).encode()
    if plots is not None and Format.HTML in formats:
        files[PAGE] = page(comparison, runs, workshop, plots.svg).encode()
    return files


def write_report(
    comparison: Comparison,
    runs: Sequence[RunRecord],
    workshop: Workshop,
    folder: Path,
    *,
    formats: Collection[Format] = EVERY_FORMAT,
) -> Path:
    """Write the report into *folder* and return the path of the file to open first.

    Raises `ThorHudError` where the folder cannot be written, or where only pictures were asked for and none could
    be drawn.
    """
    files = make_report(comparison, runs, workshop, formats)
    first = FIRST_FILE[next(each for each in Format if each in formats)]
    if first not in files:
        raise ThorHudError(
            "The pictures could not be drawn.",
            next_step="The same figures without pictures: thorhud report --format csv",
        )
    try:
        _replace(folder, files, formats)
    except OSError as error:
        message = f"The report cannot be written to {folder} ({error.strerror or error})."
        raise ThorHudError(message, next_step="Name a folder that this account may write to.") from error
    return folder / first


def _replace(folder: Path, files: Mapping[str, bytes], formats: Collection[Format]) -> None:
    """Write every file; a picture of an earlier report that this one does not have is taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    if Format.PNG in formats:
        for name in (*TITLES, *(f"lengths_{number}" for number in range(10)), CARD.removesuffix(".png")):
            if f"{name}.png" not in files:
                (folder / f"{name}.png").unlink(missing_ok=True)
    for name, content in files.items():
        _write(folder / name, content)


def _write(path: Path, content: bytes) -> None:
    """Replace *path* as a whole, so that a reader never sees half a file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
