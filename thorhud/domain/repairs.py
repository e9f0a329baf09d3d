"""What can be repaired on a unit, what it costs, and how it proves itself.

The ids are stable: they stand in records, in commands and behind ``thorhud doctor --fix``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from thorhud.domain.errors import ThorHudError
from thorhud.domain.failure_causes import ALIASES


class RepairId(StrEnum):
    """Every repair there is."""

    CLEAR_MEMORY = "clear-memory"
    STOP_LEFTOVERS = "stop-leftovers"
    RESTART_DOCKER = "restart-docker"
    REBOOT = "reboot"
    DEFAULT_RUNTIME = "default-runtime"
    PUT_ENCODINGS = "put-encodings"
    FREE_PORT = "free-port"
    MAX_POWER = "max-power"
    USE_LOCAL_COPY = "use-local-copy"
    RECONNECT_CHAT = "reconnect-chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One repair, as it is offered before anybody presses it."""

    id: RepairId
    title: str
    """What a button says: "Clear memory"."""
    duration: str
    """How long it takes, as a person says it: "About 10 s"."""
    loss: str
    """What is lost by it: "nothing is deleted"."""
    needs_root: bool = False
    needs_pin: bool = False
    """On a kiosk it takes the PIN of a teaching assistant."""
    asks: bool = False
    """It is asked about once before it runs: it ends work of others or changes a file of the system."""
    steps: tuple[str, ...] = ()
    """What it does, in order."""

    @property
    def cost(self) -> str:
        """Duration and loss in one line: "About 10 s, nothing is deleted"."""
        return f"{self.duration}, {self.loss}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairPlan:
    """What a repair would do on this unit now."""

    repair: Repair
    steps: tuple[str, ...]
    preview: str = ""
    """The change of a file as a unified diff; empty where no file changes."""
    stops: tuple[str, ...] = ()
    """The running containers that end by it, by name."""
    obstacle: str | None = None
    """Why it would not run, as a sentence; None where it would."""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairProgress:
    """What a repair is doing now, as a sentence."""

    repair_id: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairProof:
    """What a repair brought, measured after it."""

    repair_id: str
    proven: bool
    """Whether what was measured after it shows that it worked."""
    sentence: str
    """The result in words: "Memory cleared, 118.2 GiB is free"."""
    before: str = ""
    after: str = ""
    next_step: str = ""
    command: str = ""
    """What a person types where this account may not do it; empty where nothing is to be typed."""
    details: dict[str, str | float | int | bool | None] = field(default_factory=dict)


