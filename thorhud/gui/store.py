"""The newest that a face knows: one frozen value, replaced as a whole."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

from thorhud.domain.comparison import Comparison
from thorhud.domain.state import AgentState
from thorhud.domain.workshop import Workshop
from thorhud.gui.hardware import METRICS

TRACE_POINTS = 60

Listener = Callable[[], None]


class LinkPhase(Enum):
    """Whether the agent can be heard."""

    CONNECTING = "connecting"
    """Never heard yet."""
    CONNECTED = "connected"
    GONE = "gone"
    """It was there and stopped; it is being started again."""
    FAILED = "failed"
    """It could not be found or started; it is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """How the conversation with the agent stands, and since when on the face's monotonic clock."""

    phase: LinkPhase = LinkPhase.CONNECTING
    since_s: float = 0.0
    reason: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What came of something that a person asked for."""

    title: str
    detail: str = ""
    trouble: bool = True
    """Trouble stays until it is dismissed; news goes by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceState:
    """Everything a page shows."""

    link: LinkStatus = field(default_factory=LinkStatus)
    agent: AgentState | None = None
    received_s: float | None = None
    """When ``agent`` arrived, on the face's monotonic clock: its age is decided here, not by the agent."""
    workshop: Workshop | None = None
    comparison: Comparison | None = None
    traces: Mapping[str, tuple[float | None, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The last minute of each hardware card, oldest first, as heights of 0 to 1."""
    notice: Notice | None = None

    def age_s(self, now_s: float) -> float:
        """Return the age of the newest snapshot."""
        return 0.0 if self.received_s is None else max(0.0, now_s - self.received_s)

    @property
    def measured(self) -> frozenset[str]:
        """The configurations that have a result."""
        rows = self.comparison.rows if self.comparison else ()
        return frozenset(row.configuration_id for row in rows if row.short.dots or row.long.dots)


class Store:
    """Keeps the newest `FaceState` and tells its listeners that there is a newer one."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._state = FaceState(link=LinkStatus(since_s=clock()))
        self._listeners: list[Listener] = []
        self._traces = {metric.key: deque[float | None](maxlen=TRACE_POINTS) for metric in METRICS}
        self._sampled_s: float | None = None

    @property
    def state(self) -> FaceState:
        """The newest state."""
        return self._state

    def subscribe(self, listener: Listener) -> None:
        """Call *listener* after each change."""
        self._listeners.append(listener)

    def change(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of FaceState
        """Replace fields of the state."""
        self._state = replace(self._state, **changes)
        for listener in self._listeners:
            listener()

    def receive(self, agent: AgentState) -> None:
        """Take a snapshot that just arrived."""
        self._sample(agent)
        traces = MappingProxyType({key: tuple(points) for key, points in self._traces.items()})
        self.change(agent=agent, received_s=self.clock(), traces=traces)

    def set_link(self, phase: LinkPhase, *, reason: str = "", next_step: str = "") -> None:
        """Note how the conversation stands; the time counts from the first note of a phase."""
        link = self._state.link
        since_s = link.since_s if phase is link.phase else self.clock()
        self.change(link=LinkStatus(phase=phase, since_s=since_s, reason=reason, next_step=next_step))

    def _sample(self, agent: AgentState) -> None:
        """Add a point to each trace, once for each telemetry sample: snapshots come more often than samples."""
        sample = agent.telemetry
        if sample.taken_s == self._sampled_s:
            return
        self._sampled_s = sample.taken_s
        for metric in METRICS:
            self._traces[metric.key].append(metric.trace(sample))
