"""Writing the report: one page that works offline, and the same as PNG, CSV and JSON beside it."""

import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from thorhud.domain.comparison import Comparison
from thorhud.domain.errors import ThorHudError
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Workshop
from thorhud.report.chart_data import chart_data
from thorhud.report.page import page
from thorhud.report.run_table import as_csv, run_rows
from thorhud.report.style import print_colours
from thorhud.report.svg import inline

PAGE, RUNS, FIGURES = "report.html", "runs.csv", "report.json"

TITLES = {
    "speed": "Generation speed, tok/s",
    "limit": "How close to the memory limit, tok/s",
    "ttft": "Time to first token, seconds",
    "memory": "Model memory, GiB",
}
"""What each plot shows: its heading as a picture file, its label for a screen reader."""

_DRAWING_LIMIT_S = 120.0

log = logging.getLogger(__name__)


def write_report(comparison: Comparison, runs: Sequence[RunRecord], workshop: Workshop, folder: Path) -> Path:
    """Write the page, the plots as PNG, the CSV and the JSON file into *folder* and return the page's path.

    Raises `ThorHudError` where the folder cannot be written. Plots that cannot be drawn are left out and said so.
    """
    rows = run_rows(runs, workshop)
    plots = draw_plots(comparison, workshop)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in TITLES:
            _write_picture(folder / f"{name}.png", plots.png.get(name))
        _write(folder / RUNS, as_csv(rows))
        _write(folder / FIGURES, _as_json(comparison, rows, workshop))
        _write(folder / PAGE, page(comparison, runs, workshop, plots.svg))
    except OSError as error:
        message = f"The report cannot be written to {folder} ({error.strerror or error})."
        raise ThorHudError(message, next_step="Name a folder that this account may write to.") from error
    return folder / PAGE


@dataclass(frozen=True, slots=True)
class Plots:
    """Each plot by its name; both are empty where drawing failed."""

    svg: dict[str, str] = field(default_factory=dict)
    """For the page, in its colours."""
    png: dict[str, bytes] = field(default_factory=dict)
    """For slides: on white, with a heading and what the marks mean."""


def draw_plots(comparison: Comparison, workshop: Workshop) -> Plots:
    """Draw in a process of its own, which matplotlib may not outlive."""
    job = {
        "data": chart_data(comparison, workshop),
        "colours": print_colours(workshop),
        "titles": TITLES,
        "caption": _caption(comparison),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "thorhud.report.plots"],
            input=json.dumps(job),
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=_DRAWING_LIMIT_S,
        )
        drawn = json.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        log.warning("the plots could not be drawn: %s", (error.stderr or "").strip().splitlines()[-1:])
        return Plots()
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        log.warning("the plots could not be drawn: %s", error)
        return Plots()
    return Plots(
        svg={name: inline(svg, name=name, label=TITLES[name]) for name, svg in drawn["svg"].items()},
        png={name: base64.b64decode(picture) for name, picture in drawn["png"].items()},
    )


def _caption(comparison: Comparison) -> str:
    """Say below a picture file what a reader of the page sees around it."""
    unit = comparison.unit or "this unit"
    labels = (("preliminary", comparison.preliminary), ("simulated", comparison.simulated))
    told = ", ".join([unit, *(word for word, holds in labels if holds)])
    return f"{told}. Bar or filled mark: median of this unit, dot: one run, tick or hollow mark: published."


def _as_json(comparison: Comparison, rows: Sequence[dict[str, Any]], workshop: Workshop) -> str:
    figures = {
        "workshop": workshop.id,
        "comparison": asdict(comparison),
        "published": {each.id: asdict(each.published) for each in workshop.configurations},
        "runs": rows,
    }
    return json.dumps(figures, indent=2, ensure_ascii=False, allow_nan=False)


def _write_picture(path: Path, picture: bytes | None) -> None:
    """Write a plot; one that could not be drawn leaves no older one behind."""
    if picture is None:
        path.unlink(missing_ok=True)
    else:
        _write(path, picture)


def _write(path: Path, content: str | bytes) -> None:
    """Replace *path* as a whole, so that a reader never sees half a file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content.encode() if isinstance(content, str) else content)
    draft.replace(path)
