"""The image that the workshop starts: whether it is here and the right one, and the pull that was asked for."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from thorhud.agent.dispatcher import Action, Details, Dispatcher, Refusal
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.domain.errors import EngineError, ThorHudError
from thorhud.domain.images import (
    ImageEngine,
    ImageFault,
    ImageState,
    ImageStore,
    LayerPhase,
    LayerProgress,
    PullPhase,
    PullProgress,
    PullState,
    fetched,
    judge,
    pull_name,
    short,
)
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.messages import Command, Verb
from thorhud.domain.model_files import gb
from thorhud.domain.option_rules import faults_in
from thorhud.domain.pull_rate import PullRate

log = logging.getLogger(__name__)

LOOK_S = 10.0
"""Somebody may pull or remove an image in a terminal."""
NEWS_S = 1.0
"""A start that failed for want of the image is noticed so soon."""
SHOWN_S = 0.25
"""The engine tells of a pull a hundred times a second; a face needs it four times."""
_COME = frozenset({LayerPhase.DONE, LayerPhase.PRESENT})


class Images:
    """Keeps ``state.image`` and ``state.pull``; at most one pull at a time, and only when somebody asked for it."""

    def __init__(self, hub: Hub, parts: Parts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._hub = hub
        self._parts = parts
        self._clock = clock
        self._pulling: asyncio.Task[None] | None = None
        self._platform = ""
        """What runs on this unit: asked once, for describing itself is work for an engine while somebody measures."""

    def add_to(self, dispatcher: Dispatcher) -> None:
        """Carry out the two verbs."""
        dispatcher.add(Verb.PULL_IMAGE, Action(self.may_pull, self.pull))
        dispatcher.add(Verb.CANCEL_PULL, Action(self._may_cancel, self.cancel))

    async def watch(self) -> None:
        """Look at the image again and again, and at once where a start failed for want of it."""
        while True:
            await self.look()
            for _ in range(round(LOOK_S / NEWS_S)):
                await asyncio.sleep(NEWS_S)
                failure = self._hub.state.serving.failure
                if failure is not None and failure.kind in set(ImageFault) and self._hub.state.image.fault is None:
                    break

    async def look(self) -> None:
        """See whether the workshop's image is here and which one it is."""
        container, images = self._parts.workshop.container, self._parts.images
        state = ImageState(image=container.image, expected_digest=container.digest)
        if images is not None:
            # an engine that does not answer is said elsewhere
            with contextlib.suppress(EngineError):
                self._platform = self._platform or (await images.image_store()).platform
                found = await images.find_image(container.image)
                state = judge(
                    container.image, container.digest, found, self._platform, about_bytes=self._size_told_before()
                )
        if state != self._hub.state.image:
            self._hub.change(image=state)

    def may_pull(self, command: Command) -> None:
        """Refuse a second pull, and what is no name of an image."""
        if self._parts.images is None:
            raise Refusal("Nothing can be pulled on this unit.")
        if self._pulling is not None:
            raise Refusal("An image is being pulled already.", next_step="Wait for it, or cancel it.")
        image = command.args.get("image") or self._parts.workshop.container.image
        if not isinstance(image, str) or any(faults_in(LaunchOptions(image=image))):
            raise Refusal(
                "That is no name of an image.",
                next_step="An image is called like this: nvcr.io/nvidia/vllm:25.09-py3",
            )

    async def pull(self, command: Command) -> Details:
        """Pull until the image is here; raise where it does not come, also where somebody cancels it."""
        image = str(command.args.get("image") or self._parts.workshop.container.image)
        images = self._parts.images
        assert images is not None  # noqa: S101 - checked before it was accepted
        self._hub.tell("action", f"{command.who or 'Somebody'} asked for the image {image}", image=image)
        self._hub.change(pull=PullState(phase=PullPhase.PULLING, image=image, sentence="Asking the registry"))
        try:
            # a group of its own: whoever cancels ends the pull, not the command
            async with asyncio.TaskGroup() as tasks:
                self._pulling = tasks.create_task(self._pull(images, image), name="pull")
        except* ThorHudError as errors:
            raise self._failed(image, errors.exceptions[0], await self._store(images)) from None
        finally:
            cancelled = self._pulling is not None and self._pulling.cancelled()
            self._pulling = None
        if cancelled:
            raise self._cancelled(image)
        return {"image": image, "digest": await self._here(images, image)}

    def _may_cancel(self, _command: Command) -> None:
        if self._pulling is None:
            raise Refusal("Nothing is being pulled.")

    async def cancel(self, _command: Command) -> None:
        """Cancel the pull in the engine and wait until it has let go."""
        pulling = self._pulling
        if pulling is not None:
            pulling.cancel()
            await asyncio.wait((pulling,))

    async def _pull(self, images: ImageEngine, image: str) -> None:
        wanted = self._wanted(image)
        store = await images.image_store()
        self._change(keeps_layers=store.keeps_layers)
        rate, shown_s, newest = PullRate(), float("-inf"), PullProgress()
        async with contextlib.aclosing(images.pull_image(wanted)) as course:
            try:
                async for newest in course:
                    now_s = self._clock()
                    rate.add(now_s, newest.done_bytes)
                    if now_s - shown_s >= SHOWN_S:
                        shown_s = now_s
                        self._show(newest, rate)
            finally:
                # what came last is said of a pull that broke off, too
                self._show(newest, rate)
        if wanted != image:
            await images.name_image(wanted, image)

    def _wanted(self, image: str) -> str:
        """Return what is asked of the registry: of the workshop's image exactly the pinned one, wherever its tag is."""
        container = self._parts.workshop.container
        return pull_name(image, container.digest) if image == container.image else image

    def _show(self, progress: PullProgress, rate: PullRate) -> None:
        layers = progress.layers
        whole = PullState(detail=layers).whole
        said = self._size_said(layers)
        total = progress.total_bytes if whole else max(progress.total_bytes, said)
        known = whole or total == said
        unpacking = bool(layers) and not any(
            each.phase in {LayerPhase.WAITING, LayerPhase.DOWNLOADING} for each in layers
        )
        self._change(
            detail=layers,
            layers=len(layers),
            layers_done=sum(each.phase in _COME for each in layers),
            done_bytes=progress.done_bytes,
            total_bytes=total,
            bytes_per_s=None if unpacking else rate.bytes_per_s,
            remaining_s=rate.remaining_s(total - progress.done_bytes) if known and not unpacking else None,
            sentence="Unpacking" if unpacking else "Downloading" if layers else "Asking the registry",
        )

    def _size_said(self, layers: tuple[LayerProgress, ...]) -> int:
        """Return what the workshop says its image brings: the classic store tells a layer's size when it begins."""
        pull, container = self._hub.state.pull, self._parts.workshop.container
        if not layers or pull.image != container.image or any(each.phase is LayerPhase.PRESENT for each in layers):
            return 0
        return container.download_bytes or 0

    async def _here(self, images: ImageEngine, image: str) -> str | None:
        await self.look()
        state = self._hub.state.image
        sentence, step = f"The image {image} is on this unit.", ""
        if image == state.image:
            digest = state.digest
            if state.fault is not None:
                sentence, step = state.sentence or "", state.next_step
        else:
            found = await images.find_image(image)
            digest = None if found is None else next(iter(found.digests), found.id)
        self._change(phase=PullPhase.DONE, sentence=sentence, next_step=step, bytes_per_s=None, remaining_s=None)
        self._hub.tell("action", f"{sentence} Its digest is {short(digest)}.", image=image)
        return digest

    def _cancelled(self, image: str) -> ThorHudError:
        pull = self._hub.state.pull
        said = f"The pull of {image} was cancelled after {fetched(pull)}."
        step = left_behind(pull)
        self._end(PullPhase.CANCELLED, said, step)
        return ThorHudError(said, next_step=step, kind="cancelled")

    def _failed(self, image: str, error: BaseException, store: ImageStore | None) -> ThorHudError:
        kind, step = getattr(error, "kind", ""), getattr(error, "next_step", "")
        sentence = str(error)
        if kind == "docker-unreachable":
            step = f"{step}. Then pull again: layers that were finished stay, also across a restart of Docker."
        if kind == "disk-full" and store is not None:
            sentence = f"{room_words(store, self._hub.state.pull)} {sentence}"
        self._end(PullPhase.FAILED, sentence, step)
        log.warning("the pull of %s failed: %s", image, sentence)
        return ThorHudError(sentence, next_step=step, kind=kind)

    def _end(self, phase: PullPhase, sentence: str, step: str) -> None:
        self._change(phase=phase, sentence=sentence, next_step=step, bytes_per_s=None, remaining_s=None)
        self._hub.tell("action", sentence)

    async def _store(self, images: ImageEngine) -> ImageStore | None:
        try:
            return await images.image_store()
        except EngineError:
            return None

    def _size_told_before(self) -> int | None:
        """Return what the pull that was tried last would have brought, where it came as far as knowing."""
        pull, container = self._hub.state.pull, self._parts.workshop.container
        known = pull.image == container.image and pull.whole and pull.total_bytes
        return pull.total_bytes if known else container.download_bytes

    def _change(self, **changes: object) -> None:
        self._hub.change(pull=replace(self._hub.state.pull, **changes))  # type: ignore[arg-type]


