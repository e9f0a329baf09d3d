"""A comparison in words, figures and table rows."""

import time
from dataclasses import replace

import pytest
import samples
import samples_compare as sc
import samples_more as sm

from thorhud.domain.comparison import ComparisonCell, ComparisonRow
from thorhud.domain.state import LadderStep
from thorhud.gui.bar_words import bar_words, mark_of, nothing_comparable, why_not
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
from thorhud.gui.ladder_words import ladder_end, ladder_line, place_in_ladder, resume_words, steps_in_words
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
        ({}, "First look on this unit: 3 runs behind each bar"),
        ({"preliminary": False}, "Same prompt, measured on this unit"),
        (
            {"simulated": True, "start_speed": 10.0},
            "First look on a simulated unit: 3 runs behind each bar",
        ),
    ],
)
def test_the_head_says_how_much_to_believe(changes: dict[str, object], words: str) -> None:
    assert header_line(sc.comparison(**changes)) == words


def test_the_head_counts_the_runs_that_there_are() -> None:
    first = sc.comparison().rows[2]
    one = replace(first, short=replace(first.short, dots=first.short.dots[:1]), long=EMPTY)

    assert header_line(sc.comparison(rows=(one,))) == "First look on this unit: 1 run behind each bar"
    assert header_line(sc.comparison(rows=(first, one))) == "First look on this unit: 1 to 3 runs behind each bar"


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


def test_the_head_says_when_it_was_measured() -> None:
    whole = sm.comparison()
    assert whole.measured_unix_s is not None
    last = whole.measured_unix_s[1]

    assert header_line(whole, last + 60) == "Same prompt, measured on this unit today"
    assert header_line(whole, last + 5 * 86_400).startswith("Same prompt, measured on this unit on ")


def test_a_bar_says_its_interval_its_verdict_and_why_it_cannot_be_compared() -> None:
    whole, workshop = sm.comparison(), samples.workshop()
    fp8, fp4 = workshop.configurations[3], workshop.configurations[4]
    words = bar_words(fp4, "long", whole.rows[4].long, fp4.published.long_tokens_per_s, whole)
    hot = bar_words(fp8, "long", whole.rows[3].long, fp8.published.long_tokens_per_s, whole)

    assert f"median 18.8 tok/s of n = 5 runs, 18.6 to 19.0, 95{NARROW}% CI" in words
    assert sm.VERDICT in words
    assert "2.31 J for each token" in words
    assert "Not comparable: the power mode is 70W, not the fastest." in hot


def test_what_deserves_less_trust_is_marked_at_its_bar() -> None:
    whole = sm.comparison()
    few = replace(whole.rows[4].short, dots=whole.rows[4].short.dots[:3])
    mixed = sm.comparison(rows=(*whole.rows[:4], replace(whole.rows[4], short=few)))

    assert mark_of(whole.rows[3].long, whole) == "not comparable"
    assert mark_of(whole.rows[4].long, whole) == ""
    assert mark_of(few, mixed) == "first look"


def test_where_every_bar_is_a_first_look_only_the_head_says_so() -> None:
    first = sc.comparison()

    assert {mark_of(row.short, first) for row in first.rows} == {""}
    assert header_line(first).startswith("First look")


def test_the_share_of_the_limit_is_the_measured_one_where_it_is_known() -> None:
    rows = tuple(
        replace(row, share_of_limit=0.5) if row.model_memory_gib == 6.07 else row for row in sm.comparison().rows
    )
    points = {point.configuration_id: point for point in limit_points(sm.comparison(rows=rows), samples.workshop())}

    assert points["llama-3.1-8b-fp4"].share == 0.5
    assert points["llama-3.1-8b-fp16"].read_gib == pytest.approx(15_008_000_000 / 2**30), "tensor by tensor"


def test_the_table_holds_intervals_acceptance_and_the_shape_of_others() -> None:
    eagle = sm.comparison().rows[5]
    rows = table_rows(sm.comparison(rows=(replace(eagle, shape=eagle.short),)), samples.workshop())
    lines = [dict(zip(TABLE_HEADER, row, strict=True)) for row in rows]

    assert [line["Answer"] for line in lines] == ["short", "long", "2048/128"]
    assert (lines[1]["95 % low"], lines[1]["95 % high"]) == ("24.9", "25.4")
    assert (lines[1]["Accepted"], lines[1]["Tokens/step"]) == (f"53{NARROW}%", "2.59")
    assert (lines[0]["Of limit"], lines[1]["Of limit"]) == (DASH, f"68{NARROW}%")


def test_every_step_of_a_ladder_is_named_with_its_state() -> None:
    steps = (
        *sc.ladder().steps,
        LadderStep(configuration_id="llama-3.1-8b-fp4-eagle3", state="failed", reason="vLLM stopped."),
        LadderStep(configuration_id="gpt-oss-120b", state="done", not_comparable=("The power mode is 70W.",)),
    )
    found = steps_in_words(replace(sc.ladder(), steps=steps), samples.workshop())

    assert [(step.name, step.state) for step in found] == [
        ("FP16", "measured"),
        ("FP8", "run 2 of 4"),
        ("FP4", "waiting"),
        ("FP4 + EAGLE3", "failed: vLLM stopped."),
        ("120B", "measured, not comparable"),
    ]
    assert [step.share for step in found] == [1.0, 0.25, 0.0, 1.0, 1.0]


def test_a_broken_off_ladder_is_offered_with_its_hour() -> None:
    assert resume_words(None, (sm.broken_off(),)) == ""
    assert resume_words("ladder-9", ()) == "Continue the comparison"
    began = time.strftime("%H:%M", time.localtime(sm.broken_off().began_unix_s))
    assert resume_words("ladder-9", (sm.broken_off(),)) == f"Continue the comparison of {began}"


def test_what_holds_for_every_bar_is_said_once() -> None:
    why = ("Not comparable: the unit is simulated.",)
    rows = tuple(
        replace(row, short=replace(row.short, not_comparable=why), long=replace(row.long, not_comparable=why))
        for row in sm.comparison().rows
    )
    everything = sm.comparison(rows=rows)

    assert nothing_comparable(everything)
    assert {mark_of(row.long, everything) for row in rows} == {""}
    assert not nothing_comparable(sm.comparison())


def test_the_reason_of_a_gate_is_not_named_twice() -> None:
    assert why_not(("Not comparable: the unit is simulated.", "GPU clocks were low.")) == (
        "Not comparable: the unit is simulated; GPU clocks were low."
    )
    assert why_not(()) == ""
