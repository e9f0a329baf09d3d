"""What makes a measurement incomparable, and how that is said."""

from dataclasses import replace
from typing import Any

import pytest

from thorhud.domain.ladder_gates import LABEL, Gate, GateFacts, GateResult, judge_gates, not_comparable
from thorhud.domain.memory_verdict import MemoryKind, MemoryVerdict
from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import TelemetrySnapshot

FINE = MemoryVerdict(kind=MemoryKind.FINE, sentence="All is well.")


def telemetry(**values: Any) -> TelemetrySnapshot:
    best: dict[str, Any] = {"power_mode": "MAXN", "jetson_clocks": True, "throttling": False}
    fields: dict[str, Any] = {name: Reading(value=value) for name, value in (best | values).items()}
    return replace(TelemetrySnapshot(taken_s=0.0), **fields)


def facts(**changes: Any) -> GateFacts:
    hardware = {name: changes.pop(name) for name in ("power_mode", "jetson_clocks", "throttling") if name in changes}
    best = GateFacts(
        telemetry=telemetry(**hardware), memory=FINE, requests_running=0, requests_waiting=0, ready_for_s=10.0
    )
    return replace(best, **changes)


def failed(seen: GateFacts) -> dict[Gate, str]:
    return {each.gate: each.sentence for each in judge_gates(seen) if not each.passed}


def test_a_unit_as_published_figures_were_made_passes_every_gate() -> None:
    results = judge_gates(facts())

    assert [each.gate for each in results] == list(Gate)
    assert all(each.passed and not each.sentence for each in results)
    assert not_comparable(results) == ()


@pytest.mark.parametrize(
    ("seen", "gate", "said"),
    [
        (facts(power_mode="120W"), Gate.POWER_MODE, "measured in 120 W mode"),
        (facts(power_mode=None), Gate.POWER_MODE, "the power mode is not known"),
        (facts(is_jetson=False), Gate.POWER_MODE, "this machine is no Jetson"),
        (facts(jetson_clocks=False), Gate.CLOCKS, "jetson_clocks is off"),
        (facts(jetson_clocks=None), Gate.CLOCKS, "whether the clocks are fixed is not known"),
        (facts(throttling=True), Gate.THROTTLING, "the unit throttles, so"),
        (facts(requests_running=1.0), Gate.OTHER_CLIENTS, "1 request of somebody else was"),
        (facts(requests_waiting=1.0, requests_running=2.0), Gate.OTHER_CLIENTS, "3 requests of others were"),
        (facts(requests_running=3.0, own_requests=1), Gate.OTHER_CLIENTS, "2 requests of others were"),
        (facts(requests_running=None), Gate.OTHER_CLIENTS, "does not say whether somebody else uses it"),
        (facts(memory=None), Gate.MEMORY, "the memory could not be read"),
        (facts(ready_for_s=4.2), Gate.READY, "ready for 4 s, not for 10 s"),
        (facts(ready_for_s=None), Gate.READY, "did not say that it is ready"),
        (facts(simulated=True), Gate.SIMULATED, "the unit is simulated"),
    ],
)
def test_each_trouble_fails_its_own_gate_with_one_sentence(seen: GateFacts, gate: Gate, said: str) -> None:
    found = failed(seen)

    assert list(found) == [gate]
    assert found[gate].startswith(LABEL)
    assert said in found[gate]
    assert found[gate].endswith(".")
    assert found[gate].count("..") == 0


def test_our_own_requests_are_no_other_clients() -> None:
    assert failed(facts(requests_running=1.0, requests_waiting=1.0, own_requests=2)) == {}


def test_the_causes_of_throttling_are_named() -> None:
    hot = telemetry(throttling=True, throttle_causes=("cpu-throttle-alert", "oc3"))

    assert "throttles (cpu-throttle-alert, oc3)" in failed(facts(telemetry=hot))[Gate.THROTTLING]


def test_an_unknown_mode_says_why_it_is_not_known() -> None:
    unknown = replace(telemetry(), power_mode=Reading(reason="nvpmodel is not installed."))

    assert failed(facts(telemetry=unknown))[Gate.POWER_MODE] == (
        "Not comparable: the power mode is not known (nvpmodel is not installed)."
    )


def test_the_memory_s_own_verdict_is_the_sentence_and_the_next_step() -> None:
    unclaimed = MemoryVerdict(kind=MemoryKind.UNCLAIMED, sentence="The server holds 99 GiB.", next_step="Clear memory.")
    (found,) = [each for each in judge_gates(facts(memory=unclaimed)) if not each.passed]

    assert found == GateResult(
        gate=Gate.MEMORY,
        passed=False,
        sentence="Not comparable: the server holds 99 GiB.",
        next_step="Clear memory.",
    )


def test_an_abbreviation_keeps_its_capitals_behind_the_label() -> None:
    held = MemoryVerdict(kind=MemoryKind.OTHER_PROCESS, sentence="VLLM holds 40 GiB.")

    assert failed(facts(memory=held))[Gate.MEMORY] == "Not comparable: VLLM holds 40 GiB."


def test_a_simulated_unit_is_not_blamed_for_its_power_mode() -> None:
    assert list(failed(facts(simulated=True, power_mode="120W", jetson_clocks=False))) == [Gate.SIMULATED]


def test_several_troubles_are_all_told_in_the_order_of_the_gates() -> None:
    results = judge_gates(facts(power_mode="120W", jetson_clocks=False, ready_for_s=1.0))

    assert [each.split(": ")[1][:8] for each in not_comparable(results)] == ["measured", "jetson_c", "the serv"]


def test_a_wish_of_less_patience_is_heeded() -> None:
    assert failed(facts(ready_for_s=2.0, ready_wanted_s=2.0)) == {}
