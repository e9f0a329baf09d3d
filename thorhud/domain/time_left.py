"""What a screen says of the time left: it falls, and where it has to rise it says why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from thorhud.domain.estimate import LARGEST_RISE_S, Estimate, Expectation, SmoothRemaining, remaining, spent_in
from thorhud.domain.stages import PipelineStep, Timeline, pipeline

NOTICED: Final = 1.25
"""A segment that lasts this much longer than expected is said to."""
NOTICED_S: Final = 5.0
"""... and at least so many seconds longer."""
_LONGER: Final[Mapping[PipelineStep, str]] = {
    PipelineStep.CONTAINER: "vLLM takes longer to begin than last time",
    PipelineStep.WEIGHTS: "Reading the weights takes longer than last time",
    PipelineStep.COMPILE: "Compiling takes longer than last time",
    PipelineStep.GRAPHS: "Capturing the CUDA graphs takes longer than last time",
    PipelineStep.READY: "The last step takes longer than last time",
}
_NO_CACHE: Final = "No compiled code of an earlier start fits, so it compiles anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLeft:
    """What is shown: the estimate, and why it is longer than it was, in words."""

    estimate: Estimate
    why: str | None = None


class TimeLeftShown:
    """Turns estimates into what one start shows, moment by moment."""

    def __init__(self, expected: Expectation) -> None:
        self._expected = expected
        self._smooth = SmoothRemaining()
        self._shown_s: float | None = None

    def show(self, timeline: Timeline, elapsed_s: float) -> TimeLeft:
        """Return what to show *elapsed_s* seconds after the start began."""
        usual_s = self._expected.steps(timeline)
        estimate = remaining(usual_s, timeline, elapsed_s, cached_compile_s=usual_s.get(PipelineStep.COMPILE, 0.0))
        why = self._why(usual_s, timeline, elapsed_s)
        rises = estimate.remaining_s is not None and self._shown_s is not None
        rises = rises and (estimate.remaining_s or 0.0) > (self._shown_s or 0.0) + LARGEST_RISE_S
        shown = self._smooth.show(estimate, reason=rises and why is not None)
        self._shown_s = shown.remaining_s
        return TimeLeft(estimate=shown, why=why)

    def _why(self, usual_s: Mapping[PipelineStep, float], timeline: Timeline, elapsed_s: float) -> str | None:
        current = next((each.step for each in pipeline(timeline) if each.state == "current"), None)
        if current is None:
            return None
        spent_s, expected_s = spent_in(current, timeline, elapsed_s), usual_s.get(current)
        if spent_s is not None and expected_s and spent_s > max(NOTICED * expected_s, expected_s + NOTICED_S):
            return _LONGER[current]
        if current is PipelineStep.COMPILE and self._expected.cache_likely and timeline.compile_cache == "miss":
            return _NO_CACHE
        return None
