"""The machine at hand, read from a faked Thor, from an empty machine and from the one that runs the tests."""

from dataclasses import fields
from pathlib import Path

import pytest

from tests.telemetry import thor_tree
from thorhud.domain.identity import Address
from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.telemetry.machine import MachineSource
from thorhud.telemetry.network import NetworkInterface

KIB = 1024


@pytest.fixture
def thor(tmp_path: Path) -> Path:
    return thor_tree.build(tmp_path)


def readings(snapshot: TelemetrySnapshot) -> dict[str, Reading[object]]:
    return {
        each.name: getattr(snapshot, each.name) for each in fields(snapshot) if each.name not in {"taken_s", "sources"}
    }


class Clock:
    """A clock that goes on when a test says so."""

    def __init__(self) -> None:
        self.now_s = 10.0

    def __call__(self) -> float:
        return self.now_s


async def test_a_thor_is_read_whole(thor: Path) -> None:
    source = MachineSource(thor)
    await source.read()
    thor_tree.write(thor, {"proc/stat": thor_tree.stat_text(dict.fromkeys(range(14), (125, 975)))})

    snapshot = await source.read()

    assert snapshot.memory.value is not None
    assert snapshot.memory.value.total_bytes == 128790528 * KIB
    assert snapshot.memory.value.free_bytes == 20998144 * KIB
    assert snapshot.memory.value.available_bytes == 103485440 * KIB
    assert snapshot.memory.value.file_cache_bytes == (412416 + 80120320 + 1204224 - 812032) * KIB
    assert snapshot.gpu_clock_mhz.value == 1575
    assert snapshot.cpu_load.value == pytest.approx(0.25)
    assert snapshot.cpu_cores.value == 14
    assert (snapshot.power_w.value, snapshot.power_w.source) == (19.78, "VIN")
    assert (snapshot.temp_c.value, snapshot.temp_zone.value) == (38.875, "gpu")
    assert snapshot.fan_rate.value == pytest.approx(58 / 255)
    assert snapshot.fan_rpm.value == 1786
    assert snapshot.disk_total_bytes.value


async def test_a_machine_that_has_nothing_gives_a_reason_for_each_value(tmp_path: Path) -> None:
    source = MachineSource(tmp_path / "nothing", data_dir=tmp_path)

    snapshot = await source.read()
    identity = await source.identity()

    for name, reading in readings(snapshot).items():
        if name not in {"disk_free_bytes", "disk_total_bytes"}:
            assert reading.value is None, name
            assert reading.reason, name
            assert reading.reason.endswith("."), name
    assert identity.machine.reason
    assert identity.l4t.reason
    assert not identity.is_jetson
    assert identity.hostname


async def test_this_machine_is_read_without_a_word_of_complaint() -> None:
    source = MachineSource()
    await source.read()

    snapshot = await source.read()
    identity = await source.identity()

    assert snapshot.memory.value is not None
    assert snapshot.memory.value.available_bytes < snapshot.memory.value.total_bytes
    assert snapshot.cpu_cores.value
    assert identity.hostname
    assert not identity.simulated


async def test_a_thor_says_who_it_is(thor: Path) -> None:
    source = MachineSource(
        thor, rack="A", interfaces=lambda: [NetworkInterface(name="mgbe0_0", ipv4=("10.10.0.107",), link_mbps=10000)]
    )

    identity = await source.identity()

    assert (identity.hostname, identity.number, identity.rack, identity.slot) == ("thor-07", 7, "A", None)
    assert identity.machine.value == "NVIDIA Jetson AGX Thor Developer Kit"
    assert identity.l4t.value == "38.2.2"
    assert identity.is_jetson
    assert identity.addresses == (Address(label="Wired", interface="mgbe0_0", ip="10.10.0.107", link_mbps=10000),)


async def test_the_number_of_the_settings_wins_over_the_hostname(thor: Path) -> None:
    assert (await MachineSource(thor, number=0, slot="3").identity()).number == 0


async def test_rates_are_between_two_looks(thor: Path) -> None:
    clock = Clock()
    source = MachineSource(thor, clock=clock)
    first = await source.read()
    clock.now_s += 2.0
    more = thor_tree.DISKSTATS.replace("2000000", "2040000").replace("1999000", "2039000")
    thor_tree.write(thor, {"proc/diskstats": more})

    second = await source.read()

    assert first.disk_read_bytes_per_s.value is None
    assert first.disk_read_bytes_per_s.reason
    assert second.disk_read_bytes_per_s.value == 40_000 * 512 / 2


async def test_the_disk_is_the_one_that_holds_the_models_even_before_their_folder_is_made(tmp_path: Path) -> None:
    snapshot = await MachineSource(tmp_path, data_dir=tmp_path / "not" / "made" / "yet").read()

    assert snapshot.disk_free_bytes.value
    assert snapshot.disk_free_bytes.source == str(tmp_path)


async def test_a_sensor_that_appears_and_goes_is_a_value_and_then_a_reason(thor: Path) -> None:
    clock = Clock()
    source = MachineSource(thor, clock=clock)
    before = await source.read()
    clock.now_s += 1.0
    for file in thor.glob("sys/devices/virtual/thermal/*/temp"):
        file.write_text("")  # what a powered-off zone's EAGAIN amounts to

    after = await source.read()

    assert before.temp_c.value is not None
    assert after.temp_c.value is None
    assert after.temp_c.reason == "No thermal zone answers."
