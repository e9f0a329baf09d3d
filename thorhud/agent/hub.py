"""The agent's state in one place, and who is told when it moves.

Everything here runs on the agent's loop. Sessions pull: they are woken and take what they have not sent yet, so a slow
face never makes anything grow.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from thorhud.domain.energy import UnitSample, sample_of
from thorhud.domain.images import PullPhase
from thorhud.domain.messages import Event
from thorhud.domain.state import AgentState, PromptPhase, PromptState, ServingPhase, ServingState

T = TypeVar("T")

EVENTS_KEPT = 1000
SAMPLES_KEPT = 2400
"""At one a second longer than the longest answer."""


@dataclass(slots=True)
class AnswerPiece:
    """A part of an answer as it came."""

    offset: int
    text: str
    reasoning: bool


class Hub:
    """The newest state, the last events, and the text of the newest answer."""

    def __init__(self, state: AgentState) -> None:
        self.state = state
        self.number = 0
        """Moves with every change of the state."""
        self.events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self.answer_of: str | None = None
        self.answer: list[AnswerPiece] = []
        self.log_of: str | None = None
        """The launch whose log can be watched."""
        self.samples: deque[UnitSample] = deque(maxlen=SAMPLES_KEPT)
        """What the hardware did, for the runs that are measured meanwhile."""
        self.sweeping = False
        """Several answers at a time are on their way; no one of them is the newest."""
        self.seen_as: Callable[[ServingState], ServingState] = lambda serving: serving
        """What a new serving state keeps of the one before; whoever serves knows."""
        self._next_event = 1
        self._listeners: set[Callable[[], None]] = set()

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call *wake* after every change; return what ends that."""
        self._listeners.add(wake)
        return lambda: self._listeners.discard(wake)

    @property
    def listeners(self) -> int:
        """How many sessions are open."""
        return len(self._listeners)

    def change(self, **changes: object) -> None:
        """Replace fields of the state."""
        self.state = _replaced(self.state, changes)
        if "telemetry" in changes:
            self.samples.append(
                sample_of(
                    self.state.telemetry,
                    ready=self.state.serving.phase is ServingPhase.READY,
                    asked=self.sweeping or self.state.prompt.phase in {PromptPhase.WAITING, PromptPhase.STREAMING},
                )
            )
        self.number += 1
        self.wake()

    def change_serving(self, *, moves: bool = False, **changes: object) -> None:
        """Replace fields of the serving state; *moves* where a person who has not seen it should look again."""
        serving = _replaced(self.state.serving, changes)
        if moves:
            serving = replace(serving, generation=serving.generation + 1)
        self.change(serving=serving)

    def new_serving(self, serving: ServingState) -> None:
        """Put another serving state in place of this one."""
        serving = self.seen_as(serving)
        self.change(serving=replace(serving, generation=self.state.serving.generation + 1))

    def change_prompt(self, **changes: object) -> None:
        """Replace fields of the prompt's state."""
        self.change(prompt=_replaced(self.state.prompt, changes))

    def change_ladder(self, **changes: object) -> None:
        """Replace fields of the ladder's state."""
        self.change(ladder=_replaced(self.state.ladder, changes))

    def change_repair(self, **changes: object) -> None:
        """Replace fields of the repair's state."""
        self.change(repair=_replaced(self.state.repair, changes))

    def tell(self, kind: str, text: str, /, **details: str | float | bool | None) -> None:
        """Add an event."""
        self.events.append(Event(number=self._next_event, at_unix_s=time.time(), kind=kind, text=text, details=details))
        self._next_event += 1
        self.wake()

    def begin_answer(self, prompt: PromptState) -> None:
        """Forget the last answer and show *prompt*."""
        self.answer_of = prompt.run_id
        self.answer = []
        self.change(prompt=prompt)

    def extend_answer(self, text: str, *, reasoning: bool) -> None:
        """Add text to the newest answer."""
        if not text:
            return
        last = self.answer[-1] if self.answer else None
        self.answer.append(AnswerPiece(last.offset + len(last.text) if last else 0, text, reasoning))
        self.wake()

    def run_recorded(self) -> None:
        """Let faces know that there is a run they have not seen."""
        self.change(runs_version=self.state.runs_version + 1)

    def wake(self) -> None:
        """Let every session look for what it has not sent."""
        for listener in tuple(self._listeners):
            listener()

    @property
    def busy(self) -> bool:
        """Whether a prompt, a ladder, a repair or a pull is running."""
        state = self.state
        if state.pull.phase is PullPhase.PULLING:
            return True
        return state.prompt.phase in {"waiting", "streaming"} or "running" in {state.ladder.phase, state.repair.phase}


def _replaced(value: T, changes: dict[str, object]) -> T:
    """Return a dataclass with other fields; a name it does not have is a bug and raises `TypeError`."""
    changed: T = replace(cast("Any", value), **changes)
    return changed
