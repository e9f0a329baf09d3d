"""How long a start usually takes: the workshop's figures first, this unit's own medians after."""

from collections.abc import Mapping, Sequence
from statistics import median

from thorhud.domain.estimate import CACHED_COMPILE_S, Expectation, expected_steps
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
    return expectation(configuration, launches, start_speed=start_speed).steps(Timeline())


def expectation(
    configuration: Configuration, launches: Sequence[LaunchRecord], *, start_speed: float = 1.0
) -> Expectation:
    """Return what the next start of *configuration* is expected to take; *launches* are the newest first."""
    own = [
        each
        for each in launches
        if each.configuration_id == configuration.id and each.ready_after_s is not None and each.step_s
    ]
    cached = [each for each in own if each.compile_cache == "hit"]
    compiled = [each for each in own if each.compile_cache != "hit"]
    published = {StageName(each.stage): each.duration_s / start_speed for each in configuration.expected_stages}
    usual_s = {**expected_steps(published), **_medians(own)}
    if learned := _medians(compiled).get(PipelineStep.COMPILE):
        usual_s[PipelineStep.COMPILE] = learned
    elif cached:
        # what a compile takes was never seen here: the figure of the document stays
        usual_s.pop(PipelineStep.COMPILE, None)
        usual_s.update({step: s for step, s in expected_steps(published).items() if step is PipelineStep.COMPILE})
    return Expectation(
        usual_s=usual_s,
        cached_compile_s=_medians(cached).get(PipelineStep.COMPILE, _published_cached_s(configuration) / start_speed),
        cache_likely=bool(own) and own[0].compile_cache in {"hit", "miss"},
    )


def _medians(launches: Sequence[LaunchRecord]) -> dict[PipelineStep, float]:
    newest = [each.step_s for each in launches[:OWN_LAUNCHES]]
    return {
        step: median(values)
        for step in PipelineStep
        if (values := [step_s[step.value] for step_s in newest if step.value in step_s])
    }


def _published_cached_s(configuration: Configuration) -> float:
    warm = (each.warm_s for each in configuration.expected_stages if each.stage == StageName.COMPILE)
    return next((each for each in warm if each is not None), CACHED_COMPILE_S)
