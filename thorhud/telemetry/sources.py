"""What every source of telemetry is: something that is asked again and again, and answers with what it knows."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import SourceState, TelemetrySnapshot

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one source said at one look."""

    values: TelemetrySnapshot
    """Fields that the source does not know are readings without value and reason."""
    state: SourceState


class Source(Protocol):
    """One way to learn about the machine. It never raises and never takes long: trouble is a reason."""

    @property
    def name(self) -> str:
        """The source's name in the table of trust."""
        ...

    async def read(self) -> Sample:
        """Return what it knows now; asked one to ten times a second."""
        ...

    def close(self) -> None:
        """End what the source started."""
        ...


def silent(name: str, reason: str, *, detail: str | None = None, age_s: float | None = None) -> Sample:
    """Return the sample of a source that has nothing to say."""
    state = SourceState(name=name, reason=reason, detail=detail, age_s=age_s)
    return Sample(values=TelemetrySnapshot(taken_s=0.0), state=state)


@dataclass(frozen=True, slots=True)
class Voice:
    """Says values in the name of one source, all of one age."""

    source: str
    age_s: float = 0.0

    def says(self, value: T | None, otherwise: str) -> Reading[T]:
        """Return *value*, or *otherwise* as the reason why there is none."""
        reason = None if value is not None else otherwise
        return Reading(value=value, reason=reason, source=self.source, age_s=self.age_s)
