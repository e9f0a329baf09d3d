"""What vLLM logs every ten seconds while it has work: means over the window, idle time included."""

import asyncio
from collections.abc import Callable, Mapping

from thorhud.simulate.log_format import api_info
from thorhud.simulate.metrics import Metrics

_EVERY_S = 10.0


async def log_throughput(metrics: Metrics, write: Callable[[str], None]) -> None:
    """Write a line for each window in which something happened, until cancelled."""
    before = metrics.totals
    while True:
        await asyncio.sleep(_EVERY_S)
        now = metrics.totals
        if now != before or metrics.running:
            write(window_log(metrics, before, now, _EVERY_S))
        before = now


def window_log(metrics: Metrics, before: Mapping[str, int], now: Mapping[str, int], seconds: float) -> str:
    """Return the lines about one window."""
    gained = {name: now[name] - before[name] for name in now}
    engine = (
        f"Engine 000: Avg prompt throughput: {gained['prompt_tokens'] / seconds:.1f} tokens/s, "
        f"Avg generation throughput: {gained['generation_tokens'] / seconds:.1f} tokens/s, "
        f"Running: {metrics.running} reqs, Waiting: 0 reqs, "
        f"GPU KV cache usage: {100 * metrics.kv_cache_usage:.1f}%, Prefix cache hit rate: 0.0%"
    )
    return api_info("loggers.py:123", engine) + _speculation(gained)


def _speculation(gained: Mapping[str, int]) -> str:
    drafts = gained.get("spec_decode_num_drafts", 0)
    if not drafts:
        return ""
    accepted, drafted = gained["spec_decode_num_accepted_tokens"], gained["spec_decode_num_draft_tokens"]
    return api_info(
        "metrics.py:86",
        f"SpecDecoding metrics: Draft acceptance rate: {100 * accepted / drafted:.1f}%, "
        f"Mean acceptance length: {1 + accepted / drafts:.2f}, Accepted: {accepted} tokens, Drafted: {drafted} tokens",
    )
