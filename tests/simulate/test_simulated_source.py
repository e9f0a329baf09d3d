"""The simulated hardware follows what the unit does, slowly where a machine is slow."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from thorhud.domain.telemetry import Memory, TelemetrySnapshot
from thorhud.domain.workshop import Workshop
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.source import FREE_WHILE_HELD_GIB, IDLE, SimulatedActivity, SimulatedSource

GIB = 1024**3
READING = SimulatedActivity(reading_weights=True, model_memory_gib=14.99)
READY = SimulatedActivity(serving=True, loaded=1.0, model_memory_gib=14.99, kv_cache_gib=93.0)
GENERATING = SimulatedActivity(serving=True, generating=True, loaded=1.0, model_memory_gib=14.99, kv_cache_gib=93.0)


@dataclass
class Unit:
    """A source whose time passes when the test says so."""

    workshop: Workshop
    activity: SimulatedActivity = IDLE
    now_s: float = 100.0
    source: SimulatedSource = field(init=False)

    def __post_init__(self) -> None:
        self.source = SimulatedSource(self.workshop, lambda: self.activity, clock=lambda: self.now_s)

    async def after(self, seconds: float, activity: SimulatedActivity) -> TelemetrySnapshot:
        self.activity = activity
        for _ in range(round(seconds)):
            self.now_s += 1.0
            snapshot = await self.source.read()
        return snapshot


@pytest.fixture
def unit(workshop: Workshop) -> Unit:
    return Unit(workshop)


def memory(snapshot: TelemetrySnapshot) -> Memory:
    assert snapshot.memory.value is not None
    return snapshot.memory.value


def value(reading: object) -> float:
    found = getattr(reading, "value", None)
    assert isinstance(found, float | int)
    return float(found)


async def test_it_is_the_unit_of_the_pictures_and_says_that_it_is_simulated(unit: Unit) -> None:
    identity = await unit.source.identity()

    assert (identity.hostname, identity.number, identity.rack, identity.slot) == ("thor-07", 7, "A", "7")
    assert [(each.label, each.ip) for each in identity.addresses] == [
        ("Wired", "10.10.0.107"),
        ("USB-C", "192.168.55.1"),
    ]
    assert identity.machine.value == "NVIDIA Jetson AGX Thor Developer Kit"
    assert identity.l4t.value == "38.2.2"
    assert identity.simulated


async def test_idle_it_is_cool_quiet_and_within_the_workshops_idle_memory(unit: Unit, workshop: Workshop) -> None:
    snapshot = await unit.after(30, IDLE)

    used_gib = (memory(snapshot).total_bytes - memory(snapshot).available_bytes) / GIB
    low, high = workshop.idle_memory_gib
    assert low <= used_gib <= high
    assert memory(snapshot).total_bytes / GIB == pytest.approx(122.8)
    assert value(snapshot.gpu_load) == 0.0
    assert value(snapshot.power_w) < 25
    assert value(snapshot.temp_c) < 40


async def test_answering_it_works_hard_and_warms_up_slowly(unit: Unit) -> None:
    await unit.after(5, READY)
    soon = await unit.after(3, GENERATING)
    later = await unit.after(90, GENERATING)

    assert value(soon.gpu_load) > 0.85
    assert value(later.power_w) == pytest.approx(83, abs=4)
    assert value(later.temp_c) > value(soon.temp_c) + 10
    assert value(later.fan_rpm) > value(soon.fan_rpm)
    assert 45 < value(later.temp_c) < 70


async def test_reading_weights_fills_memory_and_file_cache_from_the_disk(unit: Unit) -> None:
    before = await unit.after(2, IDLE)
    during = await unit.after(3, READING)

    assert value(before.disk_read_bytes_per_s) == 0
    assert value(during.disk_read_bytes_per_s) == pytest.approx(2.6e9, rel=0.2)
    assert memory(during).available_bytes < memory(before).available_bytes - 5 * GIB
    assert memory(during).file_cache_bytes > memory(before).file_cache_bytes + 5 * GIB


async def test_ready_it_holds_model_and_kv_cache_and_gives_them_back_when_it_stops(unit: Unit) -> None:
    idle = await unit.after(2, IDLE)
    ready = await unit.after(20, READY)
    stopped = await unit.after(20, IDLE)

    assert (memory(idle).available_bytes - memory(ready).available_bytes) / GIB == pytest.approx(107.99, abs=1)
    assert memory(stopped).available_bytes == pytest.approx(memory(idle).available_bytes, rel=0.01)


async def test_the_file_cache_stays_after_a_stop_until_it_is_dropped(unit: Unit) -> None:
    await unit.after(8, READING)
    stopped = await unit.after(20, IDLE)
    unit.source.drop_file_cache()
    dropped = await unit.after(1, IDLE)

    assert memory(stopped).available_bytes - memory(stopped).free_bytes > 10 * GIB
    assert memory(dropped).available_bytes - memory(dropped).free_bytes < 2 * GIB


@pytest.mark.parametrize("activity", [IDLE, READING, READY, GENERATING])
async def test_the_account_of_the_memory_always_adds_up(unit: Unit, activity: SimulatedActivity) -> None:
    for _ in range(40):
        found = memory(await unit.after(1, activity))
        assert 0 < found.free_bytes <= found.available_bytes <= found.total_bytes
        assert found.free_bytes + found.file_cache_bytes <= found.total_bytes


async def test_two_units_of_one_seed_are_alike_and_of_another_seed_are_not(workshop: Workshop) -> None:
    def made(seed: int) -> SimulatedSource:
        clock: Callable[[], float] = iter([float(second) for second in range(100)]).__next__
        return SimulatedSource(workshop, lambda: GENERATING, seed=seed, clock=clock)

    first, same, other = made(1), made(1), made(2)
    samples = [[await source.read() for _ in range(5)] for source in (first, same, other)]

    assert samples[0] == samples[1]
    assert samples[0] != samples[2]


async def test_memory_that_the_last_model_holds_is_what_the_log_of_a_start_finds_free() -> None:
    source = SimulatedSource(load_workshop(), lambda: IDLE)
    source.hold_memory()
    held = (await source.read()).memory.value
    source.drop_file_cache()
    cleared = (await source.read()).memory.value

    assert held is not None
    assert cleared is not None
    assert held.free_bytes / 1024**3 == pytest.approx(FREE_WHILE_HELD_GIB, abs=0.01)
    assert cleared.free_bytes > 110 * 1024**3
    assert not source.holds_memory
