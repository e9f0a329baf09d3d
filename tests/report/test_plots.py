"""Where the labels of the limit plot go, and that names are drawn as they are."""

import re
from dataclasses import replace
from itertools import combinations

import pytest

from tests.report.sample_runs import ladder_runs
from thorhud.domain.comparison import compare
from thorhud.domain.workshop import Workshop
from thorhud.report.chart_data import above_the_limit, chart_data
from thorhud.report.plots.canvas import Box, width_of
from thorhud.report.plots.limit import _free_place
from thorhud.report.plots.speed import speed_plot
from thorhud.report.write import draw_plots
from thorhud.settings.workshop_file import load_workshop


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


@pytest.mark.parametrize(
    ("other", "touches"),
    [(Box(5, 5, 15, 15), True), (Box(10, 0, 20, 10), False), (Box(0, 10, 10, 20), False), (Box(2, 2, 3, 3), True)],
)
def test_boxes_touch_where_they_share_room(other: Box, touches: bool) -> None:
    assert Box(0, 0, 10, 10).touches(other) is touches


def test_labels_of_near_points_do_not_lie_on_each_other() -> None:
    points = [(100.0, 200.0), (120.0, 205.0), (140.0, 190.0), (110.0, 170.0)]
    taken = [Box(x - 12, y - 12, x + 12, y + 12) for x, y in points]

    for point in points:
        _free_place(point, 40.0, taken)

    assert not [pair for pair in combinations(taken[4:], 2) if pair[0].touches(pair[1])]


def test_a_longer_text_is_estimated_wider() -> None:
    assert 0 < width_of("1.1", 10) < width_of("11.1", 10)


def test_a_dollar_sign_in_a_name_is_no_formula(workshop: Workshop) -> None:
    first = replace(workshop.configurations[2], short_name="a_$b^2$ \\frac")
    spoiled = replace(workshop, configurations=(first,))

    plots = draw_plots(compare(spoiled, ladder_runs(workshop)), spoiled)

    assert ">a_$b^2$ \\frac</text>" in plots.svg["speed"]


def test_a_published_point_that_was_not_measured_has_its_name(workshop: Workshop) -> None:
    only = [each for each in ladder_runs(workshop) if each.configuration_id == "llama-3.1-8b-fp16"]

    plot = draw_plots(compare(workshop, only), workshop).svg["limit"]

    assert [plot.count(f">{name}</text>") for name in ("FP16", "FP8", "FP4", "EAGLE3")] == [1, 1, 1, 1]
    assert plot.count(">not measured</text>") == 3


def test_a_mixture_of_experts_is_not_drawn_below_the_limit(workshop: Workshop) -> None:
    rows = chart_data(compare(workshop, ladder_runs(workshop)), workshop)["rows"]

    assert [row["limit"] is None for row in rows] == [True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("fast", "said"),
    [
        ((), []),
        (("llama-3.1-8b-fp4-eagle3",), ["With a draft model"]),
        (("llama-3.1-8b-fp16",), ["A point above the limit without a draft model"]),
        (("llama-3.1-8b-fp16", "llama-3.1-8b-fp4-eagle3"), ["With a draft model", "A point above the limit"]),
    ],
)
def test_a_point_above_the_limit_is_explained(workshop: Workshop, fast: tuple[str, ...], said: list[str]) -> None:
    runs = [
        replace(each, result=replace(each.result, tokens_per_s=99.0)) if each.configuration_id in fast else each
        for each in ladder_runs(workshop)
    ]

    told = above_the_limit(compare(workshop, runs), workshop)

    assert len(told) == len(said)
    assert all(sentence.startswith(start) for sentence, start in zip(told, said, strict=True))


def test_marked_runs_are_told_apart(workshop: Workshop) -> None:
    runs = ladder_runs(workshop)
    marked = replace(runs[1], result=replace(runs[1].result, disagreement="no"))

    row = chart_data(compare(workshop, [marked, *runs[2:]]), workshop)["rows"][2]

    assert [dot["counts"] for dot in row["short"]["dots"]] == [False, True, True]


def test_what_stands_behind_the_longest_bar_is_not_cut_off(workshop: Workshop) -> None:
    runs = [replace(each, not_comparable=("Not comparable: the unit throttles.",)) for each in ladder_runs(workshop)]
    fastest = replace(runs[0], result=replace(runs[0].result, tokens_per_s=1008.7, disagreement="held up"))

    figure = speed_plot(chart_data(compare(workshop, [fastest, *runs[1:]]), workshop)["rows"], ("short", "long"))

    figure.draw_without_rendering()
    ends = [each.get_window_extent().x1 for each in figure.axes[0].texts if each.get_text() == "not comparable"]
    assert ends
    assert max(ends) <= figure.bbox.x1


def test_a_value_does_not_stand_behind_a_far_tick_that_it_is_not_the_value_of(workshop: Workshop) -> None:
    slow = [
        replace(each, result=replace(each.result, tokens_per_s=12.0))
        if each.configuration_id.endswith("eagle3")
        else each
        for each in ladder_runs(workshop)
    ]

    plot = draw_plots(compare(workshop, slow), workshop, wanted=["svg"]).svg["speed"]

    places = {words: float(x) for x, words in re.findall(r'x="([\d.]+)"[^>]*>([^<]+)</text>', plot)}
    assert places["12.0"] < places["18.8"]
