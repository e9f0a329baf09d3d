"""A simulated server gives the measuring process every figure that a real one gives it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from thorhud.domain.sweep import SweepLevel, SweepRequest
from thorhud.domain.timing import PromptRequest, PromptResult
from thorhud.measure.runner import ChildPromptRunner
from thorhud.simulate.server_plan import ServerPlan
from thorhud.simulate.vllm_http import VllmHttp

PLAN = ServerPlan(
    model="workshop/model",
    port=0,
    stages={},
    tokens_per_s_short=100.0,
    tokens_per_s_long=100.0,
    model_memory_gib=8.0,
    kv_cache_tokens=10_000,
)
SPECULATING = replace(PLAN, draft_model="workshop/draft", speculative_tokens=5)
LIMIT_S = 60.0


@pytest.fixture
def plan() -> ServerPlan:
    return PLAN


@pytest.fixture
async def base_url(plan: ServerPlan) -> AsyncIterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    async with asyncio.timeout(LIMIT_S), VllmHttp(plan, write=lambda _: None).listening(listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def result_of(request: PromptRequest) -> PromptResult:
    *_, result = [message async for message in ChildPromptRunner().run(request)]
    assert isinstance(result, PromptResult)
    assert result.error is None
    return result


@pytest.mark.parametrize("plan", [SPECULATING])
async def test_every_figure_of_a_run(base_url: str) -> None:
    asked = PromptRequest(base_url=base_url, text="Tell me.", max_tokens=150, temperature=0.0, ignore_eos=True)

    result = await result_of(replace(asked, want_token_ids=True))

    server = result.server
    assert server is not None
    assert server.acceptance is not None
    assert server.acceptance.drafts * 5 == server.acceptance.draft_tokens
    assert sum(server.acceptance.accepted_per_position) == server.acceptance.accepted_tokens
    assert server.acceptance.drafts + server.acceptance.accepted_tokens == 149
    assert (server.prefix_cache_hits, server.preemptions) == (0, 0)
    assert server.prefix_cache_queries == result.prompt_tokens
    assert server.kv_cache_usage is not None
    assert 0 < server.kv_cache_usage < 0.1
    assert server.prompt_tokens_per_s is not None
    assert result.prompt_tokens_per_s == pytest.approx(server.prompt_tokens_per_s, rel=0.2)
    assert len(result.itl_s) == 5
    assert len(result.token_ids) == 150
    assert result.token_times[0] == (1, result.ttft_s)
    assert result.token_times[-1] == (150, result.total_s)
    assert (await result_of(replace(asked, want_token_ids=True))).token_ids == result.token_ids


async def test_a_fixed_shape_is_measured(base_url: str) -> None:
    result = await result_of(PromptRequest(base_url=base_url, text="A short text.", max_tokens=32, prompt_tokens=200))

    assert (result.prompt_tokens, result.completion_tokens, result.finish_reason) == (200, 32, "length")
    assert result.disagreement is None


async def test_a_level_of_a_sweep_is_measured(base_url: str) -> None:
    prompt = PromptRequest(base_url=base_url, text="A short text.", max_tokens=100, prompt_tokens=200)
    request = SweepRequest(prompt=prompt, concurrency=4, requests=8)

    *_, level = [message async for message in ChildPromptRunner().sweep(request)]

    assert isinstance(level, SweepLevel)
    assert (level.requests, level.failed, level.error) == (8, 0, None)
    assert level.completion_tokens == 800
    assert level.server is not None
    assert level.server.completion_tokens == 800
    assert level.server.kv_cache_usage is not None
    assert level.per_user_tokens_per_s == pytest.approx(100, rel=0.1)
