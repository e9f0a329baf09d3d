"""How near a speed comes to what the memory's bandwidth allows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from thorhud.domain.timing import Acceptance

BYTES_PER_GIB = 2**30
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
    return bandwidth_gb_per_s * _BYTES_PER_GB / (read_gib * BYTES_PER_GIB)


def limit_with_context(read: ReadPerToken, bandwidth_gb_per_s: float, *, context_tokens: float = 0) -> float:
    """Return the same limit with the key-value cache of so much context read for each token as well."""
    return bandwidth_gb_per_s * _BYTES_PER_GB / read.bytes_at(context_tokens)


def share_of_limit(tokens_per_s: float, read_gib: float, bandwidth_gb_per_s: float) -> float:
    """Return which share of the limit a speed reaches, 0 to 1: tok/s x GiB x 1.0737 / GB/s.

    With a draft model it may pass 1, because one read of the weights yields several tokens; without one, more than 1
    means that fewer bytes are read than assumed.
    """
    return tokens_per_s / limit_tokens_per_s(read_gib, bandwidth_gb_per_s)


def share_with_context(
    tokens_per_s: float, read: ReadPerToken, bandwidth_gb_per_s: float, *, context_tokens: float = 0
) -> float:
    """Return the share of the limit with the context's reads, 0 to 1; above 1 as in `share_of_limit`."""
    return tokens_per_s / limit_with_context(read, bandwidth_gb_per_s, context_tokens=context_tokens)


def implied_gb_per_s(tokens_per_s: float, read: ReadPerToken, *, context_tokens: float = 0) -> float:
    """Return how many GB per second a speed must have read, one token for each read."""
    return tokens_per_s * read.bytes_at(context_tokens) / _BYTES_PER_GB


def needed_acceptance_length(read: ReadPerToken, proposals: float) -> float | None:
    """Return from how many tokens per step on the draft model pays, at equal efficiency; None where there is none.

    A step reads the model once and the draft model for each proposal, and must yield as much more than one token.
    """
    if read.draft_bytes is None or read.weight_bytes <= 0:
        return None
    return (read.weight_bytes + proposals * read.draft_bytes) / read.weight_bytes


def about_draft(name: str, read: ReadPerToken, acceptance: Acceptance) -> str | None:
    """Say what a step with the draft model costs and must yield, beside what it yielded; None where that is unknown."""
    if acceptance.length is None:
        return None
    proposals = acceptance.draft_tokens / acceptance.drafts
    needed = needed_acceptance_length(read, proposals)
    if needed is None:
        return None
    step_gb = needed * read.weight_bytes / _BYTES_PER_GB
    return (
        f"A step of {name} reads {step_gb:.1f} GB with {proposals:.3g} proposals, so it pays from {needed:.2f} tokens "
        f"per step on, at equal efficiency; measured: {acceptance.length:.2f}."
    )


def about_bandwidth(bandwidth_gb_per_s: float, source: str | None = None) -> Iterator[str]:
    """Say what the limit line is and what it is not."""
    where = f" ({source.rstrip('.')})" if source else ""
    yield f"The limit line is {bandwidth_gb_per_s:g} GB/s over the bytes that one token reads{where}."
    yield (
        f"{bandwidth_gb_per_s:g} GB/s is the peak of the memory itself and was not measured here: no program reaches "
        "it, so 100 % is no goal."
    )


def about_passing(drafted: Iterable[str] = (), plain: Iterable[str] = ()) -> Iterator[str]:
    """Explain points above the line, by the names of the configurations with and without a draft model."""
    if names := " and ".join(drafted):
        yield f"{names} may pass the line: with a draft model one read of the weights yields several tokens."
    for name in plain:
        yield f"{name} stands above the line without a draft model: the estimate of the bytes it reads is too high."
