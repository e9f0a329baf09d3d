"""How long a comparison will take: from what this unit showed before, else from published figures. No Qt in here.

Only for the question before it begins; once it runs, the agent says what is left.
"""

from dataclasses import dataclass

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow
from thorhud.domain.ladder_plan import SHAPE_OUTPUT_TOKENS, STEADY_RUNS, LadderPlan, Part
from thorhud.domain.sweep import requests_at
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.words import span

UNKNOWN_START_S, UNKNOWN_RATE = 60.0, 15.0
STOP_S = 6.0
AROUND_AN_ANSWER_S = 1.0
SHORT_TOKENS, LONG_TOKENS = 140, 1024
SWEEP_TOKENS, PARITY_TOKENS = 128, 256
PARITY_SETS = ("domain", "capability")
CROWDED = 1 / 16
"""How much slower each further user makes an answer, about."""


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
    chosen = [each for each in workshop.configurations if each.id in plan.configuration_ids]
    seconds = sum(_seconds(each, plan, workshop, rows.get(each.id)) for each in chosen)
    known = all(
        (row := rows.get(each.id)) is not None and row.start_s is not None and bool(row.short.dots) for each in chosen
    )
    return LadderTime(seconds=seconds, known=known and bool(chosen))


def _seconds(configuration: Configuration, plan: LadderPlan, workshop: Workshop, row: ComparisonRow | None) -> float:
    figures = configuration.published
    short = _Answers.of(None if row is None else row.short, figures.short_tokens_per_s.value, SHORT_TOKENS)
    long = _Answers.of(None if row is None else row.long, figures.long_tokens_per_s.value or short.rate, LONG_TOKENS)
    warm = min(plan.most_warm_ups, max(plan.least_warm_ups, STEADY_RUNS)) * short.seconds()
    each_part = {
        Part.SHORT: plan.repeats * short.seconds(),
        Part.LONG: plan.repeats * long.seconds(),
        Part.SHAPE: plan.repeats * short.seconds(SHAPE_OUTPUT_TOKENS),
        Part.SWEEP: sum(_level_s(users, short) for users in plan.sweep_levels),
        Part.PARITY: _parity_prompts(configuration, plan, workshop) * short.seconds(PARITY_TOKENS),
    }
    around = _start_s(configuration, row) + plan.ready_for_s + STOP_S
    return around + warm + sum(each_part[part] for part in plan.parts)


@dataclass(frozen=True, slots=True)
class _Answers:
    """How fast answers come and how long they usually are."""

    rate: float
    tokens: float

    @classmethod
    def of(cls, cell: ComparisonCell | None, published: float | None, tokens: float) -> "_Answers":
        rate = None if cell is None else cell.median_tokens_per_s
        measured = None if cell is None else cell.median_completion_tokens
        return cls(rate or published or UNKNOWN_RATE, measured or tokens)

    def seconds(self, tokens: float | None = None) -> float:
        return (tokens or self.tokens) / self.rate + AROUND_AN_ANSWER_S


def _level_s(users: int, short: _Answers) -> float:
    return requests_at(users) / users * short.seconds(SWEEP_TOKENS) * (1 + CROWDED * users)


def _parity_prompts(configuration: Configuration, plan: LadderPlan, workshop: Workshop) -> int:
    """Return how many answers of *configuration* are compared: none where its partner is not chosen."""
    drafted = [each for each in workshop.configurations if each.id in plan.configuration_ids and each.draft_model]
    pairs = [(plain.id, each.id) for each in drafted if (plain := workshop.without_draft(each)) is not None]
    partnered = any(configuration.id in pair and set(pair) <= set(plan.configuration_ids) for pair in pairs)
    return 1 + sum(len(workshop.prompt_set(name)) for name in PARITY_SETS) if partnered else 0


def _start_s(configuration: Configuration, row: ComparisonRow | None) -> float:
    expected = sum(each.duration_s for each in configuration.expected_stages)
    learned = None if row is None else row.start_s
    return learned or expected or configuration.published.start_s.value or UNKNOWN_START_S
