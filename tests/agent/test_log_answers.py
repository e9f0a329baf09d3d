"""The log of a launch in ranges and by what its lines say, asked of a whole agent."""

import asyncio
import time
from typing import Any

import pytest

from tests.agent.conftest import Face, Unit
from thorhud.domain.containers import RecordedLine
from thorhud.domain.errors import ThorHudError
from thorhud.domain.messages import LaunchRecord, LogHits, LogPage, QueryName
from thorhud.domain.wire import convert
from thorhud.records.log_tables import LINE_COST, Limits

LAUNCH = "yesterday"


def write(unit: Unit, *texts: bytes, launch_id: str = LAUNCH) -> None:
    begin = unit.parts.records.line_count(launch_id)
    unit.parts.records.append_lines(
        launch_id, [RecordedLine(f"{begin + number:09}", text) for number, text in enumerate(texts)]
    )


async def page(face: Face, **args: Any) -> LogPage:
    return convert(await face.link.query(QueryName.LOG, launch_id=LAUNCH, **args), LogPage)


async def hits(face: Face, **args: Any) -> LogHits:
    return convert(await face.link.query(QueryName.FIND_IN_LOG, launch_id=LAUNCH, **args), LogHits)


async def test_a_range_is_asked_for_from_either_end(unit: Unit, face: Face) -> None:
    write(unit, *(b"line %d" % number for number in range(50)))

    assert (await page(face, offset=10, limit=2)).lines == ("line 10", "line 11")
    newest = await page(face, offset=-3)
    assert (newest.offset, newest.lines, newest.total) == (47, ("line 47", "line 48", "line 49"), 50)
    assert (await page(face, offset=50)).lines == ()


async def test_a_page_ends_where_lines_are_not_kept(unit: Unit, face: Face) -> None:
    cost = 10 + LINE_COST
    unit.parts.records.limits = Limits(log=50 * cost, head=10 * cost, slack=cost)
    write(unit, *(b"%010d" % number for number in range(200)))

    first = await page(face, offset=5)
    assert [int(line) for line in first.lines] == [5, 6, 7, 8, 9]
    assert first.dropped_from == 10
    second = await page(face, offset=10)
    assert second.offset == first.dropped_to == int(second.lines[0])
    assert second.offset + len(second.lines) == second.total == 200


async def test_hostile_and_endless_lines_fit_into_a_message(unit: Unit, face: Face) -> None:
    write(unit, *(b"\x01\xff" * 5_000_000 for _ in range(3)), b"\x1b[31mred\x1b[0m", b"last")

    offset, lines = 0, list[str]()
    while (got := await page(face, offset=offset, characters=100_000)).lines:
        lines += got.lines
        offset = got.offset + len(got.lines)
    assert len(lines) == 5
    assert "cut here" in lines[0]
    assert lines[3:] == ["red", "last"]


async def test_a_text_is_found_in_the_whole_log_whatever_its_case_and_colour(unit: Unit, face: Face) -> None:
    write(unit, *(b"line %d" % number for number in range(5000)))
    write(unit, b"\x1b[1;36m(EngineCore)\x1b[0;0m KV cache")

    found = await hits(face, text="(enginecore) kv")
    assert (found.numbers, found.total) == ((5000,), 1)
    everywhere = await hits(face, text="LINE", limit=2)
    assert (everywhere.numbers, everywhere.total) == ((0, 1), 5000)


async def test_hits_come_before_or_after_a_line(unit: Unit, face: Face) -> None:
    write(unit, *(b"even" if number % 2 == 0 else b"odd" for number in range(100)))

    assert (await hits(face, text="even", after=10, limit=1)).numbers == (12,)
    before = await hits(face, text="even", before=10, limit=2, lines=True)
    assert (before.numbers, before.lines, before.before) == ((6, 8), ("even", "even"), 3)
    assert (await hits(face, text="even", after=98)).numbers == ()
    newest = await hits(face, text="even", skip=-2)
    assert (newest.before, newest.numbers) == (48, (96, 98))
    assert (await hits(face, text="even", skip=3, limit=1)).numbers == (6,)


async def test_a_search_goes_on_with_the_lines_that_came_since(unit: Unit, face: Face) -> None:
    write(unit, b"first error", b"fine")
    assert (await hits(face, text="error")).total == 1
    write(unit, b"second error")

    assert (await hits(face, text="error")).numbers == (0, 2)


async def test_lines_are_chosen_by_level(unit: Unit, face: Face) -> None:
    write(
        unit,
        b"INFO 11-23 10:00:00 [a.py:1] begins",
        b"WARNING 11-23 10:00:00 [a.py:1] hm",
        b"Traceback (most recent call last):",
        b'  File "/x.py", line 1',
        b"OSError: gone",
    )

    assert (await hits(face, levels=["error"])).numbers == (2, 3, 4)
    assert (await hits(face, levels=["warning", "error"], lines=True)).lines[0].endswith("hm")
    assert (await hits(face, levels=["error"], text="gone")).numbers == (4,)
    with pytest.raises(ThorHudError, match="levels of a log are"):
        await hits(face, levels=["loud"])


async def test_hits_among_lines_that_are_not_kept_do_not_count(unit: Unit, face: Face) -> None:
    cost = 10 + LINE_COST
    unit.parts.records.limits = Limits(log=50 * cost, head=10 * cost, slack=cost)
    write(unit, *(b"%010d" % number for number in range(20)))
    assert (await hits(face, text="0")).total == 20
    write(unit, *(b"%010d" % number for number in range(20, 200)))

    found = await hits(face, text="0")
    kept = await page(face, offset=10)
    assert found.numbers == (*range(10), *range(kept.dropped_to, 200))


async def test_the_line_that_says_why_an_earlier_launch_failed_is_found(unit: Unit, face: Face) -> None:
    launch = LaunchRecord(id=LAUNCH, configuration_id=None, started_unix_s=1.0, outcome="failed", exit_code=1)
    unit.parts.records.save_launch(launch)
    write(
        unit,
        b"INFO 11-23 10:00:00 [api_server.py:1] vLLM API server version 0.11.0",
        b"vllm serve: error: unrecognized arguments: --nonsense",
        b"the end",
    )

    assert (await hits(face, cause=True)).numbers == (1,)


async def test_a_launch_that_did_not_fail_has_no_such_line(unit: Unit, face: Face) -> None:
    unit.parts.records.save_launch(LaunchRecord(id=LAUNCH, configuration_id=None, started_unix_s=1.0))
    write(unit, b"ERROR 11-23 10:00:00 [a.py:1] something passing")

    assert (await hits(face, cause=True)).total == 0


async def test_the_agent_answers_others_while_it_searches(unit: Unit, face: Face) -> None:
    line = b"INFO 11-23 10:00:00 [loggers.py:123] Engine 000: Avg generation throughput: 19.1 tokens/s, Running: 1 reqs"
    for _ in range(10):
        write(unit, *([line] * 5000))
    searching = asyncio.ensure_future(hits(face, text="not there", levels=["error"]))
    longest_s, answered = 0.0, 0
    while not searching.done():
        began_s = time.monotonic()
        await face.link.query(QueryName.LAUNCHES, limit=1)
        longest_s, answered = max(longest_s, time.monotonic() - began_s), answered + 1
    assert (await searching).total == 0
    assert answered >= 2
    assert longest_s < 1.0
