"""What the agent needs of its parts; the simulated unit fulfils the same."""

from collections.abc import AsyncIterator
from typing import Protocol

from thorhud.domain.identity import UnitIdentity
from thorhud.domain.sweep import SweepLevel, SweepProgress, SweepRequest
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.domain.timing import PromptProgress, PromptRequest, PromptResult


class TelemetrySource(Protocol):
    """One machine's hardware. The values of a source that fails are readings with a reason; it never raises."""

    async def identity(self) -> UnitIdentity:
        """Return who this unit is; asked at the start and every minute."""
        ...

    async def read(self) -> TelemetrySnapshot:
        """Return one sample; asked once a second."""
        ...

    def close(self) -> None:
        """End what was begun: helper processes, threads."""
        ...


class PromptRunner(Protocol):
    """Sends one prompt and measures its answer in a process of its own."""

    def run(self, request: PromptRequest) -> AsyncIterator[PromptProgress | PromptResult]:
        """Yield progress at most ten times a second and end with exactly one result.

        Trouble is a result with an error, never an exception. Closing the iterator aborts the request.
        """
        ...


class SweepRunner(Protocol):
    """Sends many prompts at a time and measures them in a process of its own."""

    def sweep(self, request: SweepRequest) -> AsyncIterator[SweepProgress | SweepLevel]:
        """Yield progress and end with exactly one level; several answers at a time, from one process."""
        ...
