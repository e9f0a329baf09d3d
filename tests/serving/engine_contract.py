"""What every `ContainerEngine` must do, real or simulated.

A test module of an engine inherits `ContractOfAContainerEngine` and gives two fixtures: ``engine``, and ``served``: a
specification whose container prints lines and a bar for some seconds, runs on, and ends with 0 on SIGINT.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from thorhud.domain.containers import ContainerEngine, ContainerSpec, RecordedLine
from thorhud.domain.errors import ContainerGone, NameTaken

LIMIT_S = 30.0


async def first_lines(engine: ContainerEngine, container: str, count: int) -> list[RecordedLine]:
    lines: list[RecordedLine] = []
    async with asyncio.timeout(LIMIT_S):
        async for line in engine.logs(container):
            lines.append(line)
            if len(lines) == count:
                break
    return lines


async def all_lines(engine: ContainerEngine, container: str, since: str | None = None) -> list[RecordedLine]:
    async with asyncio.timeout(LIMIT_S):
        return [line async for line in engine.logs(container, since=since)]


async def stopped(engine: ContainerEngine, container: str) -> int:
    await first_lines(engine, container, 1)
    await engine.kill(container, "SIGINT")
    async with asyncio.timeout(LIMIT_S):
        return await engine.wait(container)


class ContractOfAContainerEngine:
    async def test_it_says_its_version(self, engine: ContainerEngine) -> None:
        assert await engine.version()

    async def test_a_started_container_runs_and_carries_its_labels(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        state = await engine.start(served)

        assert state.running
        assert state.exit_code is None
        assert state.started_at_s is not None
        assert (state.name, state.image) == (served.name, served.image)
        assert state.labels.items() >= dict(served.labels).items()
        assert state.launch_id == served.labels["thorhud.launch"]

    async def test_a_container_is_found_by_id_and_by_name_and_in_the_list(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        started = await engine.start(served)

        assert (await engine.inspect(started.id)).id == started.id
        assert (await engine.inspect(served.name)).id == started.id
        assert started.id in [each.id for each in await engine.containers()]

    async def test_the_image_of_a_container_is_known_by_its_digest(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        digest = await engine.image_digest(served.image)
        state = await engine.start(served)

        assert digest is not None
        assert digest.startswith("sha256:")
        assert state.image_digest == digest

    async def test_the_same_name_is_given_only_once(self, engine: ContainerEngine, served: ContainerSpec) -> None:
        await engine.start(served)

        with pytest.raises(NameTaken) as caught:
            await engine.start(served)

        assert caught.value.kind == "name-taken"
        assert caught.value.next_step

    async def test_stamps_are_of_one_width_and_in_order_of_time(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        started = await engine.start(served)
        await stopped(engine, started.id)

        stamps = [line.stamp for line in await all_lines(engine, started.id)]

        assert len(stamps) > 1
        assert {len(stamp) for stamp in stamps} == {len("2026-01-01T00:00:00.000000000Z")}
        assert all(stamp.endswith("Z") for stamp in stamps)

    async def test_the_log_of_an_ended_container_is_the_same_each_time_it_is_read(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        started = await engine.start(served)
        await stopped(engine, started.id)

        assert await all_lines(engine, started.id) == await all_lines(engine, started.id)

    async def test_since_is_inclusive(self, engine: ContainerEngine, served: ContainerSpec) -> None:
        started = await engine.start(served)
        await stopped(engine, started.id)
        lines = await all_lines(engine, started.id)
        since = lines[len(lines) // 2].stamp

        assert await all_lines(engine, started.id, since) == [line for line in lines if line.stamp >= since]

    async def test_no_line_holds_a_line_feed(self, engine: ContainerEngine, served: ContainerSpec) -> None:
        started = await engine.start(served)
        await stopped(engine, started.id)

        assert not [line for line in await all_lines(engine, started.id) if b"\n" in line.text]

    async def test_following_begins_while_the_container_runs(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        started = await engine.start(served)

        assert await first_lines(engine, started.id, 1)
        assert (await engine.inspect(started.id)).running

    async def test_interrupted_it_ends_and_keeps_its_exit_code(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        started = await engine.start(served)

        assert await stopped(engine, started.id) == 0

        state = await engine.inspect(started.id)
        assert not state.running
        assert state.exit_code == 0
        assert state.finished_at_s is not None

    async def test_killed_it_ends_with_137(self, engine: ContainerEngine, served: ContainerSpec) -> None:
        started = await engine.start(served)
        await engine.kill(started.id, "SIGKILL")

        async with asyncio.timeout(LIMIT_S):
            assert await engine.wait(started.id) == 137

    async def test_a_signal_to_an_ended_container_is_no_error(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        started = await engine.start(served)
        await stopped(engine, started.id)

        await engine.kill(started.id, "SIGINT")

    async def test_waiting_can_be_given_up(self, engine: ContainerEngine, served: ContainerSpec) -> None:
        started = await engine.start(served)

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await engine.wait(started.id)

        assert (await engine.inspect(started.id)).running

    async def test_attached_output_ends_with_the_container(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        started = await engine.start(served)
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(read_all(engine.attach(started.id)))
            await stopped(engine, started.id)

        assert isinstance(reading.result(), bytes)

    async def test_a_removed_container_is_gone_and_its_name_is_free(
        self, engine: ContainerEngine, served: ContainerSpec
    ) -> None:
        started = await engine.start(served)
        await stopped(engine, started.id)

        await engine.remove(started.id)
        await engine.remove(started.id)

        with pytest.raises(ContainerGone):
            await engine.inspect(started.id)
        with pytest.raises(ContainerGone):
            await engine.wait(started.id)
        with pytest.raises(ContainerGone):
            await all_lines(engine, started.id)
        assert (await engine.start(served)).id != started.id


async def read_all(pieces: AsyncIterator[bytes]) -> bytes:
    async with asyncio.timeout(LIMIT_S), contextlib.AsyncExitStack():
        return b"".join([piece async for piece in pieces])
