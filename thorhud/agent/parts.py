"""The parts of one unit, real or simulated, as the agent uses them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from thorhud.domain.chat_page_look import ChatPages
from thorhud.domain.containers import ContainerEngine
from thorhud.domain.images import ImageEngine
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.model_need import ModelNeed
from thorhud.domain.ports import PromptRunner, SweepRunner, TelemetrySource
from thorhud.domain.repairs import RepairPlan, RepairStep, Situation
from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.records.store import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """What of a configuration lies on the unit."""

    complete: bool
    """All weights are here: it can be served without internet."""
    reason: str | None = None
    label: str | None = None
    files_fault: str | None = None
    """What is wrong with the other files that it mounts (the encodings of GPT-OSS); they are left out then."""
    next_step: str = ""
    """How a person gets what is missing."""


class Simulation(Protocol):
    """What a simulated unit can be told."""

    def hurry(self, start_speed: float) -> None:
        """Start servers so many times faster; token rates stay."""
        ...

    def fail_next(self, fault: str | None) -> None:
        """Let the next start show a known failure."""
        ...


class Repairs(Protocol):
    """What can be repaired on this unit."""

    async def plan(self, repair_id: str, situation: Situation) -> RepairPlan:
        """Return what the repair would do here now; nothing is touched."""
        ...

    def run(self, repair_id: str, situation: Situation) -> AsyncIterator[RepairStep]:
        """Yield what the repair does and end with exactly one proof; trouble is a proof that is not proven."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that differs between a real and a simulated unit, and what both share."""

    engine: ContainerEngine
    source: TelemetrySource
    runner: PromptRunner
    records: Records
    workshop: Workshop
    data_dir: Path
    unit: str
    base_url: str
    availability: Callable[[Configuration], Availability]
    """Looks at the disk; called in a thread."""
    clears_memory: bool = True
    simulated: bool = False
    simulation: Simulation | None = None
    """Simulated unit only."""
    history: Path | None = None
    """The file of the hardware's history; None where none is kept."""
    repairs: Repairs | None = None
    """None where nothing can be repaired from here."""
    pin_file: Path | None = None
    """Where the hash of the PIN lies that guards restarts on a touch display; None where there can be none."""
    sweeper: SweepRunner | None = None
    """Sends several prompts at a time; None where nothing here can."""
    revision: Callable[[Configuration], str | None] | None = None
    """Which commit of the model lies on the unit; reads the disk, called in a thread."""
    read_per_token: Callable[[Configuration], ReadPerToken | None] | None = None
    """What generating one token reads from memory; reads the disk, called in a thread."""

    model_need: Callable[[Configuration, LaunchOptions], ModelNeed] | None = None
    """What a launch would take of the memory; reads the disk, called in a thread."""
    images: ImageEngine | None = None
    """Where images are and come from; None where nothing can be pulled."""
    chat_pages: ChatPages | None = None
    """None where no chat page can be started from here."""

    async def look(self, configuration: Configuration) -> Availability:
        """Return what of *configuration* lies on the unit."""
        return await asyncio.to_thread(self.availability, configuration)
