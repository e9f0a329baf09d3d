"""Container images: whether one is here, whether it is the right one, and how far a pull has come."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from thorhud.domain.model_files import gb

ENGINE_SAID = " The engine said: "
"""Between our sentence about a pull that failed and the engine's own words."""


class LayerPhase(StrEnum):
    """What happens to one layer."""

    WAITING = "waiting"
    DOWNLOADING = "downloading"
    VERIFYING = "verifying"
    EXTRACTING = "extracting"
    DONE = "done"
    PRESENT = "present"
    """It was here before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerProgress:
    """One layer of an image that is being pulled."""

    id: str
    phase: LayerPhase
    done_bytes: int | None = None
    total_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullProgress:
    """One look at a pull; *digest* is set by the last one."""

    layers: tuple[LayerProgress, ...] = ()
    digest: str | None = None

    @property
    def done_bytes(self) -> int:
        """Bytes downloaded so far, of the layers whose size is known."""
        return sum(each.done_bytes or 0 for each in self.layers if each.phase is LayerPhase.DOWNLOADING) + sum(
            each.total_bytes or 0
            for each in self.layers
            if each.phase in {LayerPhase.VERIFYING, LayerPhase.EXTRACTING, LayerPhase.DONE}
        )

    @property
    def total_bytes(self) -> int:
        """Bytes to download, as far as they are known."""
        return sum(each.total_bytes or 0 for each in self.layers if each.phase is not LayerPhase.PRESENT)


class PullPhase(StrEnum):
    """Where the newest pull stands."""

    NONE = "none"
    PULLING = "pulling"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullState:
    """The newest pull of an image on this unit."""

    phase: PullPhase = PullPhase.NONE
    image: str = ""
    layers_done: int = 0
    layers: int = 0
    done_bytes: int = 0
    total_bytes: int = 0
    bytes_per_s: float | None = None
    remaining_s: float | None = None
    detail: tuple[LayerProgress, ...] = ()
    sentence: str = ""
    """What came of it, or why it stopped; what a cancelled pull left behind is used by the next one."""
    next_step: str = ""
    keeps_layers: bool | None = None
    """Whether what was fetched stays when it is cancelled; None where the engine was not asked."""

    @property
    def whole(self) -> bool:
        """Whether the sizes of all layers are known, so that shares and times mean something."""
        return bool(self.detail) and all(
            each.total_bytes is not None or each.phase in {LayerPhase.PRESENT, LayerPhase.DONE} for each in self.detail
        )


class ImageFault(StrEnum):
    """What can be wrong with an image; also the kind of the refusal that it leads to."""

    MISSING = "image-missing"
    OTHER_DIGEST = "image-digest"
    OTHER_PLATFORM = "image-platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageState:
    """The image that the workshop starts."""

    image: str = ""
    present: bool | None = None
    """None: nobody could look."""
    digest: str | None = None
    expected_digest: str | None = None
    sentence: str | None = None
    """What is wrong with it: absent, or another digest than pinned; None where nothing is."""
    fault: ImageFault | None = None
    size_bytes: int | None = None
    """On the disk, unpacked; where it is absent about what a pull brings; None where nobody knows."""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundImage:
    """An image as the engine describes it."""

    id: str
    digests: tuple[str, ...] = ()
    """Under which digests a registry gave it; none where it was loaded from a file or made here."""
    size_bytes: int = 0
    platform: str = ""
    """What it was made for, "linux/arm64"; empty where the engine does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageStore:
    """Where an engine keeps its images."""

    platform: str = ""
    """What runs on this unit, "linux/arm64"."""
    folder: str = ""
    free_bytes: int | None = None
    """Room on its disk; None where the engine is on another machine."""
    keeps_layers: bool = False
    """Whether the layers of a pull that was cancelled stay. The classic store lets them go with the pull."""


class ImageEngine(Protocol):
    """What is asked of an engine about images; every method may raise an `EngineError`."""

    async def find_image(self, image: str) -> FoundImage | None:
        """Return the image of that name; None where it is not here."""
        ...

    async def image_store(self) -> ImageStore:
        """Return where images are kept and how much room there is."""
        ...

    def pull_image(self, image: str) -> AsyncGenerator[PullProgress, None]:
        """Pull, and yield how far it has come; closing the generator cancels the pull."""
        ...

    async def name_image(self, image: str, name: str) -> None:
        """Give an image that is here a further name."""
        ...


def judge(
    image: str, expected_digest: str | None, found: FoundImage | None, platform: str, *, about_bytes: int | None = None
) -> ImageState:
    """Say what is wrong with *image* on a unit of that *platform*; *about_bytes* is what a pull of it brings."""
    state = ImageState(image=image, present=found is not None, expected_digest=expected_digest)
    if found is None:
        return replace(
            state,
            fault=ImageFault.MISSING,
            sentence=f"The image {image} is not on this unit.",
            next_step=f"With internet access type: thorhud image pull {image}",
            size_bytes=about_bytes,
        )
    state = replace(state, digest=_digest(found, expected_digest), size_bytes=found.size_bytes)
    if found.platform and platform and found.platform != platform:
        return replace(
            state,
            fault=ImageFault.OTHER_PLATFORM,
            sentence=f"The image {image} is made for {found.platform}, this unit is {platform}.",
            next_step="Ask the organizer for the image of this platform, or pull it again: thorhud image pull",
        )
    if expected_digest and found.digests and expected_digest not in (*found.digests, found.id):
        return replace(
            state,
            fault=ImageFault.OTHER_DIGEST,
            sentence=f"The image {image} is not the pinned one: it has {short(state.digest)}, "
            f"the workshop file says {short(expected_digest)}.",
            next_step="Pull the pinned one with: thorhud image pull. To use this one, pin it in the workshop file.",
        )
    return state


def refused_by(state: ImageState, image: str | None = None) -> ImageState | None:
    """Return why nothing is started from *image* (the workshop's where None), or None where nothing speaks against it.

    Another image than the workshop's was chosen by a person for one launch: no digest of it is pinned.
    """
    if image not in {None, "", state.image} or state.fault is None:
        return None
    return state


def about_digest(state: ImageState) -> str:
    """Say in words which image this is; empty where nobody could look."""
    if state.digest is None:
        return ""
    if state.expected_digest is None:
        return "no digest is pinned in the workshop file"
    if state.fault is ImageFault.OTHER_DIGEST:
        return f"not the pinned one, {short(state.expected_digest)}"
    if state.digest == state.expected_digest:
        return "as pinned"
    return "loaded from a file, so nobody can compare it with the pinned digest"


def pull_name(image: str, expected_digest: str | None) -> str:
    """Return what to pull so that exactly the pinned image comes, wherever its tag points by now."""
    if expected_digest is None or "@" in image:
        return image
    return f"{repository(image)}@{expected_digest}"


def repository(image: str) -> str:
    """Return the name without tag and digest; a colon before the last slash belongs to a port."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def registry(image: str) -> str:
    """Return the registry that *image* comes from, as `docker login` takes it; empty for Docker Hub."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else ""


def short(digest: str | None) -> str:
    """Return a digest as people compare it."""
    return "no digest" if not digest else digest.removeprefix("sha256:")[:12]


def fetched(pull: PullState) -> str:
    """Say how much has come: "1.20 of 8.00 GB"."""
    return f"{gb(pull.done_bytes)} of {gb(pull.total_bytes)} GB" if pull.total_bytes else f"{gb(pull.done_bytes)} GB"


def _digest(found: FoundImage, expected: str | None) -> str:
    if expected in (*found.digests, found.id):
        return str(expected)
    return found.digests[0] if found.digests else found.id
