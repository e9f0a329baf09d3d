"""Pulls by a real Docker Engine from a tiny registry on this machine."""

import asyncio
import base64
import contextlib
import json
import random
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.registry import Published, Registry, layer_of
from tests.rig.small_disk import mount_small_disk
from tests.serving import own_engine
from tests.serving.own_engine import OwnEngine
from thorhud.domain.errors import EngineError, EngineUnreachable
from thorhud.domain.images import LayerPhase, PullProgress, judge
from thorhud.serving.docker_engine import DockerEngine

pytestmark = pytest.mark.docker

LIMIT_S = 60.0
SIZES = (400_000, 100_000, 300_000, 1_000_000)
COME = {LayerPhase.DONE, LayerPhase.PRESENT}


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as running:
        yield running


@pytest.fixture
async def puller(dockerd: OwnEngine) -> AsyncIterator[DockerEngine]:
    """Give an engine from which every image but the tiny one goes after the test."""
    engine = DockerEngine(dockerd.host)
    yield engine
    await engine.close()
    kept = dockerd.docker("image", "ls", "--quiet", own_engine.IMAGE).split()
    ids = set(dockerd.docker("image", "ls", "--all", "--quiet").split()) - set(kept)
    if ids:
        dockerd.docker("image", "rm", "--force", *ids)


def layers(seed: int, sizes: tuple[int, ...] = SIZES) -> list[bytes]:
    """Return layers that cannot be packed any smaller."""
    chance = random.Random(seed)
    return [layer_of({f"data-{at}": chance.randbytes(size)}) for at, size in enumerate(sizes)]


async def pulled(
    engine: DockerEngine, image: str, until: Callable[[PullProgress], bool] = lambda _: False
) -> list[PullProgress]:
    """Pull to the end, or give it up as soon as *until* holds."""
    seen: list[PullProgress] = []
    async with asyncio.timeout(LIMIT_S), contextlib.aclosing(engine.pull_image(image)) as course:
        async for progress in course:
            seen.append(progress)
            if until(progress):
                break
    return seen


async def refusal(engine: DockerEngine, image: str) -> EngineError:
    with pytest.raises(EngineError) as caught:
        await pulled(engine, image)
    return caught.value


def come(progress: PullProgress) -> int:
    return sum(each.phase in COME for each in progress.layers)


async def test_a_pull_ends_with_the_image_and_its_digest(puller: DockerEngine, registry: Registry) -> None:
    published = registry.publish("tiny/image", "1", layers(1))
    image = f"{registry.name}/tiny/image:1"
    assert await puller.find_image(image) is None

    last = (await pulled(puller, image))[-1]
    found = await puller.find_image(image)

    assert last.digest == published.digest
    assert last.done_bytes == last.total_bytes > sum(SIZES)
    assert found is not None
    assert found.digests == (published.digest,)
    assert found.size_bytes >= sum(SIZES)
    assert judge(image, published.digest, found, (await puller.image_store()).platform).fault is None


async def test_what_a_cancelled_pull_leaves_is_what_the_store_is_said_to_keep(
    puller: DockerEngine, registry: Registry
) -> None:
    published = registry.publish("tiny/image", "1", layers(2))
    image = f"{registry.name}/tiny/image:1"
    last = published.layers[-1]
    registry.held[last] = threading.Event()
    store = await puller.image_store()

    await pulled(puller, image, until=lambda progress: come(progress) == 3)
    assert await puller.find_image(image) is None
    registry.held.pop(last).set()
    assert registry.sent[last] == 0 or not store.keeps_layers
    again = await pulled(puller, image)

    kept = sum(each.phase is LayerPhase.PRESENT for each in again[-1].layers)
    times = [registry.asked[each] for each in published.layers[:-1]]
    assert (kept, times) == ((3, [1, 1, 1]) if store.keeps_layers else (0, [2, 2, 2]))
    assert again[-1].digest == published.digest


async def test_giving_a_pull_up_ends_it_in_the_engine_too(puller: DockerEngine, registry: Registry) -> None:
    published = registry.publish("tiny/image", "1", layers(3))
    image = f"{registry.name}/tiny/image:1"
    last = published.layers[-1]
    registry.held[last] = threading.Event()

    await pulled(puller, image, until=lambda progress: come(progress) == 3)
    registry.held.pop(last).set()

    # an engine that went on would have it in a moment: one more layer of a megabyte on this machine
    await asyncio.sleep(2)
    assert await puller.find_image(image) is None


@pytest.mark.parametrize("how", [OwnEngine.kill, OwnEngine.end])
async def test_a_daemon_that_ends_in_the_middle_keeps_finished_layers_for_the_next_pull(
    registry: Registry, how: Callable[[OwnEngine], None]
) -> None:
    published = registry.publish("tiny/image", "1", layers(4))
    image = f"{registry.name}/tiny/image:1"
    registry.held[published.layers[-1]] = threading.Event()
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with own_engine.folder() as folder, OwnEngine(folder) as dockerd:
        engine = DockerEngine(dockerd.host)

        asked: list[int] = []

        def end_after_the_third(progress: PullProgress) -> bool:
            if come(progress) == 3 and not asked:
                asked.append(dockerd.pid)
                how(dockerd)
            return False

        with pytest.raises(EngineUnreachable):
            await pulled(engine, image, until=end_after_the_third)
        registry.held.popitem()[1].set()
        dockerd.start()
        again = await pulled(engine, image)
        await engine.close()

    # the third was finished in the moment of the death, and may not have been written down
    assert [each.phase for each in again[-1].layers][:2] == [LayerPhase.PRESENT] * 2
    assert [registry.asked[each] for each in published.layers[:2]] == [1, 1]
    assert again[-1].digest == published.digest


