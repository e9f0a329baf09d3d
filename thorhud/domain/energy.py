"""What one answer cost in energy, and the unit while it was generated, from the samples of the telemetry.

Power is read about once a second. Its integral over an answer of five seconds or more is worth printing; of a shorter
one it is not, and then there is none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from thorhud.domain.power import judge_power
from thorhud.domain.run_record import RunConditions
from thorhud.domain.telemetry import TelemetrySnapshot

VIN = "VIN"
MODULE_ZONE = "tj"
FEWEST_SAMPLES = 4
"""Samples inside an answer; from fewer, one of them at a wrong moment moves the sum by a quarter and more."""
LONGEST_GAP_S = 2.5
"""Between two samples, and between the edge of an answer and the sample next to it."""
SETTLED_AFTER_S = 2.0
"""So long after an answer, or after the server became ready, the power counts as idle."""
IDLE_SAMPLES = 10
OLDEST_IDLE_S = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSample:
    """What of one telemetry snapshot matters to a run."""

    at_s: float
    """When the power was read: the agent's monotonic clock, less the age that the source gives."""
    power_w: float | None = None
    power_source: str | None = None
    """The rail, "VIN", or what was summed instead."""
    temp_c: float | None = None
    gpu_clock_mhz: float | None = None
    memory_clock_mhz: float | None = None
    throttled: str | None = None
    """The sentence that says so; None where nothing throttled, or nobody knows."""
    ready: bool = False
    """A server was ready."""
    asked: bool = False
    """It was answering us."""


def sample_of(telemetry: TelemetrySnapshot, *, ready: bool, asked: bool) -> UnitSample:
    """Keep of a snapshot what matters to a run; the input rail goes before any sum."""
    inputs = [rail for rail in telemetry.rails.value or () if rail.name == VIN and rail.power_w is not None]
    reading = telemetry.rails if inputs else telemetry.power_w
    zones = [zone.temp_c for zone in telemetry.zones.value or () if zone.name == MODULE_ZONE]
    return UnitSample(
        at_s=telemetry.taken_s - (reading.age_s or 0.0),
        power_w=inputs[0].power_w if inputs else telemetry.power_w.value,
        power_source=VIN if inputs else telemetry.power_w.source,
        temp_c=zones[0] if zones else None,
        gpu_clock_mhz=telemetry.gpu_clock_mhz.value,
        memory_clock_mhz=telemetry.memory_clock_mhz.value,
        throttled=judge_power(telemetry).sentence if telemetry.throttling.value else None,
        ready=ready,
        asked=asked,
    )


def conditions_during(
    samples: Sequence[UnitSample], begin_s: float, end_s: float, *, first_token_s: float | None = None
) -> RunConditions:
    """Return what the *samples* say about an answer from *begin_s* to *end_s*; tokens came from *first_token_s* on."""
    inside = [each for each in samples if begin_s <= each.at_s <= end_s]
    decoding = [each for each in inside if first_token_s is None or each.at_s >= first_token_s]
    conditions = RunConditions(
        temp_c=max((each.temp_c for each in inside if each.temp_c is not None), default=None),
        gpu_clock_mhz=min((each.gpu_clock_mhz for each in decoding if each.gpu_clock_mhz is not None), default=None),
        memory_clock_mhz=min(
            (each.memory_clock_mhz for each in decoding if each.memory_clock_mhz is not None), default=None
        ),
    )
    source = _one_source(inside)
    if source is None:
        return conditions
    joules = energy_j([(each.at_s, each.power_w) for each in samples if each.power_source == source], begin_s, end_s)
    if joules is None:
        return conditions
    idle_w = idle_power_w([each for each in samples if each.power_source == source], begin_s)
    return replace(conditions, energy_j=joules, energy_source=source, idle_power_w=idle_w)


def throttled_during(samples: Iterable[UnitSample], begin_s: float, end_s: float) -> str | None:
    """Return the sentence of the first sample inside that throttled, or None."""
    return next((each.throttled for each in samples if begin_s <= each.at_s <= end_s and each.throttled), None)


def energy_j(powers: Iterable[tuple[float, float | None]], begin_s: float, end_s: float) -> float | None:
    """Integrate power over time by trapezoids; None where the samples are too few or too far apart.

    *powers* are times and watts. At an edge the power is interpolated to the sample beyond it; where there is none yet,
    which is usual at the end, the last one holds.
    """
    known = dict(sorted((at_s, watts) for at_s, watts in powers if watts is not None))
    inside = [(at_s, watts) for at_s, watts in known.items() if begin_s <= at_s <= end_s]
    if len(inside) < FEWEST_SAMPLES:
        return None
    before = max(((at_s, watts) for at_s, watts in known.items() if at_s < begin_s), default=None)
    after = min(((at_s, watts) for at_s, watts in known.items() if at_s > end_s), default=None)
    points = [
        (begin_s, _at_edge(begin_s, inside[0], before)),
        *inside,
        (end_s, _at_edge(end_s, inside[-1], after)),
    ]
    if any(later - earlier > LONGEST_GAP_S for (earlier, _), (later, _) in pairwise(points)):
        return None
    return sum((later - earlier) * (a + b) / 2 for (earlier, a), (later, b) in pairwise(points))


def idle_power_w(samples: Sequence[UnitSample], before_s: float) -> float | None:
    """Return the mean power of the newest moments before *before_s* when a server was ready and nothing was asked."""
    busy_until_s = None
    quiet: list[float] = []
    for each in samples:
        if not before_s - OLDEST_IDLE_S <= each.at_s < before_s:
            continue
        if each.asked or not each.ready:
            busy_until_s = each.at_s
            if not each.ready:
                quiet.clear()  # another server, or none: not what these answers are compared with
            continue
        settled = busy_until_s is None or each.at_s - busy_until_s >= SETTLED_AFTER_S
        if settled and each.power_w is not None:
            quiet.append(each.power_w)
    newest = quiet[-IDLE_SAMPLES:]
    return sum(newest) / len(newest) if newest else None


def _one_source(samples: Sequence[UnitSample]) -> str | None:
    """Return the rail that all samples name: a sum over two different ones would be of neither."""
    sources = {each.power_source for each in samples if each.power_w is not None}
    return sources.pop() if len(sources) == 1 else None


def _at_edge(edge_s: float, inner: tuple[float, float], outer: tuple[float, float] | None) -> float:
    if outer is None or abs(outer[0] - inner[0]) > LONGEST_GAP_S:
        return inner[1]
    share = (edge_s - inner[0]) / (outer[0] - inner[0])
    return inner[1] + share * (outer[1] - inner[1])
