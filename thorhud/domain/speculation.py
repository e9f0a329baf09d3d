"""What a draft model buys: from which length on it pays, and whether the answers stay the same."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from thorhud.domain.length_times import LENGTHS, time_to_token
from thorhud.domain.timing import Acceptance, PromptResult


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


def acceptance_words(acceptance: Acceptance | None) -> str | None:
    """Return "2.1 tokens per step, 57 % of the proposed tokens accepted; by position 71, 52, 40 %"; None without any.

    The token that the large model adds itself counts as one of the step.
    """
    if acceptance is None or acceptance.length is None or acceptance.rate is None:
        return None
    words = f"{acceptance.length:.1f} tokens per step, {100 * acceptance.rate:.0f} % of the proposed tokens accepted"
    positions = ", ".join(f"{100 * each:.0f}" for each in acceptance.rate_per_position)
    return f"{words}; by position {positions} %" if positions else words


def length_points(results: Sequence[PromptResult], lengths: Sequence[int]) -> tuple[LengthPoint, ...]:
    """Return the median time to each of *lengths* that every one of *results* reached, and the speed until there."""
    points = []
    for tokens in lengths:
        times = [time_to_token(each, tokens) for each in results]
        known = [each for each in times if each is not None and each > 0]
        if known and len(known) == len(times):
            seconds = statistics.median(known)
            points.append(LengthPoint(tokens=tokens, seconds=seconds, tokens_per_s=tokens / seconds))
    return tuple(points)


def break_even(
    plain: Sequence[PromptResult],
    drafted: Sequence[PromptResult],
    *,
    plain_id: str,
    drafted_id: str,
    plain_name: str,
    drafted_name: str,
    prompt_words: str,
) -> BreakEven | None:
    """Return from which length on answers with the draft model are there first and stay first; None without times.

    Lengths are compared as far as every answer went.
    """
    longest = min((each.completion_tokens or 0 for each in (*plain, *drafted)), default=0)
    lengths = sorted({*(each for each in LENGTHS if each < longest), longest}) if longest > 0 else []
    before, after = length_points(plain, lengths), length_points(drafted, lengths)
    if not before or [each.tokens for each in before] != [each.tokens for each in after]:
        return None
    tokens = _ahead_from(before, after)
    where = f"{prompt_words}, up to {longest:,} tokens, n = {min(len(plain), len(drafted))}"
    late_s = after[-1].seconds - before[-1].seconds
    return BreakEven(
        plain_id=plain_id,
        drafted_id=drafted_id,
        tokens=tokens,
        longest_measured=longest,
        plain=before,
        drafted=after,
        sentence=f"{drafted_name} {_from_when(tokens, late_s, plain_name)} ({where}).",
    )


def _ahead_from(plain: Sequence[LengthPoint], drafted: Sequence[LengthPoint]) -> int | None:
    """Return from which token on the drafted answer stays ahead, between two lengths in proportion."""
    behind_by = [after.seconds - before.seconds for before, after in zip(plain, drafted, strict=True)]
    if behind_by[-1] >= 0:
        return None
    last_behind = max((index for index, each in enumerate(behind_by) if each > 0), default=None)
    if last_behind is None:
        return 1
    start, end = plain[last_behind].tokens, plain[last_behind + 1].tokens
    lost, won = behind_by[last_behind], -behind_by[last_behind + 1]
    return math.ceil(start + (end - start) * lost / (lost + won))


def _from_when(tokens: int | None, late_s: float, plain_name: str) -> str:
    if tokens is None:
        return f"does not pay within what was measured: at the end it is {late_s:.1f} s behind {plain_name}"
    if tokens <= 1:
        return f"is ahead of {plain_name} from the first token on"
    return f"pays from about {tokens:,} output tokens on: from there it stays ahead of {plain_name}"
