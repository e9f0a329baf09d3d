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
    """Return the seconds of each stage as printed, else between arrival times."""
    return {stage.name.value: stage.duration_s for stage in timeline.stages if stage.duration_s is not None}


def expected_seconds(
    configuration: Configuration, launches: Sequence[LaunchRecord], *, start_speed: float = 1.0
) -> Mapping[PipelineStep, float]:
    """Return the expected seconds of each pipeline step of a start."""
    published = {StageName(each.stage): each.duration_s / start_speed for each in configuration.expected_stages}
    own = [
        each.step_s
        for each in launches
        if each.configuration_id == configuration.id and each.ready_after_s is not None and each.step_s
    ][:OWN_LAUNCHES]
    learned = {
        step: median(values)
        for step in PipelineStep
        if (values := [step_s[step.value] for step_s in own if step.value in step_s])
    }
    return {**expected_steps(published), **learned}
