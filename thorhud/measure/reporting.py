"""Telling the parent how it is getting on."""

import contextlib
import os
import time

from thorhud.domain.sweep import SweepLevel
from thorhud.domain.timing import PromptProgress, PromptResult
from thorhud.measure.answer import Answer
from thorhud.measure.pipe import Message, write_message
from thorhud.measure.sweep import Sweep

SHORTEST_GAP_S = 0.1
"""At most ten times a second; a screen that repaints more often disturbs what is measured."""


class Outlet:
    """Writes JSON lines; a parent that does not read never holds up the measurement."""

    def __init__(self, output: int) -> None:
        self._output = output
        self._left = b""
        self._told_s = float("-inf")
        os.set_blocking(output, False)

    def may_tell(self, now_s: float) -> bool:
        """Whether the last word was long enough ago and the parent has taken all of it."""
        if now_s < self._told_s + SHORTEST_GAP_S:
            return False
        self._push()
        return not self._left

    def tell(self, message: Message, now_s: float) -> None:
        """Tell something on the way."""
        self._left += write_message(message)
        self._told_s = now_s
        self._push()

    def wait(self) -> None:
        """Let the shortest gap pass; from now on telling may take as long as it takes."""
        os.set_blocking(self._output, True)
        time.sleep(max(0.0, self._told_s + SHORTEST_GAP_S - time.monotonic()))

    def last(self, message: Message) -> None:
        """Tell the last word."""
        os.set_blocking(self._output, True)
        self._left += write_message(message)
        self._push()

    def _push(self) -> None:
        """Write what the pipe takes."""
        with contextlib.suppress(BlockingIOError):
            while self._left:
                self._left = self._left[os.write(self._output, self._left) :]


class PromptReporter:
    """Tells of one answer."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._started_s = time.monotonic()
        self._answer: Answer | None = None

    def news(self, answer: Answer) -> None:
        """Tell of *answer* where it is time to, and there is something new to tell."""
        self._answer = answer
        now_s = time.monotonic()
        if answer.has_news and self._outlet.may_tell(now_s):
            self._outlet.tell(answer.progress(now_s), now_s)

    def still_here(self) -> None:
        """Tell that the wait goes on."""
        now_s = time.monotonic()
        if self._outlet.may_tell(now_s):
            waiting = PromptProgress(elapsed_s=now_s - self._started_s)
            self._outlet.tell(waiting if self._answer is None else self._answer.progress(now_s), now_s)

    def result(self, result: PromptResult) -> None:
        """Tell the text that is still untold, then the result; only now it may take as long as it takes."""
        if self._answer is not None and self._answer.has_news:
            self._outlet.wait()
            now_s = time.monotonic()
            self._outlet.tell(self._answer.progress(now_s), now_s)
        self._outlet.last(result)


class SweepReporter:
    """Tells of one level of a sweep."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._sweep: Sweep | None = None

    def news(self, sweep: Sweep) -> None:
        """Tell where it stands, where it is time to."""
        self._sweep = sweep
        self.still_here()

    def still_here(self) -> None:
        """Tell that it goes on."""
        now_s = time.monotonic()
        if self._sweep is not None and self._outlet.may_tell(now_s):
            self._outlet.tell(self._sweep.progress(now_s), now_s)

    def level(self, level: SweepLevel) -> None:
        """Tell the level."""
        self._outlet.last(level)
