"""What a running server says about itself right now, from `/metrics`, as differences between two looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeVar

from thorhud.domain import metrics_text as names
from thorhud.domain.metrics_text import Difference, Scrape, quantile, read_buckets, read_scrape
from thorhud.domain.reading import Reading
from thorhud.domain.timing import Acceptance

T = TypeVar("T")

WINDOW_S: Final = 60.0
NOT_OFFERED: Final = "not offered by this version"
NOTHING_ASKED: Final = "nothing was asked in the last minute"
FIRST_LOOK: Final = "known after a second look"
NO_DRAFT: Final = "no draft model is used"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingMetrics:
    """One look; a reading without a value says why: "not offered by this version", "nothing was asked"."""

    running: Reading[int] = field(default_factory=Reading)
    """Requests that are being answered."""
    waiting: Reading[int] = field(default_factory=Reading)
    kv_cache_usage: Reading[float] = field(default_factory=Reading)
    """Share of the KV cache in use, 0 to 1."""
    generated_tokens_per_s: Reading[float] = field(default_factory=Reading)
    prompt_tokens_per_s: Reading[float] = field(default_factory=Reading)
    ttft_p50_s: Reading[float] = field(default_factory=Reading)
    ttft_p95_s: Reading[float] = field(default_factory=Reading)
    itl_p50_s: Reading[float] = field(default_factory=Reading)
    itl_p95_s: Reading[float] = field(default_factory=Reading)
    """Quantiles from histogram buckets, over the last minute: between two bounds, interpolated."""
    preemptions: Reading[int] = field(default_factory=Reading)
    """Since the server started."""
    prefix_cache_hit_rate: Reading[float] = field(default_factory=Reading)
    """Share of the looked-up prompt tokens of the last minute, 0 to 1."""
    acceptance: Reading[Acceptance] = field(default_factory=Reading)
    window_s: float | None = None
    """How long the differences reach back."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at `/metrics`: when it was, on any clock that does not jump, and what it said."""

    at_s: float
    scrape: Scrape
    ttft: Mapping[float, float] = field(default_factory=dict)
    steps: Mapping[float, float] = field(default_factory=dict)
    """Observations by bucket, as `read_buckets` returns them."""


def read_look(text: str, at_s: float) -> Look:
    """Read what `/metrics` says, whatever the version calls it."""
    scrape = read_scrape(text)
    step = next((each for each in names.STEP_TIMES if f"{each}_count" in scrape.samples), names.STEP_TIMES[0])
    return Look(at_s, scrape, read_buckets(text, names.TTFT), read_buckets(text, step))


def still_of_interest(looks: Sequence[Look], newest: Look) -> list[Look]:
    """Return the looks that *newest* is compared with, itself included: none of before a restart of the server."""
    if looks and (newest.scrape.value(names.GENERATED) or 0.0) < (looks[-1].scrape.value(names.GENERATED) or 0.0):
        return [newest]
    return [*(each for each in looks if newest.at_s - each.at_s <= WINDOW_S), newest]


def serving_metrics(looks: Sequence[Look]) -> ServingMetrics:
    """Return what the looks of the last minute say, the newest one last.

    Rates are those between the newest two looks: what the server does now. Quantiles and shares reach back to the
    oldest look.
    """
    oldest, newest = looks[0], looks[-1]
    window = Difference(oldest.scrape, newest.scrape)
    now = newest.scrape
    return ServingMetrics(
        running=_whole(now, names.RUNNING),
        waiting=_whole(now, names.WAITING),
        kv_cache_usage=_offered(now.kv_cache_usage),
        generated_tokens_per_s=_rate(looks, names.GENERATED),
        prompt_tokens_per_s=_rate(looks, names.PROMPTED),
        ttft_p50_s=_quantile(oldest.ttft, newest.ttft, 0.5),
        ttft_p95_s=_quantile(oldest.ttft, newest.ttft, 0.95),
        itl_p50_s=_quantile(oldest.steps, newest.steps, 0.5),
        itl_p95_s=_quantile(oldest.steps, newest.steps, 0.95),
        preemptions=_whole(now, names.PREEMPTIONS),
        prefix_cache_hit_rate=_hit_rate(window),
        acceptance=_acceptance(window),
        window_s=newest.at_s - oldest.at_s,
    )


def no_metrics(reason: str) -> ServingMetrics:
    """Return that nothing is known, and why."""
    readings: dict[str, Any] = {
        each.name: Reading(reason=reason) for each in fields(ServingMetrics) if each.name != "window_s"
    }
    return ServingMetrics(**readings)


def _offered(value: T | None) -> Reading[T]:
    return Reading(reason=NOT_OFFERED) if value is None else Reading(value=value)


def _whole(scrape: Scrape, name: str) -> Reading[int]:
    value = scrape.value(name)
    return _offered(None if value is None else round(value))


def _rate(looks: Sequence[Look], name: str) -> Reading[float]:
    if looks[-1].scrape.value(name) is None:
        return Reading(reason=NOT_OFFERED)
    if len(looks) < 2:
        return Reading(reason=FIRST_LOOK)
    before, after = looks[-2:]
    moved = Difference(before.scrape, after.scrape).moved(name) or 0.0
    return Reading(value=moved / (after.at_s - before.at_s)) if after.at_s > before.at_s else Reading(reason=FIRST_LOOK)


def _quantile(before: Mapping[float, float], after: Mapping[float, float], share: float) -> Reading[float]:
    if not after:
        return Reading(reason=NOT_OFFERED)
    value = quantile({bound: count - before.get(bound, 0.0) for bound, count in after.items()}, share)
    return Reading(reason=NOTHING_ASKED) if value is None else Reading(value=value)


def _hit_rate(window: Difference) -> Reading[float]:
    queries, hits = window.count(*names.PREFIX_CACHE_QUERIES), window.count(*names.PREFIX_CACHE_HITS)
    if queries is None or hits is None:
        return Reading(reason=NOT_OFFERED)
    return Reading(value=hits / queries) if queries > 0 else Reading(reason=NOTHING_ASKED)


def _acceptance(window: Difference) -> Reading[Acceptance]:
    acceptance = window.acceptance
    if acceptance is None:
        return Reading(reason=NO_DRAFT)
    return Reading(value=acceptance) if acceptance.drafts > 0 else Reading(reason=NOTHING_ASKED)
