"""The KV cache is looked at while an answer comes, and neither its absence nor its trouble harms the answer."""

import asyncio

import pytest

from tests.fakes.openai_server import OpenAiServer, spoken
from tests.measure.asking import LIMIT_S, request, result_of


async def test_the_highest_usage_that_was_seen_is_told_although_it_is_gone_at_the_end(server: OpenAiServer) -> None:
    counters = server.counters
    assert counters is not None
    counters.set_gauge("kv_cache_usage_perc", 0.375)
    server.when_finished = lambda: counters.set_gauge("kv_cache_usage_perc", 0.0)
    server.script = spoken(60, gap_s=0.02)

    result = await result_of(request(server))

    assert result.server is not None
    assert result.server.kv_cache_usage == 0.375
    assert result.disagreement is None


async def test_nothing_looks_before_the_first_token(server: OpenAiServer) -> None:
    counters = server.counters
    assert counters is not None
    counters.set_gauge("kv_cache_usage_perc", 0.375)
    server.script = spoken(10, ttft_s=1.5, gap_s=0.01)

    result = await result_of(request(server))

    assert result.server is not None
    assert result.server.kv_cache_usage is None
    assert server.seen.count(("GET", "/metrics")) == 2


async def test_counters_that_vanish_meanwhile_do_not_harm_the_answer(server: OpenAiServer) -> None:
    counters = server.counters
    assert counters is not None
    counters.set_gauge("kv_cache_usage_perc", 0.375)
    server.script = spoken(60, gap_s=0.02)

    async def lose_them() -> None:
        await server.answering.wait()
        server.counters = None

    async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(lose_them())
        result = await result_of(request(server))

    assert result.error is None
    assert result.server is None
    assert result.tokens_per_s == pytest.approx(50, rel=0.1)
