"""Which power mode and clocks make speeds comparable."""

from dataclasses import replace
from typing import Any

import pytest

from thorhud.domain.comparison import compare
from thorhud.domain.power import about_modes, judge_power, mode_name
from thorhud.domain.reading import Reading
from thorhud.domain.run_record import RunRecord
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.domain.timing import PromptResult
from thorhud.settings.workshop_file import load_workshop


def sample(**readings: Any) -> TelemetrySnapshot:
    fields: dict[str, Any] = {name: Reading(value=value) for name, value in readings.items()}
    return replace(TelemetrySnapshot(taken_s=0.0), **fields)


@pytest.mark.parametrize(
    ("telemetry", "comparable", "said"),
    [
        (sample(power_mode="120W"), False, "120 W mode: measured speeds will be lower"),
        (sample(power_mode="70W", jetson_clocks=True), False, "70 W mode"),
        (sample(power_mode="MAXN", jetson_clocks=True), True, "MAXN mode with fixed clocks"),
        (sample(power_mode="MAXN", jetson_clocks=False), True, "jetson_clocks off"),
        (sample(power_mode="MAXN"), True, "is not known"),
        (sample(power_mode="MAXN_SUPER", jetson_clocks=True), True, "fixed clocks"),
        (
            sample(power_mode="MAXN", throttling=True, throttle_causes=("cpu-throttle-alert",)),
            False,
            "throttles (cpu-throttle-alert)",
        ),
        (sample(power_mode="MAXN", throttling=False, jetson_clocks=True), True, "fixed clocks"),
        (sample(), False, "The power mode is not known."),
    ],
)
def test_the_worst_of_mode_throttling_and_clocks_is_said(
    telemetry: TelemetrySnapshot, comparable: bool, said: str
) -> None:
    judgement = judge_power(telemetry)

    assert judgement.comparable is comparable
    assert said in judgement.sentence


def test_an_unknown_mode_says_why() -> None:
    telemetry = TelemetrySnapshot(taken_s=0.0, power_mode=Reading(reason="nvpmodel is not installed."))

    assert judge_power(telemetry).sentence == "The power mode is not known. nvpmodel is not installed."


def test_another_machine_is_never_taken_for_a_thor() -> None:
    assert not judge_power(sample(power_mode="MAXN"), is_jetson=False).comparable


@pytest.mark.parametrize(("mode", "words"), [("120W", "120 W"), ("MAXN", "MAXN"), ("40w", "40 W"), ("W", "W")])
def test_a_mode_is_written_as_people_write_it(mode: str, words: str) -> None:
    assert mode_name(mode) == words


def test_mixed_modes_are_told_to_whoever_reads_the_bars() -> None:
    said = about_modes(["120W", "MAXN"], all_known=False)

    assert said == [
        "Power mode: 120 W, MAXN.",
        "The power mode of some runs is not known.",
        "120 W mode: measured speeds are lower than published ones, made in MAXN.",
        "Not all bars were measured in the same power mode.",
    ]


@pytest.mark.parametrize("simulated", [False, True])
def test_the_comparison_warns_of_a_lower_mode_unless_the_unit_is_simulated(simulated: bool) -> None:
    workshop = load_workshop()
    run = RunRecord(
        id="1",
        at_unix_s=1.0,
        configuration_id=workshop.configurations[0].id,
        prompt_name=workshop.short_prompt,
        result=PromptResult(model="m", tokens_per_s=10.0),
        power_mode="120W",
        simulated=simulated,
    )

    conditions = compare(workshop, [run]).conditions

    assert "Power mode: 120 W." in conditions
    assert any("lower than published" in each for each in conditions) is not simulated
