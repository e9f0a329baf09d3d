"""How long a ladder will still take: honest, and never jumping without a word."""

import time

import pytest

from thorhud.agent.hub import Hub
from thorhud.agent.ladder.clock import SILENT_S, LadderClock, TimeLeft
from thorhud.agent.ladder.usual import AROUND_AN_ANSWER_S, STOP_S, Usual
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.ladder_plan import LadderPlan, Part
from thorhud.domain.run_record import RunRecord
from thorhud.domain.state import AgentInfo, AgentState, LadderPhase, LadderState, ServingPhase
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.domain.timing import PromptResult
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.settings.workshop_file import load_workshop

FP16, FP4 = "llama-3.1-8b-fp16", "llama-3.1-8b-fp4"


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


def configuration(workshop: Workshop, configuration_id: str) -> Configuration:
    found = workshop.configuration(configuration_id)
    assert found is not None
    return found


@pytest.fixture
def hub() -> Hub:
    return Hub(
        AgentState(
            agent=AgentInfo(version="test", boot="b", pid=1, workshop_id="w"),
            identity=UnitIdentity(hostname="thor-07"),
            telemetry=TelemetrySnapshot(taken_s=0.0),
            ladder=LadderState(phase=LadderPhase.RUNNING),
        )
    )


def clock_of(hub: Hub, workshop: Workshop, **changes: object) -> LadderClock:
    plan = LadderPlan(configuration_ids=(FP16, FP4), **changes)  # type: ignore[arg-type]
    return LadderClock(hub, plan, Usual(workshop, plan))


def test_the_time_falls_with_the_clock() -> None:
    left = TimeLeft()
    assert left.show(600.0, 0.0, "") == (600.0, None)
    assert left.show(590.0, 10.0, "") == (590.0, None)


def test_a_small_correction_is_worked_in_without_a_word_and_never_as_a_rise() -> None:
    left = TimeLeft()
    shown, _ = left.show(600.0, 0.0, "")
    for second in range(1, 30):
        before = shown
        shown, words = left.show(600.0 - second + 10.0, float(second), "")
        assert words is None
        assert shown <= before
    assert shown == pytest.approx(571.0 + 10.0, abs=1.0)


@pytest.mark.parametrize(("estimate_s", "words"), [(900.0, "5 min more"), (300.0, "5 min less")])
def test_a_jump_is_said_in_words(estimate_s: float, words: str) -> None:
    left = TimeLeft()
    left.show(600.0, 0.0, "")
    shown, said = left.show(estimate_s, 1.0, "FP16 failed")
    assert shown == estimate_s
    assert said is not None
    assert words in said
    assert "FP16 failed" in said


def test_it_never_says_that_nothing_is_left() -> None:
    left = TimeLeft()
    left.show(5.0, 0.0, "")
    assert left.show(1.0, 60.0, "")[0] >= 1.0


def test_the_first_estimate_counts_everything_that_is_planned(hub: Hub, workshop: Workshop) -> None:
    clock = clock_of(hub, workshop, parts=(Part.SHORT,), ready_for_s=10.0)
    fp16 = configuration(workshop, FP16)
    clock.plan(fp16, {Part.SHORT: 5}, parity=0)
    start_s = sum(each.duration_s for each in fp16.expected_stages)
    answer_s = 140 / 10.7 + AROUND_AN_ANSWER_S
    assert clock.estimate_s() == pytest.approx(start_s + 10.0 + 8 * answer_s + STOP_S, rel=0.01)


def test_what_will_not_be_done_is_taken_off(hub: Hub, workshop: Workshop) -> None:
    clock = clock_of(hub, workshop, parts=(Part.SHORT, Part.SWEEP))
    both = [configuration(workshop, each) for each in (FP16, FP4)]
    for each in both:
        clock.plan(each, {Part.SHORT: 5}, parity=0)
    whole = clock.estimate_s()
    clock.drop(both[0], "sweep")
    without_sweep = clock.estimate_s()
    clock.drop(both[0])
    only_fp4 = clock.estimate_s()
    clock.drop(both[1])
    assert whole > without_sweep > only_fp4 > clock.estimate_s() == 1.0


