"""The sum before a launch, in words: one line for each step of it."""

from collections.abc import Iterator

from thorhud.domain.fit_advice import ACTIVATION_BYTES, Inside
from thorhud.domain.memory import GIB, MemoryLedger
from thorhud.domain.memory_verdict import gib
from thorhud.domain.model_need import ModelNeed
from thorhud.domain.serve_arguments import AT_A_TIME, AVAILABLE_COUNTS_SINCE, UTILIZATION, default_utilization


def line_of_share(share: float | None, total_bytes: int, version: tuple[int, ...]) -> str:
    """Say what the share of one model is, and who said so."""
    whose = UTILIZATION if share is not None else f"{UTILIZATION}, the default of vLLM {_words(version)}"
    share = share if share is not None else default_utilization(version)
    return f"Needs {share:g} x {total_bytes / GIB:.2f} GiB = {gib(share * total_bytes)} GiB ({whose})."


def lines_of_free(
    ledger: MemoryLedger, version: tuple[int, ...], free_bytes: int, reclaimable_bytes: int
) -> Iterator[str]:
    """Say what this vLLM calls free, and what more it could be given."""
    counts = version >= AVAILABLE_COUNTS_SINCE
    source = "MemAvailable: this vLLM counts" if counts else "MemFree: CUDA does not count"
    yield f"Finds {gib(free_bytes)} GiB free ({source} copies of files as free)."
    if reclaimable_bytes:
        parts = [] if counts else [f"clearing memory frees {gib(ledger.reclaimable_bytes)} GiB"]
        if ledger.serving:
            parts.append(f"stopping the present model {gib(ledger.server_bytes)} GiB")
        yield f"Could have {gib(reclaimable_bytes)} GiB more: {', '.join(parts)}."


def lines_of_share(need: ModelNeed, held: Inside | None, at_a_time: int | None) -> Iterator[str]:
    """Say what the share must hold, what the rest of it is worth, and whether *at_a_time* answers find room."""
    if held is None:
        yield "How much memory its weights take is not published and not known from an earlier start."
        return
    source = f" ({need.weights_source})" if need.weights_source else ""
    length = "" if held.context_tokens is None else f" of {held.context_tokens:,} tokens"
    sums = f"weights {gib(held.weights_bytes)}{source} + working memory {gib(ACTIVATION_BYTES)}"
    sums += f" + one conversation{length} {gib(held.conversation_bytes)} = {gib(held.least_bytes)} GiB"
    spare = held.share_bytes - held.least_bytes
    if spare < 0:
        yield f"Its share must hold {sums}, which is more than {gib(held.share_bytes)} GiB."
        return
    yield f"Its share must hold {sums}; the other {gib(spare)} GiB are for more conversations."
    if held.conversations is not None and need.kv_bytes_per_token:
        yield from _lines_of_cache(held, held.conversations, need.kv_bytes_per_token, at_a_time)


def _lines_of_cache(
    held: Inside, conversations: float, kv_bytes_per_token: int, at_a_time: int | None
) -> Iterator[str]:
    tokens = held.cache_bytes // kv_bytes_per_token
    yield f"The cache holds {tokens:,} tokens: {conversations:.1f} conversations of full length at a time."
    if at_a_time is not None and at_a_time > conversations:
        more = gib(at_a_time * held.conversation_bytes - held.cache_bytes)
        yield (
            f"{AT_A_TIME} {at_a_time} at full length each would take {more} GiB more; it starts all the same, and"
            " answers wait once the cache is full."
        )


def _words(version: tuple[int, ...]) -> str:
    return ".".join(str(each) for each in version)
