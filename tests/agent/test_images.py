"""The workshop's image on a simulated unit, and the agent's part on a real Docker Engine."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.agent.conftest import Face, Unit
from tests.fakes.registry import Registry, layer_of
from tests.rig.small_disk import mount_small_disk
from tests.serving import own_engine
from tests.serving.own_engine import OwnEngine
from thorhud.agent.hub import Hub
from thorhud.agent.images import Images, check_for_start, left_behind, room_words
from thorhud.agent.parts import Parts
from thorhud.domain.errors import EngineError, ThorHudError
from thorhud.domain.images import ImageFault, ImageStore, PullPhase, PullState
from thorhud.domain.messages import AnswerKind, Command, Verb
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.serving.docker_engine import DockerEngine

FP4 = "llama-3.1-8b-fp4"


async def image_gone(face: Face) -> None:
    await face.do(Verb.SIMULATE, fault="image-missing")


def pulling(state: AgentState) -> bool:
    return state.pull.phase is PullPhase.PULLING and state.pull.done_bytes > 0


async def test_the_image_is_looked_at_without_anybody_asking(face: Face) -> None:
    state = await face.until(lambda state: state.image.present is not None)

    assert (state.image.present, state.image.fault) == (True, None)
    assert state.image.digest is not None


async def test_a_start_without_the_image_fails_at_once_says_so_and_pulls_nothing(unit: Unit, face: Face) -> None:
    await image_gone(face)

    answer = await face.launch(FP4)
    state = await face.until(lambda state: state.image.present is False)

    assert (answer.kind, answer.failure_kind) == (AnswerKind.FAILED, "image-missing")
    assert state.serving.phase is ServingPhase.FAILED
    assert state.image.fault is ImageFault.MISSING
    assert state.image.size_bytes == unit.parts.workshop.container.download_bytes
    assert state.pull.phase is PullPhase.NONE


async def test_a_pull_shows_its_layers_and_its_rate_and_ends_with_an_image_that_starts(face: Face) -> None:
    await image_gone(face)
    await face.do(Verb.SIMULATE, start_speed=8.0)
    first = await face.first(Verb.PULL_IMAGE)
    assert first.kind is AnswerKind.ACCEPTED

    midway = await face.until(lambda state: state.pull.bytes_per_s is not None)
    assert midway.pull.layers == len(midway.pull.detail) > 1
    assert 0 < midway.pull.done_bytes < midway.pull.total_bytes
    assert midway.pull.remaining_s is not None
    assert (await face.link.outcome(first.id)).kind is AnswerKind.DONE

    state = await face.until(lambda state: state.pull.phase is PullPhase.DONE)
    assert state.image.present
    assert state.pull.layers_done == state.pull.layers
    await face.do(Verb.SIMULATE, start_speed=60.0)
    assert (await face.launch(FP4)).kind is AnswerKind.DONE


async def test_one_pull_at_a_time_and_a_cancelled_one_says_what_it_leaves(face: Face) -> None:
    await image_gone(face)
    await face.do(Verb.SIMULATE, start_speed=1.0)
    first = await face.first(Verb.PULL_IMAGE)
    await face.until(pulling)

    second = await face.first(Verb.PULL_IMAGE)
    assert (second.kind, "already" in second.reason) == (AnswerKind.REFUSED, True)
    assert (await face.do(Verb.CANCEL_PULL)).kind is AnswerKind.DONE

    end = await face.link.outcome(first.id)
    state = await face.until(lambda state: state.pull.phase is PullPhase.CANCELLED)
    assert (end.kind, end.failure_kind) == (AnswerKind.FAILED, "cancelled")
    assert "begins anew" in state.pull.next_step
    assert state.pull.bytes_per_s is None
    assert (await face.first(Verb.CANCEL_PULL)).kind is AnswerKind.REFUSED


async def test_an_agent_that_pulls_is_busy_and_ends_all_the_same_when_it_is_told_to(unit: Unit, face: Face) -> None:
    await image_gone(face)
    await face.do(Verb.SIMULATE, start_speed=1.0)
    await face.first(Verb.PULL_IMAGE)
    await face.until(pulling)
    assert unit.agent.hub.busy

    async with asyncio.timeout(20):
        await unit.end()


@pytest.mark.parametrize("image", ["UPPER", "a b", "x" * 300, "-flag", 7, ["x"]])
async def test_what_is_no_name_of_an_image_is_refused(face: Face, image: object) -> None:
    answer = await face.first(Verb.PULL_IMAGE, {"image": image})

    assert answer.kind is AnswerKind.REFUSED
    assert "no name" in answer.reason


async def test_an_image_that_no_registry_has_fails_with_the_reason(face: Face) -> None:
    answer = await face.do(Verb.PULL_IMAGE, image="nvcr.io/nvidia/nothing:1")
    state = await face.until(lambda state: state.pull.phase is PullPhase.FAILED)

    assert (answer.kind, answer.failure_kind) == (AnswerKind.FAILED, "image-unknown")
    assert "nvcr.io has no image" in state.pull.sentence
    assert state.pull.next_step


def test_what_is_left_of_a_cancelled_pull_is_said_of_each_store() -> None:
    assert "goes on from there" in left_behind(PullState(keeps_layers=True))
    assert "begins anew" in left_behind(PullState(keeps_layers=False))
    assert "Pull again" in left_behind(PullState())


def test_a_full_disk_is_said_with_what_is_free_and_what_it_takes() -> None:
    store = ImageStore(folder="/var/lib/docker", free_bytes=300_000_000)

    assert "0.3 GB are free in /var/lib/docker" in room_words(store, PullState())
    assert "8.0 GB packed" in room_words(store, PullState(total_bytes=8_000_000_000))
    assert room_words(ImageStore(), PullState()) == ""


# on a real Docker Engine


@pytest.fixture(scope="module")
def dockerd() -> Iterator[OwnEngine]:
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with own_engine.folder() as folder, OwnEngine(folder) as running:
        yield running


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as running:
        yield running


@pytest.fixture
async def real(dockerd: OwnEngine, registry: Registry, unit: Unit) -> AsyncIterator[Parts]:
    """Give a unit whose images are those of a real engine; its workshop's image lies in the registry."""
    engine = DockerEngine(dockerd.host)
    container = replace(unit.parts.workshop.container, image=f"{registry.name}/tiny/image:1", digest=None)
    workshop = replace(unit.parts.workshop, container=container)
    yield replace(unit.parts, images=engine, workshop=workshop)
    await engine.close()


