"""The course of a pull, from what the Docker Engine tells about each layer.

The classic image store tells of layers only, with `Verifying Checksum` and the bytes of the unpacking; the containerd
store tells of other blobs too, and counts the unpacking in seconds. Words that are not known here change nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from thorhud.domain.errors import EngineUnreachable
from thorhud.domain.images import LayerPhase, LayerProgress, PullProgress
from thorhud.serving import pull_errors

Told = Mapping[str, Any]
"""One JSON object of the engine's answer to a pull."""

_PHASES = {
    "Pulling fs layer": LayerPhase.WAITING,
    "Waiting": LayerPhase.WAITING,
    "Downloading": LayerPhase.DOWNLOADING,
    "Pulling layer fs": LayerPhase.DOWNLOADING,
    "Verifying Checksum": LayerPhase.VERIFYING,
    "Download complete": LayerPhase.VERIFYING,
    "Extracting": LayerPhase.EXTRACTING,
    "Pull complete": LayerPhase.DONE,
    "Already exists": LayerPhase.PRESENT,
}
_RETRYING = "Retrying in"
_DIGEST, _END = "Digest: ", "Status: "


class PullReader:
    """Takes what the engine tells and keeps how far the pull of *image* has come."""

    def __init__(self, image: str) -> None:
        self._image = image
        self._layers: dict[str, LayerProgress] = {}
        self._digest: str | None = None
        self.ended = False
        """Whether the engine said that the image is here now."""

    def take(self, told: Told) -> PullProgress:
        """Take one piece of news; raise an `EngineError` where the pull failed."""
        if "error" in told or "errorDetail" in told:
            raise pull_errors.failed(_words_of(told), self._image)
        status = str(told.get("status", ""))
        if status.startswith(_DIGEST):
            self._digest = status.removeprefix(_DIGEST).strip()
        elif status.startswith(_END):
            self.ended = True
        elif "id" in told:
            self._take_layer(str(told["id"]), status, told)
        return self.progress

    @property
    def progress(self) -> PullProgress:
        """How far it has come; the digest is known at the end only."""
        return PullProgress(layers=tuple(self._layers.values()), digest=self._digest if self.ended else None)

    def _take_layer(self, layer_id: str, status: str, told: Told) -> None:
        phase = LayerPhase.WAITING if status.startswith(_RETRYING) else _PHASES.get(status)
        if phase is None:
            return
        before = self._layers.get(layer_id)
        done, total = _counts(told) if phase is LayerPhase.DOWNLOADING else (None, None)
        total = total or (before.total_bytes if before else None)
        if done is None and phase is not LayerPhase.WAITING:
            done = before.done_bytes if phase is LayerPhase.DOWNLOADING and before else total
        self._layers[layer_id] = LayerProgress(id=layer_id, phase=phase, done_bytes=done, total_bytes=total)


def course(news: Iterable[Told], image: str) -> Iterator[PullProgress]:
    """Yield how far it has come, the last with the digest; raise an `EngineError` where it failed or broke off."""
    reader = PullReader(image)
    for told in news:
        yield reader.take(told)
    if not reader.ended:
        raise EngineUnreachable(
            "The Docker Engine ended the pull before it was done.",
            next_step="See whether it runs: sudo systemctl status docker",
            kind="docker-unreachable",
        )


def _counts(told: Told) -> tuple[int | None, int | None]:
    detail = told.get("progressDetail") or {}
    current, total = detail.get("current"), detail.get("total")
    done = current if isinstance(current, int) else None
    return done, total if isinstance(total, int) and total > 0 else None


def _words_of(told: Told) -> str:
    detail = told.get("errorDetail")
    words = detail.get("message") if isinstance(detail, Mapping) else None
    return str(words or told.get("error") or "")
