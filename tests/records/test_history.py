"""The history in SQLite: what comes back, what is lost, what it costs."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.errors import RecordsError
from thorhud.domain.history import VALUES
from thorhud.records.history import KEPT_S, History, _least_and_most

NOON = 1_764_000_000


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path / "history.sqlite3")
    yield history
    history.close()


def row(**values: int | None) -> tuple[int | None, ...]:
    assert set(values) <= {each.name for each in VALUES}
    return tuple(values.get(each.name) for each in VALUES)


def fill(history: History, seconds: int, begin: int = NOON) -> None:
    for second in range(seconds):
        history.add(begin + second, row(power=second % 100))
    history.flush()


def test_values_come_back_in_their_unit_of_measure(history: History) -> None:
    history.add(NOON, row(power=834, memory_free=2))
    history.flush()

    power = history.series("power", NOON, NOON + 10, 100)
    assert (power.unit, power.points) == ("w", ((NOON, 83.4),))
    assert history.series("memory_free", NOON, NOON + 10, 100).points == ((NOON, 2 * 1024**2),)


def test_what_was_not_measured_has_no_point_and_is_no_zero(history: History) -> None:
    for second, watts in enumerate((10, None, 0)):
        history.add(NOON + second, row(power=watts))

    assert history.series("power", NOON, NOON + 3, 100).points == ((NOON, 1.0), (NOON + 2, 0.0))


def test_rows_that_are_not_written_yet_are_shown_too(history: History) -> None:
    fill(history, 5)
    history.add(NOON + 5, row(power=77))

    assert [at for at, _ in history.series("power", NOON, NOON + 60, 100).points] == [NOON + n for n in range(6)]


def test_it_is_time_to_write_before_a_minute_is_over(history: History) -> None:
    due = [history.add(NOON + second, row(), now_s=100.0 + second) for second in range(60)]

    assert due.index(True) == 58


@pytest.mark.parametrize("pixels", [1, 7, 100, 999])
def test_a_chart_gets_at_most_two_points_for_a_pixel_and_no_peak_is_lost(history: History, pixels: int) -> None:
    for second in range(3500):
        history.add(NOON + second, row(power=9000 if second == 3210 else -second if second == 17 else 500))
    history.flush()

    points = history.series("power", NOON, NOON + 3500, pixels).points

    assert len(points) <= 2 * pixels
    assert (NOON + 3210, 900.0) in points
    assert (NOON + 17, -1.7) in points
    assert [at for at, _ in points] == sorted(at for at, _ in points)


def test_the_pixels_asked_for_are_limited(history: History) -> None:
    fill(history, 10)

    assert len(history.series("power", NOON, NOON + 10, -5).points) == 2
    assert len(history.series("power", NOON, NOON + 10, 10**9).points) == 10
    assert history.series("power", NOON + 10, NOON, 100).points == ()


@given(
    points=st.lists(st.tuples(st.integers(0, 999), st.integers(-5, 5)), unique_by=lambda each: each[0]),
    pixels=st.integers(1, 1200),
)
def test_the_extremes_of_all_pixels_hold_the_extremes_of_all(points: list[tuple[int, int]], pixels: int) -> None:
    found = _least_and_most(points, 0, 1000, pixels)

    assert set(found) <= set(points)
    assert len(found) <= 2 * pixels
    values, kept = [each for _, each in points], [each for _, each in found]
    assert (min(values, default=None), max(values, default=None)) == (min(kept, default=None), max(kept, default=None))


def test_thirty_days_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    old = History(path)
    old.add(NOON - KEPT_S, row(power=1))
    old.add(NOON - KEPT_S + 1, row(power=2))
    old.add_rest(NOON - KEPT_S, {"a": 1})
    old.add_rest(NOON - KEPT_S + 60, {"a": 2})
    old.close()

    history = History(path)
    history.add(NOON, row(power=3))
    history.add_rest(NOON, {"a": 3})
    history.flush()

    assert [value for _, value in history.series("power", 0, NOON + 1, 4096).points] == [0.2, 0.3]
    assert [values["a"] for _, values in history.rest(0, NOON + 1)] == [2, 3]
    history.close()


@pytest.mark.parametrize("pixels", [2, 4096])
def test_what_a_unit_did_a_round_of_the_ring_ago_is_not_shown_as_today(history: History, pixels: int) -> None:
    fill(history, 10, NOON - KEPT_S)

    assert history.series("power", NOON, NOON + 10, pixels).points == ()


@pytest.mark.parametrize("pixels", [50, 4096])
def test_a_chart_over_the_end_of_the_ring_has_no_gap(history: History, pixels: int) -> None:
    begin = NOON // KEPT_S * KEPT_S + KEPT_S - 100
    fill(history, 200, begin)

    points = history.series("power", begin, begin + 200, pixels).points

    assert points[0][0] == begin
    assert points[-1][0] == begin + 199
    assert max(later - earlier for (earlier, _), (later, _) in pairwise(points)) <= 200 / min(pixels, 200) + 4


def test_a_clock_that_jumps_ahead_and_back_forgets_nothing(history: History) -> None:
    fill(history, 3)
    history.add(NOON + 10 * 365 * 86_400, row(power=1))
    history.flush()

    assert len(history.series("power", NOON, NOON + 60, 100).points) == 3


def test_a_history_of_the_first_form_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    db = sqlite3.connect(path)
    db.executescript("CREATE TABLE seconds (at INTEGER PRIMARY KEY); PRAGMA user_version = 1;")
    db.close()

    history = History(path)
    fill(history, 3)
    assert len(history.series("power", NOON, NOON + 60, 100).points) == 3
    history.close()


def test_the_rest_is_kept_once_a_minute(history: History) -> None:
    for second in range(150):
        at = NOON + second
        if history.wants_rest(at):
            history.add_rest(at, {"zones.tj.temp_c": float(second), "throttling": False})
    history.flush()

    found = history.rest(NOON, NOON + 200)
    assert [at - NOON for at, _ in found] == [0, 60, 120]
    assert found[1][1] == {"zones.tj.temp_c": 60.0, "throttling": False}


def test_a_source_that_invents_thousands_of_values_does_not_fill_the_disk(history: History) -> None:
    history.add_rest(NOON, {f"noise.{number}": number * 7919 % 10_007 for number in range(5000)})
    history.flush()

    assert history.rest(NOON, NOON + 60) == []


def test_a_second_agent_finds_what_the_first_one_wrote(tmp_path: Path) -> None:
    first = History(tmp_path / "history.sqlite3")
    fill(first, 3)
    first.close()

    second = History(tmp_path / "history.sqlite3")
    assert len(second.series("power", NOON, NOON + 60, 100).points) == 3
    second.close()


WRITER = """
import sys
from pathlib import Path
from thorhud.domain.history import VALUES
from thorhud.records.history import History

