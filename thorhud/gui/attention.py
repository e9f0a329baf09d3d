"""What a person must know above everything else: the banners at the top of a page. No Qt in here."""

from dataclasses import dataclass
from enum import Enum

from thorhud.gui.store import FaceState, LinkPhase
from thorhud.gui.unit_text import one_line
from thorhud.gui.words import number, since

SIMULATED = "Simulated unit: nothing here is a measurement"
GONE = "The agent of this unit stopped. Starting it again."


class Weight(Enum):
    """How a banner is coloured."""

    TROUBLE = "red"
    CARE = "amber"
    WAITING = "blue"


@dataclass(frozen=True, slots=True)
class Banner:
    """One sentence that stays until its cause is gone."""

    weight: Weight
    text: str


def banners(face: FaceState, now_s: float) -> tuple[Banner, ...]:
    """Return the banners, the most urgent first."""
    found = [_link_banner(face, now_s), _docker_banner(face), _simulated_banner(face)]
    return tuple(banner for banner in found if banner is not None)


def _link_banner(face: FaceState, now_s: float) -> Banner | None:
    match face.link.phase:
        case LinkPhase.CONNECTED:
            return None
        case LinkPhase.CONNECTING:
            return Banner(Weight.WAITING, "Looking for the agent of this unit")
        case LinkPhase.GONE:
            text = f"{GONE} Last readings {since(face.age_s(now_s))} ago."
            return Banner(Weight.TROUBLE, text if face.agent else GONE)
        case LinkPhase.FAILED:
            words = [face.link.reason, face.link.next_step, "Trying again."]
            return Banner(Weight.TROUBLE, " ".join(one_line(each) for each in words if each))


def _docker_banner(face: FaceState) -> Banner | None:
    if face.agent is None or face.agent.agent.docker.value is not None:
        return None
    reason = one_line(face.agent.agent.docker.reason or "")
    if not reason:
        return None
    # an error of the engine is a sentence that names Docker; anything else needs to be told whose reason it is
    return Banner(Weight.TROUBLE, reason if "Docker" in reason else f"Docker does not answer: {reason}")


def _simulated_banner(face: FaceState) -> Banner | None:
    agent = face.agent.agent if face.agent else None
    if agent is None or not agent.simulated:
        return None
    if agent.start_speed == 1.0:
        return Banner(Weight.CARE, SIMULATED)
    return Banner(Weight.CARE, f"{SIMULATED}. Starts are hurried {number(agent.start_speed)} times.")
