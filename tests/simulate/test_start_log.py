"""The simulated log, read by the same code that reads a real one."""

import pytest

from tests.simulate.conftest import spec_of
from thorhud.domain.log_text import PieceSplitter
from thorhud.domain.stages import LogPiece, StageName, Timeline, advance
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.log_script import GRAPH_MEMORY_GIB, VLLM_VERSION, start_log
from thorhud.simulate.planning import plan_for
from thorhud.simulate.server_plan import ServerPlan

CONFIGURATIONS = load_workshop().configurations
PUBLISHED = [each for each in CONFIGURATIONS if each.published.start_s.value is not None]
DRAFTED = [each for each in CONFIGURATIONS if each.draft_model is not None]


def plan_of(workshop: Workshop, configuration: Configuration, start_speed: float = 1.0) -> ServerPlan:
    return plan_for(workshop, spec_of(workshop, configuration.id), port=18000, start_speed=start_speed)


def timelines(plan: ServerPlan) -> list[Timeline]:
    """Return what is known after each piece, as an agent sees it that gets the bytes at their times."""
    splitter, timeline, seen = PieceSplitter(), Timeline(), []
    for output in start_log(plan):
        for piece in splitter.feed(output.to_bytes()):
            timeline = advance(timeline, LogPiece(piece.text, output.at_s))
            seen.append(timeline)
    return seen


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=lambda each: each.id)
def test_a_start_becomes_ready_with_the_figures_of_the_plan(workshop: Workshop, configuration: Configuration) -> None:
    plan = plan_of(workshop, configuration)

    end = timelines(plan)[-1]

    assert end.serving
    assert end.vllm_version == VLLM_VERSION
    assert end.model == configuration.model
    assert end.model_memory_gib == pytest.approx(plan.model_memory_gib, abs=1e-4)
    assert end.kv_cache_tokens == plan.kv_cache_tokens
    assert end.kv_cache_gib == plan.kv_cache_gib
    assert end.graph_memory_gib == GRAPH_MEMORY_GIB
    assert (end.graphs_done, end.graphs_total) == (67, 67)
    assert end.compile_s == pytest.approx(plan.stages["compile"], abs=0.005)
    assert end.graph_capture_s == pytest.approx(plan.stages["cuda-graphs"], abs=0.5)
    assert end.compile_cache == "miss"


@pytest.mark.parametrize("configuration", PUBLISHED, ids=lambda each: each.id)
def test_a_start_takes_as_long_as_published(workshop: Workshop, configuration: Configuration) -> None:
    plan = plan_of(workshop, configuration)

    assert start_log(plan)[-1].at_s == pytest.approx(configuration.published.start_s.value)
    assert start_log(plan_of(workshop, configuration, start_speed=10))[-1].at_s == pytest.approx(
        (configuration.published.start_s.value or 0) / 10
    )


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=lambda each: each.id)
def test_the_log_is_in_order_and_no_stage_goes_back(workshop: Workshop, configuration: Configuration) -> None:
    plan = plan_of(workshop, configuration)
    order = list(StageName)

    log = start_log(plan)
    reached = [order.index(timeline.current) for timeline in timelines(plan)]

    assert [output.at_s for output in log] == sorted(output.at_s for output in log)
    assert reached == sorted(reached)


@pytest.mark.parametrize("configuration", DRAFTED, ids=lambda each: each.id)
def test_a_draft_model_has_a_second_bar_that_begins_at_nothing(
    workshop: Workshop, configuration: Configuration
) -> None:
    seen = [(each.shard_bar, each.shards_done) for each in timelines(plan_of(workshop, configuration))]

    assert (1, plan_of(workshop, configuration).shards) in seen
    assert (2, 0) in seen
    assert (2, 1) in seen


def test_the_bars_are_the_bytes_of_a_real_pipe(workshop: Workshop) -> None:
    output = b"".join(each.to_bytes() for each in start_log(plan_of(workshop, CONFIGURATIONS[0])))

    graphs = output[output.index(b"Capturing") : output.index(b"Graph capturing finished")]
    assert graphs.count(b"\n") == 2
    assert graphs.count(b"\r") > 30
    assert "█".encode() in graphs
    assert (
        b"\x1b[1;36m(EngineCore_0 pid=271)\x1b[0;0m \rLoading safetensors checkpoint shards:   0% Completed" in output
    )


def test_a_hurried_log_prints_the_hurried_durations(workshop: Workshop) -> None:
    plan = plan_of(workshop, CONFIGURATIONS[0], start_speed=10)

    end = timelines(plan)[-1]

    assert end.compile_s == pytest.approx(plan.stages["compile"] / 10, abs=0.005)
