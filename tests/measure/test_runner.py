"""The whole way: runner, measuring process, HTTP, server and back."""

import asyncio
import itertools
import json
import signal
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.fakes.openai_server import (
    DONE,
    MODEL,
    Counters,
    OpenAiServer,
    Piece,
    Script,
    chunk,
    error_answer,
    event,
    recorded,
    spoken,
)
from thorhud.domain.timing import PromptProgress, PromptRequest, PromptResult
from thorhud.measure.pipe import read_message, write_request
from thorhud.measure.runner import CHILD, ChildPromptRunner

API = Path(__file__).parents[1] / "data" / "vllm_api"
CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "localhost.pem"
STREAMS = sorted(str(path.relative_to(API)) for path in API.rglob("sse_*.txt"))
BROKEN_OFF = {
    "sse_engine_killed_midstream.txt",
    "sse_chat_client_abort_after_10.txt",
    "v0.11.0/sse_chat_client_abort_after_10.txt",
}
LIMIT_S = 30.0


@pytest.fixture
async def server() -> AsyncIterator[OpenAiServer]:
    async with OpenAiServer(spoken(20)) as server:
        yield server


def request(server: OpenAiServer, **changes: Any) -> PromptRequest:
    fields: dict[str, Any] = {"base_url": server.base_url, "text": "Hello", "max_tokens": 64}
    return PromptRequest(**fields | changes)


async def measured(asked: PromptRequest) -> tuple[list[PromptProgress], PromptResult]:
    """Run to the end; exactly one result, and it is the last word."""
    async with asyncio.timeout(LIMIT_S):
        *progress, result = [message async for message in ChildPromptRunner().run(asked)]
    assert isinstance(result, PromptResult)
    told = [each for each in progress if isinstance(each, PromptProgress)]
    assert len(told) == len(progress)
    return told, result


async def result_of(asked: PromptRequest) -> PromptResult:
    return (await measured(asked))[1]


def failed_with(result: PromptResult, kind: str) -> str:
    assert result.error is not None
    assert result.error.kind == kind
    assert "Traceback" not in result.error.headline
    assert result.error.next_step or kind == "cancelled"
    return result.error.headline


async def test_the_figures_are_those_of_the_servers_own_stopwatch(server: OpenAiServer) -> None:
    server.script = spoken(60, ttft_s=0.2, gap_s=0.02)

    result = await result_of(request(server))

    assert result.error is None
    assert result.server is not None
    assert result.ttft_s == pytest.approx(result.server.ttft_s, abs=0.02)
    assert result.tpot_s == pytest.approx(result.server.tpot_s, rel=0.02)
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
    assert result.ttfa_s - result.ttft_s == pytest.approx(0.2, abs=0.02)


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
    assert "one burst" in result.note


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
    assert result.tpot_s == pytest.approx(result.server.tpot_s, rel=0.05)


async def test_a_count_that_comes_a_moment_late_is_waited_for(server: OpenAiServer) -> None:
    class Late(Counters):
        def finished(self, ttft_s: float, decode_s: float, tokens: int) -> None:
            asyncio.get_running_loop().call_later(0.3, super().finished, ttft_s, decode_s, tokens)

    server.counters = Late()

    result = await result_of(request(server))

    assert result.server is not None
    assert result.server.tpot_s == pytest.approx(0.01, rel=0.3)


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


async def test_an_engine_that_dies_mid_stream_is_told_and_the_text_kept(server: OpenAiServer) -> None:
    server.script = recorded(API / "sse_engine_killed_midstream.txt", speed=10)

    progress, result = await measured(request(server))

    assert "EngineCore encountered an issue" in failed_with(result, "mid-stream")
    assert result.text.endswith("dataIN cle verbose")
    assert result.ttft_s is not None
    assert "".join(each.text for each in progress) == result.text


@pytest.mark.parametrize("name", ["sse_chat_client_abort_after_10.txt", "v0.11.0/sse_chat_client_abort_after_10.txt"])
@pytest.mark.parametrize("ending", ["cut", "end"])
async def test_a_stream_that_ends_before_the_answer_is_aborted(server: OpenAiServer, name: str, ending: str) -> None:
    server.script = recorded(API / name, speed=10).with_(ending=ending)

    result = await result_of(request(server))

    failed_with(result, "aborted")
    assert result.text
    assert result.finish_reason is None


async def test_what_comes_after_the_end_is_not_waited_for(server: OpenAiServer) -> None:
    more = tuple(Piece(0.3 + n * 0.1, b": still here\n\n") for n in range(100))
    server.script = Script((*spoken(20).pieces, *more))

    result = await result_of(request(server))

    assert result.error is None
    assert result.completion_tokens == 20
    async with asyncio.timeout(LIMIT_S):
        await server.disconnected.wait()


