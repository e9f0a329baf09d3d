"""The steps from one served model to the next, each seen while it runs and told with its time afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class SwitchStepName(StrEnum):
    """What a switch does, in order."""

    CHECK = "check"
    """Look whether the next model can start at all, while the present one still serves."""
    REQUESTS = "requests"
    """End the answers that the HUD itself asked for."""
    STOP = "stop"
    SYNC = "sync"
    """Write to the disk what is only in memory: what is not written cannot be dropped."""
    CLEAR = "clear"
    """Drop the copies of files."""
    PROVE = "prove"
    """Compare free memory before and after."""
    START = "start"


class StepState(StrEnum):
    """Where one step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    """It could not be done, or needed not be; the switch goes on."""
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchStep:
    """One step of a switch."""

    name: str
    """A `SwitchStepName`."""
    state: str = StepState.WAITING
    """A `StepState`."""
    seconds: float | None = None
    """How long it has taken; None before it begins."""
    detail: str = ""
    """What came of it, as a sentence."""
    command: str = ""
    """What a person types where the HUD may not do it."""


KEEPS_THE_OLD: Final = frozenset({SwitchStepName.CHECK, SwitchStepName.REQUESTS})
"""Cancelled in these, the model that served goes on as if nothing had been asked."""
_TITLES: Final = {
    SwitchStepName.CHECK: "Check that {new} can start",
    SwitchStepName.REQUESTS: "End our own requests",
    SwitchStepName.STOP: "Stop {old}",
    SwitchStepName.SYNC: "Write to the disk",
    SwitchStepName.CLEAR: "Clear copies of files",
    SwitchStepName.PROVE: "Compare free memory",
    SwitchStepName.START: "Start {new}",
}


def all_waiting() -> tuple[SwitchStep, ...]:
    """Return the steps before the first begins."""
    return tuple(SwitchStep(name=name.value) for name in SwitchStepName)


def changed(steps: Sequence[SwitchStep], name: SwitchStepName, **changes: object) -> tuple[SwitchStep, ...]:
    """Return *steps* with one of them changed."""
    return tuple(replace(each, **changes) if each.name == name else each for each in steps)  # type: ignore[arg-type]


def title(name: str, *, old: str, new: str) -> str:
    """Return what a step is called on the way from *old* to *new*."""
    return _TITLES[SwitchStepName(name)].format(old=old, new=new)


def left_behind(at: SwitchStepName, *, old: str, new: str) -> str:
    """Say what a switch leaves that is cancelled in the step *at*."""
    if at in KEEPS_THE_OLD:
        return f"{old} goes on; {new} was not started."
    if at in {SwitchStepName.SYNC, SwitchStepName.CLEAR}:
        return f"{old} is stopped and {new} was not started. Copies of files may still fill the memory."
    return f"{old} is stopped and {new} was not started. Nothing runs now."
