"""How long a comparison will take: from what this unit showed before, else from published figures. No Qt in here."""

from dataclasses import dataclass

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.ladder_plan import STEADY_RUNS, LadderPlan, Part
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.words import span

UNKNOWN_START_S, UNKNOWN_RATE = 120.0, 10.0
STOP_S = 12.0
"""Stopping, and until the memory is free again."""
SHORT_TOKENS, LONG_TOKENS, SHAPE_TOKENS = 150, 1024, 128
LEVEL_S = 75.0
"""One level of users at once, about: ramp-up, answers and tail."""
PARITY_PROMPTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderTime:
    """Seconds in all, and whether they come from this unit's own runs."""

    seconds: float
    known: bool

    @property
    def words(self) -> str:
        """Say it in words; what is not known from this unit is a rough figure."""
        minutes = max(1, round(self.seconds / 60))
        hours, rest = divmod(minutes, 60)
        long = f"{hours} h {rest:02} min" if hours else f"{minutes} min" if minutes > 1 else span(self.seconds)
        source = "from this unit's own runs" if self.known else "from the workshop's figures"
        return f"About {long}, {source}"


def ladder_time(plan: LadderPlan, workshop: Workshop, comparison: Comparison | None) -> LadderTime:
    """Return how long *plan* takes."""
    rows = {row.configuration_id: row for row in comparison.rows} if comparison else {}
    seconds, known = 0.0, bool(plan.configuration_ids)
    for key in plan.configuration_ids:
        configuration, row = workshop.configuration(key), rows.get(key)
        if configuration is None:
            continue
        seconds += _start_s(configuration, row) + plan.ready_for_s + STOP_S
        seconds += sum(_part_s(part, plan, configuration, row) for part in plan.parts)
        known = known and row is not None and row.start_s is not None and bool(row.short.dots)
    return LadderTime(seconds=seconds, known=known)


def _start_s(configuration: Configuration, row: ComparisonRow | None) -> float:
    expected = sum(each.duration_s for each in configuration.expected_stages)
    learned = None if row is None else row.start_s
    return learned or expected or configuration.published.start_s.value or UNKNOWN_START_S


def _part_s(part: Part, plan: LadderPlan, configuration: Configuration, row: ComparisonRow | None) -> float:
    runs = plan.repeats + max(plan.least_warm_ups, STEADY_RUNS)
    figures = configuration.published
    short = _answer_s(None if row is None else row.short, figures.short_tokens_per_s.value, SHORT_TOKENS)
    long = _answer_s(None if row is None else row.long, figures.long_tokens_per_s.value, LONG_TOKENS)
    match part:
        case Part.SHORT:
            return runs * short
        case Part.LONG:
            return runs * long
        case Part.SHAPE:
            return runs * short * SHAPE_TOKENS / SHORT_TOKENS
        case Part.SWEEP:
            return len(plan.sweep_levels) * LEVEL_S
        case Part.PARITY:
            return PARITY_PROMPTS * short


def _answer_s(cell: ComparisonCell | None, published: float | None, tokens: float) -> float:
    rate = (None if cell is None else cell.median_tokens_per_s) or published or UNKNOWN_RATE
    measured = None if cell is None else cell.median_completion_tokens
    return (measured or tokens) / rate + 1.0