async def test_an_answer_with_its_reason_but_without_done_is_whole(server: OpenAiServer) -> None:
    server.script = Script(spoken(20).pieces[:-1])

    assert (await result_of(request(server))).error is None


async def test_a_stream_that_hangs_is_given_up_with_figures_so_far(server: OpenAiServer) -> None:
    server.script = Script(spoken(20).pieces[:15], ending="hang")

    result = await result_of(request(server, silence_limit_s=0.5))

    assert "0.5 s" in failed_with(result, "silent")
    assert result.completion_tokens == 14
    assert result.tokens_per_s is not None
    async with asyncio.timeout(LIMIT_S):
        await server.disconnected.wait()


async def test_a_server_that_never_begins_is_given_up(server: OpenAiServer) -> None:
    server.script = Script(ending="hang")

    failed_with(await result_of(request(server, silence_limit_s=0.5)), "silent")


async def test_pings_are_signs_of_life(server: OpenAiServer) -> None:
    pings = tuple(Piece(0.2 * n, b": ping\n\n") for n in range(1, 6))
    server.script = Script((*pings, *spoken(9, ttft_s=1.1).pieces))

    assert (await result_of(request(server, silence_limit_s=0.6))).error is None


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        ("404 Not Found", '{"error": {"message": "The model `nope` does not exist.", "code": 404}}', "http", "`nope`"),
        ("400 Bad Request", '{"error": {"message": "maximum context length is 4096", "code": 400}}', "http", "4096"),
        ("500 Internal Server Error", '{"error": {"message": "invalid tiktoken vocab file: x"}}', "harmony", "vocab"),
        ("503 Service Unavailable", '{"error": {"message": "Loading model"}}', "refused", "Loading model"),
    ],
)
async def test_a_refusal_is_told_in_the_servers_words(
    server: OpenAiServer, status: str, body: str, kind: str, said: str
) -> None:
    server.script = error_answer(status, body)

    assert said in failed_with(await result_of(request(server)), kind)


async def test_an_engine_that_is_dead_already_is_asked_nothing_more(server: OpenAiServer) -> None:
    server.health_status = "503 Service Unavailable"

    failed_with(await result_of(request(server)), "refused")
    assert server.bodies == []


@pytest.mark.parametrize(
    "script",
    [
        Script((Piece(0, b'{"choices": []}'),), content_type="application/json"),
        Script((Piece(0, b"<html>"),), content_type="text/html"),
        Script((Piece(0, b"data: <html>\n\n"),)),
        Script((Piece(0, event([])),)),
    ],
)
async def test_what_is_no_stream_of_chat_chunks_is_unreadable(server: OpenAiServer, script: Script) -> None:
    server.script = script

    failed_with(await result_of(request(server)), "unreadable")


@pytest.mark.parametrize("models", [{}, {"data": []}, []])
async def test_a_server_that_names_no_model_is_unreadable(server: OpenAiServer, models: object) -> None:
    server.models = models

    failed_with(await result_of(request(server)), "unreadable")


async def test_nobody_there(server: OpenAiServer) -> None:
    asked = request(server)
    await server.__aexit__()

    headline = failed_with(await result_of(asked), "unreachable")

    assert server.base_url in headline
    assert "refused" in headline


@pytest.mark.parametrize("base_url", ["nonsense", "ftp://unit", "http://", "http://unit:port", "http://.."])
async def test_what_is_no_address_is_said(base_url: str) -> None:
    failed_with(await result_of(PromptRequest(base_url=base_url, text="", max_tokens=1)), "unreachable")


async def test_something_that_speaks_no_http_is_unreadable() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        asked = PromptRequest(base_url=f"http://127.0.0.1:{port}", text="", max_tokens=1)

        failed_with(await result_of(asked), "unreadable")


@pytest.fixture
async def tls_server() -> AsyncIterator[OpenAiServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    async with OpenAiServer(spoken(40, gap_s=0.01), tls=context) as server:
        yield server


async def test_over_tls_the_moment_of_the_read_counts(
    tls_server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))

    result = await result_of(request(tls_server))

    assert result.error is None
    assert result.server is not None
    assert result.tpot_s == pytest.approx(result.server.tpot_s, rel=0.1)


async def test_a_certificate_that_nobody_vouches_for_is_said(tls_server: OpenAiServer) -> None:
    assert "certificate" in failed_with(await result_of(request(tls_server)), "unreachable").lower()


async def test_over_tls_a_hanging_stream_is_given_up_too(
    tls_server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    tls_server.script = Script(spoken(20).pieces[:10], ending="hang")

    failed_with(await result_of(request(tls_server, silence_limit_s=0.5)), "silent")


def measuring_children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "thorhud.measure" in each.cmdline()]


