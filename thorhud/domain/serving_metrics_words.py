"""What a server says about itself, in words for a card and for a terminal."""

from collections.abc import Callable
from typing import Final, TypeVar

from thorhud.domain.reading import Reading
from thorhud.domain.serving_metrics import ServingMetrics
from thorhud.domain.timing import Acceptance

T = TypeVar("T")

NARROW: Final = "\u202f"


def summary(metrics: ServingMetrics) -> str:
    """Say in one short line how busy the server is: "1 running, KV cache 3 %"."""
    if metrics.running.value is None:
        return f"Server: {metrics.running.reason or 'not known'}"
    waiting = f", {metrics.waiting.value} waiting" if metrics.waiting.value else ""
    cache = "" if metrics.kv_cache_usage.value is None else f", KV cache {_percent(metrics.kv_cache_usage.value)}"
    return f"{metrics.running.value} running{waiting}{cache}"


def rows(metrics: ServingMetrics) -> tuple[tuple[str, str], ...]:
    """Return every value with its label, quantiles and shares of the last minute; one that is not known says why."""
    return (
        ("requests running", _words(metrics.running, str)),
        ("requests waiting", _words(metrics.waiting, str)),
        ("KV cache in use", _words(metrics.kv_cache_usage, _percent)),
        ("tokens per second", _words(metrics.generated_tokens_per_s, _figure)),
        ("prompt tokens per second", _words(metrics.prompt_tokens_per_s, _figure)),
        ("first token, p50 and p95", _both(metrics.ttft_p50_s, metrics.ttft_p95_s)),
        ("between steps, p50 and p95", _both(metrics.itl_p50_s, metrics.itl_p95_s)),
        ("preemptions since the start", _words(metrics.preemptions, str)),
        ("found in the prefix cache", _words(metrics.prefix_cache_hit_rate, _percent)),
        ("draft tokens accepted", _words(metrics.acceptance, _accepted)),
    )


def _words(reading: Reading[T], say: Callable[[T], str]) -> str:
    return reading.reason or "not known" if reading.value is None else say(reading.value)


def _both(median: Reading[float], high: Reading[float]) -> str:
    if median.value is None or high.value is None:
        return median.reason or "not known"
    return f"{_seconds(median.value)}, {_seconds(high.value)}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f}{NARROW}s" if seconds >= 1 else f"{1000 * seconds:.0f}{NARROW}ms"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}{NARROW}%"


def _figure(value: float) -> str:
    return f"{value:.1f}"


def _accepted(acceptance: Acceptance) -> str:
    if acceptance.rate is None or acceptance.length is None:
        return "not known"
    return f"{_percent(acceptance.rate)}, {acceptance.length:.2f} tokens in each step"
