"""The six hardware cards in words."""

from dataclasses import replace
from typing import Any

import pytest
import samples

from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.gui.hardware import METRICS, Stat, stat

SAMPLE = samples.running().telemetry
NBSP = "\u00a0"


def card(key: str, sample: TelemetrySnapshot = SAMPLE, age_s: float = 0.0) -> Stat:
    metric = next(metric for metric in METRICS if metric.key == key)
    return stat(metric, sample, age_s)


@pytest.mark.parametrize(
    ("key", "value", "unit", "context"),
    [
        ("gpu", "94", "%", f"1\u202f575{NBSP}MHz"),
        ("cpu", "21", "%", "14 cores"),
        ("power", "83", "W", f"of 120{NBSP}W mode"),
        ("temperature", "63", "°C", "hottest: GPU"),
        ("fan", "58", "%", f"2\u202f940{NBSP}rpm"),
        ("disk", "412", "GB", f"free of 937{NBSP}GB"),
    ],
)
def test_each_card_shows_value_unit_and_context(key: str, value: str, unit: str, context: str) -> None:
    shown = card(key)

    assert (shown.value, shown.unit, shown.context) == (value, unit, context)


@pytest.mark.parametrize("key", [metric.key for metric in METRICS])
def test_what_was_not_measured_is_a_dash_with_its_reason_and_never_zero(key: str) -> None:
    nothing: Reading[float] = Reading(reason="no sensor here")
    fields = ("gpu_load", "cpu_load", "power_w", "temp_c", "fan_rate", "disk_free_bytes")
    changes: dict[str, Any] = dict.fromkeys(fields, nothing)
    sample = replace(SAMPLE, **changes)

    shown = card(key, sample)

    assert (shown.value, shown.unit, shown.context) == ("\u2013", "", "not available")
    assert shown.reason == "no sensor here"
    assert not shown.alarm


@pytest.mark.parametrize(
    ("age_s", "stale", "context"),
    [(2.9, False, "14 cores"), (3.0, True, "3 s old"), (9.9, True, "9 s old"), (12.0, True, "stopped 12 s ago")],
)
def test_an_old_value_says_how_old_it_is(age_s: float, stale: bool, context: str) -> None:
    shown = card("cpu", age_s=age_s)

    assert (shown.stale, shown.context.replace(NBSP, " ")) == (stale, context)
    assert shown.value == "21"


def test_the_age_that_a_source_gives_its_value_counts_too() -> None:
    sample = replace(SAMPLE, cpu_load=Reading(value=0.2, age_s=3.5))

    assert card("cpu", sample, age_s=1.0).context == f"4{NBSP}s old"


@pytest.mark.parametrize(
    ("key", "changes", "alarm"),
    [
        ("gpu", {"gpu_load": Reading(value=1.0)}, False),
        ("temperature", {"temp_c": Reading(value=89.0)}, False),
        ("temperature", {"temp_c": Reading(value=90.0)}, True),
        ("power", {"power_w": Reading(value=107.0)}, False),
        ("power", {"power_w": Reading(value=108.0)}, True),
        ("disk", {"disk_free_bytes": Reading(value=93 * 10**9)}, True),
    ],
)
def test_a_card_warns_when_its_limit_is_near(key: str, changes: dict[str, Any], alarm: bool) -> None:
    assert card(key, replace(SAMPLE, **changes)).alarm is alarm


def test_the_disk_card_shows_the_rate_while_weights_are_read() -> None:
    assert card("disk", samples.loading().telemetry).context == f"reading 2.6{NBSP}GB/s"


def test_a_unit_without_a_power_limit_shows_no_filled_bar() -> None:
    shown = card("power", replace(SAMPLE, power_limit_w=Reading(reason="unknown"), power_mode=Reading()))

    assert shown.has_bar
    assert shown.share is None
    assert shown.context == ""
