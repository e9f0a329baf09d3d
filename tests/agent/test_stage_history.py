"""What a start is expected to take: the published times first, this unit's own after."""

from dataclasses import replace

from thorhud.agent.serving.launch_end import believable_steps, seconds_to_ready
from thorhud.agent.serving.stage_history import expectation, expected_seconds
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.stages import LogPiece, PipelineStep, Timeline, advance
from thorhud.settings.workshop_file import load_workshop

WORKSHOP = load_workshop()
GPT = next(each for each in WORKSHOP.configurations if each.id == "gpt-oss-120b")
COMPILE = PipelineStep.COMPILE


def launch(number: int, compile_s: float, cache: str | None, weights_s: float = 30.0) -> LaunchRecord:
    return LaunchRecord(
        id=str(number),
        configuration_id=GPT.id,
        started_unix_s=float(number),
        ready_after_s=100.0,
        step_s={"Container": 10.0, "Weights": weights_s, "torch.compile": compile_s, "CUDA graphs": 20.0, "Ready": 5.0},
        compile_cache=cache,
    )


def test_before_the_first_start_the_published_times_are_expected() -> None:
    published = {each.stage: each.duration_s for each in GPT.expected_stages}
    expected = expectation(GPT, [])

    assert expected.usual_s[COMPILE] == published["compile"]
    assert not expected.cache_likely


def test_after_own_starts_their_medians_are_expected() -> None:
    launches = [launch(3, 40.0, "miss", 31.0), launch(2, 44.0, "miss", 35.0), launch(1, 90.0, "miss", 99.0)]

    expected = expectation(GPT, launches)

    assert (expected.usual_s[COMPILE], expected.usual_s[PipelineStep.WEIGHTS]) == (44.0, 35.0)


def test_starts_with_a_found_cache_do_not_teach_what_compiling_takes() -> None:
    launches = [launch(3, 4.0, "hit"), launch(2, 6.0, "hit"), launch(1, 50.0, "miss")]

    expected = expectation(GPT, launches)

    assert (expected.usual_s[COMPILE], expected.cached_compile_s) == (50.0, 5.0)
    assert expected.cache_likely
    assert expected_seconds(GPT, launches)[COMPILE] == 5.0


def test_where_only_found_caches_were_seen_the_published_time_of_a_compile_stays() -> None:
    published = {each.stage: each.duration_s for each in GPT.expected_stages}

    assert expectation(GPT, [launch(1, 4.0, "hit")]).usual_s[COMPILE] == published["compile"]


def test_other_configurations_and_starts_that_failed_teach_nothing() -> None:
    other = replace(launch(2, 1.0, "miss"), configuration_id="other")
    failed = replace(launch(1, 1.0, "miss"), ready_after_s=None)

    assert expectation(GPT, [other, failed]) == expectation(GPT, [])


def served(ended_s: float) -> Timeline:
    timeline = Timeline()
    for at_s, text in ((0.0, "x"), (10.0, "Starting to load model m..."), (ended_s, "Application startup complete.")):
        timeline = advance(timeline, LogPiece(text, at_s))
    return timeline


def test_segments_that_a_jumping_clock_stretched_are_not_learned() -> None:
    assert sum(believable_steps(served(60.0), 61.0).values()) == 60.0
    assert believable_steps(served(3660.0), 61.0) == {}


def test_a_server_that_became_ready_while_nobody_looked_was_ready_when_its_log_says() -> None:
    assert seconds_to_ready(served(60.0), 61.0) == 61.0
    assert seconds_to_ready(served(60.0), 500.0) == 60.0
    assert seconds_to_ready(Timeline(), 500.0) == 500.0
