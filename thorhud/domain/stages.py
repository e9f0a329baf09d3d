"""From vLLM's log lines to the stages of a start."""

from dataclasses import dataclass, replace

from thorhud.domain.log_text import clean
from thorhud.domain.stage_patterns import recognise, split_bar
from thorhud.domain.stage_steps import apply
from thorhud.domain.timeline import STEP_OF, LogPiece, PipelineStep, Stage, StageName, Timeline

__all__ = [
    "STEP_OF",
    "LogPiece",
    "PipelineStep",
    "Stage",
    "StageName",
    "StepProgress",
    "Timeline",
    "advance",
    "pipeline",
    "step_begins",
    "step_seconds",
]


def advance(timeline: Timeline, piece: LogPiece) -> Timeline:
    """Return what is known of a start after one more piece of its log.

    Pieces may come twice or late: a stage keeps the start that was seen first, and the start never moves back.
    The one thing that begins again is the shard bar, when a draft model is loaded after the model.
    """
    timeline = _note_arrival(timeline, piece.at_s)
    if timeline.serving:
        return timeline
    for text in split_bar(piece.text):
        if text and (sighting := recognise(clean(text).strip())):
            timeline = apply(timeline, sighting, piece.at_s)
    return timeline


def _note_arrival(timeline: Timeline, at_s: float | None) -> Timeline:
    if at_s is None:
        return timeline
    container = timeline.stages[0]
    if container.started_s is None:
        container = replace(container, started_s=0.0)
        timeline = replace(timeline, stages=(container, *timeline.stages[1:]))
    if timeline.last_at_s is not None and at_s <= timeline.last_at_s:
        return timeline
    return replace(timeline, last_at_s=at_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """One of the five segments: "done", "current" or "to come", and how long it took as far as known."""

    step: PipelineStep
    state: str
    duration_s: float | None = None


def pipeline(timeline: Timeline) -> tuple[StepProgress, ...]:
    """Return the five segments; exactly one is current until the server serves.

    The conversation cache is sized before the graphs are captured but belongs to Ready, so the current segment is
    the first one that is not done, and the order on screen stays from left to right.
    """
    progress: list[StepProgress] = []
    for step in PipelineStep:
        state = "done" if _is_done(timeline, step) else "current"
        if progress and progress[-1].state != "done":
            state = "to come"
        progress.append(StepProgress(step=step, state=state, duration_s=_printed_or_measured_s(timeline, step)))
    return tuple(progress)


def _is_done(timeline: Timeline, step: PipelineStep) -> bool:
    match step:
        case PipelineStep.CONTAINER:
            return timeline.reached(StageName.WEIGHTS)
        case PipelineStep.WEIGHTS:
            return timeline.reached(StageName.COMPILE) or timeline.model_memory_gib is not None
        case PipelineStep.COMPILE:
            skipped = timeline.compile_cache == "off" and timeline.current != StageName.COMPILE
            return timeline.reached(StageName.KV_CACHE) or (skipped and _is_done(timeline, PipelineStep.WEIGHTS))
        case PipelineStep.GRAPHS:
            return timeline.reached(StageName.SERVER) or timeline.graph_capture_s is not None
        case PipelineStep.READY:
            return timeline.serving


def _printed_or_measured_s(timeline: Timeline, step: PipelineStep) -> float | None:
    known = [
        stage.duration_s for stage in timeline.stages if STEP_OF[stage.name] is step and stage.duration_s is not None
    ]
    return sum(known) if known else None


def step_seconds(timeline: Timeline) -> dict[PipelineStep, float]:
    """Return how long each segment lasted by arrival times, silences between stages included.

    Each segment lasts until the next one begins, so the sum is the time to ready: what a later start is expected to
    take. Empty unless the start was watched from its beginning to its end.
    """
    ready_s = timeline.stage(StageName.SERVER).ended_s
    if not timeline.serving or ready_s is None:
        return {}
    begins = step_begins(timeline)
    steps = list(begins)
    ends = [*(begins[step] for step in steps[1:]), ready_s]
    return {step: max(0.0, end - begins[step]) for step, end in zip(steps, ends, strict=True)}


def step_begins(timeline: Timeline) -> dict[PipelineStep, float]:
    """Return when each segment began by arrival times, left to right; a segment without a beginning is left out."""
    begins = {PipelineStep.CONTAINER: 0.0}
    for name in (StageName.WEIGHTS, StageName.COMPILE, StageName.CUDA_GRAPHS):
        started_s = timeline.stage(name).started_s
        if started_s is not None:
            begins[STEP_OF[name]] = max(started_s, *begins.values())
    ready_s = _ready_begins_s(timeline, after_s=max(begins.values()))
    return begins if ready_s is None else {**begins, PipelineStep.READY: ready_s}


def _ready_begins_s(timeline: Timeline, *, after_s: float) -> float | None:
    """Return when the last segment began: with the conversation cache, or where graphs follow it, with their end."""
    kv_cache = timeline.stage(StageName.KV_CACHE)
    if kv_cache.started_s is not None and kv_cache.started_s > after_s:
        return kv_cache.started_s
    if not timeline.reached(StageName.SERVER):
        return None
    ends = [stage.ended_s for stage in timeline.stages[:-1] if stage.ended_s is not None]
    return max([after_s, *ends])
