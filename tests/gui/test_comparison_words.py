"""A comparison in words, figures and table rows."""

from dataclasses import replace

import pytest
import samples
import samples_compare as sc

from thorhud.domain.comparison import ComparisonCell, ComparisonRow
from thorhud.gui.bar_words import bar_words
from thorhud.gui.comparison_table import TABLE_HEADER, table_rows
from thorhud.gui.comparison_words import (
    axis_end,
    header_line,
    is_long,
    limit_points,
    percent,
    reason_words,
    ticks,
)
from thorhud.gui.ladder_words import ladder_end, ladder_line, place_in_ladder
from thorhud.gui.stage_words import DASH, NARROW

EMPTY = ComparisonCell()


@pytest.mark.parametrize(
    ("highest", "values"),
    [
        (43.0, (0.0, 10.0, 20.0, 30.0, 40.0)),
        (4.3, (0.0, 1.0, 2.0, 3.0, 4.0)),
        (0.5, (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)),
        (0.0, (0.0,)),
        (float("nan"), (0.0,)),
    ],
)
def test_an_axis_has_round_values_from_zero(highest: float, values: tuple[float, ...]) -> None:
    assert ticks(highest) == pytest.approx(values)


def test_an_axis_ends_beyond_the_largest_value() -> None:
    assert axis_end([20.0, float("inf"), 5.0], 10.0) == pytest.approx(22.0)
    assert axis_end([], 10.0) == 10.0


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("The weights are not on this unit", "Not measured: the weights are not on this unit"),
        ("GPT-OSS needs its word list", "Not measured: GPT-OSS needs its word list"),
        ("Not measured yet", "Not measured yet"),
        ("No run counts: they differ", "No run counts: they differ"),
        (None, "Not measured yet"),
    ],
)
def test_not_measured_is_a_sentence(reason: str | None, words: str) -> None:
    assert reason_words(ComparisonRow(configuration_id="x", short=EMPTY, long=EMPTY, reason=reason)) == words


def test_the_share_of_the_limit_is_the_workshops_arithmetic() -> None:
    points = {point.configuration_id: point for point in limit_points(sc.comparison(), samples.workshop())}

    assert set(points) == {
        "llama-3.1-8b-fp16",
        "llama-3.1-8b-fp8",
        "llama-3.1-8b-fp4",
        "llama-3.1-8b-fp4-eagle3",
    }, "a mixture of experts is left out"
    shares = {key.removeprefix("llama-3.1-8b-"): percent(point.share or 0) for key, point in points.items()}
    assert shares == {
        "fp16": f"62{NARROW}%",
        "fp8": f"47{NARROW}%",
        "fp4": f"45{NARROW}%",
        "fp4-eagle3": f"68{NARROW}%",
    }


def test_without_a_bandwidth_there_is_no_share() -> None:
    workshop = replace(samples.workshop(), bandwidth_gb_per_s=None)

    assert [point.share for point in limit_points(sc.comparison(), workshop)] == [None] * 4


def test_where_only_short_answers_were_measured_the_limit_is_shown_for_them() -> None:
    rows = tuple(replace(row, long=EMPTY) for row in sc.comparison().rows)
    comparison = sc.comparison(rows=rows)
    fp4 = next(
        point for point in limit_points(comparison, samples.workshop()) if point.configuration_id.endswith("fp4")
    )

    assert not is_long(comparison)
    assert (fp4.measured, fp4.published) == (19.0, 19.1)


def test_a_bar_names_number_and_conditions() -> None:
    comparison = sc.comparison()
    row = comparison.rows[4]
    fp4 = samples.workshop().configurations[4]
    words = bar_words(fp4, "short", row.short, fp4.published.short_tokens_per_s, comparison)

    assert "median 19.0 tok/s of n = 3 runs" in words
    assert "not counted: 17.0, client and server differ by 12 %" in words
    assert "published 19.1" in words
    assert "temperature 0, seed 1" in words


def test_the_table_holds_what_the_charts_show() -> None:
    rows = table_rows(sc.comparison(), samples.workshop())

    assert len(rows) == 11
    first = dict(zip(TABLE_HEADER, rows[0], strict=True))
    assert [first[name] for name in ("Configuration", "Answer", "Median tok/s", "n")] == [
        "GPT-OSS-120B", "short", "34.1", "3",
    ]  # fmt: skip
    assert first["Runs (not counted)"] == "34.0, 34.1, 34.4"
    assert (first["95 % low"], first["Published tok/s"], first["J/token"]) == (DASH, DASH, DASH)
    assert (first["Tokens"], first["TTFT s"], first["Memory GiB"], first["Start s"]) == (
        "141",
        "0.42",
        "60.80",
        "112.0",
    )
    assert rows[2] == ("GPT-OSS-20B", "Not measured: the weights are not on this unit")
    assert {len(row) for row in rows} == {len(TABLE_HEADER), 2}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "First look: 3 runs behind each bar, on this unit"),
        ({"preliminary": False}, "Same prompt, measured on this unit"),
        (
            {"simulated": True, "start_speed": 10.0},
            "First look: 3 runs behind each bar, on a simulated unit, start hurried 10 times",
        ),
    ],
)
def test_the_head_says_how_much_to_believe(changes: dict[str, object], words: str) -> None:
    assert header_line(sc.comparison(**changes)) == words


def test_the_head_counts_the_runs_that_there_are() -> None:
    first = sc.comparison().rows[2]
    one = replace(first, short=replace(first.short, dots=first.short.dots[:1]), long=EMPTY)

    assert header_line(sc.comparison(rows=(one,))) == "First look: 1 run behind each bar, on this unit"
    assert header_line(sc.comparison(rows=(first, one))) == "First look: 1 to 3 runs behind each bar, on this unit"


def test_a_running_comparison_says_where_it_stands() -> None:
    assert place_in_ladder(sc.ladder()) == "comparison, 2 of 3"
    assert ladder_line(sc.ladder(), samples.workshop()) == "Model 2 of 3: FP8, repeat 1 of 3. About 1:23 left"


def test_without_words_of_the_agent_the_step_is_named() -> None:
    line = ladder_line(replace(sc.ladder(), activity=None, remaining_s=None), samples.workshop())

    assert line == "Model 2 of 3: Measuring FP8, run 2 of 4. 1:01 so far"


def test_how_a_comparison_ended_is_said_only_where_it_went_wrong() -> None:
    ladder = sc.ladder()
    phase = type(ladder.phase)

    assert ladder_end(replace(ladder, phase=phase.DONE)) == ""
    assert "was measured is kept" in ladder_end(replace(ladder, phase=phase.CANCELLED))
    assert ladder_end(replace(ladder, phase=phase.FAILED, reason="Docker is gone.")) == "Docker is gone."
