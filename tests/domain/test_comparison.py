"""The arithmetic of a comparison, on figures like the workshop's."""

from dataclasses import replace

import pytest

from thorhud.domain.comparison import Comparison, ComparisonRow, Finding, compare, median, read_gib
from thorhud.domain.roofline import limit_tokens_per_s, share_of_limit
from thorhud.domain.run_record import RunRecord
from thorhud.domain.timing import PromptError, PromptResult
from thorhud.domain.workshop import Workshop
from thorhud.settings.workshop_file import load_workshop

SAMPLE = {
    "gpt-oss-120b": (34.1, 33.6, 60.80),
    "llama-3.1-8b-fp16": (10.6, 10.5, 14.99),
    "llama-3.1-8b-fp8": (14.3, 14.0, 8.49),
    "llama-3.1-8b-fp4": (19.0, 18.8, 6.07),
    "llama-3.1-8b-fp4-eagle3": (14.6, 25.1, 6.86),
}
"""The sample figures of the design's comparison picture: short, long, memory."""


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


def run(
    configuration_id: str = "llama-3.1-8b-fp16",
    tokens_per_s: float | None = 10.0,
    *,
    prompt_name: str = "reference",
    at: float = 0.0,
    ttft_s: float = 0.3,
    disagreement: str | None = None,
    error: PromptError | None = None,
    note: str | None = None,
    memory: float | None = None,
    warm_up: bool = False,
    simulated: bool = False,
    start_speed: float = 1.0,
    temperature: float | None = 0.0,
) -> RunRecord:
    return RunRecord(
        id=f"{configuration_id}-{prompt_name}-{at}-{tokens_per_s}",
        at_unix_s=at,
        configuration_id=configuration_id,
        prompt_name=prompt_name,
        result=PromptResult(
            model="m",
            tokens_per_s=tokens_per_s,
            ttft_s=ttft_s,
            completion_tokens=141,
            disagreement=disagreement,
            error=error,
            note=note,
        ),
        model_memory_gib=memory,
        warm_up=warm_up,
        simulated=simulated,
        start_speed=start_speed,
        temperature=temperature,
        seed=1,
    )


def sample_runs(*, lengths: tuple[str, ...] = ("reference", "long"), without: str = "") -> list[RunRecord]:
    return [
        run(
            each,
            speeds[lengths.index(length) if lengths == ("reference", "long") else 0],
            prompt_name=length,
            memory=speeds[2],
        )
        for each, speeds in SAMPLE.items()
        for length in lengths
        if each != without
    ]


def row(comparison: Comparison, configuration_id: str) -> ComparisonRow:
    return next(each for each in comparison.rows if each.configuration_id == configuration_id)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([3.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 3.0], 2.5), ([None, 7.0], 7.0), ([], None), ([None], None)],
)
def test_the_median_leaves_out_what_was_not_measured(values: list[float | None], expected: float | None) -> None:
    assert median(values) == expected


@pytest.mark.parametrize(
    ("tokens_per_s", "gib", "percent"),
    [(10.7, 14.99, 63), (14.2, 8.49, 47), (19.1, 6.07, 46), (25.6, 6.86, 69), (10.5, 14.99, 62), (18.8, 6.07, 45)],
)
def test_the_share_of_the_limit_is_the_design_s(tokens_per_s: float, gib: float, percent: int) -> None:
    assert round(100 * share_of_limit(tokens_per_s, gib, 273.0)) == percent


def test_the_limit_is_the_bandwidth_over_the_bytes_of_a_token() -> None:
    assert limit_tokens_per_s(14.99, 273.0) == pytest.approx(16.96, abs=0.01)


def test_rows_stand_in_the_workshop_s_order_whatever_the_order_of_runs(workshop: Workshop) -> None:
    comparison = compare(workshop, sample_runs()[::-1])

    assert [each.configuration_id for each in comparison.rows] == [each.id for each in workshop.configurations]


def test_a_bar_is_the_median_of_its_own_prompt(workshop: Workshop) -> None:
    runs = [
        run(tokens_per_s=speed, at=speed, ttft_s=speed / 10, prompt_name=prompt)
        for prompt, speeds in (("reference", (3.0, 1.0, 9.0)), ("long", (20.0, 22.0)))
        for speed in speeds
    ]

    fp16 = row(compare(workshop, runs), "llama-3.1-8b-fp16")

    assert fp16.short.median_tokens_per_s == 3.0
    assert fp16.short.median_ttft_s == pytest.approx(0.3)
    assert fp16.short.median_completion_tokens == 141
    assert fp16.long.median_tokens_per_s == 21.0


def test_dots_stand_in_the_order_of_time(workshop: Workshop) -> None:
    comparison = compare(workshop, [run(tokens_per_s=2.0, at=2.0), run(tokens_per_s=1.0, at=1.0)])

    assert [dot.tokens_per_s for dot in row(comparison, "llama-3.1-8b-fp16").short.dots] == [1.0, 2.0]


