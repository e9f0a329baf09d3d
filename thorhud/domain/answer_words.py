"""Counting in answers: words, sentences, repetition, and what two answers have in common.

Everything here counts; nothing judges whether an answer is right. That is left to the people who vote.
"""

import re
from difflib import SequenceMatcher
from itertools import takewhile

from thorhud.domain.answer_quality import AnswerChecks, AnswerPair, DiffPiece
from thorhud.domain.run_record import RunRecord

NUMBERS = {
    word: number
    for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
}
ASKED = re.compile(rf"\b(\d{{1,2}}|{'|'.join(NUMBERS)})[\s-]+sentences?\b", re.IGNORECASE)
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|approx|Dr|Mr|Mrs|Ms|Prof|Fig|No|St|(?<!\d\s)[A-Z])\.$")
"""What ends with a full stop and ends no sentence; a single capital is an initial, behind a number a unit."""
SENTENCE_END = re.compile(r"""[.!?\u2026]+["'\u201d\u2019)\]*_]*(?=\s|$)""")
LIST_MARK = re.compile(r"^\s*(?:[-*+\u2022]|\d{1,3}[.)]|#{1,6})\s+", re.MULTILINE)
WORD = re.compile(r"\w+(?:['\u2019.,-]\w+)*")
PIECE = re.compile(r"\s*\S+\s*$|\s*\S+")
"""A word with the space before it, so that the pieces put together are the text."""

GRAM = 4
"""Words in a row that make a repetition when they come again; three in a row come again in good prose too."""
WORTH_A_LOOK = 0.2
LONGEST_COMPARED = 4000
"""Words of each answer that are compared; the longest prompt of the workshop asks for a quarter of that."""


def check_answer(text: str, *, prompt: str = "", finish_reason: str | None = None) -> AnswerChecks:
    """Count what can be counted about one answer to *prompt*."""
    asked, sentences = asked_sentences(prompt), count_sentences(text)
    cut_off, repeated = finish_reason == "length", repetition(text)
    return AnswerChecks(
        words=len(WORD.findall(text)),
        sentences=sentences,
        asked_sentences=asked,
        cut_off=cut_off,
        repetition=repeated,
        note=_note(text, asked=asked, sentences=sentences, cut_off=cut_off, repeated=repeated),
    )


def asked_sentences(prompt: str) -> int | None:
    """Return how many sentences *prompt* asks for ("a 5-sentence paragraph", "in two sentences"), or None."""
    found = ASKED.search(prompt)
    if found is None:
        return None
    word = found.group(1).lower()
    return NUMBERS.get(word) or int(word)


def count_sentences(text: str) -> int:
    """Count the sentences of prose; what is left behind the last full stop counts as one, for it was begun."""
    plain = LIST_MARK.sub("", text).strip()
    count, begun = 0, 0
    for end in SENTENCE_END.finditer(plain):
        if ABBREVIATION.search(plain[begun : end.start() + 1]) and end.end() < len(plain):
            continue
        count, begun = count + 1, end.end()
    return count + bool(WORD.search(plain[begun:]))


def repetition(text: str) -> float:
    """Return the share of the word 4-grams that stood in the text before, 0 to 1; 0 for a text of fewer words."""
    words = [word.lower() for word in WORD.findall(text)]
    grams = [tuple(words[index : index + GRAM]) for index in range(len(words) - GRAM + 1)]
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def compare_answers(left: RunRecord, right: RunRecord, *, prompt: str) -> AnswerPair:
    """Put two answers to *prompt* beside each other, word by word."""
    ours, theirs = _pieces(left.result.text), _pieces(right.result.text)
    blocks = _common([each.strip() for each in ours], [each.strip() for each in theirs])
    common = sum(length for _, _, length in blocks)
    longest = max(len(ours), len(theirs))
    return AnswerPair(
        prompt_name=left.prompt_name,
        left_run_id=left.id,
        right_run_id=right.id,
        left_configuration_id=left.configuration_id,
        right_configuration_id=right.configuration_id,
        left=_marked(ours, [(at, length) for at, _, length in blocks]),
        right=_marked(theirs, [(at, length) for _, at, length in blocks]),
        left_checks=check_answer(left.result.text, prompt=prompt, finish_reason=left.result.finish_reason),
        right_checks=check_answer(right.result.text, prompt=prompt, finish_reason=right.result.finish_reason),
        same_prefix_words=same_prefix(ours, theirs),
        same_share=common / longest if longest else 1.0,
    )


def same_prefix(left: list[str], right: list[str]) -> int:
    """Return how many words at the beginning are the same, whatever the space between them."""
    return sum(1 for _ in takewhile(lambda pair: pair[0].strip() == pair[1].strip(), zip(left, right, strict=False)))


def _pieces(text: str) -> list[str]:
    words = PIECE.findall(text)
    if len(words) <= LONGEST_COMPARED:
        return words
    return [*words[:LONGEST_COMPARED], "".join(words[LONGEST_COMPARED:])]


def _common(left: list[str], right: list[str]) -> list[tuple[int, int, int]]:
    """Return where the words in common lie: place on the left, place on the right, how many."""
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return [(each.a, each.b, each.size) for each in blocks if each.size]


def _marked(pieces: list[str], common: list[tuple[int, int]]) -> tuple[DiffPiece, ...]:
    marked: list[DiffPiece] = []
    done = 0
    for at, length in [*common, (len(pieces), 0)]:
        for begin, end, same in ((done, at, False), (at, at + length, True)):
            if begin < end:
                marked.append(DiffPiece(text="".join(pieces[begin:end]), same=same))
        done = at + length
    return tuple(marked)


def _note(text: str, *, asked: int | None, sentences: int, cut_off: bool, repeated: float) -> str | None:
    if not text.strip():
        return "It says nothing."
    if repeated >= WORTH_A_LOOK:
        return f"It repeats itself: {100 * repeated:.0f} % of its four-word sequences stood in it before."
    if cut_off:
        return "It ended at the token limit, so it may lack its end."
    if asked is not None and sentences != asked:
        return f"The prompt asks for {asked} sentences; it has {sentences}."
    return None
