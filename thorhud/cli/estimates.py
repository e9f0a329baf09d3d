"""`thorhud estimates`: how good the time left was over the recorded starts of this unit."""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from thorhud.domain.containers import RecordedLine
from thorhud.domain.errors import ThorHudError
from thorhud.domain.estimate_error import SHARES, ErrorFigures, StartErrors, figures_of, replay
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.timeline import LogPiece
from thorhud.domain.workshop import Workshop

NOT_KNOWN: Final = "\N{EN DASH}"
_MOST: Final = 1000
_RECORDS: Final = "records.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One configuration: the errors of its starts at the beginning and at each share of them."""

    configuration_id: str
    at_begin: ErrorFigures
    at_share: dict[float, ErrorFigures]
    median_ready_s: float


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `estimates` to the command line."""
    parser = subparsers.add_parser(
        "estimates",
        help="how good the time left was over the recorded starts",
        description=(
            "Replay every recorded start that became ready, with what had been learned before it, and hold the time"
            " left that was shown against the truth: at the beginning and after 25, 50 and 75 % of the start. Errors"
            " are absolute, in seconds: the median, and in brackets what nine of ten starts do not exceed."
        ),
    )
    parser.add_argument("--simulate", action="store_true", help="the starts of the simulated unit")
    parser.add_argument("--records", type=Path, metavar="FILE", help="a records file, for example of another unit")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the table; a configuration without a start that became ready has no row."""
    from thorhud.settings.load import load_settings  # noqa: PLC0415 - not needed for `--help`
    from thorhud.settings.paths import state_dir  # noqa: PLC0415
    from thorhud.settings.workshop_file import load_workshop  # noqa: PLC0415

    settings = load_settings()
    file = arguments.records or state_dir(arguments.simulate, chosen=settings.state_dir) / _RECORDS
    rows = list(rows_of(file, load_workshop(settings.workshop)))
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    elif rows:
        print("\n".join(as_text(rows)))
    else:
        print(f"No start that became ready is recorded in {file}.")
    return 0


def rows_of(file: Path, workshop: Workshop) -> Iterable[Row]:
    """Yield what the records say of each configuration, in the workshop's order."""
    from thorhud.agent.serving.stage_history import expectation  # noqa: PLC0415 - as in `run`
    from thorhud.records.store import Records  # noqa: PLC0415

    if not file.is_file():
        message = f"There are no records yet: {file} does not exist."
        raise ThorHudError(message, next_step="Start a model first: thorhud launch ID.")
    records = Records(file)
    try:
        launches = records.launches(_MOST)
        for configuration in workshop.configurations:
            measured: list[tuple[LaunchRecord, StartErrors]] = []
            for place, launch in enumerate(launches):
                if launch.configuration_id != configuration.id or launch.ready_after_s is None:
                    continue
                expected = expectation(configuration, launches[place + 1 :])
                if (errors := replay(_pieces(records.lines(launch.id), launch), expected)) is not None:
                    measured.append((launch, errors))
            if measured:
                yield _row(configuration.id, measured)
    finally:
        records.close()


def _pieces(lines: Iterable[RecordedLine], launch: LaunchRecord) -> Iterable[LogPiece]:
    from thorhud.agent.serving.launch_clock import LaunchClock  # noqa: PLC0415 - as in `run`

    clock = LaunchClock(launch.started_unix_s)
    for line in lines:
        at_s = clock.recorded_at_s(line.stamp)
        for text in line.text.decode(errors="replace").split("\r"):
            yield LogPiece(text, at_s)


def _row(configuration_id: str, measured: Sequence[tuple[LaunchRecord, StartErrors]]) -> Row:
    begins = [
        errors.at_begin_s if launch.estimate_s is None else launch.estimate_s - (launch.ready_after_s or 0.0)
        for launch, errors in measured
    ]
    return Row(
        configuration_id=configuration_id,
        at_begin=figures_of(begins),
        at_share={share: figures_of(errors.at_share_s[share] for _, errors in measured) for share in SHARES},
        median_ready_s=sorted(errors.ready_s for _, errors in measured)[len(measured) // 2],
    )


def as_text(rows: Sequence[Row]) -> Iterable[str]:
    """Return the table as lines."""
    shares = "".join(f"{f'at {share:.0%}':>17}" for share in SHARES)
    yield f"{'configuration':<28}{'starts':>7}{'ready after':>13}{'at the begin':>17}{shares}"
    for row in rows:
        count = max(row.at_begin.count + row.at_begin.not_shown, 1)
        cells = "".join(f"{_cell(row.at_share[share]):>17}" for share in SHARES)
        ready = f"{row.median_ready_s:.0f} s"
        yield f"{row.configuration_id:<28}{count:>7}{ready:>13}{_cell(row.at_begin):>17}{cells}"


def _cell(figures: ErrorFigures) -> str:
    if figures.median_s is None or figures.p90_s is None:
        return NOT_KNOWN
    return f"{figures.median_s:.1f} s ({figures.p90_s:.1f})"
