"""The last seconds of a log, read twice and told apart."""

import asyncio
from pathlib import Path

import pytest

from tests.serving.own_engine import spec
from thorhud.domain.containers import RecordedLine
from thorhud.serving.docker_engine import DockerEngine
from thorhud.serving.log_end import PRUNED_AT, LogEnd


def line(second: int, text: bytes = b"x") -> RecordedLine:
    return RecordedLine(f"2026-11-23T20:{second // 60:02d}:{second % 60:02d}.000000001Z", text)


def test_what_was_seen_is_left_out_as_often_as_it_was_seen() -> None:
    end = LogEnd()
    for each in (line(1), line(2), line(2)):
        end.add(each)

    assert list(end.unseen([line(1), line(2), line(2), line(2), line(3)])) == [line(2), line(3)]


def test_a_log_without_a_line_is_read_from_its_beginning() -> None:
    assert LogEnd().doubtful_since(None) is None


@pytest.mark.parametrize(("open_since", "since"), [(None, 58), (line(30).stamp, 30), (line(59).stamp, 58)])
def test_it_goes_back_two_seconds_or_to_a_line_without_an_end(open_since: str | None, since: int) -> None:
    end = LogEnd()
    end.add(line(60))

    assert end.doubtful_since(open_since) == line(since).stamp


def test_what_can_be_asked_for_again_is_remembered_however_long_the_log() -> None:
    end = LogEnd()
    for n in range(2 * PRUNED_AT):
        end.add(line(n // 100))
    again = [line(n // 100) for n in range(2 * PRUNED_AT) if line(n // 100).stamp >= (end.doubtful_since(None) or "")]

    assert len(again) > 200
    assert list(end.unseen(again)) == []


@pytest.mark.docker
async def test_last_words_are_never_lost(engine: DockerEngine, tmp_path: Path) -> None:
    words = "awk 'BEGIN { for (i = 0; i < 700; i++) printf \"%09d|\", i }'"
    for attempt in range(8):
        name = f"last{attempt}"
        await engine.start(spec(name, f"echo first; usleep 400000; echo before; {words} >&2; exit 1"))
        async with asyncio.timeout(20):
            lines = [each.text async for each in engine.logs(name)]

        assert [len(text) for text in lines] == [5, 6, 7000]
