"""The text of vLLM's `/metrics`, and what one request cost by the server's own counters.

Names moved between versions: `request_time_per_output_token_seconds` exists since 0.11.0 and is the true mean per
token; before it the decode time over the tokens gives the same. `time_per_output_token_seconds` and
`inter_token_latency_seconds` observe once per engine step, not per token: no measure of speed with speculation.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from thorhud.domain.timing import Acceptance, ServerFigures

PREFIX = "vllm:"
FINISHED = "request_success_total"
TTFT = "time_to_first_token_seconds"
STEP_TIMES = ("inter_token_latency_seconds", "time_per_output_token_seconds")
"""The same histogram by the name of 0.10.2 and later, and by its older one: the gap between two steps of the engine."""
TPOT = "request_time_per_output_token_seconds"
DECODE_TIME = "request_decode_time_seconds"
PREFILL_TIME = "request_prefill_time_seconds"
GENERATED = "generation_tokens_total"
PROMPTED = "prompt_tokens_total"
RUNNING = "num_requests_running"
WAITING = "num_requests_waiting"
PREEMPTIONS = "num_preemptions_total"
KV_CACHE_USAGE = ("kv_cache_usage_perc", "gpu_cache_usage_perc")
PREFIX_CACHE_QUERIES = ("prefix_cache_queries_total", "gpu_prefix_cache_queries_total")
PREFIX_CACHE_HITS = ("prefix_cache_hits_total", "gpu_prefix_cache_hits_total")
"""Through 0.11 the same figures had a second name; it is only looked at where the first one is missing."""
DRAFTS = "spec_decode_num_drafts_total"
DRAFT_TOKENS = "spec_decode_num_draft_tokens_total"
ACCEPTED = "spec_decode_num_accepted_tokens_total"
ACCEPTED_PER_POSITION = "spec_decode_num_accepted_tokens_per_pos_total"
BOUND = re.compile(r'le="([^"]+)"')
POSITION = re.compile(r'position="(\d+)"')


@dataclass(frozen=True, slots=True)
class Scrape:
    """One `GET /metrics`: each vLLM quantity by its name without prefix, summed over engines, models and reasons."""

    samples: dict[str, float]
    accepted_per_position: dict[int, float] = field(default_factory=dict)
    """Accepted draft tokens by their place in a proposal."""

    def value(self, name: str) -> float | None:
        """Return the value of that name, or None where the server does not have it."""
        return self.samples.get(name)

    def named(self, names: Sequence[str]) -> str:
        """Return the first of the names that the server has; the first of all where it has none."""
        return next((each for each in names if each in self.samples), names[0])

    @property
    def kv_cache_usage(self) -> float | None:
        """Share of the KV cache in use at this moment, 0 to 1; of the fullest, where there are several engines."""
        return self.value(self.named(KV_CACHE_USAGE))


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened between two scrapes."""

    before: Scrape
    after: Scrape

    def moved(self, name: str) -> float | None:
        """Return how far a counter moved; one that the first scrape did not have yet began at zero."""
        after = self.after.value(name)
        return None if after is None else after - (self.before.value(name) or 0.0)

    def mean(self, histogram: str) -> float | None:
        """Return the mean of the observations in between; None where there were none."""
        total, count = self.moved(f"{histogram}_sum"), self.moved(f"{histogram}_count")
        return total / count if total is not None and count else None

    def count(self, *names: str) -> int | None:
        """Return how far a counter of whole things moved, by the first of its names that the server has."""
        moved = self.moved(self.after.named(names))
        return None if moved is None else round(moved)

    @property
    def finished(self) -> float | None:
        """Requests that ended well in between."""
        return self.moved(FINISHED)

    @property
    def tpot_s(self) -> float | None:
        """Time per output token of the requests in between, the first token of each left out."""
        tokens, finished = self.moved(GENERATED), self.finished
        decoded = tokens - finished if tokens is not None and finished is not None else 0.0
        if decoded <= 0:
            return None
        mean = self.mean(TPOT)
        if mean is not None:
            return mean
        decode_time = self.moved(f"{DECODE_TIME}_sum")
        return None if decode_time is None else decode_time / decoded

    @property
    def prompt_tokens_per_s(self) -> float | None:
        """Prompt tokens over the time of the prefill; None where the prefix cache held a part of them."""
        tokens, prefill_s = self.moved(PROMPTED), self.moved(f"{PREFILL_TIME}_sum")
        if not tokens or not prefill_s or self.count(*PREFIX_CACHE_HITS):
            return None
        return tokens / prefill_s

    @property
    def acceptance(self) -> Acceptance | None:
        """What became of the draft model's tokens; None without speculation."""
        drafts, proposed, accepted = (self.count(each) for each in (DRAFTS, DRAFT_TOKENS, ACCEPTED))
        if drafts is None or proposed is None or accepted is None:
            return None
        before = self.before.accepted_per_position
        per_position = (
            round(value - before.get(position, 0.0))
            for position, value in sorted(self.after.accepted_per_position.items())
        )
        return Acceptance(
            drafts=drafts, draft_tokens=proposed, accepted_tokens=accepted, accepted_per_position=tuple(per_position)
        )


