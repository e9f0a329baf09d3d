"""One switch from a served model to the next: its steps one after the other, each timed, each to be cancelled."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from thorhud.domain.errors import ThorHudError
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.switching import (
    KEEPS_THE_OLD,
    StepState,
    SwitchStep,
    SwitchStepName,
    all_waiting,
    changed,
    left_behind,
)

TICK_S = 0.5
"""So often the time of the running step is said again."""
_NOT_BROKEN_OFF = frozenset({SwitchStepName.STOP, SwitchStepName.START})
"""A server that was told to end cannot be told to stay, and a container must not begin unwatched."""

Outcome = SwitchStep
"""What a step brought: `detail`, `command`, and a state other than done where it is none."""


class SwitchCancelled(ThorHudError):
    """Somebody cancelled the switch; the message says what is left."""


def brought(detail: str, *, state: StepState = StepState.DONE, command: str = "") -> Outcome:
    """Return what a step brought; its name and its time are put in by the switch."""
    return SwitchStep(name="", state=state, detail=detail, command=command)


class Switch:
    """Keeps the steps of one switch, shows them, and ends it where somebody cancels."""

    def __init__(self, *, old: str, new: str, new_id: str, show: Callable[[], None]) -> None:
        self.old = old
        self.new = new
        self.new_id = new_id
        self.steps: Sequence[SwitchStep] = all_waiting()
        self.ended = asyncio.Event()
        self.left = ""
        """What a cancelled switch left behind; empty while it goes on."""
        self._show = show
        self._cancelled = asyncio.Event()
        self._why = ""

    @property
    def begun_to_stop(self) -> bool:
        """Whether the old model is told to end, or gone."""
        return any(each.name == SwitchStepName.STOP and each.state is not StepState.WAITING for each in self.steps)

    def cancel(self, why: str = "") -> None:
        """End it at the next moment where that leaves something whole."""
        self._why = self._why or why
        self._cancelled.set()

    def seen_in(self, serving: ServingState) -> ServingState:
        """Return *serving* with the steps; between the two models nothing is idle."""
        serving = replace(serving, switch_steps=tuple(self.steps))
        if serving.phase is not ServingPhase.IDLE:
            return serving
        return replace(serving, phase=ServingPhase.STOPPING, next_configuration_id=self.new_id)

    async def step(self, name: SwitchStepName, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        """Do the *work* of one step; raise `SwitchCancelled` where somebody cancelled before its end."""
        task = asyncio.ensure_future(work)
        began_s = time.monotonic()
        try:
            if not self._cancelled.is_set():
                await self._until_done(name, task, began_s)
            if not task.done():
                raise self._end(name, time.monotonic() - began_s)
            outcome = task.result()
        except ThorHudError as error:
            self._put(name, replace(brought(str(error), state=StepState.FAILED), seconds=time.monotonic() - began_s))
            raise
        finally:
            await _let_go(task)
        self._put(name, replace(outcome, seconds=time.monotonic() - began_s))
        if self._cancelled.is_set() and name is not SwitchStepName.START:
            raise self._end(self._next(name), None)
        return outcome

    async def _until_done(self, name: SwitchStepName, task: "asyncio.Future[Outcome]", began_s: float) -> None:
        cancelled = asyncio.ensure_future(self._cancelled.wait())
        waits: set[asyncio.Future[Any]] = {task} if name in _NOT_BROKEN_OFF else {task, cancelled}
        try:
            while not task.done() and (name in _NOT_BROKEN_OFF or not cancelled.done()):
                seconds = time.monotonic() - began_s
                self._put(name, replace(brought("", state=StepState.RUNNING), seconds=seconds))
                await asyncio.wait(waits, timeout=TICK_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            cancelled.cancel()

    def _put(self, name: SwitchStepName, outcome: Outcome) -> None:
        self.steps = changed(
            self.steps,
            name,
            state=outcome.state,
            seconds=outcome.seconds,
            detail=outcome.detail,
            command=outcome.command,
        )
        self._show()

    def _end(self, at: SwitchStepName, seconds: float | None) -> SwitchCancelled:
        at = at if at in KEEPS_THE_OLD or self.begun_to_stop else SwitchStepName.REQUESTS
        self.left = left_behind(at, old=self.old, new=self.new)
        self._put(at, replace(brought(self.left, state=StepState.CANCELLED), seconds=seconds))
        why = self._why or "The switch was cancelled."
        return SwitchCancelled(f"{why} {self.left}", kind="cancelled")

    @staticmethod
    def _next(name: SwitchStepName) -> SwitchStepName:
        names = list(SwitchStepName)
        return names[names.index(name) + 1]


async def _let_go(task: "asyncio.Future[Any]") -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # raised already where it matters


async def awaited(work: Callable[[], Awaitable[None]], detail: str) -> Outcome:
    """Do something that says nothing by itself."""
    await work()
    return brought(detail)
