"""One level of a sweep, the whole way: runner, measuring process, many connections, server and back."""

import asyncio
import itertools
from contextlib import aclosing
from typing import Any

import pytest

from tests.fakes.openai_server import OpenAiServer, Script, error_answer, spoken
from tests.measure.asking import LIMIT_S, request
from thorhud.domain.sweep import SweepLevel, SweepProgress, SweepRequest
from thorhud.measure.runner import ChildPromptRunner


async def swept(
    server: OpenAiServer, concurrency: int, requests: int, **changes: Any
) -> tuple[list[SweepProgress], SweepLevel]:
    """Run to the end; exactly one level, and it is the last word."""
    asked = SweepRequest(prompt=request(server, **changes), concurrency=concurrency, requests=requests)
    async with asyncio.timeout(LIMIT_S):
        *progress, level = [message async for message in ChildPromptRunner().sweep(asked)]
    assert isinstance(level, SweepLevel)
    told = [each for each in progress if isinstance(each, SweepProgress)]
    assert len(told) == len(progress)
    return told, level


async def test_so_many_users_are_served_at_once_and_no_more(server: OpenAiServer) -> None:
    server.script = spoken(20, ttft_s=0.1, gap_s=0.02)

    _, level = await swept(server, 4, 12)

    assert server.most_at_once == 4
    assert (level.concurrency, level.requests, level.failed) == (4, 12, 0)
    assert level.completion_tokens == 240
    assert len(level.ttft_s) == 12
    assert level.per_user_tokens_per_s == pytest.approx(50, rel=0.1)
    assert level.total_tokens_per_s is not None
    assert 100 < level.total_tokens_per_s < 200
    assert level.error is None


async def test_the_servers_counters_are_those_of_all_answers(server: OpenAiServer) -> None:
    server.script = spoken(20, ttft_s=0.1, gap_s=0.02)

    _, level = await swept(server, 4, 8)

    assert level.server is not None
    assert level.server.completion_tokens == 160
    assert level.server.tokens_per_s == pytest.approx(50, rel=0.1)


async def test_every_user_keeps_its_connection(server: OpenAiServer) -> None:
    await swept(server, 3, 9)

    assert server.connections == 4  # one for each user, one for the counters


async def test_progress_comes_at_most_ten_times_a_second(server: OpenAiServer) -> None:
    server.script = spoken(60, gap_s=0.02)

    progress, level = await swept(server, 2, 4)

    moments = [each.elapsed_s for each in progress]
    assert all(later - earlier > 0.099 for earlier, later in itertools.pairwise(moments))
    assert len(progress) >= 5
    assert [each.requests_done for each in progress] == sorted(each.requests_done for each in progress)
    assert progress[-1].tokens_per_s_now == pytest.approx(100, rel=0.3)
    assert level.requests == 4


async def test_single_answers_that_fail_are_counted(server: OpenAiServer) -> None:
    whole, broken = spoken(10), Script(spoken(10).pieces[:5], ending="cut")
    scripts = itertools.cycle([whole, broken])

    class Mixed(OpenAiServer):
        async def _chat(self, *streams: Any) -> None:
            self.script = next(scripts)
            await super()._chat(*streams)

    async with Mixed() as mixed:
        _, level = await swept(mixed, 1, 6)

    assert (level.requests, level.failed) == (3, 3)
    assert level.error is None


async def test_where_all_answers_fail_the_level_has_the_trouble(server: OpenAiServer) -> None:
    server.script = error_answer("400 Bad Request", '{"error": {"message": "too long", "code": 400}}')

    _, level = await swept(server, 2, 4)

    assert (level.requests, level.failed) == (0, 4)
    assert level.error is not None
    assert level.error.kind == "http"
    assert "too long" in level.error.headline


async def test_nobody_there_is_the_trouble_of_the_level(server: OpenAiServer) -> None:
    await server.__aexit__()

    _, level = await swept(server, 2, 4)

    assert level.error is not None
    assert level.error.kind == "unreachable"


async def test_closing_the_iterator_ends_every_stream_at_the_server(server: OpenAiServer) -> None:
    server.script = spoken(20, gap_s=0.02).with_(ending="hang")
    asked = SweepRequest(prompt=request(server), concurrency=5, requests=5)
    async with asyncio.timeout(LIMIT_S), aclosing(ChildPromptRunner().sweep(asked)) as messages:
        async for message in messages:
            if isinstance(message, SweepProgress) and server.under_way == 5:
                break

    async with asyncio.timeout(LIMIT_S):
        while server.under_way:
            await asyncio.sleep(0.01)


async def test_users_that_fall_silent_are_given_up_one_by_one(server: OpenAiServer) -> None:
    server.script = Script(spoken(10).pieces[:5], ending="hang")

    _, level = await swept(server, 3, 3, silence_limit_s=0.5)

    assert level.failed == 3
    assert level.error is not None
    assert level.error.kind == "silent"


async def test_a_fixed_shape_begins_differently_for_each_request(server: OpenAiServer) -> None:
    server.tokenizer = lambda text, special: [1] * special + list(range(100, 100 + len(text.split())))

    _, level = await swept(server, 2, 6, text="a b c d", prompt_tokens=7)

    prompts = [body["prompt"] for body in server.bodies]
    assert level.requests == 6
    assert all(len(prompt) == 7 and prompt[0] == 1 for prompt in prompts)
    assert len({tuple(prompt) for prompt in prompts}) == 6