history = History(Path(sys.argv[1]))
begin, seconds = int(sys.argv[2]), int(sys.argv[3])
for second in range(seconds):
    if history.add(begin + second, (second,) * len(VALUES), now_s=float(second)):
        history.flush()
print("written", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("seconds", [59, 60, 117, 500])
def test_a_killed_writer_loses_at_most_a_minute(tmp_path: Path, seconds: int) -> None:
    path = tmp_path / "history.sqlite3"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(NOON), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait()

    history = History(path)
    points = history.series("gpu_clock", NOON, NOON + seconds, 4096).points
    history.close()

    newest = points[-1][0] - NOON if points else -1
    assert seconds - 1 - newest <= 60
    assert [value for _, value in points] == [float(second) for second in range(len(points))]


def test_a_history_of_a_newer_thorhud_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()

    with pytest.raises(RecordsError, match="newer thorhud"):
        History(path)


def test_a_file_that_is_no_history_is_said(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    path.write_bytes(b"not a database, but quite long" * 100)

    with pytest.raises(RecordsError, match="cannot be used"):
        History(path)


def test_what_the_disk_refuses_is_written_later(history: History, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "history.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    history._writer.execute("PRAGMA busy_timeout = 1")
    history.add(NOON, row(power=1))
    with pytest.raises(RecordsError):
        history.flush()
    other.execute("ROLLBACK")
    other.close()

    history.flush()

    assert history._waiting == []
    assert len(history.series("power", NOON, NOON + 10, 100).points) == 1
