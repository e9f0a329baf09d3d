"""The report as data: a versioned JSON file from which every figure of the page can be computed again.

==============  =====================================================================================================
``schema``      "thorhud-report"
``version``     grows where a field changes its name or its meaning; new fields may come without
``workshop``    id of the workshop
``comparison``  `Comparison`: medians, intervals, verdicts, findings, sweeps, break-even, parity
``published``   by configuration id, what the workshop published
``elsewhere``   what others published, with address and conditions
``runs``        the rows of runs.csv
``records``     `RunRecord` of every run, warm-ups, answers and marks included
==============  =====================================================================================================
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from thorhud.domain.comparison import Comparison
from thorhud.domain.errors import ThorHudError
from thorhud.domain.run_record import RunRecord
from thorhud.domain.wire import convert, plain
from thorhud.domain.workshop import Workshop
from thorhud.report.run_table import run_rows
from thorhud.report.tables import in_order

SCHEMA, VERSION = "thorhud-report", 1


def as_json(comparison: Comparison, runs: Sequence[RunRecord], workshop: Workshop) -> str:
    """Return the whole report as JSON; figures that were read from such a file are written as they stood in it."""
    comparison = convert(plain(comparison), Comparison)  # a whole number where a fraction may stand becomes one
    runs = convert(plain(in_order(runs, workshop)), list[RunRecord])
    figures = {
        "schema": SCHEMA,
        "version": VERSION,
        "workshop": workshop.id,
        "comparison": plain(comparison),
        "published": {each.id: asdict(each.published) for each in workshop.configurations},
        "elsewhere": [asdict(each) for each in workshop.published_elsewhere],
        "runs": run_rows(runs, workshop),
        "records": plain(runs),
    }
    return json.dumps(figures, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read_figures(file: Path) -> tuple[Comparison, list[RunRecord]]:
    """Return the comparison and the runs of a report's JSON file; raise `ThorHudError` where it is none."""
    try:
        figures: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        _check(file, figures["schema"], figures["version"])
        return convert(figures["comparison"], Comparison), convert(figures["records"], list[RunRecord])
    except OSError as error:
        raise ThorHudError(
            f"{file} cannot be read ({error.strerror or error}).", next_step="Name the report.json of a report."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ThorHudError(
            f"{file} is no report of thorhud ({error}).", next_step="Name the report.json of a report."
        ) from error


def _check(file: Path, schema: object, version: object) -> None:
    if schema != SCHEMA:
        message = f"its schema is {str(schema)[:40]!r}"
        raise ValueError(message)
    if version != VERSION:
        raise ThorHudError(
            f"{file} is a report of version {str(version)[:40]}; this program reads version {VERSION}.",
            next_step="Read it with the version of thorhud that wrote it.",
        )
