"""From a `docker run` to the server that it gets."""

from dataclasses import replace

import pytest

from tests.simulate.conftest import spec_of
from thorhud.domain.containers import OUR_CONFIGURATION, ContainerSpec
from thorhud.domain.workshop import Published, Workshop
from thorhud.simulate.planning import plan_for
from thorhud.simulate.server_plan import ServerPlan


def plan(workshop: Workshop, spec: ContainerSpec, port: int = 18000) -> ServerPlan:
    return plan_for(workshop, spec, port=port, start_speed=1.0)


def test_the_plan_survives_its_way_to_the_process(workshop: Workshop) -> None:
    for configuration in workshop.configurations:
        made = plan(workshop, spec_of(workshop, configuration.id))
        assert ServerPlan.from_json(made.to_json()) == made


@pytest.mark.parametrize(
    ("arguments", "environment", "port"),
    [
        ((), {}, 18000),
        (("--port", "8123"), {}, 8123),
        (("--port=8124",), {}, 8124),
        (("--port", "8123"), {"THORHUD_SIM_PORT": "9000"}, 9000),
    ],
)
def test_the_port_is_the_environments_then_the_commands_then_the_units(
    workshop: Workshop, arguments: tuple[str, ...], environment: dict[str, str], port: int
) -> None:
    spec = ContainerSpec(image="i", name="n", command=("vllm", "serve", "m", *arguments), environment=environment)

    assert plan(workshop, spec).port == port


def test_flags_that_change_the_memory_change_it(workshop: Workshop) -> None:
    configuration = workshop.configurations[-1]
    command = ("vllm", "serve", configuration.model)
    usual = plan(workshop, spec_of(workshop, configuration.id, command=command))

    less = plan(
        workshop,
        spec_of(
            workshop,
            configuration.id,
            command=(*command, "--gpu_memory_utilization", "0.7", "--max-model-len", "4096"),
        ),
    )

    assert usual.kv_cache_gib - less.kv_cache_gib == pytest.approx(0.2 * 122.8, abs=0.02)
    assert (usual.max_model_len, less.max_model_len) == (131072, 4096)


def test_a_container_of_somebody_else_gets_a_plain_model_of_the_name_it_serves(workshop: Workshop) -> None:
    spec = ContainerSpec(image="i", name="n", command=("vllm", "serve", "somebody/else"), labels={})

    assert plan(workshop, spec).model == "somebody/else"


def test_what_nobody_published_is_made_up_within_the_limit_of_the_memory(workshop: Workshop) -> None:
    bare = [each for each in workshop.configurations if each.published.short_tokens_per_s.value is None]
    assert bare

    for configuration in bare:
        made = plan(workshop, spec_of(workshop, configuration.id))
        assert 20 < made.tokens_per_s_short < 60
        assert made.tokens_per_s_short == made.tokens_per_s_long
        assert 10 < made.model_memory_gib < 70


def test_the_stages_make_the_published_start_whatever_their_shares(workshop: Workshop) -> None:
    configuration = workshop.configurations[0]
    published = replace(configuration.published, start_s=Published(value=77.0))
    changed = replace(workshop, configurations=(replace(configuration, published=published),))

    assert sum(plan(changed, spec_of(changed, configuration.id)).stages.values()) == pytest.approx(77.0)


def test_a_configuration_of_another_workshop_needs_nothing_but_its_model(workshop: Workshop) -> None:
    bare = replace(
        workshop.configurations[0],
        id="bare",
        model="someone/small",
        weights=(),
        expected_stages=(),
        published=replace(
            workshop.configurations[0].published,
            model_memory_gib=Published(value=None),
            start_s=Published(value=None),
        ),
    )
    other = replace(workshop, configurations=(bare,), prompts=(), bandwidth_gb_per_s=None)
    spec = ContainerSpec(image="i", name="n", command=("vllm", "serve", "x"), labels={OUR_CONFIGURATION: "bare"})

    made = plan(other, spec)

    assert made.model == "someone/small"
    assert made.shards == 1
    assert sum(made.stages.values()) > 10
    assert made.tokens_per_s_short > 0
