"""The values of a simulated unit that follow from others, and a reason for those that it does not have."""

from dataclasses import fields, replace
from typing import Any, Final, TypeVar

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import Fan, Rail, Swap, TelemetrySnapshot, ThermalZone

T = TypeVar("T")

SOURCE: Final = "simulated"
NOT_SIMULATED: Final = "The simulated unit does not have it."
POWER_MODES: Final = ("MAXN", "120W", "90W", "70W")

_GPU_SHARE_IDLE: Final = 0.16
_GPU_SHARE_BUSY: Final = 0.46
_CPU_SHARE: Final = 0.3
"""How the power divides over the rails of the module; plausible, not measured."""
_ZONE_OFFSETS_C: Final = {"cpu": -1.6, "soc012": -2.4, "soc345": -2.9, "tj": 0.0}


def completed(snapshot: TelemetrySnapshot) -> TelemetrySnapshot:
    """Return *snapshot* with its rails, zones and fans, and a reason wherever nothing is simulated."""
    power_w, temp_c = snapshot.power_w.value or 0.0, snapshot.temp_c.value or 0.0
    load = snapshot.gpu_load.value or 0.0
    filled = replace(
        snapshot,
        rails=told(_rails(power_w, load)),
        zones=told(_zones(temp_c, gpu_is_on=load > 0.05)),
        fans=told((Fan(name="pwmfan", rate=snapshot.fan_rate.value, rpm=snapshot.fan_rpm.value),)),
        swap=told(Swap(total_bytes=0, used_bytes=0)),
        throttling=told(value=False),
        throttle_causes=told(()),
        jetson_clocks=told(value=False),
        power_modes=told(POWER_MODES),
    )
    return with_reasons(filled, NOT_SIMULATED)


def told(value: T) -> Reading[T]:
    """Return a reading that says where it comes from."""
    return Reading(value=value, source=SOURCE, age_s=0.0)


def with_reasons(values: T, reason: str) -> T:
    """Return a dataclass whose readings without value and reason have *reason*: nothing is silent without one."""
    silent: dict[str, Reading[object]] = {
        each.name: Reading(reason=reason)
        for each in fields(values)  # type: ignore[arg-type]
        if isinstance(held := getattr(values, each.name), Reading) and held.value is None and held.reason is None
    }
    changed: Any = replace(values, **silent)  # type: ignore[type-var]
    filled: T = changed
    return filled


def _rails(power_w: float, gpu_load: float) -> tuple[Rail, ...]:
    gpu_w = power_w * (_GPU_SHARE_IDLE + (_GPU_SHARE_BUSY - _GPU_SHARE_IDLE) * gpu_load)
    cpu_w = power_w * _CPU_SHARE
    return (
        Rail(name="VDD_GPU", power_w=round(gpu_w, 1)),
        Rail(name="VDD_CPU_SOC_MSS", power_w=round(cpu_w, 1)),
        Rail(name="VIN_SYS_5V0", power_w=round(power_w - gpu_w - cpu_w, 1)),
    )


def _zones(temp_c: float, *, gpu_is_on: bool) -> tuple[ThermalZone, ...]:
    """Return the zones; a gated GPU tells no temperature, as on a real unit."""
    others = (ThermalZone(name=name, temp_c=round(temp_c + by, 1)) for name, by in _ZONE_OFFSETS_C.items())
    return (*others, ThermalZone(name="gpu", temp_c=round(temp_c, 1) if gpu_is_on else None))
