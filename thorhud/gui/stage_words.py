"""A start in words: headline, time left and what each segment of the pipeline says. No Qt in here."""

import math
from dataclasses import dataclass
from enum import Enum, auto

from thorhud.domain.stages import STEP_OF, PipelineStep, StageName, Timeline
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.gui.unit_text import one_line

DASH = "\u2013"
NARROW = "\u202f"
"""Narrow space that does not break: before a unit and between thousands."""

HEADLINES: dict[StageName, str] = {
    StageName.CONTAINER: "Starting the container",
    StageName.ENGINE_INIT: "Starting vLLM",
    StageName.WEIGHTS: "Loading weights",
    StageName.COMPILE: "Compiling",
    StageName.KV_CACHE: "Measuring memory",
    StageName.CUDA_GRAPHS: "Capturing CUDA graphs",
    StageName.SERVER: "Almost ready",
}
NEARLY_DONE = 0.97
"""A segment that has used up its expectation stays just short of full until the log says that it ended."""


class SegmentState(Enum):
    """How one segment of the pipeline stands."""

    DONE = auto()
    CURRENT = auto()
    TO_COME = auto()
    FAILED = auto()
    READY = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One segment of the pipeline: what it is called, how it stands and what is written beneath."""

    step: PipelineStep
    state: SegmentState
    progress: float = 0.0
    """0 to 1; what of the segment is filled."""
    caption: str = ""
    usual_s: float | None = None
    """Its usual duration, which its width follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLeft:
    """The big figure at the right of a start and the two lines beneath it."""

    figure: str
    label: str
    so_far: str
    ask_log: bool = False
    """Whether the log is offered because it takes longer than usual or stands still."""
    why: str = ""
    """Why the time left rose, or why it takes longer."""


def clock(seconds: float | None) -> str:
    """Return minutes and seconds as on a stop watch: "0:27", "12:05", "1:02:03"."""
    if seconds is None or not math.isfinite(seconds):
        return DASH
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def duration(seconds: float | None) -> str:
    """Return a duration as people say it: "12 s", "1:23", "about 3 min"."""
    if seconds is None or not math.isfinite(seconds):
        return DASH
    if seconds < 9.95 and seconds != round(seconds):
        return f"{seconds:.1f}{NARROW}s"
    if seconds < 99.5:
        return f"{round(seconds)}{NARROW}s"
    if seconds < 600:
        return clock(round(seconds))
    return f"about {round(seconds / 60)}{NARROW}min"


def usual(seconds: float) -> str:
    """Return an expectation, which is never more exact than a second."""
    return duration(float(max(1, round(seconds))))


def grouped(count: int) -> str:
    """Return a count with a narrow space between the thousands."""
    return f"{count:,}".replace(",", NARROW)


def headline(serving: ServingState) -> str:
    """Say in two or three words what happens now."""
    if serving.phase is ServingPhase.STOPPING or serving.timeline is None:
        return serving.activity or "Starting"
    if serving.next_configuration_id is not None and serving.activity:
        return serving.activity
    if serving.timeline.current is StageName.SERVER and serving.activity:
        return serving.activity
    if serving.timeline.current is StageName.WEIGHTS and serving.timeline.shard_bar == 2:
        return "Loading the draft model"
    return HEADLINES[serving.timeline.current]


def time_left(serving: ServingState) -> TimeLeft:
    """Say how long it still takes; never zero before it is ready, and in words where nobody knows."""
    so_far = f"{clock(serving.elapsed_s)} so far" if serving.elapsed_s is not None else ""
    if serving.phase is ServingPhase.STOPPING and serving.remaining_s is None:
        return TimeLeft(figure="", label="", so_far="")  # the clock of the model that goes says nothing here
    if serving.stalled:
        return TimeLeft(figure=clock(serving.elapsed_s), label="so far, nothing moves", so_far="", ask_log=True)
    why = one_line(serving.remaining_why or "", 120)
    if serving.longer_than_usual:
        return TimeLeft(figure=clock(serving.elapsed_s), label="longer than usual", so_far="", ask_log=True, why=why)
    if serving.remaining_s is None:
        label = "so far" if serving.elapsed_s is not None else "just begun"
        return TimeLeft(figure=clock(serving.elapsed_s), label=label, so_far="no usual time known")
    return TimeLeft(figure=clock(max(1, math.ceil(serving.remaining_s))), label="left, about", so_far=so_far, why=why)


def shards_are_countable(timeline: Timeline) -> bool:
    """Tell whether the shards are few enough that a person can count them."""
    return timeline.shards_total is not None and 0 < timeline.shards_total <= 20


