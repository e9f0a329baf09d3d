"""The simulated engine keeps the contract of every engine, and its containers outlive whoever started them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.serving.engine_contract import ContractOfAContainerEngine, all_lines, first_lines
from tests.simulate.conftest import spec_of
from thorhud.domain.containers import ContainerSpec
from thorhud.domain.errors import EngineError, ImageMissing, RuntimeMissing, ThorHudError
from thorhud.domain.workshop import Published, StageExpectation, Workshop
from thorhud.simulate.container_folder import ContainerFolder
from thorhud.simulate.engine import SimulatedEngine

LIMIT_S = 20.0
NewEngine = Callable[..., SimulatedEngine]


class TestTheContract(ContractOfAContainerEngine):
    pass


async def ready(engine: SimulatedEngine, container: str) -> None:
    async with asyncio.timeout(LIMIT_S):
        async for line in engine.logs(container):
            if b"Application startup complete." in line.text:
                return
    pytest.fail("the container ended before it was ready")


async def ended(engine: SimulatedEngine, container: str) -> int:
    async with asyncio.timeout(LIMIT_S):
        return await engine.wait(container)


def folder_of(tmp_path: Path, container: str) -> ContainerFolder:
    return ContainerFolder(tmp_path / "containers" / container)


STARTER = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.simulate.conftest import AT_ONCE, spec_of
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.engine import SimulatedEngine

async def main():
    workshop = load_workshop()
    engine = SimulatedEngine(Path(sys.argv[1]), workshop, port=int(sys.argv[2]), start_speed=AT_ONCE)
    await engine.start(spec_of(workshop, sys.argv[3]))
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_successor_finds_the_container_of_a_starter_that_was_killed(
    tmp_path: Path, engine: SimulatedEngine, workshop: Workshop, port: int
) -> None:
    configuration = workshop.configurations[-1]
    starter = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", STARTER, str(tmp_path), str(port), configuration.id],
        check=False,
        timeout=LIMIT_S,
    )
    assert starter.returncode == -signal.SIGKILL

    (found,) = await engine.containers()
    await ready(engine, found.id)
    await engine.kill(found.id, "SIGINT")

    assert found.running
    assert found.launch_id == "launch-1"
    assert await ended(engine, found.id) == 0
    texts = [line.text for line in await all_lines(engine, found.id)]
    assert b"Automatically detected platform cuda." in texts[0]
    assert texts[-1].endswith(b"Application shutdown complete.")


async def test_following_again_from_a_stamp_neither_loses_nor_doubles_a_line(
    engine: SimulatedEngine, new_engine: NewEngine, served: ContainerSpec
) -> None:
    started = await engine.start(served)
    await ready(engine, started.id)
    before = await first_lines(engine, started.id, 20)
    await engine.kill(started.id, "SIGINT")
    await ended(engine, started.id)

    after = await all_lines(new_engine(), started.id, since=before[-1].stamp)
    repeats = [line for line in before if line.stamp >= before[-1].stamp]

    assert before + after[len(repeats) :] == await all_lines(engine, started.id)


async def test_attached_output_shows_a_bar_before_its_line_is_finished(
    tmp_path: Path, new_engine: NewEngine, workshop: Workshop, port: int
) -> None:
    first = workshop.configurations[0]
    slow_graphs = replace(
        first,
        expected_stages=(StageExpectation(stage="cuda-graphs", duration_s=6.0, source="this test"),),
        published=replace(first.published, start_s=Published(value=None)),
    )
    engine = SimulatedEngine(tmp_path, replace(workshop, configurations=(slow_graphs,)), port=port)
    started = await engine.start(spec_of(workshop, first.id))

    output = b""
    async with asyncio.timeout(LIMIT_S):
        async for piece in engine.attach(started.id):
            output += piece
            if b"Capturing CUDA graphs (mixed prefill-decode, PIECEWISE): " in output:
                break

    assert b"Capturing" not in folder_of(tmp_path, started.id).log.read_bytes()


async def test_nobody_answers_before_the_server_is_ready(
    new_engine: NewEngine, served: ContainerSpec, port: int
) -> None:
    engine = new_engine(start_speed=4)
    started = await engine.start(served)
    await first_lines(engine, started.id, 1)

    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_interrupted_while_loading_it_ends_with_130_and_says_so(
    new_engine: NewEngine, served: ContainerSpec
) -> None:
    engine = new_engine(start_speed=10)
    started = await engine.start(served)
    await first_lines(engine, started.id, 1)

    await engine.kill(started.id, "SIGINT")

    assert await ended(engine, started.id) == 130
    assert (await all_lines(engine, started.id))[-1].text.endswith(b"KeyboardInterrupt")


async def test_a_container_whose_keeper_was_killed_has_ended_and_its_server_is_gone(
    tmp_path: Path, engine: SimulatedEngine, served: ContainerSpec
) -> None:
    started = await engine.start(served)
    await ready(engine, started.id)
    processes = json.loads((folder_of(tmp_path, started.id).path / "processes.json").read_text())

    os.kill(processes["keeper"][0], signal.SIGKILL)

    assert await ended(engine, started.id) == 137


async def test_a_process_number_that_is_used_again_is_not_taken_for_the_container(
    tmp_path: Path, engine: SimulatedEngine, served: ContainerSpec
) -> None:
    started = await engine.start(served)
    await engine.kill(started.id, "SIGKILL")
    await ended(engine, started.id)
    folder = folder_of(tmp_path, started.id)
    mine_but_of_another_time = [os.getpid(), 1]
    processes = {"keeper": mine_but_of_another_time, "server": mine_but_of_another_time, "started_at_s": 0.0}
    (folder.path / "processes.json").write_text(json.dumps(processes))
    (folder.path / "end.json").unlink()

    assert not (await engine.inspect(started.id)).running


async def test_a_running_container_is_not_removed(engine: SimulatedEngine, served: ContainerSpec) -> None:
    started = await engine.start(served)

    with pytest.raises(EngineError, match="still runs"):
        await engine.remove(started.id)


async def test_what_is_not_on_the_unit_is_refused_as_docker_refuses_it(
    engine: SimulatedEngine, served: ContainerSpec
) -> None:
    with pytest.raises(ImageMissing) as no_image:
        await engine.start(replace(served, image="nobody/nothing:1"))
    with pytest.raises(RuntimeMissing) as no_runtime:
        await engine.start(replace(served, runtime="crun"))

    assert (no_image.value.kind, no_runtime.value.kind) == ("image-missing", "runtime-missing")
    assert await engine.containers() == ()


async def test_a_fault_is_shown_once(new_engine: NewEngine, served: ContainerSpec) -> None:
    engine = new_engine(fault="unknown-flag")
    first = await engine.start(served)
    assert await ended(engine, first.id) == 2
    await engine.remove(first.id)

    second = await engine.start(served)

    await ready(engine, second.id)


async def test_a_fault_that_nobody_knows_is_refused_at_once(engine: SimulatedEngine) -> None:
    with pytest.raises(ThorHudError) as caught:
        engine.next_fault = "no such fault"

    assert "memory-at-start" in caught.value.next_step


async def test_starting_takes_a_fraction_of_a_second(engine: SimulatedEngine, served: ContainerSpec) -> None:
    began_s = time.monotonic()
    await engine.start(served)

    assert time.monotonic() - began_s < 2.0


def test_the_keeper_is_light() -> None:
    heavy = "{'asyncio', 'httpx', 'docker', 'msgspec', 'tomlkit', 'psutil', 'thorhud.domain.workshop'}"
    code = f"import sys, thorhud.simulate.server; print(sorted({heavy} & set(sys.modules)))"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert said.stdout.strip() == "[]"


async def test_an_environment_variable_moves_the_port(engine: SimulatedEngine, workshop: Workshop, port: int) -> None:
    configuration = workshop.configurations[-1]
    spec = spec_of(
        workshop,
        configuration.id,
        environment={"THORHUD_SIM_PORT": str(port)},
        command=("vllm", "serve", "x", "--port", "1"),
    )
    started = await engine.start(spec)

    await ready(engine, started.id)

    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    await writer.wait_closed()


async def test_interrupted_while_an_answer_streams_it_waits_for_the_client_and_yields_to_a_second_signal(
    engine: SimulatedEngine, served: ContainerSpec, port: int
) -> None:
    started = await engine.start(served)
    await ready(engine, started.id)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({"messages": [{"role": "user", "content": "Hello"}], "stream": True}).encode()
    writer.write(b"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
    await reader.readuntil(b"data: ")

    await engine.kill(started.id, "SIGINT")
    async with asyncio.timeout(LIMIT_S):
        async for line in engine.logs(started.id):
            if b"Waiting for connections to close" in line.text:
                break
    assert (await engine.inspect(started.id)).running
    await engine.kill(started.id, "SIGINT")

    assert await ended(engine, started.id) == 0
    writer.close()


async def test_a_container_that_was_created_but_never_ran_is_no_obstacle(
    tmp_path: Path, engine: SimulatedEngine, served: ContainerSpec
) -> None:
    folder = folder_of(tmp_path, "c" * 64)
    folder.create({"spec": asdict(served), "digest": None, "fault": None}, "{}")

    state = await engine.inspect(served.name)
    await engine.remove(served.name)

    assert (state.running, state.exit_code, state.started_at_s) == (False, None, None)
    assert (await engine.start(served)).running
