"""Stopping what was left behind and freeing the port, on a real dockerd: ours are stopped, others are named and stay."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.repair.asking import proof_of
from tests.serving import own_engine
from tests.serving.own_engine import OwnEngine, spec
from thorhud.repair.context import RepairContext
from thorhud.repair.port import holder_of
from thorhud.repair.root import NoRoot
from thorhud.repair.run import plan
from thorhud.serving.docker_engine import DockerEngine

pytestmark = pytest.mark.docker

FOREVER = "trap 'exit 0' INT TERM; echo serving; while :; do usleep 50000; done"


@pytest.fixture(scope="module")
def dockerd() -> Iterator[OwnEngine]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with own_engine.folder() as folder, OwnEngine(folder) as running:
        running.import_image()
        yield running


@pytest.fixture
async def context(dockerd: OwnEngine, tmp_path: Path) -> AsyncIterator[RepairContext]:
    engine = DockerEngine(dockerd.host)
    yield RepairContext(engine=engine, root=NoRoot(), data_dir=tmp_path, port=free_port(), logs_to=tmp_path / "logs")
    await engine.close()
    if names := dockerd.docker("ps", "--all", "--quiet").split():
        dockerd.docker("rm", "--force", *names)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def start(context: RepairContext, name: str, script: str = FOREVER, *, launch: str | None = None) -> str:
    labels = {} if launch is None else {"thorhud.launch": launch}
    return (await context.engine.start(spec(name, script, labels=labels))).id


async def names(context: RepairContext) -> set[str]:
    return {each.name for each in await context.engine.containers()}


async def test_our_containers_end_with_their_logs_kept_and_those_of_others_are_named(context: RepairContext) -> None:
    await start(context, "vllm", launch="old")
    await start(context, "ended", "echo once", launch="older")
    await start(context, "chat-page")
    await context.engine.wait("ended")

    shown, proof = await plan("stop-leftovers", context), await proof_of("stop-leftovers", context)

    assert shown.stops == ("vllm",)
    assert proof.proven, proof
    assert await names(context) == {"chat-page"}
    assert "vllm" in proof.sentence
    assert "Not ours, so not touched" in proof.sentence
    assert "the container chat-page" in proof.sentence
    assert context.logs_to is not None
    kept = {each.name.rpartition("-")[0]: each.read_bytes() for each in context.logs_to.iterdir()}
    assert kept["ended"].endswith(b" once\n")
    assert kept["vllm"].endswith(b" serving\n")


async def test_a_launch_that_somebody_watches_is_no_leftover(context: RepairContext) -> None:
    await start(context, "vllm", launch="now")
    await start(context, "before", launch="old")

    proof = await proof_of("stop-leftovers", replace(context, in_use=frozenset({"now"})))

    assert proof.proven
    assert await names(context) == {"vllm"}


async def test_nothing_left_behind_is_said_as_such(context: RepairContext) -> None:
    proof = await proof_of("stop-leftovers", context)

    assert proof.proven
    assert proof.sentence.startswith("Nothing of this HUD was left behind.")


async def test_a_container_that_ignores_every_request_is_ended_by_force(context: RepairContext) -> None:
    await start(context, "deaf", "trap '' INT TERM; while :; do usleep 50000; done", launch="deaf")

    proof = await proof_of("stop-leftovers", context)

    assert proof.proven, proof
    assert await names(context) == set()


async def test_a_vllm_process_of_somebody_is_named_with_its_owner_and_lives_on(context: RepairContext) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)", "vllm", "serve"]
    with subprocess.Popen(command) as somebody:
        proof = await proof_of("stop-leftovers", context)

        assert f"(process {somebody.pid} of " in proof.sentence
        assert somebody.poll() is None
        somebody.kill()


async def test_the_port_is_freed_of_our_container(context: RepairContext) -> None:
    await start(context, "vllm", f"exec busybox nc -l -p {context.port}", launch="old")
    await listening(context)

    shown, proof = await plan("free-port", context), await proof_of("free-port", context)

    assert shown.stops == ("vllm",)
    assert proof.proven, proof
    assert (proof.before, proof.after) == ("the container vllm listens", "free")
    assert await names(context) == set()


async def test_a_container_of_somebody_else_keeps_the_port_and_is_named(context: RepairContext) -> None:
    await start(context, "theirs", f"exec busybox nc -l -p {context.port}")
    await listening(context)

    shown, proof = await plan("free-port", context), await proof_of("free-port", context)

    assert not proof.proven
    assert shown.obstacle == proof.sentence
    assert "the container theirs, which this HUD did not start" in proof.sentence
    assert proof.next_step == "If nobody needs it type: docker stop theirs"
    assert await names(context) == {"theirs"}


async def test_a_program_that_holds_the_port_is_named_by_process_and_account(context: RepairContext) -> None:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", context.port))
        ours.listen()

        proof = await proof_of("free-port", context)

        assert not proof.proven
        assert "of root)" in proof.sentence
        assert proof.next_step.startswith("If nobody needs it type: sudo kill ")


async def test_the_model_that_is_served_now_keeps_its_port(context: RepairContext) -> None:
    await start(context, "vllm", f"exec busybox nc -l -p {context.port}", launch="now")
    await listening(context)

    proof = await proof_of("free-port", replace(context, in_use=frozenset({"now"})))

    assert (proof.proven, proof.next_step) == (False, "Stop the model first.")
    assert await names(context) == {"vllm"}


async def test_a_free_port_is_said_to_be_free(context: RepairContext) -> None:
    assert (await proof_of("free-port", context)).proven


async def test_docker_that_does_not_answer_is_a_proof_that_failed_with_a_next_step(context: RepairContext) -> None:
    nobody = DockerEngine("unix:///nowhere/docker.sock")

    proof = await proof_of("stop-leftovers", replace(context, engine=nobody))

    await nobody.close()
    assert not proof.proven
    assert "does not answer" in proof.sentence
    assert proof.next_step


async def listening(context: RepairContext) -> None:
    """Wait until the container's listener is up."""
    async with asyncio.timeout(20):
        while await holder_of(context) is None:
            await asyncio.sleep(0.02)
