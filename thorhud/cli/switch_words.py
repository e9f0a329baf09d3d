"""The steps of a switch as lines of a terminal: each once, when it has ended."""

from collections.abc import Iterator, Sequence

from thorhud.domain.switching import StepState, SwitchStep, title

_ENDED = {
    StepState.DONE: "done",
    StepState.SKIPPED: "left out",
    StepState.FAILED: "failed",
    StepState.CANCELLED: "cancelled",
}


class SwitchLines:
    """Remembers which steps were told."""

    def __init__(self, *, old: str, new: str) -> None:
        self._old, self._new = old, new
        self._told: set[str] = set()

    def new_lines(self, steps: Sequence[SwitchStep]) -> Iterator[str]:
        """Yield a line for each step that has ended since the last time."""
        for step in steps:
            word = _ENDED.get(StepState(step.state))
            if word is None or step.name in self._told:
                continue
            self._told.add(step.name)
            took = "" if step.seconds is None else f" in {step.seconds:.1f} s"
            what = title(step.name, old=self._old, new=self._new)
            yield f"{what}: {word}{took}. {step.detail}".rstrip()
            if step.command:
                yield f"  To do it by hand: {step.command}"