def pinned(parts: Parts, digest: str) -> Parts:
    container = replace(parts.workshop.container, digest=digest)
    return replace(parts, workshop=replace(parts.workshop, container=container))


def layers(seed: int) -> list[bytes]:
    chance = random.Random(seed)
    return [layer_of({f"data-{at}": chance.randbytes(50_000)}) for at in range(3)]


async def pull(hub: Hub, parts: Parts, image: str = "") -> None:
    await Images(hub, parts).pull(Command(id="1", verb=Verb.PULL_IMAGE, args={"image": image}, who="a test"))


@pytest.mark.docker
async def test_a_tag_that_moved_on_is_said_and_not_started_and_the_pinned_image_is_pulled_by_its_digest(
    unit: Unit, real: Parts, registry: Registry, dockerd: OwnEngine
) -> None:
    published = registry.publish("tiny/image", "1", layers(1))
    newer = registry.publish("tiny/image", "1", layers(2))
    hub = Hub(unit.agent.hub.state)
    parts = pinned(real, published.digest)
    image = parts.workshop.container.image
    dockerd.docker("pull", image)  # by hand, as the document says: whatever the tag is by now

    await Images(hub, parts).look()
    assert (hub.state.image.fault, hub.state.image.digest) == (ImageFault.OTHER_DIGEST, newer.digest)
    with pytest.raises(EngineError, match="not the pinned one") as caught:
        await check_for_start(parts, None)
    assert caught.value.kind == "image-digest"
    await check_for_start(parts, "another/image:1")  # chosen by a person: nobody pinned its digest

    await pull(hub, parts)
    assert (hub.state.image.fault, hub.state.image.digest) == (None, published.digest)
    assert hub.state.pull.phase is PullPhase.DONE
    await check_for_start(parts, None)
    # the other one is kept, without its name
    assert newer.digest in dockerd.docker("image", "ls", "--all", "--digests", "--no-trunc")


@pytest.mark.docker
async def test_a_pinned_digest_that_the_registry_does_not_have_is_said_and_the_image_here_stays(
    unit: Unit, real: Parts, registry: Registry
) -> None:
    published = registry.publish("tiny/image", "1", layers(3))
    hub = Hub(unit.agent.hub.state)
    await pull(hub, real)
    assert hub.state.image.digest == published.digest

    with pytest.raises(ThorHudError) as caught:
        await pull(hub, pinned(real, f"sha256:{'0' * 64}"))

    assert caught.value.kind == "image-unknown"
    assert hub.state.pull.phase is PullPhase.FAILED
    await Images(hub, real).look()
    assert hub.state.image.digest == published.digest


class OnSmallDisk(OwnEngine):
    """A dockerd whose data lie on a disk of a few megabytes."""

    def start(self) -> None:
        """Mount the disk first."""
        mount_small_disk(self.folder)
        super().start()


@pytest.mark.docker
async def test_a_disk_that_gets_full_is_said_with_what_is_free_and_what_the_image_takes(
    unit: Unit, registry: Registry
) -> None:
    registry.publish("tiny/image", "1", [layer_of({"data": random.Random(5).randbytes(30_000_000)})])
    container = replace(unit.parts.workshop.container, image=f"{registry.name}/tiny/image:1", download_bytes=None)
    hub = Hub(unit.agent.hub.state)
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with own_engine.folder() as folder, OnSmallDisk(folder) as small:
        engine = DockerEngine(small.host)
        workshop = replace(unit.parts.workshop, container=container)
        with pytest.raises(ThorHudError) as caught:
            await pull(hub, replace(unit.parts, images=engine, workshop=workshop))
        await engine.close()

    assert caught.value.kind == "disk-full"
    assert f"GB are free in {folder}" in str(caught.value)
    assert "0.03 GB packed and about 0.06 GB unpacked" in str(caught.value)
    assert "docker system prune" in hub.state.pull.next_step


@pytest.mark.docker
async def test_an_engine_that_went_away_leaves_nobody_who_could_look(unit: Unit, real: Parts, tmp_path: Path) -> None:
    hub = Hub(unit.agent.hub.state)
    away = replace(real, images=DockerEngine(f"unix://{tmp_path}/nobody.sock"))

    await Images(hub, away).look()
    assert (hub.state.image.present, hub.state.image.fault) == (None, None)
    with pytest.raises(ThorHudError) as caught:
        await pull(hub, away)
    assert caught.value.kind == "docker-unreachable"
    assert "pull again" in hub.state.pull.next_step
