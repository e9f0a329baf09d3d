"""vLLM's API over a real local connection, with answers as vLLM 0.32 and 0.11 give them."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping

import pytest

from thorhud.serving.vllm_api import Health, HealthState, VllmApi

Answer = tuple[int, str]
VOCABULARY = "invalid tiktoken vocab file: No such file or directory (os error 2)"


class Server:
    """Answers each path with a fixed status and body."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.bodies: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(line.split(":")[1]) for line in head.lower().splitlines() if "content-length" in line), 0)
        self.bodies.append((await reader.readexactly(length)).decode())
        status, body = self.answers.get(head.split()[1], (404, "{}"))
        writer.write(
            f"HTTP/1.1 {status} x\r\nContent-Length: {len(body.encode())}\r\nConnection: close\r\n\r\n{body}".encode()
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def answers() -> dict[str, Answer]:
    return {}


@pytest.fixture
async def server(answers: dict[str, Answer]) -> Server:
    return Server(answers)


@pytest.fixture
async def api(server: Server) -> AsyncIterator[VllmApi]:
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        api = VllmApi(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/")
        yield api
        await api.close()


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, HealthState.OK), (503, HealthState.DEAD), (404, HealthState.LOADING), (500, HealthState.LOADING)],
)
async def test_health_is_what_the_status_says(
    api: VllmApi, answers: dict[str, Answer], status: int, state: HealthState
) -> None:
    answers["/health"] = (status, "")

    assert (await api.health()).state is state


async def test_a_port_that_is_bound_and_not_listening_is_loading() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        api = VllmApi(f"http://127.0.0.1:{bound.getsockname()[1]}")

        assert await api.health() == Health(HealthState.LOADING, "Nobody listens yet.")
        assert await api.models() is None
        assert await api.version() is None
        assert await api.metrics() is None

        await api.close()


async def test_models_and_version_are_read(api: VllmApi, answers: dict[str, Answer]) -> None:
    answers["/v1/models"] = (200, json.dumps({"object": "list", "data": [{"id": "openai/gpt-oss-20b"}]}))
    answers["/version"] = (200, json.dumps({"version": "0.11.0.post2"}))

    assert await api.models() == ("openai/gpt-oss-20b",)
    assert await api.version() == "0.11.0.post2"


async def test_somebody_else_on_the_port_has_no_models(api: VllmApi, answers: dict[str, Answer]) -> None:
    answers["/v1/models"] = (200, "<html>Welcome</html>")
    answers["/version"] = (200, "[]")

    assert await api.models() is None
    assert await api.version() is None


async def test_a_chat_that_is_answered_is_no_failure(api: VllmApi, server: Server, answers: dict[str, Answer]) -> None:
    answers["/v1/chat/completions"] = (200, "{}")

    assert await api.chat_probe("m") is None
    assert json.loads(server.bodies[-1])["model"] == "m"


@pytest.mark.parametrize(
    "words",
    [
        VOCABULARY,
        "invalid tiktoken vocab file: hash mismatch: computed=e3b0c442, expected=446a9538",
        "error downloading or loading vocab file: failed to download or load vocab file",
    ],
)
async def test_missing_vocabulary_files_are_named(api: VllmApi, answers: dict[str, Answer], words: str) -> None:
    answers["/v1/chat/completions"] = (500, json.dumps({"error": {"message": words, "code": 500}}))

    failure = await api.chat_probe("m")

    assert failure is not None
    assert failure.kind == "gpt-oss-vocabulary"
    assert failure.evidence == words
    assert failure.next_step


@pytest.mark.parametrize(
    ("answer", "evidence"),
    [
        (
            (404, json.dumps({"error": {"message": "The model `m` does not exist."}})),
            "HTTP 404: The model `m` does not exist.",
        ),
        ((400, json.dumps({"object": "error", "message": "older shape"})), "HTTP 400: older shape"),
        ((500, "Internal Server Error"), "HTTP 500: Internal Server Error"),
    ],
)
async def test_any_other_failed_chat_keeps_the_servers_words(
    api: VllmApi, answers: dict[str, Answer], answer: Answer, evidence: str
) -> None:
    answers["/v1/chat/completions"] = answer

    failure = await api.chat_probe("m")

    assert failure is not None
    assert (failure.kind, failure.evidence) == ("chat-failed", evidence)
