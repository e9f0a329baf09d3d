"""Containers as the Docker Engine describes them, and what we ask of the engine."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from thorhud.domain.workshop import Mount, Ulimit

OURS = "thorhud.launch"
"""Label of every container that the HUD started; its value is the launch id."""
OUR_CONFIGURATION = "thorhud.configuration"
OUR_UNIT = "thorhud.unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSpec:
    """Everything of one `docker run`; `thorhud.serving.launch_plan` makes it and prints it."""

    image: str
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    network: str = "host"
    shm_size: str = ""
    ulimits: tuple[Ulimit, ...] = ()
    runtime: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Environment whose values are handed to the container and to nobody else: never printed, stored or sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerState:
    """What the engine says of one container."""

    id: str
    name: str
    image: str
    image_digest: str | None
    command: tuple[str, ...]
    labels: Mapping[str, str]
    running: bool
    exit_code: int | None
    """None while it runs or was never started."""
    started_at_s: float | None
    """Unix time; None if it never started."""
    finished_at_s: float | None = None
    out_of_memory: bool = False
    error: str = ""
    """What the runtime said when it could not start the container."""

    @property
    def launch_id(self) -> str | None:
        """The launch it belongs to, or None for a container that the HUD did not start."""
        return self.labels.get(OURS)


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """One line of `docker logs`: the engine's nanosecond stamp and the bytes between two line feeds, undecoded."""

    stamp: str
    """RFC 3339 with nanoseconds in UTC, as the engine writes it, of fixed width so that text order is time order."""
    text: bytes


class ContainerEngine(Protocol):
    """What serving needs of a Docker Engine; the simulated unit answers it too.

    Every method may raise an `EngineError` whose message is one sentence for a person.
    """

    async def version(self) -> str:
        """Return the engine's version; the cheapest proof that it answers."""
        ...

    async def containers(self) -> tuple[ContainerState, ...]:
        """Return every container, running or not."""
        ...

    async def inspect(self, container: str) -> ContainerState:
        """Return the container of that id or name; raise `ContainerGone` where there is none."""
        ...

    async def image_digest(self, image: str) -> str | None:
        """Return the repository digest, else the image id; raise `ImageMissing` where it is not on the unit."""
        ...

    async def start(self, spec: ContainerSpec) -> ContainerState:
        """Create and start a container, detached, without a terminal and without removal at exit."""
        ...

    def logs(self, container: str, *, since: str | None = None) -> AsyncIterator[RecordedLine]:
        """Follow the recorded lines from *since* on (inclusive) until the container ends."""
        ...

    def attach(self, container: str) -> AsyncIterator[bytes]:
        """Yield the output as it is written, progress bars without a line feed included; it must be drained."""
        ...

    async def wait(self, container: str) -> int:
        """Wait until the container ends and return its exit code."""
        ...

    async def kill(self, container: str, signal: str) -> None:
        """Send *signal* (for example "SIGINT") to the container's first process."""
        ...

    async def remove(self, container: str) -> None:
        """Remove an ended container; one that is gone already is no error."""
        ...

    async def close(self) -> None:
        """Let go of the engine; containers go on."""
        ...
