"""Asks for the few things that need root: fixed verbs, no password prompt, never for longer than a limit."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class RootVerb(StrEnum):
    """Everything the root helper does; each is one oneshot unit ``thorhud-VERB.service``."""

    DROP_CACHES = "drop-caches"
    RESTART_DOCKER = "restart-docker"
    REBOOT = "reboot"
    APPLY_DAEMON_JSON = "apply-daemon-json"
    MAX_POWER = "max-power"


@dataclass(frozen=True, slots=True, kw_only=True)
class RootResult:
    """What came of asking for a verb."""

    done: bool
    sentence: str
    command: str = ""
    """What a person types instead, where this account may not ask for it."""
    code: int = 0
    """The helper's exit code; 0 where it did what was asked or was not reached."""


class Root(Protocol):
    """Carries out the fixed verbs."""

    async def ask(self, verb: RootVerb) -> RootResult:
        """Carry out *verb* and return what came of it; it never raises and never waits for a password."""
        ...


class NoRoot:
    """Where nobody may: every verb answers with the command to type."""

    async def ask(self, verb: RootVerb) -> RootResult:
        """Return the command to type."""
        return RootResult(done=False, sentence=f"This account may not {verb}.")


def root_of_this_machine() -> Root:
    """Return the way to root that this machine has."""
    return NoRoot()