def test_a_marked_run_is_a_dot_that_does_not_count(workshop: Workshop) -> None:
    runs = [run(tokens_per_s=10.0), run(tokens_per_s=99.0, at=1.0, disagreement="10 here, 99 there")]

    short = row(compare(workshop, runs), "llama-3.1-8b-fp16").short

    assert short.median_tokens_per_s == 10.0
    assert [dot.marked for dot in short.dots] == [None, "10 here, 99 there"]


def test_a_run_that_broke_off_is_a_dot_marked_with_its_error(workshop: Workshop) -> None:
    broken = PromptError(kind="aborted", headline="The stream broke off")

    short = row(compare(workshop, [run(), run(tokens_per_s=5.0, error=broken)]), "llama-3.1-8b-fp16").short

    assert short.median_tokens_per_s == 10.0
    assert {dot.marked for dot in short.dots} == {None, "The stream broke off"}


@pytest.mark.parametrize("hidden", [{"warm_up": True}, {"prompt_name": "own"}, {"prompt_name": "first-chat"}])
def test_warm_ups_and_other_prompts_are_no_dots(workshop: Workshop, hidden: dict[str, object]) -> None:
    comparison = compare(workshop, [run(**hidden)])  # type: ignore[arg-type]

    assert row(comparison, "llama-3.1-8b-fp16").short.dots == ()


def test_runs_of_another_workshop_do_not_mix_in(workshop: Workshop) -> None:
    comparison = compare(workshop, [replace(run(), workshop="another"), replace(run(), workshop=workshop.id)])

    assert len(row(comparison, "llama-3.1-8b-fp16").short.dots) == 1


def test_memory_is_that_of_the_newest_run(workshop: Workshop) -> None:
    runs = [run(memory=15.2, at=2.0), run(memory=14.99, at=1.0), run(memory=None, at=3.0)]

    assert row(compare(workshop, runs), "llama-3.1-8b-fp16").model_memory_gib == 15.2


def test_the_start_is_taken_over(workshop: Workshop) -> None:
    comparison = compare(workshop, [run()], start_s={"llama-3.1-8b-fp16": 24.1})

    assert row(comparison, "llama-3.1-8b-fp16").start_s == 24.1


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        ([], "The weights are not on this unit"),
        ([run(tokens_per_s=None, note="only 3 tokens came")], "The weights are not on this unit"),
        ([run()], None),
    ],
)
def test_what_was_not_measured_says_why(workshop: Workshop, runs: list[RunRecord], reason: str | None) -> None:
    told = {"llama-3.1-8b-fp16": "The weights are not on this unit"}

    assert row(compare(workshop, runs, not_measured=told), "llama-3.1-8b-fp16").reason == reason


def test_a_reason_never_says_not_measured_twice(workshop: Workshop) -> None:
    told = {"llama-3.1-8b-fp16": "Not measured: no weights"}

    assert row(compare(workshop, [], not_measured=told), "llama-3.1-8b-fp16").reason == "no weights"


@pytest.mark.parametrize(
    ("only", "reason"),
    [
        (None, "no run yet"),
        (run(tokens_per_s=None, note="only 3 tokens came"), "only 3 tokens came"),
        (run(tokens_per_s=None, error=PromptError(kind="http", headline="HTTP 500")), "HTTP 500"),
        (run(disagreement="10 here, 99 there"), "10 here, 99 there"),
    ],
)
def test_without_being_told_the_reason_comes_from_the_runs(
    workshop: Workshop, only: RunRecord | None, reason: str
) -> None:
    comparison = compare(workshop, [] if only is None else [only])

    assert row(comparison, "llama-3.1-8b-fp16").reason == reason


@pytest.mark.parametrize(("repeats", "preliminary"), [(1, True), (4, True), (5, False), (7, False)])
def test_fewer_than_five_repeats_are_preliminary(workshop: Workshop, repeats: int, preliminary: bool) -> None:
    runs = [run(at=float(each)) for each in range(repeats)]

    assert compare(workshop, runs).preliminary is preliminary


def test_the_thinnest_bar_decides_and_marked_runs_are_no_repeats(workshop: Workshop) -> None:
    runs = [run(at=float(each)) for each in range(5)]
    marked = run("llama-3.1-8b-fp8", disagreement="no")

    assert compare(workshop, [*runs, run("llama-3.1-8b-fp8")]).preliminary
    assert compare(workshop, [*runs[:4], run(disagreement="no")]).preliminary
    assert compare(workshop, [*runs, marked]).preliminary


def test_an_empty_comparison_is_preliminary_and_finds_nothing(workshop: Workshop) -> None:
    comparison = compare(workshop, [], unit="thor-07")

    assert (comparison.unit, comparison.preliminary, comparison.simulated) == ("thor-07", True, False)
    assert comparison.conditions == ()
    assert comparison.findings == ()


def test_the_findings_of_the_design_s_sample(workshop: Workshop) -> None:
    assert compare(workshop, sample_runs()).findings == (
        Finding(figure="+79 %", sentence="FP4 against FP16, with 40 % of the bytes to read."),
        Finding(
            figure="+34 %",
            sentence="Draft model on long answers. On short ones it is slower than FP4 alone.",
        ),
        Finding(
            figure="62 → 45 %",
            sentence="Share of the memory limit reached. Smaller weights leave other costs showing.",
        ),
    )


