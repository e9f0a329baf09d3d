"""How far a chat page's start is, and what is left of it."""

import pytest

from thorhud.domain.chat_page_start import KEPT_STARTS, StartTimes, stage_of, time_left_words

LOG = (
    ("No WEBUI_SECRET_KEY environment variable set, loading from file.", "Loading its program"),
    ("INFO  [alembic.runtime.migration] Running upgrade  -> 7e5b5dc7342b, init", "Preparing its database"),
    ("Fetching 30 files:  10%|#         | 3/30", "Getting a search model from the internet"),
    ("INFO:     Waiting for application startup.", "Opening its settings"),
    ("INFO:     Uvicorn running on http://0.0.0.0:8080 (Press CTRL+C to quit)", "Answering"),
)


@pytest.mark.parametrize("count", range(1, len(LOG) + 1))
def test_the_furthest_line_says_the_stage(count: int) -> None:
    lines = [line for line, _ in LOG[:count]]

    assert stage_of(lines) == LOG[count - 1][1]
    assert stage_of(reversed(lines)) == LOG[count - 1][1]


def test_before_its_first_line_it_loads() -> None:
    assert stage_of(()) == "Loading its program"


def test_nobody_claims_a_time_before_the_first_start_here() -> None:
    assert time_left_words(10.0, None) == (None, "The first start on this unit; it takes a minute or more.")


@pytest.mark.parametrize(("elapsed_s", "left_s"), [(0.0, 40.0), (30.0, 10.0), (45.0, 0.0)])
def test_what_is_left_is_never_less_than_nothing(elapsed_s: float, left_s: float) -> None:
    assert time_left_words(elapsed_s, 40.0) == (left_s, "")


def test_past_one_and_a_half_times_it_is_longer_than_usual() -> None:
    left_s, words = time_left_words(61.0, 40.0)

    assert left_s is None
    assert words == "Longer than usual; on this unit it takes about 40 s."


def test_first_starts_and_later_ones_are_learned_apart_and_only_the_newest_count() -> None:
    times = StartTimes().with_one(90.0, fresh=True)
    for seconds in range(100, 100 + KEPT_STARTS + 5):
        times = times.with_one(float(seconds), fresh=False)

    assert times.usual_s(fresh=True) == 90.0
    assert times.usual_s(fresh=False) == 109.0
    assert len(times.again) == KEPT_STARTS
