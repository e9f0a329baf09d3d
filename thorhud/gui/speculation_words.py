"""What a draft model buys, in words and table rows. No Qt in here."""

from collections.abc import Iterator

from thorhud.domain.comparison import Comparison, ComparisonRow
from thorhud.domain.speculation import BreakEven, ParityPrompt
from thorhud.domain.timing import Acceptance
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.gui.comparison_words import one_decimal, two_decimals
from thorhud.gui.unit_text import one_line

LENGTH_HEADER = ("Configuration", "Output tokens", "Seconds", "tok/s")

WHAT_PARITY_IS = "The same prompts at temperature 0, with and without the draft model, compared token by token."
_CONTEXT = 40


def acceptance_of(row: ComparisonRow) -> tuple[str, Acceptance] | None:
    """Return the counted acceptance of a row and of which answers, long ones first; None where nothing was counted."""
    for which, cell in (("long", row.long), ("short", row.short)):
        if cell.acceptance is not None and cell.acceptance.rate is not None:
            return which, cell.acceptance
    return None


def drafted(comparison: Comparison, workshop: Workshop) -> tuple[Configuration, str, Acceptance] | None:
    """Return the first configuration with a draft model whose acceptance was counted."""
    for row in comparison.rows:
        configuration, found = workshop.configuration(row.configuration_id), acceptance_of(row)
        if configuration is not None and configuration.draft_model is not None and found is not None:
            return configuration, *found
    return None


def break_even_mark(break_even: BreakEven) -> str:
    """Return what stands at the dashed line of the chart; empty where the draft model never pays."""
    if break_even.tokens is None:
        return ""
    return "pays from the first token on" if break_even.tokens <= 1 else f"pays from {break_even.tokens} tokens on"


def break_even_sentence(break_even: BreakEven) -> str:
    """Return the sentence below the chart, the agent's own where it sent one."""
    if break_even.sentence:
        return one_line(break_even.sentence)
    if break_even.tokens is None:
        return f"The draft model does not pay within the {break_even.longest_measured} tokens that were measured."
    return f"From {break_even.tokens} output tokens on, the answer with the draft model is there first."


def parity_lines(comparison: Comparison) -> Iterator[str]:
    """Say of each parity test what came of it, then of each prompt."""
    for result in comparison.parity:
        yield one_line(result.sentence)
        parted = [each for each in result.prompts if each.first_difference is not None]
        alike = [each for each in result.prompts if each.first_difference is None]
        yield from (_about_prompt(each) for each in parted)
        if alike:
            names = ", ".join(_short(each.prompt_name) for each in alike)
            yield f"No difference in what was compared: {one_line(names, 300)}."


def _about_prompt(prompt: ParityPrompt) -> str:
    compared = min(prompt.plain_tokens, prompt.drafted_tokens)
    by_tokens = prompt.compared_by == "tokens"
    where = f"after {prompt.first_difference} {f'of {compared} tokens' if by_tokens else 'words'}"
    context = one_line(prompt.context, 400)[-_CONTEXT:]
    return (
        f"{_short(prompt.prompt_name)}: they part {where}, "
        f"behind \u201c\u2026{context}\u201d: \u201c{one_line(prompt.plain_next, _CONTEXT)}\u201d without, "
        f"\u201c{one_line(prompt.drafted_next, _CONTEXT)}\u201d with the draft model."
    )


def _short(prompt_name: str) -> str:
    return prompt_name.removeprefix("parity: ")


def length_rows(comparison: Comparison | None, workshop: Workshop) -> list[tuple[str, ...]]:
    """Return one table line for each length of each configuration."""
    found = [] if comparison is None else comparison.break_evens
    return [
        (_name(workshop, key), str(point.tokens), two_decimals(point.seconds), one_decimal(point.tokens_per_s))
        for each in found
        for key, points in ((each.plain_id, each.plain), (each.drafted_id, each.drafted))
        for point in points
    ]


def _name(workshop: Workshop, configuration_id: str) -> str:
    configuration = workshop.configuration(configuration_id)
    return configuration_id if configuration is None else configuration.name