RepairStep = RepairProgress | RepairProof


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a repair must know of the moment in which it is asked for."""

    in_use: frozenset[str] = frozenset()
    """Launches that somebody watches: their containers are no leftovers."""
    need_bytes: int | None = None
    """How much memory the launch that failed must find free; None where nobody knows."""
    configuration_id: str | None = None
    """The configuration that is served, or whose start failed."""
    served_model: str | None = None
    """The name under which a model is ready now; None while none is."""
    agreed: bool = False
    """A person said yes to what the repair says that it ends."""


class UnknownRepair(ThorHudError):
    """There is no repair of that name."""


_REPAIRS: Final = (
    Repair(
        id=RepairId.CLEAR_MEMORY,
        title="Clear memory",
        duration="About 10 s",
        loss="nothing is deleted",
        needs_root=True,
        steps=("Write everything to the disk", "Drop the copies of files in memory", "Compare free memory"),
    ),
    Repair(
        id=RepairId.STOP_LEFTOVERS,
        title="Stop leftovers",
        duration="About 15 s",
        loss="only what is ours is stopped",
        steps=("Look for containers of this HUD that nobody watches", "Stop and remove them", "Look again"),
    ),
    Repair(
        id=RepairId.RESTART_DOCKER,
        title="Restart Docker",
        duration="About 30 s",
        loss="every running container stops",
        needs_root=True,
        needs_pin=True,
        asks=True,
        steps=("Restart the Docker service", "Wait until it answers", "Look which containers came back"),
    ),
    Repair(
        id=RepairId.REBOOT,
        title="Reboot",
        duration="About 3 min",
        loss="everybody is disconnected",
        needs_root=True,
        needs_pin=True,
        asks=True,
        steps=("Restart the unit",),
    ),
    Repair(
        id=RepairId.DEFAULT_RUNTIME,
        title="Set NVIDIA runtime",
        duration="About 30 s",
        loss="containers stop, a copy is kept",
        needs_root=True,
        asks=True,
        steps=(
            "Add the default runtime to daemon.json, every other line stays",
            "Keep a copy of the old file beside it",
            "Restart Docker and wait until it answers; put the old file back where it does not",
            "Ask Docker for its default runtime",
        ),
    ),
    Repair(
        id=RepairId.PUT_ENCODINGS,
        title="Copy token files",
        duration="About 5 s",
        loss="nothing is deleted",
        steps=("Look for whole copies", "Copy them", "Check their sizes"),
    ),
    Repair(
        id=RepairId.FREE_PORT,
        title="Free the port",
        duration="About 15 s",
        loss="only what is ours is stopped",
        steps=("Look who listens on the port", "Stop it if it is ours", "Look again"),
    ),
    Repair(
        id=RepairId.MAX_POWER,
        title="Set full power",
        duration="About 5 s",
        loss="fans may get louder",
        needs_root=True,
        steps=("Set power mode 0", "Set the clocks to their maximum", "Read the power mode"),
    ),
    Repair(
        id=RepairId.USE_LOCAL_COPY,
        title="Use the copy on disk",
        duration="About 5 s",
        loss="nothing is deleted",
        steps=("Look for whole copies on the disk", "Let the cache lead to them", "Look again as the server will"),
    ),
    Repair(
        id=RepairId.RECONNECT_CHAT,
        title="Reconnect chat page",
        duration="About 1 min",
        loss="accounts and chats stay",
        asks=True,
        steps=(
            "Let the chat page ask the address of the model",
            "Start its container again, with the same folders and network",
            "Ask for the model from inside it; the old container comes back where that fails",
        ),
    ),
)

REPAIRS: Final[Mapping[str, Repair]] = MappingProxyType({each.id.value: each for each in _REPAIRS})


def repair_of(repair_id: str) -> Repair:
    """Return the repair of that id; raise `UnknownRepair` where there is none."""
    try:
        return REPAIRS[repair_id]
    except KeyError:
        known = ", ".join(REPAIRS)
        raise UnknownRepair(f"There is no repair called {repair_id!r}.", next_step=f"There are: {known}.") from None


MEMORY_LADDER: Final = (RepairId.CLEAR_MEMORY, RepairId.RESTART_DOCKER, RepairId.REBOOT)
"""What is tried against memory that is not free, the gentlest first."""
_DOCKER_LADDER: Final = (RepairId.RESTART_DOCKER, RepairId.REBOOT)
STOPS_CONTAINERS: Final = frozenset({RepairId.RESTART_DOCKER, RepairId.DEFAULT_RUNTIME, RepairId.REBOOT})
"""They end whatever is served."""

_LADDERS: Final[Mapping[str, tuple[RepairId, ...]]] = MappingProxyType(
    {
        "memory-at-start": MEMORY_LADDER,
        "memory-file-cache": MEMORY_LADDER,
        "memory-unclaimed": MEMORY_LADDER,
        "memory-other-program": (RepairId.STOP_LEFTOVERS, *_DOCKER_LADDER),
        "swapping": (RepairId.CLEAR_MEMORY, RepairId.STOP_LEFTOVERS),
        "out-of-memory": MEMORY_LADDER,
        "memory-moved": MEMORY_LADDER,
        "kv-memory": MEMORY_LADDER,
        "killed": MEMORY_LADDER,
        "gpu-not-visible": (RepairId.DEFAULT_RUNTIME, *_DOCKER_LADDER),
        "runtime-missing": (RepairId.DEFAULT_RUNTIME, *_DOCKER_LADDER),
        "docker-unreachable": _DOCKER_LADDER,
        "docker-error": _DOCKER_LADDER,
        "container-start": _DOCKER_LADDER,
        "gpt-oss-vocabulary": (RepairId.PUT_ENCODINGS,),
        "port-in-use": (RepairId.FREE_PORT, RepairId.STOP_LEFTOVERS),
        "name-taken": (RepairId.STOP_LEFTOVERS,),
        "gated": (RepairId.USE_LOCAL_COPY,),
        "no-network": (RepairId.USE_LOCAL_COPY,),
        "weights-missing": (RepairId.USE_LOCAL_COPY,),
        "chat-model-missing": (RepairId.RECONNECT_CHAT,),
    }
)
"""Failure kind -> repairs that may cure it, the one to press first in front."""

_AFTER_ANOTHER_TRY: Final[Mapping[str, tuple[RepairId, ...]]] = MappingProxyType({"gpu-error": _DOCKER_LADDER})
"""Failure kind -> what follows where to start again is the gentlest thing to do, and did not help."""


def main_repair(kind: str) -> Repair | None:
    """Return the repair to press first for a failure of that kind, or None where nothing here cures it."""
    ladder = _ladder(kind)
    return REPAIRS[ladder[0]] if ladder else None


def ladder_after(kind: str) -> tuple[Repair, ...]:
    """Return what to try next where the main repair, or another try, did not help, gentlest first."""
    after = _AFTER_ANOTHER_TRY.get(kind, _ladder(kind)[1:])
    return tuple(REPAIRS[each] for each in after)


def _ladder(kind: str) -> tuple[RepairId, ...]:
    return _LADDERS.get(ALIASES.get(kind, kind), ())
