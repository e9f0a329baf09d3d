"""Each fault ends as the real one: with its text, its exit code, and found by the diagnosis."""

import asyncio
from collections.abc import Callable

import pytest

from tests.serving.engine_contract import all_lines
from thorhud.domain.containers import ContainerSpec
from thorhud.domain.errors import EngineError
from thorhud.domain.failures import KINDS, Failure, diagnose
from thorhud.domain.log_reading import LogReading, read
from thorhud.domain.log_text import pieces_of
from thorhud.simulate.engine import SimulatedEngine
from thorhud.simulate.faults import ENGINE_DIED, FAULTS, SLOW, STREAM_HANGS, VOCABULARY

LIMIT_S = 20.0
WITHOUT_AN_END = {"hang", SLOW, STREAM_HANGS}
AFTER_READY = {VOCABULARY, ENGINE_DIED, SLOW, STREAM_HANGS}
REFUSED = {kind for kind, fault in FAULTS.items() if fault.refused_by_docker}
FAILING_STARTS = sorted(FAULTS.keys() - WITHOUT_AN_END - AFTER_READY - REFUSED)


def failure_in(lines: list[bytes], exit_code: int | None) -> Failure | None:
    reading = LogReading()
    for piece in pieces_of(b"\n".join(lines)):
        reading = read(reading, piece)
    return diagnose(reading.evidence, exit_code=exit_code, stop_requested=False, timeline=reading.timeline)


def test_every_fault_that_ends_a_start_is_a_failure_that_the_hud_can_name() -> None:
    assert set(FAULTS) - set(KINDS) == WITHOUT_AN_END


@pytest.mark.parametrize("kind", FAILING_STARTS)
async def test_a_start_that_fails_ends_with_its_exit_code_and_is_diagnosed(
    kind: str, new_engine: Callable[..., SimulatedEngine], served: ContainerSpec
) -> None:
    engine = new_engine(fault=kind)
    started = await engine.start(served)

    async with asyncio.timeout(LIMIT_S):
        exit_code = await engine.wait(started.id)

    assert exit_code == FAULTS[kind].exit_code
    failure = failure_in([line.text for line in await all_lines(engine, started.id)], exit_code)
    assert failure is not None
    assert failure.kind == kind
    assert (await engine.inspect(started.id)).out_of_memory == (kind == "killed")


@pytest.mark.parametrize("kind", sorted(REFUSED))
async def test_what_docker_refuses_leaves_no_container(
    kind: str, new_engine: Callable[..., SimulatedEngine], served: ContainerSpec
) -> None:
    engine = new_engine(fault=kind)

    with pytest.raises(EngineError) as caught:
        await engine.start(served)

    assert caught.value.kind == kind
    assert await engine.containers() == ()


async def test_a_start_that_hangs_runs_on_in_silence_and_can_be_interrupted(
    new_engine: Callable[..., SimulatedEngine], served: ContainerSpec
) -> None:
    engine = new_engine(fault="hang")
    started = await engine.start(served)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await engine.wait(started.id)
    await engine.kill(started.id, "SIGINT")

    async with asyncio.timeout(LIMIT_S):
        assert await engine.wait(started.id) == 130


async def test_a_port_that_is_really_taken_is_said_before_anything_is_loaded(
    new_engine: Callable[..., SimulatedEngine], served: ContainerSpec, port: int
) -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)
    engine = new_engine()
    started = await engine.start(served)

    async with asyncio.timeout(LIMIT_S):
        assert await engine.wait(started.id) == 1
    taken.close()

    lines = [line.text for line in await all_lines(engine, started.id)]
    assert not any(b"Starting to load model" in line for line in lines)
    failure = failure_in(lines, 1)
    assert failure is not None
    assert failure.kind == "port-in-use"
