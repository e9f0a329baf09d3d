"""What would make a model fit that does not: a shorter context, a larger share, fewer bits, each with its figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from thorhud.domain.memory import GIB
from thorhud.domain.memory_verdict import gib
from thorhud.domain.model_need import ModelNeed

ACTIVATION_BYTES: Final = 2 * GIB
"""What a start takes beside weights and cache: activations, CUDA context, graphs; ours, on the small side."""
SMALLEST_KV_CACHE_BYTES: Final = GIB
"""Room for one conversation where nobody knows what a token of it takes."""
LARGEST_SHARE: Final = 0.95
"""The largest share that leaves the system its 3 to 6 GB."""
_SHORTEST_CONTEXT: Final = 2048
"""Tokens; a shorter context is no advice."""
_ROUND_TOKENS: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What the share of one model must hold."""

    share_bytes: int
    weights_bytes: int
    context_tokens: int | None
    """The context that is asked for; None where neither the model nor anybody says one."""
    conversation_bytes: int
    """Keys and values of one conversation of that length."""

    @property
    def least_bytes(self) -> int:
        """The smallest share with which it starts."""
        return self.weights_bytes + ACTIVATION_BYTES + self.conversation_bytes

    @property
    def cache_bytes(self) -> int:
        """What is left for keys and values."""
        return self.share_bytes - self.weights_bytes - ACTIVATION_BYTES

    @property
    def conversations(self) -> float | None:
        """How many conversations of that length the cache holds at a time; None where nobody knows their size."""
        if self.context_tokens is None or self.conversation_bytes <= 0:
            return None
        return max(0.0, self.cache_bytes / self.conversation_bytes)


def inside(need: ModelNeed, weights_bytes: int, share_bytes: int, max_model_len: int | None) -> Inside:
    """Return what a share of *share_bytes* must hold of *need*."""
    context = max_model_len if max_model_len is not None else need.context_tokens
    if context is None or need.kv_bytes_per_token is None:
        conversation = SMALLEST_KV_CACHE_BYTES
    else:
        conversation = context * need.kv_bytes_per_token + need.window_kv_bytes
    return Inside(
        share_bytes=share_bytes,
        weights_bytes=weights_bytes,
        context_tokens=context if need.kv_bytes_per_token is not None else None,
        conversation_bytes=conversation,
    )


def longest_context(need: ModelNeed, found: Inside) -> int | None:
    """Return the longest context that fits into the share, in whole thousands; None where none is worth it."""
    if need.kv_bytes_per_token is None or need.kv_bytes_per_token <= 0:
        return None
    tokens = (found.cache_bytes - need.window_kv_bytes) // need.kv_bytes_per_token
    tokens = tokens // _ROUND_TOKENS * _ROUND_TOKENS
    return tokens if tokens >= _SHORTEST_CONTEXT else None


def what_would_help(need: ModelNeed, found: Inside, *, total_bytes: int, could_be_free_bytes: int) -> Iterator[str]:
    """Yield what would make the model fit into a share, the smallest sacrifice first.

    *could_be_free_bytes* is what is free with everything cleared: a larger share must be free too.
    """
    share = -(-found.least_bytes * 100 // total_bytes) / 100
    if share <= LARGEST_SHARE and share * total_bytes <= could_be_free_bytes:
        yield f"with a share of {share:.2f} (--gpu-memory-utilization {share:.2f})"
    tokens = longest_context(need, found)
    if tokens is not None and found.context_tokens is not None and tokens < found.context_tokens:
        yield f"with a context of {tokens:,} tokens (--max-model-len {tokens})"
    for precision, weights in need.other_precisions:
        smaller = inside(need, weights, found.share_bytes, found.context_tokens)
        if smaller.least_bytes <= found.share_bytes:
            yield f"as an {precision.upper()} version ({gib(weights)} GiB of weights)"
        elif (shorter := longest_context(need, smaller)) is not None:
            version = f"as an {precision.upper()} version ({gib(weights)} GiB of weights)"
            yield f"{version} with a context of {shorter:,} tokens"
