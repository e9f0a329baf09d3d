"""Every recorded line into the store, exactly once."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import pytest

from tests.serving import own_engine
from tests.serving.engine_contract import all_lines
from tests.serving.own_engine import OwnEngine, spec
from thorhud.domain.containers import RecordedLine
from thorhud.domain.errors import ContainerGone, EngineUnreachable
from thorhud.serving.docker_engine import DockerEngine
from thorhud.serving.follower import follow

LIMIT_S = 60.0

MIXED = """
for n in $(seq 1 %d); do
  echo "out $n"; echo "err $n" >&2
  [ $((n %% 50)) = 0 ] && usleep 10000
done
"""


TICKS = "n=0; while [ $n -lt 3000 ]; do n=$((n+1)); echo $n; usleep 2000; done"


class MemoryStore:
    """Keeps lines as the records do: the greatest stamp, and texts by stamp."""

    def __init__(self, lines: Sequence[RecordedLine] = ()) -> None:
        self.lines = list(lines)

    async def last_stamp(self, launch_id: str) -> str | None:
        return max((line.stamp for line in self.lines), default=None)

    async def append(self, launch_id: str, lines: Sequence[RecordedLine]) -> None:
        self.lines += lines

    async def stored_at(self, launch_id: str, stamp: str) -> Sequence[bytes]:
        return [line.text for line in self.lines if line.stamp == stamp]


class IndexedStore(MemoryStore):
    """The same for many lines."""

    def __init__(self) -> None:
        super().__init__()
        self.by_stamp: dict[str, list[bytes]] = {}

    async def last_stamp(self, launch_id: str) -> str | None:
        return max(self.by_stamp, default=None)

    async def append(self, launch_id: str, lines: Sequence[RecordedLine]) -> None:
        await super().append(launch_id, lines)
        for line in lines:
            self.by_stamp.setdefault(line.stamp, []).append(line.text)

    async def stored_at(self, launch_id: str, stamp: str) -> Sequence[bytes]:
        return self.by_stamp.get(stamp, [])


class FakeLog:
    """An engine whose log breaks off where the test says; of an engine it has only `logs`."""

    def __init__(self, *connections: tuple[Sequence[RecordedLine], Exception | None]) -> None:
        self.connections = list(connections)
        self.asked_since: list[str | None] = []

    async def logs(self, container: str, *, since: str | None = None) -> AsyncGenerator[RecordedLine, None]:
        self.asked_since.append(since)
        lines, error = self.connections.pop(0)
        for line in lines:
            if since is None or line.stamp >= since:
                yield line
        if error:
            raise error


def line(second: int, text: str = "", nanosecond: int = 0) -> RecordedLine:
    stamp = f"2026-11-23T20:{second // 60:02d}:{second % 60:02d}.{nanosecond:09d}Z"
    return RecordedLine(stamp, (text or f"line {second}").encode())


AWAY = EngineUnreachable("The Docker Engine does not answer.")


async def stored(engine: FakeLog, store: MemoryStore) -> list[RecordedLine]:
    """Follow to the end; return what was yielded."""
    return [
        line
        async for batch in follow(engine, store, container="c", launch_id="l")  # type: ignore[arg-type]
        for line in batch
    ]


async def test_lines_are_yielded_once_they_are_stored() -> None:
    store = MemoryStore()
    async with contextlib.aclosing(
        follow(FakeLog(([line(1), line(2)], None)), store, container="c", launch_id="l")  # type: ignore[arg-type]
    ) as batches:
        batch = await anext(batches)

        assert store.lines[: len(batch)] == list(batch)


async def test_what_a_connection_repeats_is_left_out() -> None:
    lines = [line(second) for second in range(1, 9)]
    store = MemoryStore()

    new = await stored(FakeLog((lines[:5], AWAY), (lines[:7], AWAY), (lines, None)), store)

    assert new == store.lines == lines


async def test_equal_lines_of_one_stamp_are_counted_not_merged() -> None:
    twice = [line(1, "tick"), line(1, "tick"), line(1, "tock"), line(1, "tick")]
    store = MemoryStore()

    await stored(FakeLog((twice[:1], AWAY), (twice[:3], AWAY), (twice, None)), store)

    assert store.lines == twice


async def test_a_new_agent_goes_on_where_the_last_one_was_killed() -> None:
    lines = [line(1), line(2, "same"), line(2, "same"), line(2, "other"), line(3)]
    store = MemoryStore(lines[:2])

    new = await stored(FakeLog((lines, None)), store)

    assert new == lines[2:]
    assert store.lines == lines


async def test_neighbours_in_the_wrong_order_survive_a_break_between_them() -> None:
    swapped = [line(10), line(12, "stdout"), line(11, "stderr"), line(13)]
    store = MemoryStore()

    await stored(FakeLog((swapped[:2], AWAY), (swapped, None)), store)

    assert sorted(each.text for each in store.lines) == sorted(each.text for each in swapped)


async def test_the_engine_is_asked_from_a_minute_before_the_newest_line() -> None:
    engine = FakeLog(([line(30), line(125, nanosecond=5)], AWAY), ([], None))

    await stored(engine, MemoryStore())

    assert engine.asked_since == [None, line(65, nanosecond=5).stamp]


async def test_a_clock_set_back_hides_no_line_and_doubles_none() -> None:
    before, after = [line(1800), line(1801)], [line(60), line(61), line(62)]
    store = MemoryStore()

    await stored(FakeLog((before + after[:2], AWAY), (before + after, None)), store)

    assert store.lines == before + after


async def test_a_container_that_is_gone_ends_the_log() -> None:
    store = MemoryStore()

    await stored(FakeLog(([line(1)], AWAY), ([], ContainerGone("gone"))), store)

    assert store.lines == [line(1)]


@pytest.mark.docker
async def test_no_line_is_lost_or_doubled_over_forty_reconnections(engine: DockerEngine) -> None:
    await engine.start(spec("many", MIXED % 1500))
    store = IndexedStore()
    chance = random.Random(7)
    cuts = 0
    async with asyncio.timeout(LIMIT_S):
        while cuts < 40:
            async with contextlib.aclosing(follow(engine, store, container="many", launch_id="l")) as batches:
                stop_at = len(store.lines) + chance.randint(1, 100)
                async for _ in batches:
                    if len(store.lines) >= stop_at:
                        break
                cuts += 1
        async for _ in follow(engine, store, container="many", launch_id="l"):
            pass

    expected = await all_lines(engine, "many")
    assert len(expected) == 3000
    assert sorted(map(repr, store.lines)) == sorted(map(repr, expected))


@pytest.mark.docker
async def test_no_line_is_lost_or_doubled_when_dockerd_is_killed_twice_and_the_container_lives() -> None:
    async with killable(live_restore=True) as (dockerd, engine):
        started = await engine.start(spec("ticks", TICKS))
        store = IndexedStore()
        async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
            tasks.create_task(drain(engine, store, started.id))
            for _ in range(2):
                await enough(store, len(store.lines) + 200)
                dockerd.kill()
                await asyncio.to_thread(dockerd.start)

        assert store.lines == await all_lines(engine, started.id)
        assert [int(each.text) for each in store.lines] == list(range(1, 3001))
        assert len({each.stamp for each in store.lines}) == 3000
        assert await engine.wait(started.id) == 0


@pytest.mark.docker
async def test_no_recorded_line_is_lost_when_dockerd_is_killed_and_its_containers_with_it() -> None:
    async with killable(live_restore=False) as (dockerd, engine):
        started = await engine.start(spec("ticks", "trap 'exit 3' TERM; " + TICKS))
        store = IndexedStore()
        async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks:
            tasks.create_task(drain(engine, store, started.id))
            await enough(store, 200)
            dockerd.kill()
            await asyncio.to_thread(dockerd.start)

        assert not (await engine.inspect(started.id)).running
        assert store.lines == await all_lines(engine, started.id)
        assert 200 <= len(store.lines) < 3000


@contextlib.asynccontextmanager
async def killable(*, live_restore: bool) -> AsyncIterator[tuple[OwnEngine, DockerEngine]]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with own_engine.folder() as folder, OwnEngine(folder, live_restore=live_restore) as dockerd:
        await asyncio.to_thread(dockerd.import_image)
        engine = DockerEngine(dockerd.host)
        yield dockerd, engine
        await engine.close()


async def drain(engine: DockerEngine, store: MemoryStore, container: str) -> None:
    async for _ in follow(engine, store, container=container, launch_id="l"):
        pass


async def enough(store: MemoryStore, count: int) -> None:
    while len(store.lines) < count:
        await asyncio.sleep(0.01)
