"""What the log page says."""

import time
from collections.abc import Sequence

from thorhud.domain.messages import LaunchRecord
from thorhud.domain.workshop import Workshop
from thorhud.gui.stage_words import grouped
from thorhud.gui.unit_text import one_line

_OUTCOMES = {"failed": "failed", "stopped": "stopped", "ready": "ready"}


def launch_title(launch: LaunchRecord, workshop: Workshop | None, now_unix_s: float) -> str:
    """Name a start by its configuration and when it was: "Llama-3.1-8B FP8, 14:02, failed"."""
    configuration = workshop.configuration(launch.configuration_id or "") if workshop else None
    name = configuration.name if configuration else launch.configuration_id or "A server started outside"
    how = _OUTCOMES.get(launch.outcome or "", "")
    return ", ".join(filter(None, (name, start_words(launch.started_unix_s, now_unix_s), how)))


def start_words(started_unix_s: float, now_unix_s: float) -> str:
    """Say when a start was: the time of today, else with its day."""
    started, today = time.localtime(started_unix_s), time.localtime(now_unix_s)
    return time.strftime("%H:%M" if started[:3] == today[:3] else "%d %b %H:%M", started)


def titles(launches: Sequence[LaunchRecord], workshop: Workshop | None, now_unix_s: float) -> list[tuple[str, str]]:
    """Return (launch id, title) of each start, newest first."""
    return [(each.id, launch_title(each, workshop, now_unix_s)) for each in launches]


def file_name(launch: LaunchRecord | None) -> str:
    """Return what a saved log is called."""
    if launch is None:
        return "thorhud-log.txt"
    stamp = time.strftime("%Y-%m-%d-%H%M%S", time.localtime(launch.started_unix_s))
    return f"thorhud-log-{launch.configuration_id or 'server'}-{stamp}.txt"


def counted(count: int, one: str, many: str = "") -> str:
    """Return "1 line" or "12 345 lines"."""
    return f"{grouped(count)} {one if count == 1 else many or one + 's'}"


def level_words(level: int, total: int) -> str:
    """Say how many rows the filter of that number leaves."""
    kinds = (("line", "lines"), ("warning or error", "warnings and errors"), ("error line", "error lines"))
    one, many = kinds[level]
    return f"no {one} yet" if not total else counted(total, one, many)


def status_words(level: int, total: int | None, dropped: int, note: str) -> str:
    """Say how many rows there are, how many were not kept and why the log is not whole; *total* None: not heard yet."""
    if not total and note:
        return one_line(note, 240)
    words = "" if total is None else level_words(level, total)
    if dropped:
        words += f", {grouped(dropped)} of the middle not kept"
    return f"{words}. {one_line(note, 240)}" if note else words


def hits_words(text: str, place: int | None, total: int | None) -> str:
    """Say which hit is shown: "3 of 128"."""
    if not text:
        return ""
    if total is None:
        return "searching"
    if not total:
        return "not found"
    return f"{grouped(place + 1)} of {grouped(total)}" if place is not None else counted(total, "hit")
