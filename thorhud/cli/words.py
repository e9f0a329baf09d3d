"""States as lines of a terminal."""

from collections.abc import Iterator

from thorhud.domain.failures import Failure
from thorhud.domain.stages import PipelineStep, pipeline
from thorhud.domain.state import AgentState, ConfigurationAvailability, ServingPhase, ServingState
from thorhud.domain.telemetry import Memory

GIB = 1024**3


def clock(seconds: float | None) -> str:
    """Return seconds as m:ss; a dash where nothing is known."""
    if seconds is None:
        return "–"  # noqa: RUF001 - a dash for what is not known
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def serving_line(serving: ServingState, name: str) -> str:
    """Say in one line what serving does."""
    match serving.phase:
        case ServingPhase.IDLE:
            return f"nothing is being served. {serving.activity}" if serving.activity else "nothing is being served"
        case ServingPhase.STARTING:
            return f"{name}: {step_words(serving)}, {time_words(serving)}{outside_words(serving)}"
        case ServingPhase.READY:
            return f"{name}: ready{outside_words(serving)}"
        case ServingPhase.STOPPING:
            return f"{name}: {serving.activity or 'stopping'}"
        case ServingPhase.FAILED:
            return f"{name}: failed. {serving.failure.headline if serving.failure else ''}"


def outside_words(serving: ServingState) -> str:
    """Say where a server from outside runs and what it amounts to; nothing for one of ours."""
    if not serving.started_outside:
        return ""
    where = f" ({serving.served_by})" if serving.served_by else ""
    like = f", like {serving.like_configuration_id}" if serving.like_configuration_id else ""
    return f", started outside the HUD{where}{like}"


def told_lines(serving: ServingState) -> Iterator[str]:
    """Say what a person wants to know beside the phase: who changes it, how whole its log is and how it would end."""
    if serving.changing_who:
        yield f"Asked for by: {as_shown(serving.changing_who)}"
    if serving.log_note:
        yield f"Log: {as_shown(serving.log_note)}"
    if serving.how_to_stop:
        yield as_shown(serving.how_to_stop)
    if serving.server_ended and serving.phase is ServingPhase.FAILED and serving.activity:
        yield as_shown(serving.activity)


def cannot_start_lines(availability: tuple[ConfigurationAvailability, ...]) -> Iterator[str]:
    """Say of each configuration that cannot be started why, and how a person gets what is missing."""
    for each in availability:
        if each.startable:
            continue
        reason = each.reason or each.label or "It cannot be started now."
        yield as_shown(f"{each.configuration_id} cannot start: {reason} {each.next_step}".rstrip())


def failure_lines(failure: Failure) -> Iterator[str]:
    """Say why serving ended and what to do; how the log ended where nobody knows the cause."""
    yield f"{failure.headline}. {failure.explanation}".rstrip()
    if failure.evidence:
        yield f"Log line: {as_shown(failure.evidence)}"
    yield f"Next: {failure.next_step}"
    if failure.last_lines:
        yield f"Last {len(failure.last_lines)} lines of the log:"
        yield from (f"    {as_shown(line)}" for line in failure.last_lines)


def as_shown(text: str) -> str:
    """Show control characters instead of obeying them: a log is not to be trusted."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def step_words(serving: ServingState) -> str:
    """Name the current step, with shards where there are some."""
    if serving.timeline is None:
        return serving.activity or "container"
    step = next((each.step for each in pipeline(serving.timeline) if each.state == "current"), PipelineStep.READY)
    timeline = serving.timeline
    if step is PipelineStep.WEIGHTS and timeline.shards_total:
        return f"{step.value}, shard {timeline.shards_done or 0} of {timeline.shards_total}"
    return step.value


def time_words(serving: ServingState) -> str:
    """Say how long it has taken and how much is left."""
    so_far = f"{clock(serving.elapsed_s)} so far"
    if serving.stalled:
        return f"{so_far}. {serving.stalled}"
    why = f" ({serving.remaining_why})" if serving.remaining_why else ""
    if serving.longer_than_usual:
        return f"{so_far}, longer than usual{why}"
    return so_far if serving.remaining_s is None else f"{so_far}, about {clock(serving.remaining_s)} left{why}"


def memory_line(memory: Memory | None) -> str:
    """Say how much memory there is, as CUDA and as the kernel sees it."""
    if memory is None:
        return "memory: not available"
    return (
        f"memory: {memory.free_bytes / GIB:.1f} GiB free, {memory.file_cache_bytes / GIB:.1f} GiB file cache "
        f"(given back when needed), {memory.total_bytes / GIB:.1f} GiB in all"
    )


def unit_line(state: AgentState) -> str:
    """Say which unit this is."""
    identity = state.identity
    addresses = ", ".join(f"{each.label} {each.ip}" for each in identity.addresses) or "no network"
    simulated = " (simulated: nothing here is a measurement)" if state.agent.simulated else ""
    return f"{identity.hostname}{simulated}: {addresses}"
