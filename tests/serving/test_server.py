"""Ready, stop, finish, adopt: on a real Docker Engine, with a server that is a shell script."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.serving.engine_contract import first_lines
from tests.serving.own_engine import IMAGE, OwnEngine, spec
from tests.serving.test_vllm_api import VOCABULARY, Answer, Server
from thorhud.domain.containers import ContainerState
from thorhud.domain.errors import ContainerGone
from thorhud.serving.docker_engine import DockerEngine
from thorhud.serving.server import Ended, NotUsable, Ready, StopPlan, adopt, finish, stop, wait_ready
from thorhud.serving.vllm_api import VllmApi

pytestmark = pytest.mark.docker

QUICK = StopPlan(interrupt_s=0.3, second_interrupt_s=0.3, terminate_s=0.3, kill_s=10)
MODEL = "openai/gpt-oss-20b"
OURS = {"thorhud.launch": "launch-1"}
FOREVER = "while :; do usleep 20000; done"


@contextlib.asynccontextmanager
async def served(answers: dict[str, Answer]) -> AsyncIterator[VllmApi]:
    async with await asyncio.start_server(Server(answers).serve, "127.0.0.1", 0) as listening:
        api = VllmApi(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
        yield api
        await api.close()


def useful() -> dict[str, Answer]:
    return {
        "/health": (200, ""),
        "/v1/models": (200, json.dumps({"data": [{"id": MODEL}]})),
        "/version": (200, json.dumps({"version": "0.32.0"})),
        "/v1/chat/completions": (200, "{}"),
    }


async def ready(engine: DockerEngine, api: VllmApi, container: str) -> Ready | Ended | NotUsable:
    async with asyncio.timeout(20):
        return await wait_ready(engine, api, container, model=MODEL, needs_chat_probe=True)


async def test_it_is_ready_once_it_is_healthy_and_answers_a_chat(engine: DockerEngine) -> None:
    await engine.start(spec("vllm", "sleep 60"))
    answers = useful() | {"/health": (503, "")}
    async with served(answers) as api, asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(ready(engine, api, "vllm"))
        await asyncio.sleep(0.7)
        assert not waiting.done()
        answers["/health"] = (200, "")

    assert waiting.result() == Ready("0.32.0")


async def test_a_healthy_server_that_fails_every_chat_is_not_usable(engine: DockerEngine) -> None:
    await engine.start(spec("vllm", "sleep 60"))
    broken = useful() | {"/v1/chat/completions": (500, json.dumps({"error": {"message": VOCABULARY}}))}
    async with served(broken) as api:
        result = await ready(engine, api, "vllm")

    assert isinstance(result, NotUsable)
    assert result.failure.kind == "gpt-oss-vocabulary"


async def test_somebody_elses_server_on_the_port_is_not_ours(engine: DockerEngine) -> None:
    await engine.start(spec("vllm", "sleep 1; exit 1"))
    others = useful() | {"/v1/models": (200, json.dumps({"data": [{"id": "another"}]}))}
    async with served(others) as api:
        assert await ready(engine, api, "vllm") == Ended(1)


async def test_a_container_that_ends_ends_the_wait(engine: DockerEngine) -> None:
    await engine.start(spec("vllm", "usleep 200000; exit 2"))
    async with served({}) as api:
        assert await ready(engine, api, "vllm") == Ended(2)


async def test_a_container_that_is_removed_ends_the_wait(engine: DockerEngine, dockerd: OwnEngine) -> None:
    await engine.start(spec("vllm", "sleep 60"))
    async with served({}) as api, asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(ready(engine, api, "vllm"))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(dockerd.docker, "rm", "--force", "vllm")

    assert isinstance(waiting.result(), Ended)


@pytest.mark.parametrize(
    ("script", "last_signal", "exit_code"),
    [
        (f"trap 'exit 0' INT; echo up; {FOREVER}", "SIGINT", 0),
        (f"trap 'trap \"exit 7\" INT' INT; echo up; {FOREVER}", "SIGINT", 7),
        (f"trap '' INT; trap 'exit 5' TERM; echo up; {FOREVER}", "SIGTERM", 5),
        (f"trap '' INT TERM; echo up; {FOREVER}", "SIGKILL", 137),
        ("echo up; exec sleep 60", "SIGKILL", 137),
    ],
    ids=["at once", "asked twice", "told", "ignoring", "first process without a handler"],
)
async def test_a_stop_becomes_as_firm_as_it_must(
    engine: DockerEngine, script: str, last_signal: str, exit_code: int
) -> None:
    await engine.start(spec("vllm", script))
    await first_lines(engine, "vllm", 1)
    said: list[str] = []

    report = await stop(engine, "vllm", plan=QUICK, report=said.append)

    assert report.gone
    assert report.reason is None
    assert report.exit_code == exit_code
    assert f"({last_signal})" in said[-2]
    assert said[-1] == f"The server has ended (exit code {exit_code})."
    assert report.steps == tuple(said)
    assert not (await engine.inspect("vllm")).running


async def test_a_stop_of_what_has_ended_already_sends_nothing_in_vain(engine: DockerEngine) -> None:
    await engine.start(spec("vllm", "exit 3"))
    await engine.wait("vllm")

    report = await stop(engine, "vllm", plan=QUICK)

    assert (report.gone, report.exit_code, len(report.steps)) == (True, 3, 2)


async def test_a_stop_of_what_is_gone_says_so(engine: DockerEngine) -> None:
    report = await stop(engine, "nosuch", plan=QUICK)

    assert (report.gone, report.exit_code) == (True, None)
    assert report.steps[-1] == "The container is gone."


async def test_what_cannot_be_ended_is_said_with_what_to_do(engine: DockerEngine) -> None:
    await engine.start(spec("vllm", "sleep 60"))

    class Deaf(DockerEngine):
        async def kill(self, container: str, signal: str) -> None:
            pass

    deaf = Deaf(engine.address)
    report = await stop(deaf, "vllm", plan=replace(QUICK, kill_s=0.2))
    await deaf.close()

    assert not report.gone
    assert "reboot" in (report.reason or "")


async def test_log_and_exit_code_are_there_until_it_is_finished(engine: DockerEngine) -> None:
    await engine.start(spec("vllm", "echo last words; exit 4"))
    await engine.wait("vllm")

    assert [line.text for line in await first_lines(engine, "vllm", 1)] == [b"last words"]
    await finish(engine, "vllm")

    with pytest.raises(ContainerGone):
        await engine.inspect("vllm")


async def test_our_own_server_is_found_again_running_before_ended(engine: DockerEngine) -> None:
    await engine.start(spec("running", "sleep 60", labels=OURS))
    await engine.start(spec("ended", "true", labels=OURS))
    await engine.wait("ended")

    found = await adopt(engine)

    assert found is not None
    assert (found.container.name, found.ours) == ("running", True)


async def test_our_ended_server_is_found_with_its_exit_code(engine: DockerEngine) -> None:
    await engine.start(spec("ended", "exit 9", labels=OURS))
    await engine.wait("ended")

    found = await adopt(engine)

    assert found is not None
    assert (found.ours, found.container.exit_code, found.container.launch_id) == (True, 9, "launch-1")


@pytest.mark.parametrize(
    ("name", "command"), [("vllm", ("sh", "-c", "sleep 60")), ("x1", ("sh", "-c", ": vllm serve m; sleep 60"))]
)
async def test_a_server_started_by_hand_is_found_and_is_not_ours(
    engine: DockerEngine, name: str, command: tuple[str, ...]
) -> None:
    await engine.start(replace(spec(name, ""), command=command))

    found = await adopt(engine)

    assert found is not None
    assert not found.ours


async def test_the_documents_own_container_is_known_by_its_image(engine: DockerEngine, dockerd: OwnEngine) -> None:
    dockerd.docker("tag", IMAGE, "nvcr.io/nvidia/vllm:25.09-py3")
    try:
        await engine.start(replace(spec("anything", "sleep 60"), image="nvcr.io/nvidia/vllm:25.09-py3"))
        found = await adopt(engine)
    finally:
        dockerd.docker("rmi", "nvcr.io/nvidia/vllm:25.09-py3", "--force")

    assert isinstance(found.container if found else None, ContainerState)


async def test_other_containers_are_left_alone(engine: DockerEngine) -> None:
    await engine.start(spec("open-webui", "sleep 60"))
    await engine.start(spec("vllm", "true"))
    await engine.wait("vllm")

    assert await adopt(engine) is None
