"""How long a start will still take.

The expectation is the usual duration of each segment of the pipeline. While a segment runs it is corrected by what the
log counts (weight files, graphs), and a compile cache that was found makes the expectation of torch.compile drop.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from thorhud.domain.stages import pipeline, step_begins
from thorhud.domain.timeline import STEP_OF, PipelineStep, StageName, Timeline

LONGER_THAN_USUAL: Final = 1.5
"""Past this share of the expectation no time is promised any more."""
CACHED_COMPILE_S: Final = 5.0
"""What is left of torch.compile when its cache is found, as the workshop document says."""
LEAST_S: Final = 1.0
"""Never less before the server is ready."""
LARGEST_RISE_S: Final = 5.0
"""The time on screen never rises by more than this without a reason in words."""
OVERRUN: Final = 0.05
"""What is still expected of a segment that has used up its usual time, as a share of that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Seconds to ready; None where nothing is known, or where it takes longer than usual."""

    remaining_s: float | None
    longer_than_usual: bool = False


def expected_steps(stage_s: Mapping[StageName, float]) -> dict[PipelineStep, float]:
    """Return the expectation of each segment from that of each stage."""
    expected: dict[PipelineStep, float] = {}
    for name, seconds in stage_s.items():
        expected[STEP_OF[name]] = expected.get(STEP_OF[name], 0.0) + seconds
    return expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a start is expected to take, segment by segment, before and after its log says whether it compiles."""

    usual_s: Mapping[PipelineStep, float] = field(default_factory=dict)
    """With everything to be compiled."""
    cached_compile_s: float = CACHED_COMPILE_S
    """The torch.compile segment where its cache is found."""
    cache_likely: bool = False
    """Whether the cache of an earlier start lies here, so that the shorter time is expected from the beginning."""

    def steps(self, timeline: Timeline) -> dict[PipelineStep, float]:
        """Return the expectation of each segment as far as the log has spoken."""
        if self.cache_likely and timeline.compile_cache is None:
            timeline = replace(timeline, compile_cache="hit")
        return with_cache(self.usual_s, timeline, cached_compile_s=self.cached_compile_s)

    @property
    def total_s(self) -> float | None:
        """Return what is expected at the beginning; None where nothing is."""
        return sum(self.steps(Timeline()).values()) or None


def with_cache(
    expected: Mapping[PipelineStep, float], timeline: Timeline, *, cached_compile_s: float = CACHED_COMPILE_S
) -> dict[PipelineStep, float]:
    """Return the expectation that fits what the log said about compiling: found in the cache, or not done at all."""
    fitted = dict(expected)
    usual_s = fitted.get(PipelineStep.COMPILE)
    if usual_s is None:
        return fitted
    if timeline.compile_cache == "hit":
        fitted[PipelineStep.COMPILE] = min(usual_s, cached_compile_s)
    elif timeline.compile_cache == "off" and timeline.current != StageName.COMPILE:
        fitted[PipelineStep.COMPILE] = 0.0
    return fitted


def remaining(
    expected: Mapping[PipelineStep, float],
    timeline: Timeline,
    elapsed_s: float,
    *,
    cached_compile_s: float = CACHED_COMPILE_S,
) -> Estimate:
    """Return the time to ready, *elapsed_s* seconds after `docker run`."""
    if timeline.serving:
        return Estimate(remaining_s=0.0)
    usual = with_cache(expected, timeline, cached_compile_s=cached_compile_s)
    if not usual:
        return Estimate(remaining_s=None)
    if elapsed_s > LONGER_THAN_USUAL * sum(usual.values()):
        return Estimate(remaining_s=None, longer_than_usual=True)
    left_s = 0.0
    for segment in pipeline(timeline):
        if segment.state == "current":
            left_s += _left_of_current(usual.get(segment.step, 0.0), segment.step, timeline, elapsed_s)
        elif segment.state == "to come":
            left_s += usual.get(segment.step, 0.0)
    return Estimate(remaining_s=max(LEAST_S, left_s))


def _left_of_current(usual_s: float, step: PipelineStep, timeline: Timeline, elapsed_s: float) -> float:
    """Return what is left of the running segment: by its real pace once it counts, else by the usual duration."""
    spent_s = spent_in(step, timeline, elapsed_s)
    share = _share_done(step, timeline)
    if share is None:
        return usual_s if spent_s is None else max(OVERRUN * usual_s, usual_s - spent_s)
    by_usual_s = usual_s * (1.0 - share)
    if spent_s is None or share == 0.0:
        return by_usual_s
    by_pace_s = spent_s * (1.0 - share) / share
    return share * by_pace_s + (1.0 - share) * by_usual_s  # the further the count, the more its pace is worth


def _share_done(step: PipelineStep, timeline: Timeline) -> float | None:
    """Return how much of the running segment is counted as done, or None where nothing counts."""
    if step is PipelineStep.WEIGHTS and timeline.shard_bar <= 1 and timeline.shards_total:
        return (timeline.shards_done or 0) / timeline.shards_total
    if step is PipelineStep.GRAPHS and timeline.graphs_total:
        return (timeline.graphs_done or 0) / timeline.graphs_total
    return None


def spent_in(step: PipelineStep, timeline: Timeline, elapsed_s: float) -> float | None:
    """Return how long the running segment has lasted, since the last end where its own beginning is silent."""
    if step is PipelineStep.CONTAINER:
        return elapsed_s  # it begins with the start itself, whether the log has begun to speak or not
    if timeline.last_at_s is None:
        return None
    begun_s = step_begins(timeline).get(step)
    if begun_s is None:
        begun_s = max(stage.ended_s or 0.0 for stage in timeline.stages)
    return max(0.0, elapsed_s - begun_s)


class SmoothRemaining:
    """The time left as a screen shows it: it falls freely and rises no more than a little without a reason."""

    def __init__(self) -> None:
        self._lowest_s: float | None = None

    def show(self, estimate: Estimate, *, reason: bool = False) -> Estimate:
        """Return what to show for *estimate*; with a *reason* that stands beside it in words it may jump."""
        value_s = estimate.remaining_s
        if value_s is None:
            return estimate
        if self._lowest_s is not None and not reason:
            value_s = min(value_s, self._lowest_s + LARGEST_RISE_S)
        self._lowest_s = value_s if reason or self._lowest_s is None else min(value_s, self._lowest_s)
        return Estimate(remaining_s=value_s, longer_than_usual=estimate.longer_than_usual)