def read_scrape(text: str) -> Scrape:
    """Read the vLLM samples of a `/metrics` text; buckets, creation times and other programs' samples are left out."""
    samples: dict[str, float] = {}
    per_position: dict[int, float] = {}
    for line in text.splitlines():
        if not line.startswith(PREFIX):
            continue
        name, value = _read_sample(line.removeprefix(PREFIX))
        if value is None or name.endswith(("_bucket", "_created")):
            continue
        if name in KV_CACHE_USAGE:
            samples[name] = max(samples.get(name, 0.0), value)
        else:
            samples[name] = samples.get(name, 0.0) + value
        if name == ACCEPTED_PER_POSITION and (position := POSITION.search(line)):
            number = int(position[1])
            per_position[number] = per_position.get(number, 0.0) + value
    return Scrape(samples, per_position)


def read_buckets(text: str, name: str) -> dict[float, float]:
    """Return how many observations of a histogram are not above each bound, summed over engines and models."""
    head = f"{PREFIX}{name}_bucket{{"
    buckets: dict[float, float] = {}
    for line in text.splitlines():
        if not line.startswith(head) or (bound := BOUND.search(line)) is None:
            continue
        value = _read_sample(line)[1]
        try:
            limit = float(bound[1])
        except ValueError:
            continue
        if value is not None:
            buckets[limit] = buckets.get(limit, 0.0) + value
    return buckets


def quantile(counts: Mapping[float, float], share: float) -> float | None:
    """Return the value that *share* of the observations does not exceed, None where there are none.

    *counts* are cumulative, by bound. Within a bucket it is interpolated as Prometheus does; what lies above the last
    bound is told as that bound.
    """
    bounds = sorted(counts)
    if not bounds or counts[bounds[-1]] <= 0:
        return None
    wanted = share * counts[bounds[-1]]
    below, low = 0.0, 0.0
    for bound in bounds:
        if counts[bound] >= wanted and counts[bound] > below:
            if math.isinf(bound):
                break
            return low + (bound - low) * (wanted - below) / (counts[bound] - below)
        below, low = counts[bound], bound if math.isfinite(bound) else low
    return low


def _read_sample(line: str) -> tuple[str, float | None]:
    """Split `name{labels} value timestamp`; a label's value may hold blanks and braces."""
    if "{" in line:
        name, _, rest = line.partition("{")
        rest = rest.rpartition("}")[2]
    else:
        name, _, rest = line.partition(" ")
    try:
        value = float(rest.split()[0])
    except (IndexError, ValueError):
        return name.strip(), None
    return name.strip(), value if math.isfinite(value) else None


def server_figures(
    before: Scrape, after: Scrape, *, requests: int = 1, kv_cache_usage: float | None = None
) -> tuple[ServerFigures | None, str | None]:
    """Return the server's figures of our requests between the scrapes, or None and the reason as a sentence.

    *kv_cache_usage* is the highest that was seen meanwhile. Of several requests, times are means over them and counts
    are sums.
    """
    difference = Difference(before, after)
    finished = difference.finished
    if finished is None:
        return None, "The server's /metrics has no vLLM counters to compare with."
    if finished < 0:
        return None, "The server was started again meanwhile, so its counters cannot be compared."
    if finished == 0:
        return None, "The server's counters did not move, so there is nothing to compare with."
    if _others_ran(difference, requests):
        return None, "Other requests ran at the same time, so the server's own figures are left out."
    tokens, tpot_s = difference.moved(GENERATED), difference.tpot_s
    return (
        ServerFigures(
            ttft_s=difference.mean(TTFT),
            tpot_s=tpot_s,
            tokens_per_s=1 / tpot_s if tpot_s else None,
            completion_tokens=None if tokens is None else round(tokens),
            prompt_tokens_per_s=difference.prompt_tokens_per_s,
            kv_cache_usage=kv_cache_usage,
            prefix_cache_queries=difference.count(*PREFIX_CACHE_QUERIES),
            prefix_cache_hits=difference.count(*PREFIX_CACHE_HITS),
            preemptions=difference.count(PREEMPTIONS),
            acceptance=difference.acceptance,
        ),
        None,
    )


def _others_ran(difference: Difference, ours: int) -> bool:
    """Look for requests but ours that ended, began, or still run; a gauge left over from before is not looked at."""
    ended, began = difference.finished or 0.0, difference.moved(f"{TTFT}_count") or 0.0
    going_on = sum(difference.after.value(name) or 0.0 for name in (RUNNING, WAITING))
    return ended > ours or began > ours or going_on > 0
