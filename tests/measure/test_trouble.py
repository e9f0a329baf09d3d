"""Every way in which a server can fail an answer is one sentence and a next step."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.openai_server import (
    OpenAiServer,
    Piece,
    Script,
    error_answer,
    event,
    recorded,
    spoken,
)
from tests.measure.asking import LIMIT_S, failed_with, measured, request, result_of
from thorhud.domain.timing import PromptRequest

API = Path(__file__).parents[1] / "data" / "vllm_api"
CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "localhost.pem"


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

    assert (await result_of(request(server, silence_limit_s=0.9))).error is None


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
    assert result.tpot_s == pytest.approx(result.server.tpot_s, rel=0.3)


async def test_a_certificate_that_nobody_vouches_for_is_said(tls_server: OpenAiServer) -> None:
    assert "certificate" in failed_with(await result_of(request(tls_server)), "unreachable").lower()


async def test_over_tls_a_hanging_stream_is_given_up_too(
    tls_server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    tls_server.script = Script(spoken(20).pieces[:10], ending="hang")

    failed_with(await result_of(request(tls_server, silence_limit_s=0.5)), "silent")
