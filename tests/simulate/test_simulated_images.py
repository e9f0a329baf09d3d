"""The image of a simulated unit: it goes, it is pulled, and the course of that looks like a real one."""

from dataclasses import replace
from pathlib import Path

import pytest

from thorhud.domain.errors import EngineError, ImageMissing
from thorhud.domain.images import LayerPhase, PullProgress
from thorhud.domain.workshop import Workshop
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate import images as images_module
from thorhud.simulate.engine import SimulatedEngine
from thorhud.simulate.images import SimulatedImages

ORDER = list(LayerPhase)


@pytest.fixture
def workshop() -> Workshop:
    return load_workshop()


@pytest.fixture
def images(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> SimulatedImages:
    monkeypatch.setattr(images_module, "_TICK_S", 0.001)
    return SimulatedImages(workshop, lambda: 500.0)


async def pulled(images: SimulatedImages, image: str) -> list[PullProgress]:
    return [progress async for progress in images.pull_image(image)]


async def test_a_pull_brings_the_image_back_layer_by_layer(images: SimulatedImages, workshop: Workshop) -> None:
    images.gone = True
    assert await images.find_image(workshop.container.image) is None

    seen = await pulled(images, workshop.container.image)
    found = await images.find_image(workshop.container.image)

    assert found is not None
    assert seen[-1].digest == found.digests[0]
    assert seen[-1].done_bytes == seen[-1].total_bytes == pytest.approx(8e9, rel=0.001)
    assert {each.phase for look in seen for each in look.layers} >= {
        LayerPhase.WAITING,
        LayerPhase.DOWNLOADING,
        LayerPhase.EXTRACTING,
        LayerPhase.DONE,
    }


async def test_what_has_come_never_goes_and_no_layer_goes_back(images: SimulatedImages, workshop: Workshop) -> None:
    seen = await pulled(images, workshop.container.image)

    done = [look.done_bytes for look in seen]
    assert done == sorted(done)
    for at in range(len(seen[0].layers)):
        phases = [ORDER.index(look.layers[at].phase) for look in seen]
        assert phases == sorted(phases)


async def test_the_pinned_digest_may_be_asked_for_and_nothing_else_is_there(
    images: SimulatedImages, workshop: Workshop
) -> None:
    repository = workshop.container.image.rpartition(":")[0]

    assert (await pulled(images, f"{repository}@{images.digest}"))[-1].digest == images.digest
    with pytest.raises(EngineError) as caught:
        await pulled(images, "nvcr.io/nvidia/nothing:1")
    assert caught.value.kind == "image-unknown"


async def test_the_engine_refuses_a_start_while_the_image_is_gone(tmp_path: Path, workshop: Workshop) -> None:
    engine = SimulatedEngine(tmp_path, workshop, port=1)
    engine.images.gone = True

    with pytest.raises(ImageMissing) as caught:
        await engine.image_digest(workshop.container.image)

    assert "thorhud image pull" in caught.value.next_step


def test_a_pinned_digest_is_the_one_that_is_found(workshop: Workshop) -> None:
    pinned = replace(workshop, container=replace(workshop.container, digest=f"sha256:{'a' * 64}"))

    assert SimulatedImages(pinned, lambda: 1.0).digest == f"sha256:{'a' * 64}"
