"""Answers beside each other, and votes about them, in words. No Qt in here."""

from collections.abc import Iterator

from thorhud.domain.answer_quality import AnswerChecks, AnswerPair, VoteTally
from thorhud.domain.workshop import ReferencePrompt, Workshop
from thorhud.gui.comparison_words import percent
from thorhud.gui.unit_text import one_line

NOT_RIGHT = "These are counts: they say how the answers differ, not which one is right."
_REPEATS = 0.1


def prompt_titles(workshop: Workshop) -> list[tuple[str, str]]:
    """Return the prompts to choose from, each with its set, the short reference prompt first."""
    return [(each.name, _titled(each)) for each in workshop.prompts]


def _titled(prompt: ReferencePrompt) -> str:
    title = prompt.title or prompt.name
    return f"{prompt.set.capitalize()}: {title}" if prompt.set in {"domain", "capability"} else title


def check_lines(checks: AnswerChecks) -> Iterator[tuple[str, str]]:
    """Yield each check as tone and words."""
    sentences = f"{checks.sentences} {'sentence' if checks.sentences == 1 else 'sentences'}"
    if checks.asked_sentences is None:
        yield "text2", f"{checks.words} words, {sentences}"
    else:
        kept = checks.sentences == checks.asked_sentences
        yield (
            ("green_text" if kept else "amber"),
            f"{sentences} of {checks.asked_sentences} asked" + ("" if kept else ": not what the prompt asks"),
        )
        yield "text2", f"{checks.words} words"
    if checks.cut_off:
        yield "amber", "Cut off at the token limit"
    repeats = f"{percent(checks.repetition)} of its word groups repeat"
    yield ("amber" if checks.repetition >= _REPEATS else "text2"), repeats
    if checks.note:
        yield "amber", one_line(checks.note, 200)


def alike(pair: AnswerPair) -> str:
    """Say how much of two answers is the same."""
    words = "word" if pair.same_prefix_words == 1 else "words"
    return f"The first {pair.same_prefix_words} {words} are the same; {percent(pair.same_share)} of all words agree."


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
