"""When an answer reached which length: what a chart of speed over output length, and a break-even, are made of."""

from bisect import bisect_left
from typing import Final

from thorhud.domain.timing import PromptResult, RequestTiming

LENGTHS: Final = (
    *(1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724),
    *(1024, 1448, 2048, 2896, 4096, 5793, 8192, 11585, 16384, 23170, 32768),
)
"""The lengths that are remembered of every answer, two for each doubling: answers are compared at the same lengths."""


def token_times(timing: RequestTiming) -> tuple[tuple[int, float], ...]:
    """Return when the answer had each of `LENGTHS` and its last token: (tokens, seconds since the prompt was sent).

    Nothing where the server does not count tokens as it goes: evenly spread times would claim more than is known.
    """
    total = timing.completion_tokens
    if not total or timing.first is None or timing.first.tokens_so_far is None:
        return ()
    counts: list[int] = []
    moments: list[float] = []
    for each in timing.arrivals:
        if each.tokens_so_far is not None and each.tokens_so_far > (counts[-1] if counts else 0):
            counts.append(each.tokens_so_far)
            moments.append(each.at_s - timing.sent_s)
    if not counts:
        return ()
    lengths = sorted({*(length for length in LENGTHS if length < counts[-1]), counts[-1]})
    return tuple((length, moments[bisect_left(counts, length)]) for length in lengths)


def time_to_token(result: PromptResult, tokens: int) -> float | None:
    """Return the seconds from sending the prompt to the n-th output token; None where the answer was shorter.

    From what was remembered of the answer where there is any, else from its time to first token and its mean pace.
    """
    if tokens < 1 or (result.completion_tokens or 0) < tokens:
        return None
    times = result.token_times
    if times and times[-1][0] >= tokens:
        return _between(times, tokens)
    if result.ttft_s is None or result.tpot_s is None:
        return None
    return result.ttft_s + (tokens - 1) * result.tpot_s


def _between(times: tuple[tuple[int, float], ...], tokens: int) -> float:
    place = bisect_left(times, tokens, key=lambda each: each[0])
    after_tokens, after_s = times[place]
    if after_tokens == tokens or place == 0:
        return after_s
    before_tokens, before_s = times[place - 1]
    return before_s + (after_s - before_s) * (tokens - before_tokens) / (after_tokens - before_tokens)
