"""Energy, temperature and clocks of one answer, from samples once a second."""

import pytest

from thorhud.domain.energy import UnitSample, conditions_during, energy_j, idle_power_w, sample_of, throttled_during
from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import Rail, TelemetrySnapshot, ThermalZone


def samples(*powers: float | None, begin_s: float = 0.0, **changes: object) -> list[UnitSample]:
    fields = {"power_source": "VIN", "ready": True, "asked": True, **changes}
    return [UnitSample(at_s=begin_s + at_s, power_w=watts, **fields) for at_s, watts in enumerate(powers)]  # type: ignore[arg-type]


def test_constant_power_is_power_times_time() -> None:
    assert energy_j([(float(second), 80.0) for second in range(12)], 1.5, 10.5) == pytest.approx(720.0)


def test_a_rising_power_is_summed_by_trapezoids() -> None:
    points = [(0.0, 10.0), (1.0, 20.0), (2.0, 60.0), (3.0, 60.0), (4.0, 40.0)]
    assert energy_j(points, 0.0, 4.0) == pytest.approx(15.0 + 40.0 + 60.0 + 50.0)


def test_the_edge_of_an_answer_lies_on_the_line_to_the_sample_before_it() -> None:
    points = [(0.0, 20.0), *((float(second), 80.0) for second in range(1, 6))]
    # half a second from 50 W (halfway between 20 and 80) to 80 W, then four at 80 W
    assert energy_j(points, 0.5, 5.0) == pytest.approx(0.5 * 65.0 + 4 * 80.0)


def test_after_the_last_sample_the_last_power_holds() -> None:
    points = [(float(second), 80.0) for second in range(6)]
    assert energy_j(points, 0.0, 5.9) == pytest.approx(5.9 * 80.0)


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(0.0, 80.0), (1.0, 80.0), (2.0, 80.0)],
        [(0.0, 80.0), (1.0, 80.0), (2.0, 80.0), (6.0, 80.0), (7.0, 80.0)],
        [(0.0, None), (1.0, 80.0), (2.0, None), (3.0, 80.0)],
        [(3.0, 80.0), (4.0, 80.0), (5.0, 80.0), (6.0, 80.0), (7.0, 80.0)],
    ],
    ids=["none", "too few", "a gap", "unread", "none at the beginning"],
)
def test_too_few_samples_give_no_energy_rather_than_a_wrong_one(points: list[tuple[float, float | None]]) -> None:
    assert energy_j(points, 0.0, 7.0) is None


def test_a_run_has_its_own_hottest_moment_and_lowest_clock() -> None:
    run = [
        UnitSample(
            at_s=at_s, power_w=80.0, power_source="VIN", temp_c=temp_c, gpu_clock_mhz=clock, memory_clock_mhz=4e3
        )
        for at_s, temp_c, clock in [
            (0, 50, 300),
            (1, 55, 300),
            (2, 61, 1575),
            (3, 63, 1500),
            (4, 62, 1575),
            (9, 90, 306),
        ]
    ]
    found = conditions_during(run, 0.5, 4.5, first_token_s=1.5)
    assert (found.temp_c, found.gpu_clock_mhz, found.memory_clock_mhz) == (63, 1500, 4000)
    assert found.energy_j == pytest.approx(320.0)
    assert found.energy_source == "VIN"


def test_two_rails_in_one_run_are_not_summed() -> None:
    mixed = samples(80.0, 80.0, 80.0) + samples(70.0, 70.0, 70.0, begin_s=3.0, power_source="sum of 3 rails")
    found = conditions_during(mixed, 0.0, 5.0)
    assert (found.energy_j, found.energy_source) == (None, None)


def test_idle_power_leaves_out_what_is_still_settling() -> None:
    loaded, after = samples(80.0, 80.0), samples(70.0, 40.0, 25.0, 25.0, 27.0, begin_s=2.0, asked=False)
    assert idle_power_w([*loaded, *after], 10.0) == pytest.approx((40.0 + 25.0 + 25.0 + 27.0) / 4)


def test_idle_power_of_another_server_does_not_count() -> None:
    other = samples(25.0, 25.0, 25.0, asked=False)
    starting = samples(60.0, begin_s=3.0, asked=False, ready=False)
    assert idle_power_w([*other, *starting], 10.0) is None


def test_idle_power_stands_beside_the_energy() -> None:
    run = samples(*[20.0] * 4, asked=False) + samples(*[80.0] * 6, begin_s=4.0)
    found = conditions_during(run, 4.0, 9.0)
    assert found.idle_power_w == pytest.approx(20.0)
    assert found.energy_per_token_j(100) == pytest.approx(4.0)
    assert found.energy_per_token_j(None) is None


def test_throttling_in_the_middle_of_a_run_is_not_missed() -> None:
    run = [UnitSample(at_s=float(at), throttled="The unit throttles." if at == 3 else None) for at in range(8)]
    assert throttled_during(run, 0.0, 7.0) == "The unit throttles."
    assert throttled_during(run, 4.0, 7.0) is None


def test_the_input_rail_goes_before_the_sum_and_age_is_taken_off() -> None:
    rails = (Rail(name="VDD_GPU", power_w=40.0), Rail(name="VIN", power_w=83.0))
    zones = (ThermalZone(name="gpu", temp_c=70.0), ThermalZone(name="tj", temp_c=68.0))
    telemetry = TelemetrySnapshot(
        taken_s=100.0,
        rails=Reading(value=rails, age_s=0.25),
        power_w=Reading(value=75.0, source="sum of 3 rails"),
        zones=Reading(value=zones),
        throttling=Reading(value=True),
    )
    sample = sample_of(telemetry, ready=True, asked=False)
    assert (sample.at_s, sample.power_w, sample.power_source, sample.temp_c) == (99.75, 83.0, "VIN", 68.0)
    assert "throttles" in (sample.throttled or "")


def test_without_an_input_rail_the_source_of_the_sum_is_named() -> None:
    telemetry = TelemetrySnapshot(taken_s=1.0, power_w=Reading(value=75.0, source="sum of 3 rails"))
    sample = sample_of(telemetry, ready=False, asked=False)
    assert (sample.power_w, sample.power_source, sample.temp_c) == (75.0, "sum of 3 rails", None)