def segments(serving: ServingState) -> tuple[Segment, ...]:
    """Return the five segments of the pipeline as they stand."""
    if serving.phase is ServingPhase.STOPPING:
        return tuple(Segment(step=step, state=SegmentState.TO_COME) for step in PipelineStep)
    timeline = serving.timeline or Timeline()
    current = _current_step(serving, timeline)
    return tuple(_segment(step, current, serving, timeline) for step in PipelineStep)


def _current_step(serving: ServingState, timeline: Timeline) -> PipelineStep:
    if serving.failed_step is not None and serving.failed_step in set(PipelineStep):
        return PipelineStep(serving.failed_step)
    if timeline.current is StageName.KV_CACHE:
        return PipelineStep.GRAPHS  # vLLM sizes the cache before the graphs; Ready must not be current twice
    return STEP_OF[timeline.current]


def _segment(step: PipelineStep, current: PipelineStep, serving: ServingState, timeline: Timeline) -> Segment:
    order = list(PipelineStep)
    expected = serving.expected_s.get(step.value)
    if serving.phase is ServingPhase.READY:
        state = SegmentState.READY if step is PipelineStep.READY else SegmentState.DONE
        return Segment(step=step, state=state, progress=1.0, caption=_took(step, timeline), usual_s=expected)
    if order.index(step) < order.index(current):
        return Segment(
            step=step, state=SegmentState.DONE, progress=1.0, caption=_took(step, timeline), usual_s=expected
        )
    if order.index(step) > order.index(current):
        return Segment(
            step=step, state=SegmentState.TO_COME, caption=_expectation(step, expected, timeline), usual_s=expected
        )
    if serving.phase is ServingPhase.FAILED:
        return Segment(step=step, state=SegmentState.FAILED, caption="", usual_s=expected)
    spent = _spent_s(step, serving, timeline)
    return Segment(
        step=step,
        state=SegmentState.CURRENT,
        progress=_progress(step, spent, expected, timeline),
        caption=_current_caption(spent, expected),
        usual_s=expected,
    )


def _took(step: PipelineStep, timeline: Timeline) -> str:
    known = [each.duration_s for each in timeline.stages if STEP_OF[each.name] is step and each.duration_s is not None]
    return duration(sum(known)) if known else ""


def _expectation(step: PipelineStep, expected: float | None, timeline: Timeline) -> str:
    if expected is None:
        return ""
    found = step is PipelineStep.COMPILE and timeline.compile_cache == "hit"
    return f"{usual(expected)}, cache found" if found else usual(expected)


def _spent_s(step: PipelineStep, serving: ServingState, timeline: Timeline) -> float | None:
    begins = [each.started_s for each in timeline.stages if STEP_OF[each.name] is step and each.started_s is not None]
    if serving.elapsed_s is None:
        return None
    if not begins:
        return serving.elapsed_s if step is PipelineStep.CONTAINER else None
    begin = max(begins) if step is PipelineStep.READY else min(begins)
    return max(0.0, serving.elapsed_s - begin)


def _progress(step: PipelineStep, spent: float | None, expected: float | None, timeline: Timeline) -> float:
    if step is PipelineStep.WEIGHTS and timeline.shards_total:
        return min(NEARLY_DONE, (timeline.shards_done or 0) / timeline.shards_total)
    if step is PipelineStep.GRAPHS and timeline.graphs_total:
        return min(NEARLY_DONE, (timeline.graphs_done or 0) / timeline.graphs_total)
    if spent is None or not expected:
        return 0.0
    return min(NEARLY_DONE, spent / expected)


def _current_caption(spent: float | None, expected: float | None) -> str:
    if spent is None:
        return f"usually {usual(expected)}" if expected else ""
    if expected is None:
        return duration(float(int(spent)))
    return f"{int(spent)} of {usual(expected)}" if expected < 99.5 else f"{clock(spent)} of {usual(expected)}"


def shard_words(timeline: Timeline) -> tuple[str, str, str]:
    """Return the shard line as text, figure, text: ("Shard ", "9", " of 15"); a draft model is named."""
    if timeline.shards_total is None:
        return ("", "", "")
    thing = "Draft model, shard " if timeline.shard_bar == 2 else "Shard "
    now = min((timeline.shards_done or 0) + 1, timeline.shards_total)
    return (thing, str(now), f" of {timeline.shards_total}")


def cache_line(timeline: Timeline, serving: ServingState) -> str:
    """Say what the compile cache means for this start; empty where the log does not say."""
    if timeline.compile_cache == "hit":
        expected = serving.expected_s.get(PipelineStep.COMPILE.value)
        took = f" takes about {usual(expected)}" if expected is not None else " is quick"
        return f"The compile cache for this model is on this unit, so torch.compile{took}."
    if timeline.compile_cache == "miss":
        return "This model was not compiled on this unit before. The next start finds the result and is quicker."
    if timeline.compile_cache == "off":
        return "The compile cache is switched off, so torch.compile runs in full at each start."
    return ""
