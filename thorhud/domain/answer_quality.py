"""Answers beside each other: what can be counted about them, and what people thought of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPiece:
    """Some words of an answer; *same* where the other answer has them too."""

    text: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChecks:
    """What can be counted about one answer; nothing here says that it is right."""

    words: int
    sentences: int
    asked_sentences: int | None = None
    """How many the prompt asks for ("in 5 sentences"); None where it asks for no number."""
    cut_off: bool = False
    """Whether it ended at the token limit."""
    repetition: float = 0.0
    """Share of its word 4-grams that stood in it before, 0 to 1."""
    note: str | None = None
    """One sentence where something is worth a look, for example that it repeats itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPair:
    """Two answers to one prompt, ready to be shown beside each other."""

    prompt_name: str
    left_run_id: str
    right_run_id: str
    left_configuration_id: str
    right_configuration_id: str
    left: tuple[DiffPiece, ...]
    right: tuple[DiffPiece, ...]
    left_checks: AnswerChecks
    right_checks: AnswerChecks
    same_prefix_words: int
    """How many words at the beginning are the same."""
    same_share: float
    """Share of the words that both have in the same order, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """Two answers to choose from; which configuration wrote which, the agent keeps until the vote."""

    id: str
    prompt_name: str
    prompt: str
    a: str
    b: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One blind choice between two answers; the voter saw A and B, not the names."""

    id: str
    at_unix_s: float
    prompt_name: str
    a_run_id: str
    b_run_id: str
    a_configuration_id: str
    b_configuration_id: str
    choice: str
    """a, b or same"""
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody wrote to an evaluation question or to a configuration."""

    subject: str
    """"question:2", "configuration:llama-fp4" or "prompt:NAME"."""
    text: str
    at_unix_s: float
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteTally:
    """The votes between two configurations, in the workshop's order."""

    before_id: str
    after_id: str
    for_before: int
    for_after: int
    same: int
    sentence: str = ""
