"""How long a start usually takes: the workshop's figures first, this unit's own medians after."""

from collections.abc import Mapping, Sequence
from statistics import median

from thorhud.domain.estimate import expected_steps
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.stages import PipelineStep, StageName, Timeline
from thorhud.domain.workshop import Configuration

OWN_LAUNCHES = 5
"""So many of the newest own starts make the median."""


def stage_seconds(timeline: Timeline) -> dict[str, float]:
    """Return the seconds of each finished stage: between arrival times where there are some, else as printed."""
    seconds: dict[str, float] = {}
    for stage in timeline.stages:
        if stage.started_s is not None and stage.ended_s is not None:
            seconds[stage.name.value] = stage.ended_s - stage.started_s
        elif stage.duration_s is not None:
            seconds[stage.name.value] = stage.duration_s
    return seconds


def expected_seconds(
    configuration: Configuration, launches: Sequence[LaunchRecord], *, start_speed: float = 1.0
) -> Mapping[PipelineStep, float]:
    """Return the expected seconds of each pipeline step of a start."""
    published = {StageName(each.stage): each.duration_s / start_speed for each in configuration.expected_stages}
    own = [
        each.stage_s
        for each in launches
        if each.configuration_id == configuration.id and each.ready_after_s is not None and each.stage_s
    ][:OWN_LAUNCHES]
    learned = {
        name: median(values)
        for name in StageName
        if (values := [stage_s[name.value] for stage_s in own if name.value in stage_s])
    }
    return expected_steps({**published, **learned})
