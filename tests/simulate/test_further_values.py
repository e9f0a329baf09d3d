"""What a simulated unit tells beside its dozen values."""

from dataclasses import fields

from thorhud.domain.reading import Reading
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.source import SimulatedActivity, SimulatedSource


async def test_every_value_is_there_or_says_why_not() -> None:
    source = SimulatedSource(load_workshop(), SimulatedActivity)
    for told in (await source.read(), await source.identity()):
        readings = {each.name: getattr(told, each.name) for each in fields(told)}
        silent = [
            name
            for name, reading in readings.items()
            if isinstance(reading, Reading) and reading.value is None and not reading.reason
        ]
        assert silent == []


async def test_the_rails_sum_to_the_power_and_a_gated_gpu_has_no_temperature() -> None:
    snapshot = await SimulatedSource(load_workshop(), SimulatedActivity).read()
    assert snapshot.rails.value is not None
    assert snapshot.zones.value is not None
    assert snapshot.power_w.value is not None
    assert abs(sum(rail.power_w or 0.0 for rail in snapshot.rails.value) - snapshot.power_w.value) < 0.2
    assert {zone.name: zone.temp_c is None for zone in snapshot.zones.value} == {
        "cpu": False,
        "soc012": False,
        "soc345": False,
        "tj": False,
        "gpu": True,
    }
