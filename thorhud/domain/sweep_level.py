"""The arithmetic of one level of a sweep, from when each answer's tokens came, and the rules that end a sweep."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from thorhud.domain.statistics import percentile
from thorhud.domain.sweep import SweepLevel
from thorhud.domain.timing import PromptError, RequestTiming, ServerFigures

LEAST_GROWTH = 0.05
LONGEST_WAIT_S = 10.0
"""Of the first token: whoever waits longer in front of a screen believes that nothing happens."""
FULL_KV_CACHE = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepLimits:
    """From where on more users at once are not asked for."""

    least_growth: float = LEAST_GROWTH
    """Total speed must grow by this share from level to level."""
    longest_wait_s: float = LONGEST_WAIT_S
    """Of the 95th percentile of the time to first token where there is one, else of the median."""
    full_kv_cache: float = FULL_KV_CACHE


def level_of(
    concurrency: int,
    answers: Sequence[RequestTiming],
    *,
    failed: int = 0,
    server: ServerFigures | None = None,
    error: PromptError | None = None,
) -> SweepLevel:
    """Return the figures of one level from the *answers* that came whole, all on one clock.

    *server* are its counters over the level, *error* the first trouble of the *failed* ones.
    """
    answers = sorted(answers, key=lambda each: each.sent_s)
    waits = tuple(each.ttft_s for each in answers if each.ttft_s is not None)
    speeds = [each.tokens_per_s for each in answers if each.tokens_per_s is not None]
    ends = [each.arrivals[-1].at_s for each in answers if each.arrivals]
    return SweepLevel(
        concurrency=concurrency,
        requests=len(answers),
        failed=failed,
        total_tokens_per_s=_total_tokens_per_s(concurrency, answers),
        per_user_tokens_per_s=statistics.median(speeds) if speeds else None,
        ttft_s=waits,
        median_ttft_s=statistics.median(waits) if waits else None,
        p95_ttft_s=percentile(waits, 0.95),
        completion_tokens=sum(each.completion_tokens or 0 for each in answers),
        duration_s=max(ends) - answers[0].sent_s if ends else None,
        server=server,
        error=error,
    )


def stop_reason(levels: Sequence[SweepLevel], limits: SweepLimits | None = None) -> str | None:
    """Return why no higher level should follow these, as a sentence; None where one may."""
    if not levels:
        return None
    limits = limits or SweepLimits()
    newest = levels[-1]
    return (
        _about_failures(newest)
        or _about_memory(newest, limits)
        or _about_waiting(newest, limits)
        or _about_growth(levels, limits)
    )


def _total_tokens_per_s(concurrency: int, answers: Sequence[RequestTiming]) -> float | None:
    """Return what all users got together, from when each had a first token until the first of them had no next prompt.

    In between every user was served all the time, or its next prompt was being read; None where that never was so.
    """
    if concurrency < 1 or len(answers) < concurrency or any(each.completion_tokens is None for each in answers):
        return None
    firsts = [each.first.at_s for each in answers[:concurrency] if each.first is not None]
    lasts = sorted(each.last.at_s for each in answers if each.last is not None)
    if len(firsts) < concurrency or len(lasts) < len(answers):
        return None
    begin, end = max(firsts), lasts[len(answers) - concurrency]
    if end <= begin:
        return None
    return sum(_tokens_by(each, end) - _tokens_by(each, begin) for each in answers) / (end - begin)


def _tokens_by(answer: RequestTiming, at_s: float) -> float:
    """Return how many tokens of an answer had come by then; spread evenly where the server counts only at the end."""
    first, last, total = answer.first, answer.last, answer.completion_tokens or 0
    if first is None or last is None or at_s < first.at_s:
        return 0.0
    if at_s >= last.at_s:
        return float(total)
    if first.tokens_so_far is None:
        return 1 + (total - 1) * (at_s - first.at_s) / (last.at_s - first.at_s)
    return float(max((each.tokens_so_far or 0 for each in answer.arrivals if each.at_s <= at_s), default=0))


def _about_failures(level: SweepLevel) -> str | None:
    if not level.failed and level.error is None:
        return None
    why = "" if level.error is None else f": {level.error.headline.rstrip('.')}"
    count = f"{level.failed} of {level.requests + level.failed} answers" if level.failed else "answers"
    return f"Stopped at {_users(level)}: {count} did not come whole{why}."


def _about_memory(level: SweepLevel, limits: SweepLimits) -> str | None:
    server = level.server
    if server is None:
        return None
    if server.preemptions:
        times = "once" if server.preemptions == 1 else f"{server.preemptions} times"
        return f"Stopped at {_users(level)}: the KV cache ran full and the server put answers aside {times}."
    if server.kv_cache_usage is not None and server.kv_cache_usage >= limits.full_kv_cache:
        return f"Stopped at {_users(level)}: the KV cache is full ({100 * server.kv_cache_usage:.0f} %)."
    return None


def _about_waiting(level: SweepLevel, limits: SweepLimits) -> str | None:
    wait, which = level.p95_ttft_s, "one in twenty waits"
    if wait is None:
        wait, which = level.median_ttft_s, "half of the users wait"
    if wait is None or wait <= limits.longest_wait_s:
        return None
    wish = f"at most {limits.longest_wait_s:g} s is asked for"
    return f"Stopped at {_users(level)}: {which} {wait:.1f} s or longer for the first token, {wish}."


def _about_growth(levels: Sequence[SweepLevel], limits: SweepLimits) -> str | None:
    """Judge the newest level against the one before."""
    newest = levels[-1]
    if newest.total_tokens_per_s is None:
        return _about_no_total(newest)
    before = levels[-2].total_tokens_per_s if levels[1:] else None
    if not before:
        return None
    growth = newest.total_tokens_per_s / before - 1
    if growth >= limits.least_growth:
        return None
    change = f"grew by only {100 * growth:.0f} %" if growth >= 0.005 else "no longer grew"
    figures = f"{before:.1f} to {newest.total_tokens_per_s:.1f} tok/s"
    return f"Stopped at {_users(newest)}: the total speed {change} from {_users(levels[-2])} ({figures})."


def _about_no_total(level: SweepLevel) -> str:
    """Say why there is none: nothing to count, or users who were served one behind the other."""
    if not level.requests:
        return f"Stopped at {_users(level)}: no answer came."
    if not level.completion_tokens:
        return f"Stopped at {_users(level)}: the server sent no token counts, so there is no total speed."
    return f"Stopped at {_users(level)}: at no moment were all of them served."


def _users(level: SweepLevel) -> str:
    return "1 user" if level.concurrency == 1 else f"{level.concurrency} users"
