"""The time of a start goes on evenly, whatever somebody does to the wall clock."""

from datetime import UTC, datetime

import pytest

from thorhud.agent.serving.launch_clock import LaunchClock

BEGAN = 1_700_000_000.0


class Clocks:
    def __init__(self) -> None:
        self.wall_s = BEGAN
        self.even_s = 5_000.0

    def pass_by(self, seconds: float) -> None:
        self.wall_s += seconds
        self.even_s += seconds

    def stamp(self) -> str:
        return datetime.fromtimestamp(self.wall_s, UTC).isoformat()

    def started(self) -> LaunchClock:
        return LaunchClock(BEGAN, monotonic=lambda: self.even_s, wall=lambda: self.wall_s)


def test_lines_lie_where_they_were_written() -> None:
    clocks = Clocks()
    clock = clocks.started()
    clocks.pass_by(12.0)
    written = clocks.stamp()
    clocks.pass_by(3.0)

    assert clock.elapsed_s == 15.0
    assert clock.arrived_at_s(written) == pytest.approx(12.0)


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
def test_an_hour_forth_or_back_is_no_time_of_the_start(jump_s: float) -> None:
    clocks = Clocks()
    clock = clocks.started()
    clocks.pass_by(10.0)
    before = clock.arrived_at_s(clocks.stamp())
    clocks.wall_s += jump_s
    clocks.pass_by(10.0)
    after = clock.arrived_at_s(clocks.stamp())

    assert before == pytest.approx(10.0)
    assert after == pytest.approx(20.0)
    assert clock.elapsed_s == 20.0


def test_there_and_back_again_leaves_nothing_behind() -> None:
    clocks = Clocks()
    clock = clocks.started()
    for jump_s in (3600.0, -3600.0, -3600.0, 3600.0):
        clocks.wall_s += jump_s
        clocks.pass_by(5.0)
        clock.arrived_at_s(clocks.stamp())

    assert clock.arrived_at_s(clocks.stamp()) == pytest.approx(20.0)


def test_a_line_from_before_the_jump_that_comes_after_it_goes_not_astray() -> None:
    clocks = Clocks()
    clock = clocks.started()
    clocks.pass_by(10.0)
    clock.arrived_at_s(clocks.stamp())
    late = clocks.stamp()
    clocks.wall_s += 3600.0

    assert clock.arrived_at_s(late) == pytest.approx(10.0)


def test_a_stored_start_is_placed_by_its_stamps_and_never_in_the_future() -> None:
    clocks = Clocks()
    clocks.pass_by(60.0)
    clock = clocks.started()

    assert clock.elapsed_s == 60.0
    assert clock.recorded_at_s("2023-11-14T22:13:32+00:00") == 12.0
    assert clock.recorded_at_s("2023-11-14T23:13:32+00:00") == 60.0
    assert clock.recorded_at_s("no stamp") is None