def test_what_took_longer_corrects_what_is_still_to_come(
    hub: Hub, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    clock = clock_of(hub, workshop, parts=(Part.LONG,))
    fp16, fp4 = (configuration(workshop, each) for each in (FP16, FP4))
    clock.plan(fp16, {Part.LONG: 2}, parity=0)
    clock.plan(fp4, {Part.LONG: 2}, parity=0)
    before = clock.estimate_s()
    usual_s = Usual(workshop, LadderPlan(configuration_ids=())).seconds(fp16, "long")
    with clock.doing(fp16, "long"):
        now_s += 2 * usual_s
    fp4_s = Usual(workshop, LadderPlan(configuration_ids=())).seconds(fp4, "long")
    # one long answer is done, the other one of FP16 and both of FP4 take twice as long
    assert clock.estimate_s() == pytest.approx(before - usual_s + usual_s + 2 * fp4_s, rel=0.01)
    clock.show()
    now_s += 1.0


def test_while_a_start_runs_its_own_estimate_counts(hub: Hub, workshop: Workshop) -> None:
    clock = clock_of(hub, workshop, parts=(Part.SHORT,))
    fp16 = configuration(workshop, FP16)
    with clock.doing(fp16, "start"):
        hub.change_serving(phase=ServingPhase.STARTING, remaining_s=321.0)
        assert clock.estimate_s() == pytest.approx(321.0)


def test_words_about_a_jump_are_shown_and_told_and_go_away(
    hub: Hub, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    clock = clock_of(hub, workshop, parts=(Part.SHORT,))
    both = [configuration(workshop, each) for each in (FP16, FP4)]
    for each in both:
        clock.plan(each, {Part.SHORT: 5}, parity=0)
    clock.show()
    clock.drop(both[0], why="FP16 failed")
    now_s += 1.0
    clock.show()
    words = hub.state.ladder.reason
    assert words is not None
    assert "less than thought: FP16 failed." in words
    assert hub.events[-1].text == words
    with clock.doing(both[1], "start"):
        now_s += 30.0
        clock.show()
    assert hub.state.ladder.reason is None
    assert len([event for event in hub.events if event.kind == "ladder"]) == 1


def test_while_something_takes_longer_than_usual_the_time_stands_still(
    hub: Hub, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    clock = clock_of(hub, workshop, parts=(Part.SHORT,))
    fp4 = configuration(workshop, FP4)
    clock.plan(fp4, {Part.SHORT: 5}, parity=0)
    clock.show()
    with clock.doing(fp4, "short"):
        for _ in range(300):
            now_s += 1.0
            clock.show()
        assert (hub.state.ladder.remaining_s or 0.0) > clock.estimate_s() - SILENT_S
    now_s += 1.0
    clock.show()  # and now every other answer is expected to be as slow
    assert "FP4, a short answer took 300 s" in hub.events[-1].text


def test_earlier_runs_of_the_unit_go_before_published_figures(workshop: Workshop) -> None:
    fp16 = configuration(workshop, FP16)
    plan = LadderPlan(configuration_ids=(FP16,))
    own = RunRecord(
        id="r",
        at_unix_s=1.0,
        configuration_id=FP16,
        prompt_name="long",
        result=PromptResult(model="m", total_s=40.0),
        max_tokens=1024,
    )
    assert Usual(workshop, plan, runs=[own]).seconds(fp16, "long") == 40.0 + AROUND_AN_ANSWER_S
    assert Usual(workshop, plan).seconds(fp16, "long") == pytest.approx(1024 / 10.7 + AROUND_AN_ANSWER_S, rel=0.05)
