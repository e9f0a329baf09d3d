"""Writing the report: one page that works offline, and the same figures as CSV and JSON beside it."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from thorhud.domain.comparison import Comparison, RunRecord
from thorhud.domain.errors import ThorHudError
from thorhud.domain.workshop import Workshop
from thorhud.report.chart_data import chart_data
from thorhud.report.page import page
from thorhud.report.run_table import as_csv, run_rows
from thorhud.report.svg import inline

PAGE, RUNS, FIGURES = "report.html", "runs.csv", "report.json"

LABELS = {
    "speed": "Generation speed of each configuration, measured and published",
    "limit": "Tokens per second over the GiB read for each token, with the bandwidth limit",
    "ttft": "Time to first token of each configuration",
    "memory": "Model memory of each configuration, measured and published",
}

_DRAWING_LIMIT_S = 120.0

log = logging.getLogger(__name__)


def write_report(comparison: Comparison, runs: Sequence[RunRecord], workshop: Workshop, folder: Path) -> Path:
    """Write the page, the CSV and the JSON file into *folder* and return the page's path.

    Raises `ThorHudError` where the folder cannot be written. Plots that cannot be drawn are left out and said so.
    """
    rows = run_rows(runs, workshop)
    plots = draw_plots(comparison, workshop)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / RUNS, as_csv(rows))
        _write(folder / FIGURES, _as_json(comparison, rows, workshop))
        _write(folder / PAGE, page(comparison, runs, workshop, plots))
    except OSError as error:
        message = f"The report cannot be written to {folder} ({error.strerror or error})."
        raise ThorHudError(message, next_step="Name a folder that this account may write to.") from error
    return folder / PAGE


def draw_plots(comparison: Comparison, workshop: Workshop) -> dict[str, str]:
    """Draw in a process of its own; return the SVG of each plot, or nothing where drawing fails."""
    data = json.dumps(chart_data(comparison, workshop))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "thorhud.report.plots"],
            input=data,
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=_DRAWING_LIMIT_S,
        )
        drawn: dict[str, str] = json.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        log.warning("the plots could not be drawn: %s", (error.stderr or "").strip().splitlines()[-1:])
        return {}
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        log.warning("the plots could not be drawn: %s", error)
        return {}
    return {name: inline(svg, name=name, label=LABELS[name]) for name, svg in drawn.items()}


def _as_json(comparison: Comparison, rows: Sequence[dict[str, Any]], workshop: Workshop) -> str:
    figures = {
        "workshop": workshop.id,
        "comparison": asdict(comparison),
        "published": {each.id: asdict(each.published) for each in workshop.configurations},
        "runs": rows,
    }
    return json.dumps(figures, indent=2, ensure_ascii=False, allow_nan=False)


def _write(path: Path, content: str) -> None:
    """Replace *path* as a whole, so that a reader never sees half a file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)
