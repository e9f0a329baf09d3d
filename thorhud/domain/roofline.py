"""How near a speed comes to what the memory's bandwidth allows."""

from dataclasses import dataclass

_BYTES_PER_GIB = 2**30
_BYTES_PER_GB = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPerToken:
    """The bytes that generating one token reads from memory, and how they were found."""

    configuration_id: str
    weight_bytes: int
    """All tensors that are read for one token: no embedding look-up, of a mixture of experts only the active ones."""
    kv_bytes_per_context_token: int | None = None
    """Key and value of one token of context, all layers."""
    stored_bytes: int | None = None
    """All tensors of the files, for comparison."""
    draft_bytes: int | None = None
    """What one proposal of the draft model reads, where there is one."""
    exact: bool = True
    """False where it is the workshop's figure, because the weights are not on this unit."""
    assumptions: tuple[str, ...] = ()
    """What was assumed, in sentences, to be printed with the figure."""

    def bytes_at(self, context_tokens: float = 0) -> float:
        """Return the bytes read for one token with so much context before it."""
        return self.weight_bytes + (self.kv_bytes_per_context_token or 0) * context_tokens


def limit_tokens_per_s(read_gib: float, bandwidth_gb_per_s: float) -> float:
    """Return the most tokens per second that can be generated, one answer at a time, without speculation.

    Each token needs all weights once, so the limit is the bandwidth divided by the bytes read for each token
    (1 GiB is 1.0737 GB). The key-value cache's own reads, small beside the weights in a short answer, are left out.
    """
    return bandwidth_gb_per_s * _BYTES_PER_GB / (read_gib * _BYTES_PER_GIB)


def share_of_limit(tokens_per_s: float, read_gib: float, bandwidth_gb_per_s: float) -> float:
    """Return which share of the limit a speed reaches, 0 to 1: tok/s x GiB x 1.0737 / GB/s.

    With a draft model it may pass 1, because one read of the weights yields several tokens; without one, more than 1
    means that fewer bytes are read than assumed.
    """
    return tokens_per_s / limit_tokens_per_s(read_gib, bandwidth_gb_per_s)
