"""Telling the parent how the answer is getting on."""

import contextlib
import os
import time

from thorhud.domain.timing import PromptProgress, PromptResult
from thorhud.measure.answer import Answer
from thorhud.measure.pipe import write_message

SHORTEST_GAP_S = 0.1
"""At most ten times a second; a screen that repaints more often disturbs what is measured."""


class Reporter:
    """Writes JSON lines; a parent that does not read never holds up the measurement."""

    def __init__(self, output: int) -> None:
        self._output = output
        self._left = b""
        self._started_s = time.monotonic()
        self._told_s = float("-inf")
        self._answer: Answer | None = None
        os.set_blocking(output, False)

    def news(self, answer: Answer) -> None:
        """Tell of *answer* where it is time to, and there is something new to tell."""
        self._answer = answer
        now_s = time.monotonic()
        if answer.has_news and self._may_tell(now_s):
            self._tell(answer.progress(now_s), now_s)

    def still_here(self) -> None:
        """Tell that the wait goes on."""
        now_s = time.monotonic()
        if self._may_tell(now_s):
            waiting = PromptProgress(elapsed_s=now_s - self._started_s)
            self._tell(waiting if self._answer is None else self._answer.progress(now_s), now_s)

    def result(self, result: PromptResult) -> None:
        """Tell the text that is still untold, then the result; only now it may take as long as it takes."""
        os.set_blocking(self._output, True)
        if self._answer is not None and self._answer.has_news:
            time.sleep(max(0.0, self._told_s + SHORTEST_GAP_S - time.monotonic()))
            now_s = time.monotonic()
            self._tell(self._answer.progress(now_s), now_s)
        self._left += write_message(result)
        self._push()

    def _may_tell(self, now_s: float) -> bool:
        """Whether the last word was long enough ago and the parent has taken all of it."""
        if now_s - self._told_s < SHORTEST_GAP_S:
            return False
        self._push()
        return not self._left

    def _tell(self, progress: PromptProgress, now_s: float) -> None:
        self._left += write_message(progress)
        self._told_s = now_s
        self._push()

    def _push(self) -> None:
        """Write what the pipe takes."""
        with contextlib.suppress(BlockingIOError):
            while self._left:
                self._left = self._left[os.write(self._output, self._left) :]
