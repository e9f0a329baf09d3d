"""Which text a simulated model answers with, cut into pieces of about the size of tokens."""

import re
import zlib
from collections.abc import Sequence

from thorhud.simulate.answer_texts import FIVE_SENTENCES, HELLO, REASONING, SENTENCES

_ECHO = ", and all of it on the robot, on the robot itself."
_FOUR_BIT_GIB = 7.0
"""A model of less memory stands for one in four bits: it repeats itself a little, as the workshop warns."""
_LONG_FROM = 600
_WORD = re.compile(r"\s*\w{1,9}|\s*[^\w\s]|\s+")


def pieces(text: str) -> list[str]:
    """Cut a text into what stands for tokens: words with the space before them, long words in two, marks alone."""
    return _WORD.findall(text)


def reasoning_pieces() -> list[str]:
    """Return what a reasoning model thinks before its answer."""
    return pieces(REASONING)


def answer_pieces(
    prompt: str, *, model: str, memory_gib: float, variant: int, max_tokens: int, ignore_eos: bool
) -> list[str]:
    """Return the pieces of a whole answer to *prompt*; it ends naturally unless there are *max_tokens* of them.

    ``variant`` chooses among the texts; temperature zero is always the same one.
    """
    choice = zlib.crc32(model.encode()) + variant
    text = _text(prompt, choice)
    if memory_gib < _FOUR_BIT_GIB:
        text = text.removesuffix(".").removesuffix("?") + _ECHO
    found = pieces(text)
    asked_for_length = max_tokens >= _LONG_FROM and not _is_short(prompt)
    while (ignore_eos or asked_for_length) and len(found) < max_tokens:
        found += pieces("\n\n" + _turned(SENTENCES, choice + len(found)))
    return found[:max_tokens]


def _is_short(prompt: str) -> bool:
    return "5-sentence" in prompt or prompt.lower().startswith("hello")


def _text(prompt: str, choice: int) -> str:
    if "5-sentence" in prompt:
        return FIVE_SENTENCES[choice % len(FIVE_SENTENCES)]
    if prompt.lower().startswith("hello"):
        return HELLO[choice % len(HELLO)]
    return _turned(SENTENCES, choice)


def _turned(sentences: Sequence[str], first: int) -> str:
    start = first % len(sentences)
    return " ".join((*sentences[start:], *sentences[:start]))
