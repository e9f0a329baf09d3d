"""Export what was measured on this unit: a page with plots that works offline, a picture for a slide, CSV and JSON."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.bytes_per_token import published_read
from thorhud.domain.comparison import Comparison, compare
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.run_record import RunRecord
from thorhud.domain.speculation import ParityResult
from thorhud.domain.sweep import SweepRecord
from thorhud.domain.workshop import Workshop

_RECORDS = "records.sqlite3"
_MOST = 5000
"""Runs and launches that one report may hold."""
_ALL, _LAST = "all", "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a records file holds for a report, newest first."""

    runs: list[RunRecord]
    launches: list[LaunchRecord]
    sweeps: list[SweepRecord]
    parities: list[ParityResult]
    ladder_id: str | None = None
    """None where it is about every run."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `report` to the command line."""
    parser = subparsers.add_parser(
        "report", help="export what was measured: HTML with plots, PNG, CSV, JSON", description=__doc__
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("thorhud-report"),
        metavar="FOLDER",
        help="where to write (default: thorhud-report)",
    )
    parser.add_argument(
        "--format",
        choices=("html", "png", "csv", "json", _ALL),
        default=_ALL,
        help="only the page, the pictures, the table or the figures (default: all)",
    )
    parser.add_argument("--ladder", metavar="ID", help='only the runs of this ladder; "last" for the newest one')
    parser.add_argument("--simulate", action="store_true", help="the runs of the simulated unit")
    parser.add_argument("--records", type=Path, metavar="FILE", help="a records file, for example of another unit")
    parser.add_argument(
        "--from", dest="figures", type=Path, metavar="FILE", help="the report.json of a report, to write it again"
    )
    parser.add_argument("--workshop", type=Path, metavar="FILE", help="the workshop file the runs belong to")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the report and say where it is; nothing is opened."""
    # reading settings, records and plots is not needed for `--help`
    from thorhud.domain.wire import plain  # noqa: PLC0415
    from thorhud.report.write import EVERY_FORMAT, FIRST_FILE, Format, write_report  # noqa: PLC0415
    from thorhud.settings.load import load_settings  # noqa: PLC0415
    from thorhud.settings.workshop_file import load_workshop  # noqa: PLC0415

    settings = load_settings()
    workshop = load_workshop(arguments.workshop or settings.workshop)
    comparison, runs = _measured(arguments, workshop, state_dir=settings.state_dir, data_dir=settings.data_dir)
    formats = EVERY_FORMAT if arguments.format == _ALL else {Format(arguments.format)}
    first = write_report(comparison, runs, workshop, arguments.output, formats=formats)
    if arguments.json:
        names = {Format.HTML: "page", Format.PNG: "card", Format.CSV: "runs", Format.JSON: "figures"}
        files = {names[each]: str(first.parent / FIRST_FILE[each]) for each in Format if each in formats}
        print(json.dumps(files | {"comparison": plain(comparison)}, indent=2, ensure_ascii=False))
        return 0
    print(_summary(comparison, runs))
    print(f"Report: {first}")
    return 0


def _measured(
    arguments: argparse.Namespace, workshop: Workshop, *, state_dir: Path | None, data_dir: Path
) -> tuple[Comparison, list[RunRecord]]:
    """Return what the report is about: from a report's figures, or from the records of a unit."""
    if arguments.figures is not None:
        from thorhud.report.figures import read_figures  # noqa: PLC0415 - as in `run`

        return read_figures(arguments.figures)
    file = arguments.records or _records_file(simulated=arguments.simulate, chosen=state_dir)
    recorded = read_records(file, arguments.ladder)
    runs = recorded.runs
    comparison = compare(
        workshop,
        runs,
        unit=_unit(runs),
        start_s=newest_starts(recorded.launches),
        reads=_reads(runs, workshop, data_dir),
        sweeps=recorded.sweeps,
        parity=recorded.parities,
        ladder_id=recorded.ladder_id,
    )
    return comparison, runs


def _reads(runs: Sequence[RunRecord], workshop: Workshop, data_dir: Path) -> dict[str, ReadPerToken]:
    """Return what one token reads: counted from the weights on this machine, else what the workshop file says."""
    from thorhud.serving.weights import read_per_token  # noqa: PLC0415 - as in `run`

    is_simulated = any(each.simulated for each in runs)
    looked = {
        each.id: published_read(workshop, each) if is_simulated else read_per_token(data_dir, workshop, each)
        for each in workshop.configurations
    }
    return {each: read for each, read in looked.items() if read is not None and read.weight_bytes > 0}


def read_records(file: Path, ladder: str | None = None) -> Recorded:
    """Return what a records file holds of one ladder ("last": the newest) or of all; raise where that is nothing."""
    from thorhud.records.store import Records  # noqa: PLC0415 - as in `run`

    if not file.is_file():
        message = f"There are no records yet: {file} does not exist."
        raise ThorHudError(message, next_step="Measure first: thorhud ladder (add --simulate for the simulated unit).")
    records = Records(file)
    try:
        recorded = records.runs(_MOST)
        ladder_id = _ladder_id(recorded, ladder)
        return Recorded(
            runs=_chosen(recorded, ladder_id, file),
            launches=records.launches(_MOST),
            sweeps=records.sweeps(_MOST, ladder_id=ladder_id),
            parities=records.parities(_MOST, ladder_id=ladder_id),
            ladder_id=ladder_id,
        )
    finally:
        records.close()


def newest_starts(launches: Sequence[LaunchRecord]) -> dict[str, float]:
    """Return how long the newest start of each configuration took, from launches that are newest first."""
    starts: dict[str, float] = {}
    for launch in launches:
        if launch.configuration_id and launch.ready_after_s is not None:
            starts.setdefault(launch.configuration_id, launch.ready_after_s)
    return starts


def _records_file(*, simulated: bool, chosen: Path | None) -> Path:
    from thorhud.settings.paths import state_dir  # noqa: PLC0415 - as in `run`

    return state_dir(simulated, chosen=chosen) / _RECORDS


def _ladder_id(runs: Sequence[RunRecord], ladder: str | None) -> str | None:
    """Return the id that is meant; "last" stays where no run belongs to a ladder."""
    if ladder != _LAST:
        return ladder
    return next((each.ladder_id for each in runs if each.ladder_id is not None), ladder)


def _chosen(runs: list[RunRecord], ladder: str | None, file: Path) -> list[RunRecord]:
    """Return the runs that the report is about; raise where there are none."""
    chosen = runs if ladder is None else [each for each in runs if each.ladder_id == ladder]
    if chosen:
        return chosen
    if ladder is None:
        message = f"No run is recorded in {file}."
        raise ThorHudError(message, next_step="Measure first: thorhud ladder (add --simulate for the simulated unit).")
    known = ", ".join(dict.fromkeys(each.ladder_id for each in runs if each.ladder_id)) or "none"
    message = f"No run of the ladder {ladder} is recorded in {file}; recorded ladders: {known}."
    raise ThorHudError(message, next_step="Leave --ladder out to report on every run.")


def _unit(runs: Sequence[RunRecord]) -> str:
    return next((each.unit for each in runs if each.unit), "")


def _summary(comparison: Comparison, runs: Sequence[RunRecord]) -> str:
    measured = sum(each.reason is None for each in comparison.rows)
    label = "preliminary, " if comparison.preliminary else ""
    unit = f" of {comparison.unit}" if comparison.unit else ""
    return f"{len(runs)} runs{unit}, {label}{measured} of {len(comparison.rows)} configurations measured."
