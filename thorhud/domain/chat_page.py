"""The chat page (Open WebUI) of a unit."""

from dataclasses import dataclass
from enum import StrEnum


class ChatPagePhase(StrEnum):
    """Where the chat page stands."""

    UNKNOWN = "unknown"
    ABSENT = "absent"
    """No container of it runs."""
    STARTING = "starting"
    """It runs and has no first page yet; that takes it a while."""
    READY = "ready"
    """Its page answers and it lists the served model."""
    NO_MODEL = "no-model"
    """Its page answers and the served model is not in its list."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPageState:
    """What is known of the chat page; the QR code is shown only while it answers."""

    phase: ChatPagePhase = ChatPagePhase.UNKNOWN
    url: str | None = None
    """Where a phone on the same network finds it."""
    started_outside: bool = False
    elapsed_s: float | None = None
    remaining_s: float | None = None
    sentence: str = ""
    """What is wrong and why, where something is."""
    next_step: str = ""
    evidence: str = ""
