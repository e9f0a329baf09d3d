"""One line of tegrastats, as L4T r36, r38 and r39 print it. Pure; words that are not known are passed over.

tegrastats tells no load of the GPU on most Thor lines (``GR3D_FREQ @[314,314,314]``): then there is none, not zero.
"""

import re

from thorhud.domain.telemetry import CpuCore, Rail, Swap, TelemetrySnapshot, ThermalZone
from thorhud.telemetry.sources import Voice
from thorhud.telemetry.summaries import hottest, total_of

NAME = "tegrastats"
_SWAP = re.compile(r"\bSWAP (\d+)/(\d+)MB")
_CPU = re.compile(r"\bCPU \[([^\]]*)\](?:@(\d+))?")
_EMC = re.compile(r"\bEMC_FREQ (?:(\d+)%)?@(\d+)")
_GPU = re.compile(r"\bGR3D_FREQ (?:(\d+)%)?(?:@\[?(\d+))?")
_ZONE = re.compile(r"\b([A-Za-z]\w*)@(-?\d+(?:\.\d+)?)C(?:/-?[\d.]+C)?")
_RAIL = re.compile(r"\b([A-Z]\w*) (-?\d+)mW(?:/-?\d+mW){0,2}(?=\s|$)")
_INPUT = "VIN"
_OFFLINE_C = -200.0
_MIB = 1024**2


def read_line(line: str, age_s: float = 0.0) -> TelemetrySnapshot | None:
    """Return what one line says; None for a line that is none of tegrastats."""
    if re.search(r"\bRAM \d+/\d+MB", line) is None:
        return None

    some = Voice(NAME, age_s).says
    cores, rails, zones = _cores(line), _rails(line), _zones(line)
    loads = [core.load for core in cores if core.load is not None]
    hot = hottest(zones)
    gpu_load, gpu_clock = _gpu(line)
    emc_load, emc_clock = _emc(line)
    total_w, total_source = _total(rails)
    return TelemetrySnapshot(
        taken_s=0.0,
        gpu_load=some(gpu_load, "tegrastats tells no load of this GPU."),
        gpu_clock_mhz=some(gpu_clock, "tegrastats tells the GPU's clock only to root."),
        cpu_load=some(sum(loads) / len(loads) if loads else None, "tegrastats shows no core."),
        cpu_cores=some(sum(core.online for core in cores) or None, "tegrastats shows no core."),
        cores=some(cores or None, "tegrastats shows no core."),
        power_w=Voice(f"{NAME}, {total_source}", age_s).says(total_w, "tegrastats shows no power."),
        gpu_power_w=some(next((rail.power_w for rail in rails if rail.name == "VDD_GPU"), None), "No rail of the GPU."),
        rails=some(rails or None, "tegrastats shows no rails."),
        zones=some(zones or None, "tegrastats shows no temperatures."),
        gpu_temp_c=some(next((z.temp_c for z in zones if z.name.lower() == "gpu"), None), "The GPU is off."),
        temp_c=some(None if hot is None else hot.temp_c, "tegrastats shows no temperature."),
        temp_zone=some(None if hot is None else hot.name, "tegrastats shows no temperature."),
        swap=some(_swap(line), "tegrastats shows no swap."),
        memory_load=some(emc_load, "tegrastats tells the memory's load only to root."),
        memory_clock_mhz=some(emc_clock, "tegrastats tells the memory's clock only to root."),
    )


def _cores(line: str) -> tuple[CpuCore, ...]:
    """Read ``[3%@972,off,...]`` and the newer ``[3%,off,...]@2601``."""
    found = _CPU.search(line)
    if found is None:
        return ()
    shared = float(found[2]) if found[2] else None
    cores = []
    for number, word in enumerate(found[1].split(",")):
        percent, _, clock = word.strip().partition("%")
        if not percent.isdecimal():
            cores.append(CpuCore(number=number, online=False))
            continue
        own = clock.removeprefix("@")
        cores.append(
            CpuCore(number=number, load=int(percent) / 100, clock_mhz=float(own) if own.isdecimal() else shared)
        )
    return tuple(cores)


def _rails(line: str) -> tuple[Rail, ...]:
    """Read the present draw of each rail; what stands behind a slash is its average and its peak."""
    return tuple(Rail(name=name, power_w=max(0.0, int(draw) / 1000)) for name, draw in _RAIL.findall(line))


def _total(rails: tuple[Rail, ...]) -> tuple[float | None, str]:
    """Return the carrier's input, else the sum of the rails: not every carrier measures its input."""
    carrier = next((rail for rail in rails if rail.name == _INPUT), None)
    if carrier is not None:
        return carrier.power_w, _INPUT
    return total_of([rail.power_w for rail in rails]), f"sum of {len(rails)} rails"


def _zones(line: str) -> tuple[ThermalZone, ...]:
    found = ((name, float(temp)) for name, temp in _ZONE.findall(line))
    return tuple(ThermalZone(name=name, temp_c=temp_c if temp_c > _OFFLINE_C else None) for name, temp_c in found)


def _gpu(line: str) -> tuple[float | None, float | None]:
    found = _GPU.search(line)
    if found is None:
        return None, None
    return (int(found[1]) / 100 if found[1] else None), (float(found[2]) if found[2] else None)


def _emc(line: str) -> tuple[float | None, float | None]:
    found = _EMC.search(line)
    if found is None:
        return None, None
    return (int(found[1]) / 100 if found[1] else None), float(found[2])


def _swap(line: str) -> Swap | None:
    found = _SWAP.search(line)
    return None if found is None else Swap(used_bytes=int(found[1]) * _MIB, total_bytes=int(found[2]) * _MIB)
