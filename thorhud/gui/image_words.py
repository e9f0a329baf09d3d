"""What is said of the image below the stage: that it is absent or a wrong one, and how far its pull has come. No Qt."""

from dataclasses import dataclass

from thorhud.domain.images import ENGINE_SAID, ImageFault, ImageState, PullPhase, PullState, registry
from thorhud.domain.messages import Verb
from thorhud.domain.model_files import gb
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.gui.questions import AskFirst
from thorhud.gui.unit_text import one_line
from thorhud.gui.wishes import Wish
from thorhud.gui.words import UNIT_SPACE, number, span

_QUIET = frozenset({ServingPhase.IDLE, ServingPhase.FAILED})
"""While a model serves or starts nobody asks for its image."""
_LOSS_BYTES = 100_000_000
"""Below so much that would be thrown away nobody is asked twice."""
_SEPARATOR = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRemark:
    """What the card of the image shows."""

    tone: str
    """amber where something is wrong, blue while it is pulled."""
    icon: str
    title: str
    detail: str
    share: float | None = None
    """How much of the pull is done, 0 to 1; None where nothing is pulled."""
    act: str = ""
    """What the button says; empty where there is none."""
    act_icon: str = ""
    wish: Wish | None = None


def image_remark(state: AgentState) -> ImageRemark | None:
    """Return what is worth saying of the image, or None where all is well."""
    if state.serving.phase is ServingPhase.READY:  # the answer and its speed need the room
        return None
    if state.pull.phase is PullPhase.PULLING:
        return _pulling(state.pull)
    if state.serving.phase not in _QUIET or state.image.fault is None:
        return None
    return _fault(state.image, state.pull)


def image_question(wish: Wish, state: AgentState) -> AskFirst | None:
    """Return what is asked before a pull begins, and before one is cancelled whose layers would be lost."""
    if wish.verb is Verb.PULL_IMAGE:
        return _before_pull(wish, state.image)
    pull = state.pull
    if wish.verb is Verb.CANCEL_PULL and not pull.keeps_layers and pull.done_bytes >= _LOSS_BYTES:
        return AskFirst(
            title="Cancel the pull?",
            loss=f"{_gb(pull.done_bytes)} have come. This Docker Engine throws them away: the next pull begins anew.",
            act="Cancel the pull",
            stay="Go on",
            wish=wish,
        )
    return None


def _before_pull(wish: Wish, image: ImageState) -> AskFirst:
    name = one_line(str(wish.args.get("image") or image.image), 120)
    known = name == image.image and not image.present and image.size_bytes
    size = f"About {_gb(image.size_bytes)} come" if known and image.size_bytes else "It comes"
    return AskFirst(
        title="Pull the image?",
        loss=f"{size} from {registry(name) or 'Docker Hub'}: {name}. The network is busy meanwhile, and a speed"
        " that is measured now may be lower. It can be cancelled.",
        act="Pull the image",
        stay="Not now",
        wish=wish,
    )


def _pulling(pull: PullState) -> ImageRemark:
    return ImageRemark(
        tone="blue",
        icon="info-fill",
        title="Unpacking the image" if pull.sentence == "Unpacking" else "Pulling the image",
        detail=pull_words(pull),
        share=_share(pull),
        act="Cancel",
        act_icon="x-bold",
        wish=Wish(Verb.CANCEL_PULL),
    )


def pull_words(pull: PullState) -> str:
    """Say how far a pull has come: layer, amount, rate and time left, each where it is known."""
    if not pull.layers:
        return f"{one_line(pull.image, 120)}: asking the registry"
    words = [f"layer {min(pull.layers_done + 1, pull.layers)} of {pull.layers}"]
    words.append(f"{gb(pull.done_bytes)} of {_gb(pull.total_bytes)}" if pull.total_bytes else _gb(pull.done_bytes))
    if pull.bytes_per_s:
        words.append(f"{number(pull.bytes_per_s / 1e6, 1)}{UNIT_SPACE}MB/s")
    if pull.remaining_s is not None:
        words.append(f"about {span(pull.remaining_s)} left")
    return _SEPARATOR.join(words)


def _share(pull: PullState) -> float:
    if pull.total_bytes and (pull.whole or pull.remaining_s is not None):
        return min(1.0, pull.done_bytes / pull.total_bytes)
    return pull.layers_done / pull.layers if pull.layers else 0.0


def _fault(image: ImageState, pull: PullState) -> ImageRemark:
    failed = pull.phase in {PullPhase.FAILED, PullPhase.CANCELLED} and pull.image == image.image
    if failed:
        title = "The pull was cancelled" if pull.phase is PullPhase.CANCELLED else "The image did not come"
        # what the engine itself said stands in the command line; here are two lines
        sentence = pull.sentence.partition(ENGINE_SAID)[0]
        detail = f"{one_line(sentence, 170)} {one_line(pull.next_step, 110)}".strip()
    else:
        title, detail = _TITLES[image.fault or ImageFault.MISSING], _about(image)
    can_come = image.fault is not ImageFault.OTHER_PLATFORM
    return ImageRemark(
        tone="amber",
        icon="warning-fill",
        title=title,
        detail=detail,
        act="" if not can_come else "Pull again" if failed else "Pull",
        act_icon="arrows-clockwise-bold" if failed else "",
        wish=Wish(Verb.PULL_IMAGE) if can_come else None,
    )


_TITLES = {
    ImageFault.MISSING: "The image is not on this unit",
    ImageFault.OTHER_DIGEST: "The image is not the pinned one",
    ImageFault.OTHER_PLATFORM: "The image is made for another machine",
}


def _about(image: ImageState) -> str:
    if image.fault is not ImageFault.MISSING:
        return one_line(image.sentence or "", 300)
    size = f", about {_gb(image.size_bytes)}" if image.size_bytes else ""
    return f"{one_line(image.image, 120)}{size}. No model can start without it."


def _gb(count: float) -> str:
    return f"{gb(count)}{UNIT_SPACE}GB"
