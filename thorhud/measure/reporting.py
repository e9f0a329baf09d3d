"""Telling the parent how the answer is getting on."""

import os
import select
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
        self._poll = select.poll()
        self._poll.register(output, select.POLLOUT)
        self._started_s = time.monotonic()
        self._told_s = float("-inf")
        self._answer: Answer | None = None

    def news(self, answer: Answer) -> None:
        """Tell of *answer* where it is time to, and there is something new to tell."""
        self._answer = answer
        now_s = time.monotonic()
        if answer.has_news and now_s - self._told_s >= SHORTEST_GAP_S and self._poll.poll(0):
            self._tell(answer.progress(now_s), now_s)

    def still_here(self) -> None:
        """Tell that the wait goes on."""
        now_s = time.monotonic()
        if now_s - self._told_s < SHORTEST_GAP_S or not self._poll.poll(0):
            return
        waiting = PromptProgress(elapsed_s=now_s - self._started_s)
        self._tell(waiting if self._answer is None else self._answer.progress(now_s), now_s)

    def result(self, result: PromptResult) -> None:
        """Tell the text that is still untold, then the result."""
        if self._answer is not None and self._answer.has_news:
            time.sleep(max(0.0, self._told_s + SHORTEST_GAP_S - time.monotonic()))
            now_s = time.monotonic()
            self._tell(self._answer.progress(now_s), now_s)
        self._write(write_message(result))

    def _tell(self, progress: PromptProgress, now_s: float) -> None:
        self._write(write_message(progress))
        self._told_s = now_s

    def _write(self, line: bytes) -> None:
        left = memoryview(line)
        while left:
            left = left[os.write(self._output, left) :]
