"""What stands on the card: the picture of a whole ladder for a slide or a phone."""

from datetime import UTC, datetime
from typing import Any

from thorhud.domain.comparison import Comparison
from thorhud.domain.workshop import Workshop
from thorhud.report.chart_data import has_long_answers

CARD_TITLE = "What each step buys you"
_MOST_FINDINGS = 3


def card_words(comparison: Comparison, workshop: Workshop) -> dict[str, Any]:
    """Return the words of the card as plain JSON; the bars come from `chart_data`."""
    findings = [[each.figure, each.sentence] for each in comparison.findings[:_MOST_FINDINGS]]
    if not findings:
        findings = [["", "Not enough was measured to say what a step buys."]]
    return {
        "unit": _short(comparison.unit or "This unit", 20),
        "title": CARD_TITLE,
        "subtitle": ", ".join(each for each in (_short(workshop.title, 60), measured_on(comparison)) if each),
        "badges": badges(comparison),
        "findings_title": "What you are seeing",
        "findings": findings,
        "foot": _foot(comparison),
    }


def badges(comparison: Comparison) -> list[str]:
    """Return the words that nobody may overlook, the gravest first."""
    marks = (("Simulated", comparison.simulated), ("First look", comparison.preliminary))
    return [word for word, holds in marks if holds]


def measured_on(comparison: Comparison) -> str:
    """Return the day of the last run shown, in UTC, or nothing where nobody knows it."""
    if comparison.measured_unix_s is None:
        return ""
    last = datetime.fromtimestamp(comparison.measured_unix_s[1], UTC)
    return f"{last.day} {last:%B %Y}"


def _short(words: str, most: int) -> str:
    """Return words that find room on the picture; names come from elsewhere and may be of any length."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _foot(comparison: Comparison) -> list[str]:
    length = "long" if has_long_answers(comparison) else "short"
    repeats = [
        sum(dot.marked is None for dot in cell.dots)
        for cell in (getattr(row, length) for row in comparison.rows)
        if cell.dots
    ]
    runs = (
        ""
        if not repeats
        else f" of {repeats[0]} runs"
        if len(set(repeats)) == 1
        else f" of {min(repeats)} to {max(repeats)} runs"
    )
    meaning = f"Bar: median{runs}, {length} answer. Whisker: 95 % interval. Upright tick: published by the workshop."
    if comparison.simulated:
        return [meaning, "Simulated: nothing on this picture was measured on a Thor."]
    return [meaning, " ".join(each for each in comparison.conditions if "behind each bar" not in each)]
