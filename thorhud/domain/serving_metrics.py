"""What a running server says about itself right now, from `/metrics`, as differences between two looks."""

from dataclasses import dataclass, field

from thorhud.domain.reading import Reading
from thorhud.domain.timing import Acceptance


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
