"""The text of vLLM's `/metrics`, and what one request cost by the server's own counters.

Names moved between versions: `request_time_per_output_token_seconds` exists since 0.11.0 and is the true mean per
token; before it the decode time over the tokens gives the same. `time_per_output_token_seconds` and
`inter_token_latency_seconds` observe once per engine step, not per token: no measure of speed with speculation.
"""

import math
from dataclasses import dataclass

from thorhud.domain.timing import ServerFigures

PREFIX = "vllm:"
FINISHED = "request_success_total"
TTFT = "time_to_first_token_seconds"
TPOT = "request_time_per_output_token_seconds"
DECODE_TIME = "request_decode_time_seconds"
GENERATED = "generation_tokens_total"
RUNNING = "num_requests_running"
WAITING = "num_requests_waiting"


@dataclass(frozen=True, slots=True)
class Scrape:
    """One `GET /metrics`: each vLLM quantity by its name without prefix, summed over engines, models and reasons."""

    samples: dict[str, float]

    def value(self, name: str) -> float | None:
        """Return the value of that name, or None where the server does not have it."""
        return self.samples.get(name)


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


def read_scrape(text: str) -> Scrape:
    """Read the vLLM samples of a `/metrics` text; buckets, creation times and other programs' samples are left out."""
    samples: dict[str, float] = {}
    for line in text.splitlines():
        if line.startswith(PREFIX):
            name, value = _read_sample(line.removeprefix(PREFIX))
            if value is not None and not name.endswith(("_bucket", "_created")):
                samples[name] = samples.get(name, 0.0) + value
    return Scrape(samples)


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


def server_figures(before: Scrape, after: Scrape) -> tuple[ServerFigures | None, str | None]:
    """Return the server's figures of the one request between the scrapes, or None and the reason as a sentence."""
    difference = Difference(before, after)
    finished = difference.finished
    if finished is None:
        return None, "The server's /metrics has no vLLM counters to compare with."
    if finished < 0:
        return None, "The server was started again meanwhile, so its counters cannot be compared."
    if finished == 0:
        return None, "The server's counters did not move, so there is nothing to compare with."
    if _others_ran(difference):
        return None, "Other requests ran at the same time, so the server's own figures are left out."
    tokens, tpot_s = difference.moved(GENERATED), difference.tpot_s
    return (
        ServerFigures(
            ttft_s=difference.mean(TTFT),
            tpot_s=tpot_s,
            tokens_per_s=1 / tpot_s if tpot_s else None,
            completion_tokens=None if tokens is None else round(tokens),
        ),
        None,
    )


def _others_ran(difference: Difference) -> bool:
    """Look for a second request that ended, began, or still runs; a gauge left over from before is not looked at."""
    ended, began = difference.finished or 0.0, difference.moved(f"{TTFT}_count") or 0.0
    going_on = sum(difference.after.value(name) or 0.0 for name in (RUNNING, WAITING))
    return ended > 1 or began > 1 or going_on > 0
