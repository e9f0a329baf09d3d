"""`thorhud log`: read, follow, search, save, and choose the start."""

import argparse
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fakes.log_source import LAUNCH, LogSource
from thorhud.cli.log import Log, _chosen, _list, _save
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import LaunchRecord, QueryName
from thorhud.domain.wire import plain
from thorhud.gui.wishes import Inquiry
from thorhud.settings.workshop_file import load_workshop

LINES = [
    "INFO 11-23 10:00:00 [a.py:1] begins",
    "WARNING 11-23 10:00:00 [a.py:1] hm \x1b[2J",
    "ERROR 11-23 10:00:02 [a.py:1] ValueError: no",
]
OLDER = LaunchRecord(id="ab-older", configuration_id="llama-3.1-8b-fp4", started_unix_s=1.0, outcome="stopped")


class Link:
    """A link whose answers come from a log in memory."""

    def __init__(self, source: LogSource) -> None:
        self._source = source

    async def query(self, name: QueryName, **args: Any) -> Any:
        answers: list[Any] = []
        args.setdefault("limit", 1000)
        self._source.ask(Inquiry(name, object, lambda value, _reason: answers.append(plain(value)), args))
        return answers[0]


def log_of(lines: list[str], source: LogSource | None = None, **options: Any) -> Log:
    arguments = argparse.Namespace(**{"find": "", "level": None, "follow": False, "json": False} | options)
    serving = SimpleNamespace(launch_id="other", phase="ready")
    talk: Any = SimpleNamespace(link=Link(source or LogSource(lines)), state=SimpleNamespace(serving=serving))
    return Log(talk, LAUNCH, arguments)


async def written(log: Log, *, safe: bool = False) -> str:
    out = io.StringIO()
    await log.write(out, safe=safe)
    return out.getvalue()


async def test_the_whole_log_is_written_in_pages() -> None:
    lines = [f"line {number}" for number in range(2500)]

    assert (await written(log_of(lines))).splitlines() == lines


async def test_a_terminal_gets_no_control_characters() -> None:
    assert "\x1b" not in await written(log_of(LINES), safe=True)
    assert "hm \\x1b[2J" in await written(log_of(LINES), safe=True)


async def test_hits_carry_their_line_numbers() -> None:
    assert await written(log_of(LINES, find="valueerror")) == f"3: {LINES[2]}\n"
    assert [line[:2] for line in (await written(log_of(LINES, level="warning"))).splitlines()] == ["2:", "3:"]
    assert await written(log_of(LINES, level="error", find="hm")) == ""


async def test_json_is_one_line_each() -> None:
    rows = [json.loads(line) for line in (await written(log_of(LINES, json=True))).splitlines()]

    assert rows[1] == {"line": 2, "text": LINES[1]}


async def test_lines_that_are_not_kept_are_said() -> None:
    source = LogSource([f"line {number}" for number in range(30)])
    source.dropped = (2, 28)

    assert (await written(log_of([], source))).splitlines() == [
        "line 0",
        "line 1",
        "[26 lines of the middle were not kept]",
        "line 28",
        "line 29",
    ]


async def test_a_log_is_saved_whole_or_not_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await _save(log_of(LINES), tmp_path / "log.txt")
    assert (tmp_path / "log.txt").read_text().split("\n")[:3] == LINES
    assert "3 lines saved to" in capsys.readouterr().out

    with pytest.raises(ThorHudError, match="cannot be written"):
        await _save(log_of(LINES), tmp_path / "missing" / "log.txt")
    assert [each.name for each in tmp_path.iterdir()] == ["log.txt"]


def test_a_start_is_named_by_its_id_its_beginning_or_its_configuration() -> None:
    launches = [LAUNCH, OLDER]

    assert _chosen(launches, None) is LAUNCH
    assert _chosen(launches, "llama-3.1-8b-fp4") is OLDER
    assert _chosen(launches, "ab") is OLDER
    with pytest.raises(ThorHudError, match="There is no log of"):
        _chosen(launches, "nobody")
    with pytest.raises(ThorHudError, match="Nothing was started"):
        _chosen([], None)


def test_the_starts_are_listed_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    _list([LAUNCH, OLDER], load_workshop(), as_json=False)

    first, second = capsys.readouterr().out.splitlines()
    assert "failed" in first
    assert first.endswith("Llama-3.1-8B FP8")
    assert "stopped" in second
