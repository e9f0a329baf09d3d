"""What jtop's dictionaries mean, trap by trap, on samples of the real library."""

import json
from pathlib import Path
from typing import Any

import pytest

from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.telemetry.jtop_values import JtopValues

SAMPLES = Path(__file__).parents[1] / "data/telemetry"
BUSY, IDLE, OLD = "jtop_722_load_0.9", "jtop_722_idle", "jtop_432_load_0.5"


def sample(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return loaded


def read(values: dict[str, Any]) -> TelemetrySnapshot:
    return JtopValues().read(values, 0.1)


def changed(name: str, path: str, value: object) -> TelemetrySnapshot:
    """Read the sample *name* with one value changed; *path* is its keys."""
    values = sample(name)
    *folders, last = path.split("/")
    place: Any = values
    for folder in folders:
        place = place[int(folder)] if isinstance(place, list) else place[folder]
    place[last] = value
    return read(values)


def test_a_busy_thor_is_read_whole() -> None:
    values = read(sample(BUSY))

    assert values.gpu_load.value == 0.9
    assert values.gpu_name.value == "NVIDIA Thor"
    assert (values.power_w.value, values.power_w.source) == (82.8, "jtop, VIN")
    assert values.power_mode.value == "120W"
    assert values.power_limit_w.value == 120.0
    assert values.power_modes.value == ("MAXN", "120W", "90W", "70W")
    assert values.jetson_clocks.value is False
    assert (values.temp_c.value, values.temp_zone.value) == (78.5, "tj")
    assert values.gpu_temp_c.value == 78.3
    assert values.fan_rpm.value == 4936
    assert values.memory_clock_mhz.value == 2750
    assert values.memory_load.value == 0.45
    assert values.cpu_cores.value == 14
    assert values.gpu_load.age_s == 0.1


@pytest.mark.parametrize(
    ("clock", "mhz"),
    [
        (1449000, 1449.0),
        (1449, 1449.0),
        (315000, 315.0),
        (314, 314.0),
        (0, 0.0),
        (-1, None),
        (None, None),
        ("OFF", None),
    ],
)
def test_a_clock_in_khz_and_one_in_mhz_are_told_apart(clock: object, mhz: float | None) -> None:
    assert changed(BUSY, "gpu/Thor/freq/cur", clock).gpu_clock_mhz.value == mhz


def test_the_load_is_the_mean_of_the_cores_whatever_the_total_says() -> None:
    values = sample(BUSY)
    cores = [1 - core["idle"] / 100 for core in values["cpu"]["cpu"]]
    assert values["cpu"]["total"]["idle"] == pytest.approx(98.37, abs=0.01)  # jtop's own fault, in the sample

    assert read(values).cpu_load.value == pytest.approx(sum(cores) / len(cores))


def test_an_offline_core_has_neither_load_nor_clock_and_does_not_count() -> None:
    values = sample(BUSY)
    values["cpu"]["cpu"][3] = {"online": False, "governor": ""}

    look = read(values)

    assert look.cpu_cores.value == 13
    assert look.cores.value is not None
    assert (look.cores.value[3].online, look.cores.value[3].load, look.cores.value[3].clock_mhz) == (False, None, None)


def test_minus_256_degrees_is_a_zone_that_is_off() -> None:
    values = read(sample(IDLE))

    assert values.zones.value is not None
    assert next(zone.temp_c for zone in values.zones.value if zone.name == "gpu") is None
    assert values.gpu_temp_c.value is None
    assert values.gpu_temp_c.reason
    assert (values.temp_c.value, values.temp_zone.value) == (38.0, "tj")


def test_a_hot_disk_is_not_the_units_temperature() -> None:
    assert changed(IDLE, "temperature/nvme Composite/temp", 99.0).temp_c.value == 38.0


def test_a_rail_below_zero_draws_nothing() -> None:
    values = changed(IDLE, "power/rail/VDD_GPU/power", -392)

    assert values.gpu_power_w.value == 0.0
    assert min(rail.power_w or 0.0 for rail in values.rails.value or ()) == 0.0


def test_zero_percent_counts_only_of_a_gpu_that_has_shown_more() -> None:
    reader = JtopValues()
    never = reader.read(sample(IDLE), 0.1).gpu_load
    reader.read(sample(BUSY), 0.1)
    again = reader.read(sample(IDLE), 0.1).gpu_load

    assert never.value is None
    assert "does not tell its load" in (never.reason or "")
    assert again.value == 0.0


@pytest.mark.parametrize("load", [None, -1, 101, "OFF", float("nan")])
def test_no_load_is_no_zero(load: object) -> None:
    assert changed(BUSY, "gpu/Thor/status/load", load).gpu_load.value is None


def test_what_a_charger_offers_is_no_draw() -> None:
    values = sample(OLD)
    assert values["power"]["tot"]["power"] == 144950  # 45 W and a charger of 100 W

    look = read(values)

    assert look.power_w.value == pytest.approx(12.879 + 19.976 + 12.095)
    assert look.power_w.source == "jtop, sum of 3 rails"
    assert [rail.name for rail in look.rails.value or ()] == ["VDD_CPU_SOC_MSS", "VDD_GPU", "VIN_SYS_5V0"]


def test_a_service_that_is_older_than_thor_has_no_gpu_and_no_clock_of_the_memory() -> None:
    look = read(sample(OLD))

    for reading in (look.gpu_load, look.gpu_clock_mhz, look.gpu_name, look.gpu_processes, look.memory_clock_mhz):
        assert reading.value is None
        assert reading.reason
    assert look.memory_load.value is None
    assert look.cpu_load.value
    assert "nvme Composite" in [zone.name for zone in look.zones.value or ()]


def test_processes_are_sorted_by_what_they_hold_and_zero_is_not_known() -> None:
    found = read(sample(BUSY)).gpu_processes.value

    assert found is not None
    assert [(each.pid, each.gpu_bytes) for each in found] == [(4242, 56623104 * 1024), (3507, None)]
    assert found[0].resident_bytes == 6000000 * 1024


@pytest.mark.parametrize("name", [BUSY, IDLE, OLD])
@pytest.mark.parametrize("rubbish", [None, 3, "x", [], {}, [None], {"a": None}, {"a": {"temp": "hot", "cur": []}}])
def test_whatever_a_sample_holds_is_read_or_left_out(name: str, rubbish: object) -> None:
    for key in sample(name):
        values = sample(name)
        values[key] = rubbish
        read(values)
    assert read({}).cpu_load.reason
