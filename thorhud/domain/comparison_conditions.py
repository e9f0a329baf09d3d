"""What a reader must know before believing the bars, in sentences."""

from collections.abc import Iterable, Iterator, Sequence

from thorhud.domain.bootstrap import FEWEST_REPEATS
from thorhud.domain.comparison_rows import MeasuredRow
from thorhud.domain.comparison_values import ComparisonCell
from thorhud.domain.power import about_modes
from thorhud.domain.run_record import RunRecord


def conditions_of(rows: Sequence[MeasuredRow]) -> Iterator[str]:
    """Yield the conditions of all runs that are shown."""
    runs = [each for row in rows for found in row.sets.values() for each in found.runs]
    if any(each.simulated for each in runs):
        yield _about_simulation(max(each.start_speed for each in runs if each.simulated))
    yield from _about_repeats(rows)
    yield from _about_what_is_left_out(rows)
    yield from _about_labels(rows)
    yield from _about_sampling(runs)
    yield from _about_versions(runs)
    if runs:
        yield from about_modes(
            sorted({each.power_mode for each in runs if each.power_mode}),
            all_known=all(each.power_mode for each in runs),
            measured=not all(each.simulated for each in runs),
        )


def counted_repeats(rows: Iterable[MeasuredRow]) -> list[int]:
    """Return the number of runs behind each bar that is drawn."""
    return [sum(dot.marked is None for dot in cell.dots) for cell in _cells(rows) if cell.dots]


def _cells(rows: Iterable[MeasuredRow]) -> Iterator[ComparisonCell]:
    for each in rows:
        yield from (each.row.short, each.row.long)


def _about_simulation(start_speed: float) -> str:
    hurried = f", start hurried {start_speed:g} times" if start_speed != 1.0 else ""
    return f"Simulated unit: token rates are the published ones{hurried}."


def _about_repeats(rows: Sequence[MeasuredRow]) -> Iterator[str]:
    if repeats := counted_repeats(rows):
        low, high = min(repeats), max(repeats)
        count = f"{low}" if low == high else f"{low} to {high}"
        runs_word = "run" if high == 1 else "runs"
        yield f"{count} measured {runs_word} behind each bar; the bar is their median, each run a dot."
    if marked := sum(dot.marked is not None for cell in _cells(rows) for dot in cell.dots):
        yield f"{marked} marked {'run does' if marked == 1 else 'runs do'} not count towards a median."
    yield from _about_intervals(rows)


def _about_intervals(rows: Sequence[MeasuredRow]) -> Iterator[str]:
    """Say what an interval is worth: with five repeats it cannot be more than their range, and covers a little less."""
    sizes = [cell.interval.n for cell in _cells(rows) if cell.interval is not None]
    if not sizes:
        return
    five = "; with 5 runs that is the slowest to the fastest, which covers in 94 of 100 cases"
    yield f"A whisker is the 95 % bootstrap interval of the median{five if min(sizes) == FEWEST_REPEATS else ''}."
    starts = [{run.launch_id for run in found.counted} for row in rows for found in row.sets.values() if found.counted]
    if all(len(each) == 1 and None not in each for each in starts):
        yield "The runs behind a bar come from one start of its server; what another start changes is in no interval."


def _about_what_is_left_out(rows: Sequence[MeasuredRow]) -> Iterator[str]:
    """Name the runs that are not shown because they were measured otherwise, configurations alike together."""
    groups: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for row in rows:
        left_out = [each for found in row.sets.values() for each in found.left_out]
        names = dict.fromkeys(name for found in row.sets.values() for name in found.differences)
        if left_out:
            groups.setdefault(tuple(names), []).append((row.configuration.short_name, len(left_out)))
    for differing, parts in groups.items():
        count = sum(number for _, number in parts)
        whose = ", ".join(name for name, _ in parts)
        runs = "1 run" if count == 1 else f"{count} runs"
        verb = "is" if count == 1 else "are"
        yield f"{runs} of {whose} {verb} not shown: measured under other conditions ({', '.join(differing)})."


def _about_labels(rows: Sequence[MeasuredRow]) -> Iterator[str]:
    """Name the bars whose runs did not pass every gate; of simulated ones that is said already."""
    labelled = [
        row.configuration.short_name
        for row in rows
        if any(run.not_comparable and not run.simulated for found in row.sets.values() for run in found.counted)
    ]
    if labelled:
        yield f"Not comparable with published figures and other units: {', '.join(labelled)}."


def _about_sampling(runs: Iterable[RunRecord]) -> Iterator[str]:
    ways = sorted({_sampling(each) for each in runs})
    if ways:
        yield f"Sampling: {'; '.join(ways)}."
    if ways[1:]:
        yield "Not all runs were sampled alike."


def _sampling(run: RunRecord) -> str:
    words = ["the server's temperature" if run.temperature is None else f"temperature {run.temperature:g}"]
    if run.seed is not None:
        words.append(f"seed {run.seed}")
    return ", ".join(words)


def _about_versions(runs: Iterable[RunRecord]) -> Iterator[str]:
    versions = sorted({each.vllm_version for each in runs if each.vllm_version})
    if versions:
        yield f"vLLM {', '.join(versions)}." + (" Not all bars come from the same version." if versions[1:] else "")