def left_behind(pull: PullState) -> str:
    """Say what of a cancelled pull the next one finds."""
    if pull.keeps_layers is None:
        return "Pull again to have it."
    if pull.keeps_layers:
        return "What has come stays, and the next pull goes on from there."
    return "This Docker Engine throws away what a cancelled pull has fetched: the next one begins anew."


def room_words(store: ImageStore, pull: PullState) -> str:
    """Say how much room there is and how much is missing, as far as anybody knows."""
    if store.free_bytes is None:
        return ""
    free = f"{gb(store.free_bytes)} GB are free in {store.folder}"
    if not pull.total_bytes:
        return f"{free}."
    # what comes packed takes about twice as much unpacked, and both lie there for a while
    return f"{free}; the image takes {gb(pull.total_bytes)} GB packed and about {gb(2 * pull.total_bytes)} GB unpacked."


async def check_for_start(parts: Parts, image: str | None) -> None:
    """Raise where the workshop's image is here and not the right one: other bytes than pinned, or another platform.

    *image* is what a person chose for this launch: its digest nobody pinned. The engine says that an image is not here.
    """
    container, images = parts.workshop.container, parts.images
    if images is None or image not in {None, "", container.image}:
        return
    found = await images.find_image(container.image)
    if found is None:
        return
    state = judge(container.image, container.digest, found, (await images.image_store()).platform)
    if state.fault is not None:
        raise EngineError(state.sentence or "", next_step=state.next_step, kind=state.fault.value)
