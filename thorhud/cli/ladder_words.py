"""A ladder in lines of a terminal: how far it is, what came of it, which ones there were."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from thorhud.cli.conversation import StatusLine
from thorhud.cli.words import clock
from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.ladder_plan import LadderRecord
from thorhud.domain.state import AgentState, LadderState, LadderStep
from thorhud.domain.sweep import SweepRecord
from thorhud.domain.workshop import Configuration, Workshop

NONE = "–"  # noqa: RUF001 - a dash for what is not known
OVER = {"done", "failed", "skipped"}
SHORT_ID = 8


class Progress:
    """One line that moves, and above it one that stays for each configuration that is through."""

    def __init__(self, line: StatusLine, workshop: Workshop, *, quiet: bool) -> None:
        self._line = line
        self._workshop = workshop
        self._quiet = quiet
        self._told: set[str] = set()

    def show(self, state: AgentState) -> None:
        """Show *state*."""
        ladder = state.ladder
        if ladder.activity is None or self._quiet:
            return
        for step in ladder.steps:
            if step.state in OVER and step.configuration_id not in self._told:
                self._told.add(step.configuration_id)
                self._stay(self._words(step))
        if ladder.reason is not None and ladder.reason not in self._told:
            self._told.add(ladder.reason)
            self._stay(ladder.reason)
        self._line.show(_moving(state), key=ladder.activity)

    def _stay(self, words: str) -> None:
        self._line.show(words)
        self._line.end()

    def _words(self, step: LadderStep) -> str:
        configuration = self._workshop.configuration(step.configuration_id)
        name = configuration.name if configuration else step.configuration_id
        if step.state == "failed":
            return f"{name}: failed. {step.reason or ''}".rstrip()
        return f"{name}: {step.runs_done} runs measured" + (f". {step.reason}" if step.reason else "")


def _moving(state: AgentState) -> str:
    ladder, serving = state.ladder, state.serving
    done = sum(step.state in OVER for step in ladder.steps)
    stage = ""
    if serving.timeline is not None and (ladder.activity or "").startswith("Starting"):
        stage = f" ({serving.timeline.current.value})"
    return f"[{min(done + 1, len(ladder.steps))} of {len(ladder.steps)}] {ladder.activity}{stage}, {_times(ladder)}"


def _times(ladder: LadderState) -> str:
    left = "" if ladder.remaining_s is None else f", about {clock(ladder.remaining_s)} left"
    return f"{clock(ladder.elapsed_s)} so far{left}"


def how_to_go_on(kept: int, *, simulated: bool) -> str:
    """Say after a cancel what is kept and what to type."""
    runs = f"{kept} measured {'run is' if kept == 1 else 'runs are'} kept"
    return f"Cancelled; {runs}. To go on: thorhud ladder --resume{' --simulate' if simulated else ''}"


def table_lines(comparison: Comparison, workshop: Workshop) -> Iterator[str]:
    """Yield one table for each prompt that was measured, then what the runs show and what a reader must know."""
    for title, cells in _tables(comparison, workshop):
        if any(cell.dots for cell in cells.values()):
            yield ""
            yield from _table(title, comparison, cells, workshop)
    for row in comparison.rows:
        if row.sweep is not None:
            yield from _sweep_lines(row.sweep, workshop)
    notes = [verdict.sentence for verdict in comparison.verdicts]
    notes += [parity.sentence for parity in comparison.parity if parity.sentence]
    notes += [each.sentence for each in comparison.break_evens if each.sentence]
    if notes:
        yield ""
        yield from notes
    yield ""
    if comparison.preliminary:
        yield "Preliminary: the median of few runs, a first look and not a verdict."
    yield from comparison.conditions


def _tables(comparison: Comparison, workshop: Workshop) -> Iterator[tuple[str, dict[str, ComparisonCell]]]:
    yield f"Short answer ({workshop.short_prompt})", {row.configuration_id: row.short for row in comparison.rows}
    yield f"Long answer ({workshop.long_prompt})", {row.configuration_id: row.long for row in comparison.rows}
    shapes = {row.configuration_id: row.shape for row in comparison.rows if row.shape is not None}
    yield "2048 prompt tokens, 128 output tokens", shapes


def _table(title: str, comparison: Comparison, cells: dict[str, ComparisonCell], workshop: Workshop) -> Iterator[str]:
    width = max(len(title), *(len(each.name) for each in workshop.configurations))
    columns = f"{'tok/s':>6}  {'95 % interval':>15}  {'n':>2}  {'first token':>11}  {'J/token':>7}  {'published':>9}"
    yield f"{title:{width}}  {columns}"
    long = title.startswith("Long")
    for row in comparison.rows:
        configuration = workshop.configuration(row.configuration_id)
        cell = cells.get(row.configuration_id)
        if configuration is None or cell is None or not _is_asked_for(row, cell):
            continue
        if cell.median_tokens_per_s is None:
            yield f"{configuration.name:{width}}  {row.reason or 'not measured'}"
        else:
            yield f"{configuration.name:{width}}  {_figures(cell)}  {_published(configuration, title, long=long):>9}"


def _is_asked_for(row: ComparisonRow, cell: ComparisonCell) -> bool:
    """Whether a line is worth it: measured, or left out for a reason."""
    return bool(cell.dots) or row.reason is not None


def _figures(cell: ComparisonCell) -> str:
    interval = NONE if cell.interval is None else f"{cell.interval.low:.1f} to {cell.interval.high:.1f}"
    first = NONE if cell.median_ttft_s is None else f"{cell.median_ttft_s:.2f} s"
    energy = NONE if cell.median_energy_per_token_j is None else f"{cell.median_energy_per_token_j:.2f}"
    counted = sum(dot.marked is None for dot in cell.dots)
    return f"{cell.median_tokens_per_s:6.1f}  {interval:>15}  {counted:>2}  {first:>11}  {energy:>7}"


def _published(configuration: Configuration, title: str, *, long: bool) -> str:
    if title.startswith("2048"):
        return NONE
    published = configuration.published
    value = published.long_tokens_per_s.value if long else published.short_tokens_per_s.value
    return NONE if value is None else f"{value:.1f}"


def _sweep_lines(sweep: SweepRecord, workshop: Workshop) -> Iterator[str]:
    configuration = workshop.configuration(sweep.configuration_id)
    yield ""
    yield f"{configuration.name if configuration else sweep.configuration_id}, users at once ({sweep.prompt_name})"
    for level in sweep.levels:
        total = NONE if level.total_tokens_per_s is None else f"{level.total_tokens_per_s:.1f}"
        each = NONE if level.per_user_tokens_per_s is None else f"{level.per_user_tokens_per_s:.1f}"
        wait = NONE if level.median_ttft_s is None else f"{level.median_ttft_s:.2f} s"
        tail = "" if level.p95_ttft_s is None else f", 95 % within {level.p95_ttft_s:.2f} s"
        yield f"  {level.concurrency:3}: {total:>7} tok/s in all, {each:>6} each, first token {wait}{tail}"
    if sweep.stopped_because:
        yield f"  {sweep.stopped_because}"


def ladder_lines(ladders: Sequence[LadderRecord], workshop: Workshop, *, simulated: bool) -> Iterator[str]:
    """Yield one line for each ladder, newest first."""
    if not ladders:
        yield "No ladder was measured on this unit yet."
    for ladder in ladders:
        began = datetime.fromtimestamp(ladder.began_unix_s).astimezone().strftime("%Y-%m-%d %H:%M")
        done = sum(step.state == "done" for step in ladder.steps)
        names = ", ".join(_short_name(step.configuration_id, workshop) for step in ladder.steps)
        state = ladder.outcome or "goes on"
        again = "; --resume goes on" if ladder.can_resume else ""
        yield f"{ladder.id[:SHORT_ID]}  {began}  {state}, {done} of {len(ladder.steps)} measured{again}: {names}"
    if any(ladder.can_resume for ladder in ladders):
        yield f"To go on: thorhud ladder --resume{' --simulate' if simulated else ''}"


def _short_name(configuration_id: str, workshop: Workshop) -> str:
    configuration = workshop.configuration(configuration_id)
    return configuration.short_name if configuration else configuration_id
