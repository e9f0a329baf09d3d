"""The token schedule, without waiting for it."""

from dataclasses import replace

import pytest

from tests.simulate.conftest import spec_of
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.pace import Step, decode_steps, ttft_s
from thorhud.simulate.planning import plan_for
from thorhud.simulate.server_plan import ServerPlan

REPEATS = range(1, 8)
PUBLISHED = [each for each in load_workshop().configurations if each.published.short_tokens_per_s.value is not None]
SPECULATING = [each for each in PUBLISHED if each.draft_model is not None]


def plan_of(workshop: Workshop, configuration: Configuration) -> ServerPlan:
    return plan_for(workshop, spec_of(workshop, configuration.id), port=1, start_speed=1.0)


def rate(steps: list[Step]) -> float:
    """Return tokens per second as the field computes it: (n - n_first) / (t_last - t_first)."""
    tokens = sum(step.tokens for step in steps) - steps[0].tokens
    return tokens / (steps[-1].at_s - steps[0].at_s)


@pytest.mark.parametrize("configuration", PUBLISHED, ids=lambda each: each.id)
def test_a_short_answer_has_the_published_rate(workshop: Workshop, configuration: Configuration) -> None:
    plan = plan_of(workshop, configuration)
    published = configuration.published.short_tokens_per_s.value
    tolerance = 0.03 if plan.speculative_tokens else 0.015

    for request in REPEATS:
        assert rate(decode_steps(plan, 140, request=request)) == pytest.approx(published, rel=tolerance)


@pytest.mark.parametrize("configuration", PUBLISHED, ids=lambda each: each.id)
def test_a_long_answer_has_the_published_rate(workshop: Workshop, configuration: Configuration) -> None:
    plan = plan_of(workshop, configuration)
    published = configuration.published.long_tokens_per_s.value

    for request in REPEATS:
        steps = decode_steps(plan, plan.long_tokens, request=request)
        assert rate(steps) == pytest.approx(published, rel=0.015)


def test_repeats_differ_a_little_and_each_is_always_the_same(workshop: Workshop) -> None:
    plan = plan_of(workshop, PUBLISHED[0])

    rates = [rate(decode_steps(plan, 100, request=request)) for request in REPEATS]

    assert len(set(rates)) == len(rates)
    assert rates == [rate(decode_steps(plan, 100, request=request)) for request in REPEATS]


@pytest.mark.parametrize("tokens", [1, 2, 7, 180, 181, 600])
@pytest.mark.parametrize("configuration", PUBLISHED, ids=lambda each: each.id)
def test_every_token_comes_once_and_time_never_runs_back(
    workshop: Workshop, configuration: Configuration, tokens: int
) -> None:
    steps = decode_steps(plan_of(workshop, configuration), tokens, request=1)

    assert sum(step.tokens for step in steps) == tokens
    assert steps[0] == Step(0.0, 1)
    assert [step.at_s for step in steps] == sorted(step.at_s for step in steps)


@pytest.mark.parametrize("configuration", SPECULATING, ids=lambda each: each.id)
def test_speculation_brings_several_tokens_in_a_step_and_more_as_the_answer_grows(
    workshop: Workshop, configuration: Configuration
) -> None:
    plan = plan_of(workshop, configuration)
    tokens = [step.tokens for step in decode_steps(plan, 1024, request=1)]
    half = len(tokens) // 2

    assert {1, 2, 3} <= set(tokens)
    assert max(tokens) <= plan.speculative_tokens + 1
    assert sum(tokens[:100]) / 100 == pytest.approx(1.2, abs=0.15)
    assert sum(tokens[half:]) / half > 1.5 * sum(tokens[:100]) / 100


def test_without_speculation_each_step_brings_one_token(workshop: Workshop) -> None:
    assert {step.tokens for step in decode_steps(plan_of(workshop, PUBLISHED[0]), 50, request=1)} == {1}


def test_the_fault_slow_is_slow_beyond_any_jitter(workshop: Workshop) -> None:
    plan = plan_of(workshop, PUBLISHED[0])

    slow = rate(decode_steps(replace(plan, fault="slow"), 50, request=1))

    assert slow < 0.5 * rate(decode_steps(plan, 50, request=1))


def test_the_first_token_waits_longer_for_a_long_prompt_and_for_the_first_request(workshop: Workshop) -> None:
    plan = plan_of(workshop, PUBLISHED[0])

    assert ttft_s(plan, 2000, request=2) > ttft_s(plan, 40, request=2) + 0.2
    assert ttft_s(plan, 40, request=1) > ttft_s(plan, 40, request=2) + 0.1
    assert 0.03 < ttft_s(plan, 40, request=2) < 0.5