async def test_a_child_that_is_killed_is_a_result_with_what_there_was(server: OpenAiServer) -> None:
    server.script = spoken(20, gap_s=0.05).with_(ending="hang")
    messages: list[PromptProgress | PromptResult] = []
    async with asyncio.timeout(LIMIT_S):
        async for message in ChildPromptRunner().run(request(server)):
            messages.append(message)
            if isinstance(message, PromptProgress) and message.completion_tokens >= 15 and measuring_children():
                [child] = measuring_children()
                child.kill()

    result = messages[-1]
    assert isinstance(result, PromptResult)
    assert "signal 9" in failed_with(result, "measuring")
    assert result.text.startswith("w1 ")
    assert result.ttft_s is not None
    assert result.tokens_per_s == pytest.approx(20, rel=0.1)
    assert measuring_children() == []


async def test_a_child_that_cannot_start_is_a_result(server: OpenAiServer) -> None:
    *_, result = [each async for each in ChildPromptRunner(("/does/not/exist",)).run(request(server))]

    assert isinstance(result, PromptResult)
    failed_with(result, "measuring")


async def test_a_child_that_says_something_else_is_a_result(
    server: OpenAiServer, caplog: pytest.LogCaptureFixture
) -> None:
    nonsense = (sys.executable, "-c", "import sys; print('hello'); sys.exit('no')")

    [result] = [each async for each in ChildPromptRunner(nonsense).run(request(server))]

    assert isinstance(result, PromptResult)
    failed_with(result, "measuring")
    assert "something else" in caplog.text


async def test_closing_the_iterator_hangs_up_at_the_server(server: OpenAiServer) -> None:
    server.script = spoken(20, gap_s=0.02).with_(ending="hang")
    async with asyncio.timeout(LIMIT_S), aclosing(ChildPromptRunner().run(request(server))) as messages:  # type: ignore[type-var]
        async for message in messages:
            if message.text:
                break

    async with asyncio.timeout(LIMIT_S):
        await server.disconnected.wait()
    assert measuring_children() == []


async def test_a_task_that_is_cancelled_leaves_no_child(server: OpenAiServer) -> None:
    server.script = Script(ending="hang")
    task = asyncio.ensure_future(result_of(request(server)))
    async with asyncio.timeout(LIMIT_S):
        await server.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.disconnected.wait()

    assert measuring_children() == []


async def started(asked: PromptRequest) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*CHILD, stdin=pipe, stdout=pipe, stderr=pipe)
    assert child.stdin is not None
    child.stdin.write(write_request(asked))
    await child.stdin.drain()
    return child


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_the_measuring_process_with_its_last_word(server: OpenAiServer, number: int) -> None:
    server.script = spoken(20).with_(ending="hang")
    child = await started(request(server))
    async with asyncio.timeout(LIMIT_S):
        await server.answering.wait()
        child.send_signal(number)
        output, complaints = await child.communicate()
        await server.disconnected.wait()

    result = read_message(output.splitlines()[-1])
    assert isinstance(result, PromptResult)
    failed_with(result, "cancelled")
    assert complaints == b""


async def test_the_measuring_process_ends_when_its_parent_has_gone(server: OpenAiServer) -> None:
    server.script = spoken(20).with_(ending="hang")
    child = await started(request(server))
    assert child.stdin is not None
    async with asyncio.timeout(LIMIT_S):
        await server.answering.wait()
        child.stdin.close()
        await server.disconnected.wait()
        await child.wait()


async def test_a_parent_that_does_not_read_does_not_disturb_the_measurement(server: OpenAiServer) -> None:
    long = "x" * 40_000
    pieces = [Piece(0.1 * n, chunk({"content": long}, tokens=n)) for n in range(1, 13)]
    server.script = Script((*pieces, Piece(1.2, chunk({}, tokens=12, finish="stop")), Piece(1.2, DONE)))
    finished = asyncio.Event()
    server.when_finished = finished.set
    child = await started(request(server))
    async with asyncio.timeout(LIMIT_S):
        await finished.wait()
        output, _ = await child.communicate()

    result = read_message(output.splitlines()[-1])
    assert isinstance(result, PromptResult)
    assert result.tpot_s == pytest.approx(0.1, rel=0.05)


def test_the_measuring_process_imports_little() -> None:
    code = "import sys, thorhud.measure.__main__; print(*sys.modules)"

    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert "thorhud.measure.__main__" in modules
    assert not {"asyncio", "docker", "httpx", "numpy", "PySide6", "msgspec", "thorhud.settings"} & set(modules)
