"""What the Docker Engine is asked, over a real socket: it answers, refuses, hangs, is not there."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from thorhud.checks.docker_facts import HttpDocker
from thorhud.domain.errors import EngineUnreachable, ImageMissing, RuntimeMissing

IMAGE = "nvcr.io/nvidia/vllm:25.09-py3"
INFO = {
    "ServerVersion": "28.3.3",
    "DefaultRuntime": "nvidia",
    "Runtimes": {"runc": {}, "nvidia": {}},
    "DockerRootDir": "/var/lib/docker",
}
PAGE = {
    "Id": "7a" * 32,
    "Names": ["/open-webui"],
    "Image": "ghcr.io/open-webui/open-webui:main",
    "State": "running",
    "Labels": {},
    "Command": "bash start.sh",
}
ENDED = {"Id": "5e" * 32, "Names": ["/vllm"], "Image": IMAGE, "State": "exited", "Labels": {"thorhud.launch": "a1"}}


class SmallEngine:
    """Answers each path with a fixed status and body, and remembers what it was asked."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.held = "nothing"
        """What begins with this is not answered before the end."""
        self.waiting = asyncio.Event()
        self._over = asyncio.Event()

    @contextlib.asynccontextmanager
    async def listening(self, path: Path) -> AsyncIterator[str]:
        server = await asyncio.start_unix_server(self._serve, str(path))
        async with server:
            yield f"unix://{path}"
            self._over.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                method, target, _ = head.splitlines()[0].split()
                length = next(
                    (int(line[15:]) for line in head.lower().splitlines() if line.startswith("content-length:")), 0
                )
                await reader.readexactly(length)
                self.asked.append(f"{method} {target}")
                if self.asked[-1].startswith(self.held):
                    self.waiting.set()
                    await self._over.wait()
                status, body = self._answer(f"{method} {target}")
                writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        writer.close()

    def _answer(self, asked: str) -> tuple[int, bytes]:
        for path, answer in self.answers.items():
            if asked.startswith(path):
                status, body = answer if isinstance(answer, tuple) else (200, answer)
                return status, body.encode() if isinstance(body, str) else json.dumps(body).encode()
        return 404, b'{"message": "page not found"}'


def answers(**more: Any) -> dict[str, Any]:
    return {
        "GET /info": INFO,
        "GET /containers/json?all=1": [PAGE, ENDED],
        f"GET /containers/{'7a' * 32}/json": {"Config": {"Env": ["PATH=/bin", "OPENAI_API_BASE_URL=http://0.0.0.0:8000/v1"]}},
        f"GET /images/{IMAGE}/json": {"Id": "sha256:11", "RepoDigests": [f"{IMAGE[:19]}@sha256:22"], "Size": 8},
        "GET /images/local/json": {"Id": "sha256:33", "Size": 9},
        **more,
    }  # fmt: skip


async def test_everything_is_asked_in_one_visit(tmp_path: Path) -> None:
    async with SmallEngine(answers()).listening(tmp_path / "s") as address:
        facts = await HttpDocker(address).facts([IMAGE, "local", "absent"])

    assert (facts.version, facts.default_runtime, facts.runtimes) == ("28.3.3", "nvidia", ("runc", "nvidia"))
    assert facts.folder == "/var/lib/docker"
    assert {name: image.digest for name, image in facts.images.items()} == {IMAGE: "sha256:22", "local": "sha256:33"}
    assert [(each.name, each.running, each.ours) for each in facts.containers] == [
        ("open-webui", True, False),
        ("vllm", False, True),
    ]
    assert facts.chat_asks == "http://0.0.0.0:8000/v1"
    assert facts.containers[0].command == "bash start.sh"
    assert [each.serves_vllm for each in facts.containers] == [False, True]


async def test_an_engine_that_is_not_there_is_a_reason_and_no_error(tmp_path: Path) -> None:
    facts = await HttpDocker(f"unix://{tmp_path / 'none'}").facts([])

    assert not facts.answers
    assert facts.reason == f"The Docker Engine does not answer at unix://{tmp_path / 'none'}."
    assert not facts.refused


async def test_an_engine_that_hangs_is_given_up(tmp_path: Path) -> None:
    engine = SmallEngine(answers())
    engine.held = "GET /info"
    async with engine.listening(tmp_path / "s") as address:
        facts = await HttpDocker(address, patience_s=0.2).facts([])

    assert engine.asked == ["GET /info"]
    assert not facts.answers
    assert "does not answer" in facts.reason


