"""Container images: whether one is here, whether it is the right one, and how far a pull has come."""

from dataclasses import dataclass
from enum import StrEnum


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
