"""The figures of a prompt, the whole way: runner, measuring process, HTTP, server and back."""

import asyncio
import itertools
import json
from pathlib import Path

import pytest

from tests.fakes.openai_server import (
    DONE,
    MODEL,
    Counters,
    OpenAiServer,
    Piece,
    Script,
    chunk,
    recorded,
    spoken,
)
from tests.measure.asking import measured, request, result_of

API = Path(__file__).parents[1] / "data" / "vllm_api"
STREAMS = sorted(str(path.relative_to(API)) for path in API.rglob("sse_*.txt"))
BROKEN_OFF = {
    "sse_engine_killed_midstream.txt",
    "sse_chat_client_abort_after_10.txt",
    "v0.11.0/sse_chat_client_abort_after_10.txt",
}


async def test_the_figures_are_those_of_the_servers_own_stopwatch(server: OpenAiServer) -> None:
    server.script = spoken(60, ttft_s=0.2, gap_s=0.02)

    result = await result_of(request(server))

    assert result.error is None
    assert result.server is not None
    assert result.ttft_s == pytest.approx(result.server.ttft_s, abs=0.05)
    assert result.tpot_s == pytest.approx(result.server.tpot_s, rel=0.05)
    assert (result.prompt_tokens, result.completion_tokens, result.server.completion_tokens) == (7, 60, 60)
    assert result.disagreement is None
    assert result.note is None
    assert result.model == MODEL


async def test_sends_what_was_asked_for_on_a_connection_that_is_open_already(server: OpenAiServer) -> None:
    await result_of(request(server, temperature=0.7, seed=4, ignore_eos=True))

    assert server.seen == [
        ("GET", "/health"),
        ("GET", "/v1/models"),
        ("GET", "/metrics"),
        ("POST", "/v1/chat/completions"),
        ("GET", "/metrics"),
    ]
    assert server.connections == 1
    assert server.bodies == [
        {
            "model": MODEL,
            "messages": [{"role": "user", "content": "Hello"}],
            "max_tokens": 64,
            "temperature": 0.7,
            "seed": 4,
            "ignore_eos": True,
            "stream": True,
            "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        }
    ]


async def test_a_named_model_is_not_looked_up(server: OpenAiServer) -> None:
    result = await result_of(request(server, model="other"))

    assert result.model == "other"
    assert ("GET", "/v1/models") not in server.seen
    assert "temperature" not in server.bodies[0]


async def test_an_address_with_the_path_of_the_api_is_understood(server: OpenAiServer) -> None:
    result = await result_of(request(server, base_url=f"{server.base_url}/v1/"))

    assert result.error is None


@pytest.mark.parametrize("name", [name for name in STREAMS if name not in BROKEN_OFF])
async def test_every_recorded_stream_comes_through_whole(server: OpenAiServer, name: str) -> None:
    server.script = recorded(API / name, speed=10)
    events = [json.loads(piece.data[6:]) for piece in server.script.pieces if piece.data != DONE]
    usages = [each["usage"]["completion_tokens"] for each in events if each.get("usage")]

    progress, result = await measured(request(server))

    assert result.error is None
    assert result.completion_tokens == max(usages, default=None)
    assert "".join(each.text for each in progress) == result.text != ""
    assert result.finish_reason in {"length", "stop"}


async def test_progress_comes_at_most_ten_times_a_second_and_with_every_text(server: OpenAiServer) -> None:
    server.script = spoken(150, gap_s=0.01, reasoning=50)

    progress, result = await measured(request(server))

    moments = [each.elapsed_s for each in progress]
    assert all(later - earlier > 0.099 for earlier, later in itertools.pairwise(moments))
    assert len(progress) >= 5
    assert "".join(each.text for each in progress) == result.text
    assert "".join(each.reasoning for each in progress) == result.reasoning
    assert all(each.ttft_s == result.ttft_s for each in progress)


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
async def test_reasoning_is_told_apart(server: OpenAiServer, name: str) -> None:
    server.script = spoken(20, ttft_s=0.05, gap_s=0.02, reasoning=10, field_=name)

    result = await result_of(request(server))

    assert result.reasoning == "".join(f"t{number} " for number in range(1, 11))
    assert result.text == "".join(f"w{number} " for number in range(11, 21))
    assert result.ttft_s is not None
    assert result.ttfa_s is not None
    assert result.ttfa_s - result.ttft_s == pytest.approx(0.2, abs=0.1)


async def test_reasoning_that_is_sent_under_both_names_counts_once(server: OpenAiServer) -> None:
    pieces = [Piece(0, chunk({"reasoning": "hm ", "reasoning_content": "hm "}, tokens=n)) for n in range(1, 10)]
    server.script = Script((*pieces, Piece(0, chunk({"content": "Yes"}, tokens=10, finish="stop")), Piece(0, DONE)))

    result = await result_of(request(server))

    assert result.reasoning == "hm " * 9
    assert result.chunks == 10


async def test_an_answer_in_one_burst_has_no_speed_and_says_so(server: OpenAiServer) -> None:
    burst = b"".join(piece.data for piece in spoken(64).pieces)
    server.script = Script((Piece(0.1, burst),))

    result = await result_of(request(server))

    assert result.error is None
    assert result.completion_tokens == 64
    assert result.tokens_per_s is None
    assert result.tpot_s is None
    assert result.note is not None
    assert "burst" in result.note


async def test_a_server_that_counts_otherwise_is_said_with_both_figures(server: OpenAiServer) -> None:
    class Slower(Counters):
        def finished(self, ttft_s: float, decode_s: float, tokens: int) -> None:
            super().finished(ttft_s, decode_s * 2, tokens)

    server.counters = Slower()
    server.script = spoken(40, gap_s=0.01)

    result = await result_of(request(server))

    assert result.server is not None
    assert result.disagreement is not None
    assert f"{result.tokens_per_s:.1f}" in result.disagreement
    assert f"{result.server.tokens_per_s:.1f}" in result.disagreement


async def test_counters_of_before_0_11_give_the_same_figures(server: OpenAiServer) -> None:
    server.counters = Counters(has_tpot=False)
    server.script = spoken(40, gap_s=0.01)

    result = await result_of(request(server))

    assert result.server is not None
    assert result.tpot_s == pytest.approx(result.server.tpot_s, rel=0.2)


async def test_a_count_that_comes_a_moment_late_is_waited_for(server: OpenAiServer) -> None:
    class Late(Counters):
        def finished(self, ttft_s: float, decode_s: float, tokens: int) -> None:
            asyncio.get_running_loop().call_later(0.3, super().finished, ttft_s, decode_s, tokens)

    server.counters = Late()

    result = await result_of(request(server))

    assert result.server is not None
    assert result.server.completion_tokens == 20


async def test_other_requests_at_the_same_time_leave_the_servers_figures_out(server: OpenAiServer) -> None:
    counters = server.counters
    assert counters is not None
    server.when_finished = lambda: counters.finished(0.1, 1.0, 50)

    result = await result_of(request(server))

    assert result.tokens_per_s is not None
    assert result.server is None
    assert result.note is not None
    assert "Other requests" in result.note


async def test_a_server_without_metrics_is_measured_all_the_same(server: OpenAiServer) -> None:
    server.counters = None

    result = await result_of(request(server))

    assert result.error is None
    assert result.tokens_per_s is not None
    assert result.server is None
    assert result.note is not None
