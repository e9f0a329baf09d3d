"""What a draft model buys: from which length on it pays, and whether the answers stay the same."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthPoint:
    """The time to the n-th output token of one configuration, median over its runs."""

    tokens: int
    seconds: float
    tokens_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """From how many output tokens on the draft model's answer is there first, time to first token included."""

    plain_id: str
    drafted_id: str
    tokens: int | None
    """None where the draft never pays within what was measured, 1 where it pays from the first token on."""
    longest_measured: int
    plain: tuple[LengthPoint, ...] = ()
    drafted: tuple[LengthPoint, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityResult:
    """The same prompts, greedy, with and without the draft model."""

    plain_id: str
    drafted_id: str
    at_unix_s: float
    prompts: tuple["ParityPrompt", ...] = ()
    ladder_id: str | None = None
    simulated: bool = False
    sentence: str = ""
    """"Lossless up to numerics: ..." or where they part; never "identical"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityPrompt:
    """One prompt's two answers."""

    prompt_name: str
    plain_tokens: int
    drafted_tokens: int
    first_difference: int | None = None
    """Index of the first differing token (0 is the first); None where all compared tokens agree."""
    compared_by: str = "tokens"
    """tokens, or text where the server sends no token ids"""
    context: str = ""
    """The common text right before the difference."""
    plain_next: str = ""
    drafted_next: str = ""