def test_with_short_answers_alone_the_findings_say_so(workshop: Workshop) -> None:
    findings = compare(workshop, sample_runs(lengths=("reference",))).findings

    assert findings[0] == Finding(
        figure="+79 %", sentence="FP4 against FP16 on short answers, with 40 % of the bytes to read."
    )
    assert findings[1] == Finding(
        figure="\N{MINUS SIGN}23 %", sentence="Draft model on short answers, against FP4 alone."
    )


@pytest.mark.parametrize(
    ("without", "figures"),
    [
        ("llama-3.1-8b-fp16", ["+34 %"]),
        ("llama-3.1-8b-fp4", ["+33 %", "62 → 47 %"]),
        ("llama-3.1-8b-fp4-eagle3", ["+79 %", "62 → 45 %"]),
        ("gpt-oss-120b", ["+79 %", "+34 %", "62 → 45 %"]),
    ],
)
def test_a_finding_whose_figures_are_missing_vanishes(workshop: Workshop, without: str, figures: list[str]) -> None:
    assert [each.figure for each in compare(workshop, sample_runs(without=without)).findings] == figures


def test_without_a_bandwidth_there_is_no_share(workshop: Workshop) -> None:
    findings = compare(replace(workshop, bandwidth_gb_per_s=None), sample_runs()).findings

    assert [each.figure for each in findings] == ["+79 %", "+34 %"]


def test_a_share_above_the_limit_is_not_told(workshop: Workshop) -> None:
    impossible = [replace(each, result=replace(each.result, tokens_per_s=200.0)) for each in sample_runs()]

    assert not [each for each in compare(workshop, impossible).findings if "→" in each.figure]


def test_findings_follow_the_data_and_not_the_names(workshop: Workshop) -> None:
    renamed = replace(
        workshop,
        configurations=tuple(
            replace(each, id=f"x{index}", short_name=f"X{index}") for index, each in enumerate(workshop.configurations)
        ),
    )
    ids = {each.id: f"x{index}" for index, each in enumerate(workshop.configurations)}
    runs = [replace(each, configuration_id=ids[each.configuration_id]) for each in sample_runs()]

    assert compare(renamed, runs).findings[0].sentence == "X4 against X2, with 40 % of the bytes to read."


def test_a_simulated_and_hurried_start_is_a_condition(workshop: Workshop) -> None:
    comparison = compare(workshop, [run(simulated=True, start_speed=10.0)], conditions=("Door open.",))

    assert (comparison.simulated, comparison.start_speed) == (True, 10.0)
    assert comparison.conditions[0] == ("Simulated unit: token rates are the published ones, start hurried 10 times.")
    assert comparison.conditions[-1] == "Door open."


def test_a_start_that_was_not_hurried_is_not_called_hurried(workshop: Workshop) -> None:
    assert compare(workshop, [run(simulated=True)]).conditions[0] == (
        "Simulated unit: token rates are the published ones."
    )


@pytest.mark.parametrize(
    ("counted", "marked", "said"),
    [
        (1, 0, ["1 measured run behind each bar; the bar is their median, each run a dot."]),
        (
            2,
            1,
            [
                "2 measured runs behind each bar; the bar is their median, each run a dot.",
                "1 marked run does not count towards a median.",
            ],
        ),
        (
            3,
            2,
            [
                "3 measured runs behind each bar; the bar is their median, each run a dot.",
                "2 marked runs do not count towards a median.",
            ],
        ),
    ],
)
def test_how_many_runs_count_is_said(workshop: Workshop, counted: int, marked: int, said: list[str]) -> None:
    runs = [run(at=float(each)) for each in range(counted)]
    runs += [run(at=10.0 + each, disagreement="no") for each in range(marked)]

    conditions = compare(workshop, runs).conditions

    assert [each for each in conditions if "measured run" in each or "marked run" in each] == said


def test_different_sampling_is_said(workshop: Workshop) -> None:
    conditions = compare(workshop, [run(), run("llama-3.1-8b-fp8", temperature=0.7)]).conditions

    assert "Sampling: temperature 0, seed 1; temperature 0.7, seed 1." in conditions
    assert "Not all runs were sampled alike." in conditions


def test_a_mixture_of_experts_has_no_place_under_the_limit(workshop: Workshop) -> None:
    comparison = compare(workshop, sample_runs())
    experts, dense = workshop.configurations[0], workshop.configurations[2]

    assert read_gib(experts, row(comparison, experts.id)) is None
    assert read_gib(dense, row(comparison, dense.id)) == 14.99


def test_a_run_on_a_unit_that_throttled_is_a_dot_that_does_not_count(workshop: Workshop) -> None:
    cool = [run("llama-3.1-8b-fp8", tokens_per_s=14.0) for _ in range(2)]
    hot = replace(run("llama-3.1-8b-fp8", tokens_per_s=9.0), throttled="The unit throttles: speeds are too low.")

    short = compare(workshop, [*cool, hot]).rows[3].short

    assert short.median_tokens_per_s == 14.0
    assert [dot.marked for dot in short.dots].count("The unit throttles: speeds are too low.") == 1
