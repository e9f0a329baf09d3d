"""The measuring process as its parent sees it: killed, stopped, left alone, not listened to."""

import asyncio
import signal
import subprocess
import sys
from contextlib import aclosing

import psutil
import pytest

from tests.fakes.openai_server import (
    DONE,
    OpenAiServer,
    Piece,
    Script,
    chunk,
    spoken,
)
from tests.measure.asking import LIMIT_S, failed_with, request, result_of
from thorhud.domain.timing import PromptProgress, PromptRequest, PromptResult
from thorhud.measure.pipe import read_message, write_request
from thorhud.measure.runner import CHILD, ChildPromptRunner


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
    assert result.tokens_per_s == pytest.approx(20, rel=0.3)
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
    async with asyncio.timeout(LIMIT_S), aclosing(ChildPromptRunner().run(request(server))) as messages:
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
    assert result.tpot_s == pytest.approx(0.1, rel=0.15)


def test_the_measuring_process_imports_little() -> None:
    code = "import sys, thorhud.measure.__main__; print(*sys.modules)"

    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert "thorhud.measure.__main__" in modules
    assert not {"asyncio", "docker", "httpx", "numpy", "PySide6", "msgspec", "thorhud.settings"} & set(modules)
