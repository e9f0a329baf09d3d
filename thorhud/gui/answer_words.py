"""Answers beside each other, and votes about them, in words. No Qt in here."""

from collections.abc import Iterator

from thorhud.domain.answer_quality import AnswerChecks, AnswerPair, VoteTally
from thorhud.domain.workshop import ReferencePrompt, Workshop
from thorhud.gui.comparison_words import percent
from thorhud.gui.unit_text import one_line

NOT_RIGHT = "These are counts: they say how the answers differ, not which one is right."
PLAIN, DOUBT = "text2", "amber"
"""Tones of a check: as it should be, and worth a look."""
_REPEATS = 0.2


def prompt_titles(workshop: Workshop) -> list[tuple[str, str]]:
    """Return the prompts to choose from, each with its set, the short reference prompt first."""
    return [(each.name, _titled(each)) for each in workshop.prompts]


def _titled(prompt: ReferencePrompt) -> str:
    title = prompt.title or prompt.name
    return f"{prompt.set.capitalize()}: {title}" if prompt.set in {"domain", "capability"} else title


def check_lines(checks: AnswerChecks) -> Iterator[tuple[str, str]]:
    """Yield each check as tone and words; the agent's own note where none of them says what is worth a look."""
    lines = list(_counts(checks))
    yield from lines
    if checks.note and not any(tone == DOUBT for tone, _ in lines):
        yield DOUBT, one_line(checks.note, 200)


def _counts(checks: AnswerChecks) -> Iterator[tuple[str, str]]:
    sentences = f"{checks.sentences} {'sentence' if checks.sentences == 1 else 'sentences'}"
    if checks.asked_sentences is None:
        yield PLAIN, sentences
    else:
        kept = checks.sentences == checks.asked_sentences
        yield (PLAIN if kept else DOUBT), f"{sentences} of {checks.asked_sentences} asked"
    yield PLAIN, f"{checks.words} words"
    yield (DOUBT if checks.repetition >= _REPEATS else PLAIN), f"{percent(checks.repetition)} of its word groups repeat"
    if checks.cut_off:
        yield DOUBT, "Cut off at the token limit"


def alike(pair: AnswerPair) -> str:
    """Say how much of two answers is the same."""
    agree = f"{percent(pair.same_share)} of all words agree."
    if pair.same_prefix_words == 0:
        return f"They begin differently; {agree}"
    begin = "first word is" if pair.same_prefix_words == 1 else f"first {pair.same_prefix_words} words are"
    return f"The {begin} the same; {agree}"


def tally_sentences(tallies: list[VoteTally], workshop: Workshop) -> list[str]:
    """Return the votes so far, one sentence for each pair of configurations."""
    return [one_line(each.sentence) or _counted(each, workshop) for each in tallies]


def _counted(tally: VoteTally, workshop: Workshop) -> str:
    before, after = short_name(workshop, tally.before_id), short_name(workshop, tally.after_id)
    return f"{before} {tally.for_before}, {after} {tally.for_after}, alike {tally.same}."


def short_name(workshop: Workshop, configuration_id: str) -> str:
    """Return what a configuration is called on a button; a foreign one by its id."""
    configuration = workshop.configuration(configuration_id)
    return one_line(configuration_id, 40) if configuration is None else configuration.short_name
