"""The chat page (Open WebUI) of a unit: where it stands, who may use it, and what it is called in Docker."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LABEL: Final = "thorhud.chat-page"
"""Label of a chat page that the HUD started."""
DATA_INSIDE: Final = "/app/backend/data"
"""Where the container keeps accounts and conversations."""
ADDRESS_VARIABLES: Final = ("OPENAI_API_BASE_URL", "OPENAI_API_BASE_URLS")
FROM_START_VARIABLE: Final = "ENABLE_PERSISTENT_CONFIG"
"""False: what it was started with counts, whatever it has kept of former starts."""
NOTHING_SERVED: Final = "nothing-served"
"""The cause of an empty list that is nobody's fault: the unit serves no model."""


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


class ChatAccounts(StrEnum):
    """Who may use the chat page, and who is its administrator."""

    FIRST = "first"
    EVERYONE = "everyone"
    NOBODY = "nobody"


ACCOUNT_SENTENCES: Final = {
    ChatAccounts.FIRST: "Whoever makes the first account is its administrator and lets the others in.",
    ChatAccounts.EVERYONE: "Whoever makes the first account is its administrator; others sign up and may chat at once.",
    ChatAccounts.NOBODY: "Nobody signs in: everybody shares one account, sees every chat and may change every setting.",
}


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
    stage: str = ""
    """What its start is at, in words."""
    cause: str = ""
    """A name of `thorhud.domain.chat_page_cause`, for whoever compares and not for whoever reads."""
    repair: str = ""
    """The repair that cures it; empty where none does."""
    accounts: str = ""
    """Who may use it, as a sentence."""
    data_bytes: int | None = None
    """What its folder takes of the disk."""
    version: str = ""
    """Its own version, as it says."""
    stop_asks: str = ""
    """What a person must say yes to before it is stopped; empty where nothing."""

    @property
    def answers(self) -> bool:
        """Whether somebody who opens the address now sees the page."""
        return self.phase in {ChatPagePhase.READY, ChatPagePhase.NO_MODEL}
