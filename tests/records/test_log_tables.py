"""The log of a launch is bounded: its beginning and its end are kept, and what lies between is counted."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from thorhud.domain.containers import RecordedLine
from thorhud.domain.messages import LaunchRecord
from thorhud.records.log_tables import LINE_COST, Limits, LogExtent
from thorhud.records.store import Records

COST = 80 + LINE_COST


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with closing(Records(tmp_path / "records.sqlite3")) as records:
        records.limits = Limits(log=100 * COST, head=20 * COST, slack=10 * COST, all_logs=250 * COST)
        yield records


def lines(begin: int, count: int) -> list[RecordedLine]:
    return [RecordedLine(f"{number:09}", b"%080d" % number) for number in range(begin, begin + count)]


def numbers(records: Records, launch_id: str = "launch") -> list[int]:
    return [each.number for each in records.numbered_lines(launch_id)]


def fill(records: Records, launch_id: str, count: int, *, batch: int = 7) -> None:
    for begin in range(0, count, batch):
        records.append_lines(launch_id, lines(begin, min(batch, count - begin)))


def test_a_long_log_keeps_its_beginning_and_its_end(records: Records) -> None:
    fill(records, "launch", 1000)

    kept = numbers(records)
    assert kept[:20] == list(range(20))
    assert kept[20:] == list(range(kept[20], 1000))
    assert 90 <= len(kept) <= 100
    assert [int(line.text) for line in records.lines("launch")] == kept


def test_what_was_left_out_is_counted(records: Records) -> None:
    fill(records, "launch", 1000)

    extent, kept = records.log_extent("launch"), numbers(records)
    assert extent.total == records.line_count("launch") == 1000
    assert extent.dropped == (20, kept[20])
    assert extent.bytes == len(kept) * COST
    assert extent.dropped_bytes == (1000 - len(kept)) * COST


def test_a_log_within_its_bound_loses_nothing(records: Records) -> None:
    fill(records, "launch", 100)

    assert numbers(records) == list(range(100))
    assert records.log_extent("launch").dropped is None


def test_one_batch_larger_than_the_bound_is_cut_as_well(records: Records) -> None:
    records.append_lines("launch", lines(0, 700))

    kept = numbers(records)
    assert (kept[0], kept[19], kept[-1]) == (0, 19, 699)
    assert len(kept) <= 100


def test_the_newest_line_stays_however_long_it_is(records: Records) -> None:
    fill(records, "launch", 50)
    records.append_lines("launch", [RecordedLine("1", b"x" * 200 * COST)])

    assert numbers(records) == [*range(20), 50]


def test_a_first_line_larger_than_the_beginning_leaves_the_end(records: Records) -> None:
    records.append_lines("launch", [RecordedLine("1", b"x" * 200 * COST)])
    fill(records, "launch", 30)

    assert numbers(records) == list(range(1, 31))
    assert records.log_extent("launch").dropped == (0, 1)


def test_the_stamps_of_what_was_left_out_are_known(records: Records) -> None:
    assert records.dropped_stamps("launch") is None
    fill(records, "launch", 300)

    first_kept = numbers(records)[20]
    assert records.dropped_stamps("launch") == (f"{20:09}", f"{first_kept - 1:09}")


def test_the_oldest_whole_logs_make_room_for_newer_ones(records: Records) -> None:
    for number, launch_id in enumerate(("first", "second", "third")):
        records.save_launch(LaunchRecord(id=launch_id, configuration_id=None, started_unix_s=float(number)))
        fill(records, launch_id, 95)
    records.append_lines("fourth", lines(0, 1))

    assert numbers(records, "first") == []
    assert records.log_extent("first") == LogExtent(total=95, dropped_to=95, dropped_bytes=95 * COST)
    assert len(numbers(records, "second")) == len(numbers(records, "third")) == 95


def test_a_log_of_the_first_version_goes_on_behind_its_last_line(tmp_path: Path) -> None:
    with closing(Records(tmp_path / "old.sqlite3")) as records:
        fill(records, "launch", 5)
        with records._transaction() as db:
            db.execute("DROP TABLE logs")
            db.execute("PRAGMA user_version = 2")
    with closing(Records(tmp_path / "old.sqlite3")) as records:
        assert records.log_extent("launch") == LogExtent(total=5, bytes=5 * COST)
        records.append_lines("launch", lines(5, 1))
        assert numbers(records) == list(range(6))


@pytest.mark.parametrize("length", [0, 150, 1100, 20_000])
def test_many_times_the_bound_fills_no_disk(tmp_path: Path, length: int) -> None:
    bound = 8 * 1024**2
    with closing(Records(tmp_path / "records.sqlite3")) as records:
        records.limits = Limits(log=bound, head=bound // 4, slack=bound // 16)
        count = 4 * bound // (length + LINE_COST)
        for begin in range(0, count, 2000):
            stamps = range(begin, min(begin + 2000, count))
            records.append_lines("launch", [RecordedLine(f"2026-11-24T01:{n:024}Z", b"x" * length) for n in stamps])
        assert records.line_count("launch") == count
    assert (tmp_path / "records.sqlite3").stat().st_size < 2 * bound
