"""Who is believed, field by field."""

import pytest

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import SourceState, TelemetrySnapshot
from thorhud.telemetry.merging import ORDER, TRUST, merged
from thorhud.telemetry.sources import Sample, silent


def of(name: str, **readings: Reading[float]) -> Sample:
    return Sample(
        values=TelemetrySnapshot(taken_s=0.0, **readings),  # type: ignore[arg-type]
        state=SourceState(name=name),
    )


def test_the_driver_is_believed_before_jtop_of_the_gpus_load() -> None:
    snapshot = merged(
        [of("jtop", gpu_load=Reading(value=0.0)), of("nvml", gpu_load=Reading(value=0.9, source="nvml"))], 5.0
    )

    assert snapshot.gpu_load == Reading(value=0.9, source="nvml")
    assert snapshot.taken_s == 5.0
    assert [state.name for state in snapshot.sources] == ["jtop", "nvml"]


def test_a_source_that_gives_a_reason_is_passed_over_for_one_that_has_a_value() -> None:
    snapshot = merged(
        [of("sys", power_w=Reading(reason="no sensor")), of("jtop", power_w=Reading(value=54.8, source="jtop"))], 0.0
    )

    assert snapshot.power_w.value == 54.8


@pytest.mark.parametrize(("age_s", "value"), [(0.5, 1.0), (3.0, 1.0), (3.1, 2.0)])
def test_a_fresh_value_wins_over_an_old_one_of_a_better_source(age_s: float, value: float) -> None:
    snapshot = merged(
        [of("sys", power_w=Reading(value=1.0, age_s=age_s)), of("tegrastats", power_w=Reading(value=2.0, age_s=0.1))],
        0.0,
    )

    assert snapshot.power_w.value == value


def test_an_old_value_is_better_than_none() -> None:
    assert merged([of("jtop", power_w=Reading(value=1.0, age_s=8.0))], 0.0).power_w.value == 1.0


def test_the_reason_is_that_of_the_most_trusted_source_that_has_one() -> None:
    snapshot = merged([of("jtop", gpu_load=Reading(reason="jtop")), of("nvml", gpu_load=Reading(reason="nvml"))], 0.0)

    assert snapshot.gpu_load.reason == "nvml"


def test_a_source_that_is_silent_gives_its_own_reason_for_what_only_it_knows() -> None:
    snapshot = merged([of("sys"), silent("jtop", "The jtop service does not run.")], 0.0)

    assert snapshot.memory_load.reason == "The jtop service does not run."
    assert snapshot.gpu_memory.reason == "The jtop service does not run."


def test_every_field_without_a_value_has_a_reason_whatever_the_sources_are() -> None:
    assert merged([], 0.0).cpu_load.reason == "No source of this machine tells it."


def test_what_throttles_is_told_by_every_source_that_knows() -> None:
    kernel = of("sys", throttle_causes=Reading(value=()), throttling=Reading(value=False))  # type: ignore[arg-type]
    driver = of("nvml", throttle_causes=Reading(value=("power cap",)), throttling=Reading(value=True))  # type: ignore[arg-type]

    snapshot = merged([kernel, driver], 0.0)

    assert snapshot.throttling.value is True
    assert snapshot.throttle_causes.value == ("power cap",)


def test_the_table_of_trust_names_real_fields_and_sources() -> None:
    names = set(TelemetrySnapshot.__dataclass_fields__)

    assert set(TRUST) <= names
    assert {source for order in TRUST.values() for source in order} <= set(ORDER)