async def test_an_engine_that_answers_with_an_error_is_a_reason(tmp_path: Path) -> None:
    async with SmallEngine(answers(**{"GET /info": (500, {"message": "broken"})})).listening(tmp_path / "s") as address:
        facts = await HttpDocker(address).facts([])

    assert not facts.answers
    assert "broken" in facts.reason


@pytest.mark.parametrize("body", ["no json", "{", '{"nothing": 1}'])
async def test_an_error_without_a_message_is_told_all_the_same(tmp_path: Path, body: str) -> None:
    async with SmallEngine({"GET /info": (502, body)}).listening(tmp_path / "s") as address:
        facts = await HttpDocker(address).facts([])

    assert not facts.answers
    assert body in facts.reason


async def test_what_answers_and_is_no_docker_is_a_reason(tmp_path: Path) -> None:
    async with SmallEngine({"GET /info": "<html>", "GET ": "x"}).listening(tmp_path / "s") as address:
        facts = await HttpDocker(address).facts([])

    assert not facts.answers
    assert facts.reason.endswith("is no Docker Engine.")


async def test_an_address_that_thorhud_cannot_look_at_is_said() -> None:
    facts = await HttpDocker("ssh://thor-07").facts([])

    assert facts.reason == "thorhud cannot look at a Docker Engine at ssh://thor-07."


RUN = {
    "POST /containers/create": (201, {"Id": "c1"}),
    "POST /containers/c1/start": (204, ""),
    "POST /containers/c1/wait": {"StatusCode": 3},
    "GET /containers/c1/logs": "said something\n",
    "DELETE /containers/c1": (204, ""),
}


async def test_a_test_container_is_run_and_removed(tmp_path: Path) -> None:
    engine = SmallEngine(RUN)
    async with engine.listening(tmp_path / "s") as address:
        ended = await HttpDocker(address).run("cuda", ("nvidia-smi",), runtime="nvidia")

    assert (ended.exit_code, ended.output) == (3, "said something\n")
    assert engine.asked[-1] == "DELETE /containers/c1?force=1"


async def test_a_container_that_does_not_start_is_removed_too(tmp_path: Path) -> None:
    refusal = {"message": "unknown or invalid runtime name: nvidia"}
    engine = SmallEngine({**RUN, "POST /containers/c1/start": (400, refusal)})
    async with engine.listening(tmp_path / "s") as address:
        with pytest.raises(RuntimeMissing):
            await HttpDocker(address).run("cuda", ("nvidia-smi",), runtime="nvidia")

    assert engine.asked[-1] == "DELETE /containers/c1?force=1"


async def test_an_image_that_is_not_there_is_not_pulled(tmp_path: Path) -> None:
    engine = SmallEngine({"POST /containers/create": (404, {"message": "No such image: cuda:13"})})
    async with engine.listening(tmp_path / "s") as address:
        with pytest.raises(ImageMissing):
            await HttpDocker(address).run("cuda:13", ("nvidia-smi",), runtime="nvidia")

    assert engine.asked == ["POST /containers/create"]


async def test_an_engine_that_goes_away_during_a_test_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineUnreachable):
        await HttpDocker(f"unix://{tmp_path / 'none'}").run("cuda", ("nvidia-smi",), runtime="nvidia")


async def test_a_test_that_is_given_up_removes_its_container(tmp_path: Path) -> None:
    engine = SmallEngine(RUN)
    engine.held = "POST /containers/c1/wait"
    async with engine.listening(tmp_path / "s") as address:
        run = asyncio.ensure_future(HttpDocker(address).run("cuda", ("nvidia-smi",), runtime="nvidia"))
        async with asyncio.timeout(20):
            await engine.waiting.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    assert engine.asked[-1] == "DELETE /containers/c1?force=1"


async def test_an_engine_that_hangs_at_the_removal_too_is_not_waited_for(tmp_path: Path) -> None:
    engine = SmallEngine(RUN)
    engine.held = "DELETE"
    async with engine.listening(tmp_path / "s") as address:
        async with asyncio.timeout(20):
            ended = await HttpDocker(address, patience_s=0.1).run("cuda", ("nvidia-smi",), runtime="nvidia")

    assert ended.exit_code == 3
