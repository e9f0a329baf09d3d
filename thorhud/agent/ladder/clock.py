"""How long a ladder will still take: every piece of work with what it should take, corrected by what it did take."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

from thorhud.agent.hub import Hub
from thorhud.agent.ladder.usual import Usual
from thorhud.domain.ladder_plan import LadderPlan, Part
from thorhud.domain.state import ServingPhase
from thorhud.domain.workshop import Configuration

TICK_S = 1.0
WARM_UPS_USUALLY = 3
"""Three that agree are enough; more are added when they come."""
SILENT_S = 15.0
SILENT_SHARE = 0.05
"""A correction below this is worked in second by second; a larger one is said in words."""
WORDS_FOR_S = 20.0
SURPRISE = 0.2
SHORTEST_S = 0.5
"""What took less was refused at once, or was there already; it says nothing about the next one."""
OVERRUN = 0.05
FIRST = "first"
"""The warm-up of a part after the first one."""
_WORDS: Final = {
    "short": "a short answer",
    "long": "a long answer",
    "shape": "an answer of 2048/128",
    "warm-up": "a warm-up",
    FIRST: "a warm-up",
    "sweep": "a level of the sweep",
    "parity": "a greedy answer",
    "gate": "the gates",
    "start": "the start",
    "stop": "the stop",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to be done: start, gate, warm-up, short, first, long, shape, sweep, parity, stop."""

    configuration: Configuration
    kind: str
    users: int = 1
    """Of a level of a sweep."""

    @property
    def key(self) -> tuple[str, str, int]:
        """What pieces of equal length have in common."""
        return self.configuration.id, self.kind, self.users


class TimeLeft:
    """The time left as a screen shows it: it falls with the clock, and where it jumps there are words for it."""

    def __init__(self) -> None:
        self._shown_s: float | None = None
        self._at_s = 0.0

    def show(self, estimate_s: float, now_s: float, why: str) -> tuple[float, str | None]:
        """Return what to show, and the words where that is a jump."""
        if self._shown_s is None:
            self._shown_s, self._at_s = estimate_s, now_s
            return estimate_s, None
        awaited_s = max(1.0, self._shown_s - (now_s - self._at_s))
        wrong_s = estimate_s - awaited_s
        words = None
        if abs(wrong_s) <= max(SILENT_S, SILENT_SHARE * awaited_s):
            shown_s = max(1.0, min(self._shown_s, awaited_s + 0.1 * wrong_s))
        else:
            shown_s = estimate_s
            words = f"About {_span(abs(wrong_s))} {'more' if wrong_s > 0 else 'less'} than thought: {why}."
        self._shown_s, self._at_s = shown_s, now_s
        return shown_s, words


class LadderClock:
    """Keeps the list of what is to be done, and shows how long that takes."""

    def __init__(self, hub: Hub, plan: LadderPlan, usual: Usual) -> None:
        self._hub = hub
        self._plan = plan
        self._usual = usual
        self._pending: list[Piece] = []
        self._now: tuple[Piece, float] | None = None
        self._took: dict[tuple[str, str, int], list[float]] = {}
        self._why = ""
        self._began_s = time.monotonic()
        self._left = TimeLeft()
        self._words_until_s = 0.0

    def plan(self, configuration: Configuration, repeats: Mapping[Part, int], *, parity: int) -> None:
        """Add everything that one configuration needs, *repeats* of each part and so many *parity* prompts."""
        self.drop(configuration)
        kinds = ["start", "gate", *["warm-up"] * min(self._plan.most_warm_ups, WARM_UPS_USUALLY)]
        for number, (part, count) in enumerate(repeats.items()):
            kinds += [FIRST] * bool(number and count) + [part.value] * count
        self._pending += [Piece(configuration, kind) for kind in kinds]
        if Part.SWEEP in self._plan.parts:
            self._pending += [Piece(configuration, "sweep", users) for users in self._plan.sweep_levels]
        self._pending += [Piece(configuration, "parity")] * parity
        self._pending.append(Piece(configuration, "stop"))

    def drop(self, configuration: Configuration, kind: str | None = None, *, why: str | None = None) -> None:
        """Take off what will not be done; *why* is told where the time left jumps for it."""
        kept = [
            each
            for each in self._pending
            if each.configuration.id != configuration.id or (kind is not None and each.kind != kind)
        ]
        if why is not None and len(kept) != len(self._pending):
            self._why = why
        self._pending = kept

    @contextmanager
    def doing(self, configuration: Configuration, kind: str, *, users: int = 1) -> Iterator[None]:
        """Count what is done inside as one piece, planned or not."""
        piece = Piece(configuration, kind, users)
        if piece in self._pending:
            self._pending.remove(piece)
        self._now = (piece, time.monotonic())
        expected_s = self._expected_s(piece)
        try:
            yield
            took_s = time.monotonic() - self._now[1]
            self._learn(piece, expected_s, took_s)
        finally:
            self._now = None

    async def tick(self) -> None:
        """Show the time once a second until cancelled."""
        while True:
            self.show()
            await asyncio.sleep(TICK_S)

    def show(self) -> None:
        """Show how long it has taken and how much is left."""
        now_s = time.monotonic()
        shown_s, words = self._left.show(self.estimate_s(), now_s, self._why or "the estimate was corrected")
        if words is not None:
            self._why = ""
            self._words_until_s = now_s + WORDS_FOR_S
            self._hub.tell("ladder", words)
            self._hub.change_ladder(reason=words)
        elif self._hub.state.ladder.reason is not None and now_s > self._words_until_s:
            self._hub.change_ladder(reason=None)
        self._hub.change_ladder(elapsed_s=now_s - self._began_s, remaining_s=shown_s)

    def estimate_s(self) -> float:
        """Return what is left by everything that is known now."""
        left_s = sum(self._expected_s(each) for each in self._pending)
        if self._now is not None:
            left_s += self._left_of(*self._now)
        return max(1.0, left_s)

    def _left_of(self, piece: Piece, began_s: float) -> float:
        serving = self._hub.state.serving
        if piece.kind == "start" and serving.phase is ServingPhase.STARTING and serving.remaining_s is not None:
            return serving.remaining_s
        expected_s = self._expected_s(piece)
        return max(OVERRUN * expected_s, expected_s - (time.monotonic() - began_s))

    def _expected_s(self, piece: Piece) -> float:
        """Return what this ladder has seen of such a piece, else what is usual, corrected by how wrong that was."""
        took = self._took.get(piece.key)
        if took:
            return median(took)
        return self._usual.seconds(piece.configuration, piece.kind, users=piece.users) * self._factor(piece.kind)

    def _factor(self, kind: str) -> float:
        """Return how much longer than usual pieces of this kind took with other configurations."""
        shares = [
            median(took) / usual_s
            for (configuration_id, other, users), took in self._took.items()
            if other == kind and (usual_s := self._usual.known(configuration_id, kind, users))
        ]
        return min(3.0, max(0.33, median(shares))) if shares else 1.0

    def _learn(self, piece: Piece, expected_s: float, took_s: float) -> None:
        if took_s < SHORTEST_S:
            return  # nothing was done
        self._took.setdefault(piece.key, []).append(took_s)
        if abs(took_s - expected_s) > max(1.0, SURPRISE * expected_s):
            self._why = f"{_name(piece)} took {took_s:.0f} s, not {expected_s:.0f} s"


def _name(piece: Piece) -> str:
    return f"{piece.configuration.name}, {_WORDS.get(piece.kind, piece.kind)}"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
