"""What one bar of the comparison is made of, in words. No Qt in here."""

from collections.abc import Iterator, Sequence

from thorhud.domain.comparison import ENOUGH_REPEATS, Comparison, ComparisonCell
from thorhud.domain.statistics import Interval
from thorhud.domain.timing import Acceptance
from thorhud.domain.workshop import Configuration, Published
from thorhud.gui.comparison_words import NO_PUBLISHED, one_decimal, percent, two_decimals
from thorhud.gui.stage_words import NARROW
from thorhud.gui.unit_text import one_line

NOT_COMPARABLE, FIRST_LOOK = "not comparable", "first look"


def counted(cell: ComparisonCell) -> int:
    """Return how many runs are behind the bar."""
    return sum(dot.marked is None for dot in cell.dots)


def is_first_look(cell: ComparisonCell) -> bool:
    """Tell whether too few runs are behind the bar for a verdict."""
    return bool(cell.dots) and counted(cell) < ENOUGH_REPEATS


def why_not(reasons: Sequence[str]) -> str:
    """Return why something cannot be compared, one reason after another behind two words said once."""
    if not reasons:
        return ""
    told = (one_line(each, 300).removeprefix("Not comparable: ").rstrip(".") for each in reasons)
    small = (each[:1].lower() + each[1:] if each[1:2].islower() or each[1:2] == " " else each for each in told)
    return f"Not comparable: {'; '.join(small)}."


def mark_of(cell: ComparisonCell, comparison: Comparison) -> str:
    """Return the two words that stand behind a bar that deserves less trust than the others; empty for none.

    What holds for every bar the head of the page says, once.
    """
    measured = _measured(comparison)
    if cell.not_comparable and not all(one.not_comparable for one in measured):
        return NOT_COMPARABLE
    return FIRST_LOOK if is_first_look(cell) and not all(is_first_look(one) for one in measured) else ""


def nothing_comparable(comparison: Comparison) -> bool:
    """Tell whether no bar at all can be compared with published figures."""
    measured = _measured(comparison)
    return bool(measured) and all(one.not_comparable for one in measured)


def _measured(comparison: Comparison) -> list[ComparisonCell]:
    return [cell for row in comparison.rows for cell in (row.short, row.long) if cell.dots]


def interval_words(interval: Interval | None, decimals: int = 1) -> str:
    """Return "18.7 to 18.9, 95 % CI"; empty where there are too few runs for one."""
    if interval is None:
        return ""
    return f"{interval.low:.{decimals}f} to {interval.high:.{decimals}f}, 95{NARROW}% CI"


def acceptance_words(acceptance: Acceptance | None) -> str:
    """Return what became of the draft model's tokens; empty where nothing was counted."""
    if acceptance is None or acceptance.rate is None or acceptance.length is None:
        return ""
    return (
        f"{percent(acceptance.rate)} of the proposed tokens accepted, "
        f"{acceptance.length:.2f} tokens in each step of the large model"
    )


def bar_words(
    configuration: Configuration, which: str, cell: ComparisonCell, published: Published | None, comparison: Comparison
) -> str:
    """Say everything about one bar: n, interval, each run, tokens, energy, published value, conditions.

    *published* is None where the workshop published nothing of that kind at all.
    """
    lines = [f"{configuration.name}, {which} answer", *_about_speed(cell), *_about_runs(cell)]
    if published is not None:
        lines.append(f"published {published.value:.1f}" if published.value is not None else NO_PUBLISHED)
    if cell.not_comparable:
        lines.append(why_not(cell.not_comparable))
    lines += [
        each.sentence
        for each in comparison.verdicts
        if each.prompt_name == which and configuration.id in {each.before_id, each.after_id}
    ]
    return "\n".join([*lines, *comparison.conditions])


def _about_speed(cell: ComparisonCell) -> Iterator[str]:
    runs = "run" if counted(cell) == 1 else "runs"
    between = interval_words(cell.interval)
    yield (
        f"median {one_decimal(cell.median_tokens_per_s)} tok/s of n = {counted(cell)} {runs}"
        + (f", {between}" if between else "")
    )
    if is_first_look(cell):
        yield f"A first look: fewer than {ENOUGH_REPEATS} runs."
    if cell.median_ttft_s is not None:
        between = interval_words(cell.ttft_interval, 2)
        yield f"first token after {two_decimals(cell.median_ttft_s)} s" + (f" ({between})" if between else "")


def _about_runs(cell: ComparisonCell) -> Iterator[str]:
    if cell.dots:
        yield "runs: " + ", ".join(f"{dot.tokens_per_s:.1f}" for dot in cell.dots)
    yield from (
        f"not counted: {dot.tokens_per_s:.1f}, {one_line(dot.marked, 200)}"
        for dot in cell.dots
        if dot.marked is not None
    )
    if cell.median_completion_tokens is not None:
        yield f"{cell.median_completion_tokens:.0f} tokens in each answer"
    if cell.median_prompt_tokens_per_s is not None:
        yield f"prompt read at {cell.median_prompt_tokens_per_s:.0f} tok/s"
    if cell.median_energy_per_token_j is not None:
        yield f"{cell.median_energy_per_token_j:.2f} J for each token"
    if words := acceptance_words(cell.acceptance):
        yield words
