"""The image of a simulated unit: it can be gone, and a pull brings it back in some seconds."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

from thorhud.domain.images import FoundImage, ImageStore, LayerPhase, LayerProgress, PullProgress
from thorhud.domain.workshop import Workshop
from thorhud.serving import pull_errors

PLATFORM = "linux/arm64"
PULL_S = 20.0
"""How long the download of the whole image takes, at normal speed; then it is unpacked for a fifth of that."""
_BYTES = 8 * 10**9
_SHARES = (0.004, 0.35, 0.01, 0.22, 0.15, 0.002, 0.18, 0.06, 0.024)
"""Layers of a server's image: a few large ones with CUDA and PyTorch, the rest small."""
_AT_A_TIME = 3
_TICK_S = 0.1


class SimulatedImages:
    """Fulfils `thorhud.domain.images.ImageEngine` for the one image of the workshop."""

    def __init__(self, workshop: Workshop, speed: Callable[[], float]) -> None:
        self._container = workshop.container
        self._speed = speed
        self.gone = False
        """Whether somebody removed the workshop's image."""

    @property
    def digest(self) -> str:
        """The pinned digest, else one that is made of the name."""
        return self._container.digest or f"sha256:{hashlib.sha256(self._container.image.encode()).hexdigest()}"

    async def find_image(self, image: str) -> FoundImage | None:
        """Return the workshop's image where it is here."""
        if image != self._container.image or self.gone:
            return None
        return FoundImage(id=self.digest, digests=(self.digest,), size_bytes=_BYTES * 5 // 2, platform=PLATFORM)

    async def image_store(self) -> ImageStore:
        """Return a store with much room, which keeps nothing of a cancelled pull."""
        return ImageStore(platform=PLATFORM, folder="/var/lib/docker", free_bytes=800 * 10**9)

    async def pull_image(self, image: str) -> AsyncGenerator[PullProgress, None]:
        """Bring the workshop's image; no registry has another one."""
        if image.partition("@")[0] not in self._container.image:
            raise pull_errors.failed("manifest unknown", image)
        layers = [_layer(number, share) for number, share in enumerate(_SHARES)]
        while any(each.phase is not LayerPhase.DONE for each in layers):
            yield PullProgress(layers=tuple(layers))
            await asyncio.sleep(_TICK_S)
            layers = _after(layers, round(_BYTES * _TICK_S * max(self._speed(), 0.1) / PULL_S))
        self.gone = False
        yield PullProgress(layers=tuple(layers), digest=self.digest)

    async def name_image(self, _image: str, _name: str) -> None:
        """Do nothing: the workshop's image has its name."""


def _layer(number: int, share: float) -> LayerProgress:
    name = hashlib.sha256(f"layer {number}".encode()).hexdigest()[:12]
    return LayerProgress(id=name, phase=LayerPhase.WAITING, total_bytes=round(share * _BYTES))


def _after(layers: list[LayerProgress], fetched: int) -> list[LayerProgress]:
    """Return the layers once *fetched* bytes more have come: a few at a time, then unpacked one after another."""
    after = list(layers)
    missing = [at for at, each in enumerate(layers) if each.phase in {LayerPhase.WAITING, LayerPhase.DOWNLOADING}]
    for at in missing[:_AT_A_TIME]:
        done = (layers[at].done_bytes or 0) + fetched // min(_AT_A_TIME, len(missing))
        whole = done >= (layers[at].total_bytes or 0)
        after[at] = replace(
            layers[at],
            phase=LayerPhase.VERIFYING if whole else LayerPhase.DOWNLOADING,
            done_bytes=layers[at].total_bytes if whole else done,
        )
    return _unpacked(after, 5 * fetched)


def _unpacked(layers: list[LayerProgress], written: int) -> list[LayerProgress]:
    """Unpack in order; a layer is done once it is small enough for what is written in this moment."""
    for at, each in enumerate(layers):
        if each.phase is LayerPhase.DONE:
            continue
        if each.phase not in {LayerPhase.VERIFYING, LayerPhase.EXTRACTING}:
            break
        left = (each.done_bytes or 0) - written
        if left > 0:
            # what is left to unpack is kept where the download counted, as the engine counts it a second time
            layers[at] = replace(each, phase=LayerPhase.EXTRACTING, done_bytes=left)
            break
        layers[at] = replace(each, phase=LayerPhase.DONE, done_bytes=each.total_bytes)
        written = -left
    return layers
