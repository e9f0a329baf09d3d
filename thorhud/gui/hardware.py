"""The six hardware cards in words. No Qt in here."""

from collections.abc import Callable
from dataclasses import dataclass

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.gui.freshness import Freshness, freshness
from thorhud.gui.unit_text import one_line
from thorhud.gui.words import GB, age, number, percent, since, with_unit

HOT_C = 90.0
NEAR_LIMIT = 0.9
READING_BYTES_PER_S = 50_000_000
"""Above this the disk card shows the rate instead of what the disk holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One card: where its value comes from and how it is written."""

    key: str
    label: str
    unit: str
    reading: Callable[[TelemetrySnapshot], Reading[float] | Reading[int]]
    value: Callable[[float], str]
    context: Callable[[TelemetrySnapshot], str]
    trace: Callable[[TelemetrySnapshot], float | None]
    """The height of the newest point of the trace, 0 to 1."""
    share: Callable[[TelemetrySnapshot], float | None] | None = None
    """The filled part of a bar that stands in place of the trace, 0 to 1."""
    near_limit: Callable[[TelemetrySnapshot], bool] = lambda _: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """One hardware card as it is to be drawn."""

    key: str
    label: str
    value: str
    unit: str
    context: str
    trace: tuple[float | None, ...] = ()
    share: float | None = None
    has_bar: bool = False
    stale: bool = False
    alarm: bool = False
    reason: str = ""
    """Why there is no value."""


def _ratio(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def _power_share(sample: TelemetrySnapshot) -> float | None:
    return _ratio(sample.power_w.value, sample.power_limit_w.value)


def _mode(sample: TelemetrySnapshot) -> str:
    limit, mode = sample.power_limit_w.value, sample.power_mode.value
    if limit is not None:
        return f"of {with_unit(limit, 'W')} mode"
    return f"{one_line(mode, 24)} mode" if mode else ""


def _disk_context(sample: TelemetrySnapshot) -> str:
    rate = sample.disk_read_bytes_per_s.value
    if rate is not None and rate >= READING_BYTES_PER_S:
        return f"reading {with_unit(rate / GB, 'GB/s', 1)}"
    total = sample.disk_total_bytes.value
    return "" if total is None else f"free of {with_unit(total / GB, 'GB')}"


def _disk_is_nearly_full(sample: TelemetrySnapshot) -> bool:
    free = _ratio(sample.disk_free_bytes.value, sample.disk_total_bytes.value)
    return free is not None and free < 1 - NEAR_LIMIT


def _zone(sample: TelemetrySnapshot) -> str:
    return f"hottest: {one_line(sample.temp_zone.value, 24)}" if sample.temp_zone.value else ""


def _cores(sample: TelemetrySnapshot) -> str:
    return "" if sample.cpu_cores.value is None else f"{number(sample.cpu_cores.value)} cores"


METRICS: tuple[Metric, ...] = (
    Metric(
        key="gpu",
        label="GPU",
        unit="%",
        reading=lambda sample: sample.gpu_load,
        value=percent,
        context=lambda sample: "" if (mhz := sample.gpu_clock_mhz.value) is None else with_unit(mhz, "MHz"),
        trace=lambda sample: sample.gpu_load.value,
    ),
    Metric(
        key="cpu",
        label="CPU",
        unit="%",
        reading=lambda sample: sample.cpu_load,
        value=percent,
        context=_cores,
        trace=lambda sample: sample.cpu_load.value,
    ),
    Metric(
        key="power",
        label="Power",
        unit="W",
        reading=lambda sample: sample.power_w,
        value=number,
        context=_mode,
        trace=_power_share,
        share=_power_share,
        near_limit=lambda sample: (_power_share(sample) or 0.0) >= NEAR_LIMIT,
    ),
    Metric(
        key="temperature",
        label="Temperature",
        unit="°C",
        reading=lambda sample: sample.temp_c,
        value=number,
        context=_zone,
        trace=lambda sample: None if (temp := sample.temp_c.value) is None else (temp - 20) / 80,
        near_limit=lambda sample: (sample.temp_c.value or 0.0) >= HOT_C,
    ),
    Metric(
        key="fan",
        label="Fan",
        unit="%",
        reading=lambda sample: sample.fan_rate,
        value=percent,
        context=lambda sample: "" if (rpm := sample.fan_rpm.value) is None else with_unit(rpm, "rpm"),
        trace=lambda sample: sample.fan_rate.value,
    ),
    Metric(
        key="disk",
        label="Disk",
        unit="GB",
        reading=lambda sample: sample.disk_free_bytes,
        value=lambda free: number(free / GB),
        context=_disk_context,
        trace=lambda sample: None if (rate := sample.disk_read_bytes_per_s.value) is None else rate / (4 * GB),
        near_limit=_disk_is_nearly_full,
    ),
)


def stat(metric: Metric, sample: TelemetrySnapshot, age_s: float, trace: tuple[float | None, ...] = ()) -> Stat:
    """Return the card of *metric* for a sample that came *age_s* seconds ago."""
    reading = metric.reading(sample)
    old_s = age_s + (reading.age_s or 0.0)
    fresh = freshness(old_s)
    context = metric.context(sample)
    if reading.value is None:
        context = "not available"
    elif fresh is Freshness.STALE:
        context = age(old_s)
    elif fresh is Freshness.LOST:
        context = f"stopped {since(old_s)} ago"
    return Stat(
        key=metric.key,
        label=metric.label,
        value=number(None) if reading.value is None else metric.value(reading.value),
        unit="" if reading.value is None else metric.unit,
        context=context,
        trace=trace,
        share=metric.share(sample) if metric.share else None,
        has_bar=metric.share is not None,
        stale=fresh is not Freshness.FRESH,
        alarm=fresh is Freshness.FRESH and metric.near_limit(sample),
        reason=one_line(reading.reason or "") if reading.value is None else "",
    )


def nothing_yet(metric: Metric) -> Stat:
    """Return the card of *metric* before the first sample came."""
    has_bar = metric.share is not None
    return Stat(key=metric.key, label=metric.label, value=number(None), unit="", context="reading", has_bar=has_bar)


def spoken(card: Stat) -> str:
    """Return the card in one sentence for a screen reader."""
    words = [card.label, f"{card.value} {card.unit}".strip(), card.context, card.reason]
    return ", ".join(word for word in words if word)