async def test_a_connection_that_breaks_off_is_taken_up_where_it_broke(
    puller: DockerEngine, registry: Registry
) -> None:
    published = registry.publish("tiny/image", "1", layers(5))
    image = f"{registry.name}/tiny/image:1"
    registry.broken.add(published.layers[-1])

    seen = await pulled(puller, image)

    last = [look.layers[-1].phase for look in seen if len(look.layers) == 4]
    assert LayerPhase.WAITING in last[last.index(LayerPhase.DOWNLOADING) :]
    assert seen[-1].digest == published.digest


async def test_a_registry_that_wants_a_login_is_named_and_the_login_is_used_once_it_is_there(
    puller: DockerEngine, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    published = registry.publish("tiny/image", "1", layers(6, (1000,)))
    image = f"{registry.name}/tiny/image:1"
    registry.login = ("anna", "secret")

    error = await refusal(puller, image)
    assert error.kind == "registry-login"
    assert f"docker login {registry.name}" in error.next_step

    auth = base64.b64encode(b"anna:secret").decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.name: {"auth": auth}}}))
    assert (await pulled(puller, image))[-1].digest == published.digest


async def test_other_bytes_than_a_digest_promises_are_not_kept(puller: DockerEngine, registry: Registry) -> None:
    published = registry.publish("bad/layer", "1", layers(7, (5000,)))
    registry.spoil(published.layers[0])
    other = registry.publish("bad/manifest", "1", layers(8, (5000,)))
    registry.spoil_manifest("bad/manifest", other.digest)

    assert (await refusal(puller, f"{registry.name}/bad/layer:1")).kind == "image-damaged"
    assert (await refusal(puller, f"{registry.name}/bad/manifest@{other.digest}")).kind == "image-damaged"
    assert await puller.find_image(f"{registry.name}/bad/layer:1") is None


async def test_an_image_for_other_machines_is_said_before_or_after_the_pull(
    puller: DockerEngine, registry: Registry
) -> None:
    ours = (await puller.image_store()).platform.partition("/")[2]
    other = "s390x" if ours != "s390x" else "amd64"
    single: Published = registry.publish("other/single", "1", layers(9, (1000,)), architecture=other)
    registry.publish_list("other/list", "1", {})
    several = registry.publish("other/list", other, layers(10, (1000,)), architecture=other)
    registry.publish_list("other/list", "1", {other: several})

    error = await refusal(puller, f"{registry.name}/other/list:1")
    assert error.kind == "image-platform"
    assert f"linux/{ours}" in str(error)

    image = f"{registry.name}/other/single:1"
    assert (await pulled(puller, image))[-1].digest == single.digest
    state = judge(image, None, await puller.find_image(image), (await puller.image_store()).platform)
    assert state.sentence is not None
    assert f"made for linux/{other}" in state.sentence


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        ("{registry}/tiny/nowhere:1", "image-unknown"),
        ("127.0.0.1:1/tiny/image:1", "registry-unreachable"),
        ("UPPER/case:1", "image-name"),
    ],
)
async def test_what_cannot_be_pulled_is_named(puller: DockerEngine, registry: Registry, image: str, kind: str) -> None:
    error = await refusal(puller, image.format(registry=registry.name))

    assert error.kind == kind
    assert error.next_step


class OnSmallDisk(OwnEngine):
    """A dockerd whose data lie on a disk of a few megabytes."""

    def start(self) -> None:
        """Mount the disk first."""
        mount_small_disk(self.folder)
        super().start()


async def test_a_disk_that_gets_full_while_pulling_is_said_and_nothing_is_left_of_it(registry: Registry) -> None:
    registry.publish("big/image", "1", layers(11, (1_000_000, 30_000_000)))
    small = registry.publish("small/image", "1", layers(12, (1_000_000,)))
    if reason := own_engine.obstacle():
        pytest.skip(reason)
    with own_engine.folder() as folder, OnSmallDisk(folder) as dockerd:
        engine = DockerEngine(dockerd.host)
        before = (await engine.image_store()).free_bytes
        error = await refusal(engine, f"{registry.name}/big/image:1")
        after = (await engine.image_store()).free_bytes
        # what was fetched is given back: a smaller image fits afterwards
        last = (await pulled(engine, f"{registry.name}/small/image:1"))[-1]
        await engine.close()

    assert error.kind == "disk-full"
    assert before is not None
    assert after is not None
    assert after > before - 2_000_000
    assert last.digest == small.digest


async def test_a_pull_of_an_engine_that_is_not_there_says_so(tmp_path: Path) -> None:
    engine = DockerEngine(f"unix://{tmp_path}/nobody.sock")

    assert (await refusal(engine, "busybox:1")).kind == "docker-unreachable"


async def test_a_further_name_is_given_by_the_digest_it_was_pulled_by(puller: DockerEngine, registry: Registry) -> None:
    published = registry.publish("tiny/image", "1", layers(13, (1000,)))
    registry.publish("tiny/image", "1", layers(14, (1000,)))  # the tag moved on
    name = f"{registry.name}/tiny/image"

    await pulled(puller, f"{name}@{published.digest}")
    assert await puller.find_image(f"{name}:1") is None
    await puller.name_image(f"{name}@{published.digest}", f"{name}:1")

    found = await puller.find_image(f"{name}:1")
    assert found is not None
    assert published.digest in found.digests
