"""What others published of much the same work, beside the measured shape of theirs. No Qt in here."""

from dataclasses import dataclass

from thorhud.domain.comparison import Comparison, ComparisonCell
from thorhud.domain.workshop import Configuration, PublishedElsewhere, Workshop
from thorhud.gui.bar_words import bar_words
from thorhud.gui.comparison_words import one_decimal
from thorhud.gui.stage_words import DASH
from thorhud.gui.unit_text import one_line

SHAPE = "2048/128"
ASK_FOR_IT = "Not measured: choose \u201c2048 in, 128 out\u201d when you measure."
OTHERS_HEADER = (
    "Number",
    "Configuration",
    "What was served",
    "Users",
    "Shape",
    "tok/s",
    "How it was measured",
    "Source",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersRow:
    """One configuration: the measured shape, and the numbers of the figures of others to one request at a time."""

    configuration: Configuration
    cell: ComparisonCell | None
    others: tuple[tuple[int, PublishedElsewhere], ...]
    words: str
    """What a person reads who points at the row."""


def numbered(workshop: Workshop) -> list[tuple[int, PublishedElsewhere]]:
    """Return the figures of others, counted from 1 in the workshop file's order."""
    return list(enumerate(workshop.published_elsewhere, 1))


def others_rows(comparison: Comparison | None, workshop: Workshop) -> tuple[OthersRow, ...]:
    """Return the configurations of which the shape was measured, or of which others published something."""
    cells = {row.configuration_id: row.shape for row in comparison.rows} if comparison else {}
    rows = []
    for configuration in workshop.configurations:
        others = tuple(
            (number, each)
            for number, each in numbered(workshop)
            if each.configuration_id == configuration.id and each.concurrency == 1
        )
        cell = cells.get(configuration.id)
        cell = cell if cell is not None and cell.dots else None
        if others or cell is not None:
            words = _words(configuration, cell, others, comparison)
            rows.append(OthersRow(configuration=configuration, cell=cell, others=others, words=words))
    return tuple(rows)


def others_sentence(number: int, figure: PublishedElsewhere) -> str:
    """Return one figure in full: what, how fast, how measured, where it stands."""
    users = "" if figure.concurrency == 1 else f", {figure.concurrency} users together"
    speed = one_decimal(figure.tokens_per_s)
    return one_line(f"{number}: {speed} tok/s{users}, {figure.title}. {figure.conditions} {figure.source}", 600)


def others_table(workshop: Workshop) -> list[tuple[str, ...]]:
    """Return the figures of others as table rows."""
    return [
        (
            str(number),
            _name(workshop, figure.configuration_id),
            figure.title,
            str(figure.concurrency),
            figure.shape or DASH,
            one_decimal(figure.tokens_per_s),
            figure.conditions,
            figure.source,
        )
        for number, figure in numbered(workshop)
    ]


def _words(
    configuration: Configuration,
    cell: ComparisonCell | None,
    others: tuple[tuple[int, PublishedElsewhere], ...],
    comparison: Comparison | None,
) -> str:
    lines = [others_sentence(number, figure) for number, figure in others]
    if cell is None or comparison is None:
        return "\n".join([f"{configuration.name}, {SHAPE}", ASK_FOR_IT, *lines])
    # what the workshop published is of another prompt, so nothing of it stands here
    own = bar_words(configuration, SHAPE, cell, None, comparison)
    return "\n".join([own, *lines])


def _name(workshop: Workshop, configuration_id: str | None) -> str:
    configuration = workshop.configuration(configuration_id or "")
    return DASH if configuration is None else configuration.name
