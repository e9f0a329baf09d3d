"""What a comparison says of enough repeats: intervals, verdicts, labels, limits, sweeps and break-evens."""

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.comparison import Comparison, ComparisonRow, Finding, compare
from thorhud.domain.ladder_plan import SHAPE_PROMPT
from thorhud.domain.roofline import BYTES_PER_GIB, ReadPerToken
from thorhud.domain.run_record import RunConditions, RunRecord
from thorhud.domain.speculation import ParityResult
from thorhud.domain.sweep import SweepLevel, SweepRecord
from thorhud.domain.timing import Acceptance, PromptResult, ServerFigures
from thorhud.domain.workshop import Workshop
from thorhud.settings.workshop_file import load_workshop

FP16, FP8, FP4 = "llama-3.1-8b-fp16", "llama-3.1-8b-fp8", "llama-3.1-8b-fp4"
EAGLE = "llama-3.1-8b-fp4-eagle3"
WOBBLE = (0.99, 1.0, 1.01, 0.995, 1.005, 1.0, 0.998)
"""Seven repeats that lie 2 % apart."""

WORKSHOP = load_workshop()


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return WORKSHOP


def repeats(
    configuration_id: str, tokens_per_s: float, *, prompt: str = "long", n: int = 7, at: float = 0.0, **changes: Any
) -> list[RunRecord]:
    """Repeats of one ladder around a speed, with all that a run remembers."""
    tokens = 1024 if prompt == "long" else 141
    return [
        replace(
            RunRecord(
                id=f"{configuration_id}-{prompt}-{at + index}",
                at_unix_s=at + index,
                configuration_id=configuration_id,
                prompt_name=prompt,
                ladder_id="ladder",
                launch_id=f"launch of {configuration_id}",
                temperature=0.0,
                seed=42,
                power_mode="MAXN",
                result=PromptResult(
                    model="m",
                    ttft_s=0.3,
                    tpot_s=1 / (tokens_per_s * wobble),
                    tokens_per_s=tokens_per_s * wobble,
                    prompt_tokens=100,
                    completion_tokens=tokens,
                    prompt_tokens_per_s=100 / 0.3,
                    server=ServerFigures(
                        acceptance=Acceptance(
                            drafts=100, draft_tokens=500, accepted_tokens=120, accepted_per_position=(70, 50)
                        )
                    ),
                ),
                conditions=RunConditions(energy_j=2.0 * tokens),
            ),
            **changes,
        )
        for index, wobble in enumerate(WOBBLE[:n])
    ]


def family(**changes: Any) -> list[RunRecord]:
    """Return runs of the Llama configurations with both prompts, as the document publishes them."""
    speeds = {FP16: (10.7, 10.7), FP8: (14.2, 14.2), FP4: (19.1, 19.1), EAGLE: (14.3, 25.6)}
    return [
        run
        for configuration_id, (short, long) in speeds.items()
        for run in (
            *repeats(configuration_id, short, prompt="reference", **changes),
            *repeats(configuration_id, long, **changes),
        )
    ]


def row(comparison: Comparison, configuration_id: str) -> ComparisonRow:
    return next(each for each in comparison.rows if each.configuration_id == configuration_id)


def sentences(comparison: Comparison) -> list[str]:
    return [each.sentence for each in comparison.verdicts]


def test_a_cell_sums_up_its_runs(workshop: Workshop) -> None:
    long = row(compare(workshop, repeats(EAGLE, 25.6)), EAGLE).long

    assert long.interval is not None
    assert (long.interval.low, long.interval.high) == pytest.approx((25.6 * 0.99, 25.6 * 1.01))
    assert long.ttft_interval is not None
    assert long.ttft_interval.n == 7
    assert long.median_prompt_tokens_per_s == pytest.approx(333.3, abs=0.1)
    assert long.median_energy_per_token_j == pytest.approx(2.0)
    assert long.acceptance is not None
    assert (long.acceptance.drafts, long.acceptance.accepted_per_position) == (700, (490, 350))


def test_positions_that_only_some_runs_have_are_added_all_the_same(workshop: Workshop) -> None:
    one = ServerFigures(acceptance=Acceptance(drafts=1, draft_tokens=1, accepted_tokens=1, accepted_per_position=(1,)))
    runs = repeats(EAGLE, 25.6, n=2)
    runs[0] = replace(runs[0], result=replace(runs[0].result, server=one))
    runs.append(replace(runs[0], result=replace(runs[0].result, server=None)))

    acceptance = row(compare(workshop, runs), EAGLE).long.acceptance

    assert acceptance is not None
    assert acceptance.accepted_per_position == (71, 50)


def test_marked_runs_are_in_no_figure(workshop: Workshop) -> None:
    runs = repeats(FP4, 19.1, n=5)
    hot = replace(repeats(FP4, 5.0, n=1, at=50.0)[0], throttled="The unit throttles.")

    long = row(compare(workshop, [*runs, hot]), FP4).long

    assert len(long.dots) == 6
    assert long.interval is not None
    assert long.interval.n == 5
    assert long.interval.low == pytest.approx(19.1 * 0.99)


@pytest.mark.parametrize(("n", "has"), [(3, False), (4, False), (5, True)])
def test_few_repeats_have_neither_interval_nor_verdict(workshop: Workshop, n: int, has: bool) -> None:
    comparison = compare(workshop, [*repeats(FP16, 10.7, n=n), *repeats(FP4, 19.1, n=n)])

    assert (row(comparison, FP4).long.interval is not None) is has
    assert bool(comparison.verdicts) is has
    assert comparison.preliminary is not has


def test_each_configuration_is_judged_against_the_first_of_its_family_and_without_its_draft(workshop: Workshop) -> None:
    comparison = compare(workshop, family())

    assert [(each.before_id, each.after_id, each.prompt_name) for each in comparison.verdicts] == [
        (before, after, prompt)
        for before, after in ((FP16, FP8), (FP16, FP4), (FP16, EAGLE), (FP4, EAGLE))
        for prompt in ("reference", "long")
    ]
    assert "FP4 + EAGLE3 is slower than FP4 by 24 to 26 %, 95 % CI, n = 7, short prompt." in sentences(comparison)
    assert "FP4 + EAGLE3 is faster than FP4 by 33 to 35 %, 95 % CI, n = 7, long prompt." in sentences(comparison)


def test_the_shape_of_others_figures_has_a_cell_and_verdicts_of_its_own(workshop: Workshop) -> None:
    runs = [*repeats(FP16, 10.7, prompt=SHAPE_PROMPT), *repeats(FP4, 19.1, prompt=SHAPE_PROMPT)]

    comparison = compare(workshop, runs)

    shape = row(comparison, FP4).shape
    assert shape is not None
    assert shape.median_tokens_per_s == pytest.approx(19.1)
    assert row(comparison, FP4).reason is None
    assert row(comparison, FP8).shape is None
    assert [each.prompt_name for each in comparison.verdicts] == [SHAPE_PROMPT]
    assert comparison.verdicts[0].sentence.endswith("n = 7, 2048/128 tokens.")


def test_runs_under_other_conditions_are_left_out_and_that_is_said(workshop: Workshop) -> None:
    old = repeats(FP16, 8.0, power_mode="120W")
    new = repeats(FP16, 10.7, at=100.0)

    comparison = compare(workshop, [*old, *new])

    assert row(comparison, FP16).long.median_tokens_per_s == pytest.approx(10.7)
    assert len(row(comparison, FP16).long.dots) == 7
    assert "7 runs of FP16 are not shown: measured under other conditions (power mode)." in comparison.conditions
    assert "Power mode: MAXN." in comparison.conditions
    assert comparison.measured_unix_s == (100.0, 106.0)


def test_configurations_measured_differently_get_no_verdict_and_no_finding(workshop: Workshop) -> None:
    runs = [*repeats(FP16, 10.7), *repeats(FP4, 14.0, power_mode="120W")]

    comparison = compare(workshop, runs)

    assert comparison.verdicts == ()
    assert comparison.findings == ()
    assert (
        "FP4 and FP16 were measured under different conditions (power mode), so no verdict is given."
        in comparison.conditions
    )


def test_labelled_runs_stay_drawn_and_are_labelled(workshop: Workshop) -> None:
    label = "Not comparable: jetson_clocks is off, so the clocks rise only with the load."
    runs = family(not_comparable=(label,))

    comparison = compare(workshop, runs)

    assert row(comparison, FP4).long.not_comparable == (label,)
    assert row(comparison, FP4).long.median_tokens_per_s == pytest.approx(19.1)
    assert all(each.endswith("prompt, labelled not comparable.") for each in sentences(comparison))
    assert (
        "Not comparable with published figures and other units: FP16, FP8, FP4, FP4 + EAGLE3." in comparison.conditions
    )


def test_a_simulated_verdict_says_so_itself(workshop: Workshop) -> None:
    comparison = compare(workshop, family(simulated=True, not_comparable=("Not comparable: simulated.",)))

    assert all(each.endswith("simulated unit.") for each in sentences(comparison))
    assert not [each for each in comparison.conditions if "published figures and other units" in each]


def test_what_an_interval_is_worth_is_said_where_there_is_one(workshop: Workshop) -> None:
    def about(n: int) -> str:
        found = compare(workshop, repeats(FP16, 10.7, n=n)).conditions
        return " ".join(each for each in found if "interval" in each)

    assert about(4) == ""
    assert "covers in 94 of 100 cases" in about(5)
    assert "94 of 100" not in about(7)
    assert "what another start changes is in no interval" in about(7)


def test_several_starts_are_not_called_one(workshop: Workshop) -> None:
    runs = [*repeats(FP16, 10.7, n=5), *repeats(FP16, 10.7, n=5, at=50.0, launch_id="another")]

    assert not any("one start" in each for each in compare(workshop, runs).conditions)


def read(configuration_id: str, gib: float, **more: Any) -> ReadPerToken:
    return ReadPerToken(configuration_id=configuration_id, weight_bytes=round(gib * BYTES_PER_GIB), **more)


def test_the_share_of_the_limit_counts_keys_and_values_of_the_mean_context(workshop: Workshop) -> None:
    counted = read(FP16, 14.99, kv_bytes_per_context_token=131_072)

    fp16 = row(compare(workshop, repeats(FP16, 10.7), reads={FP16: counted}), FP16)

    assert fp16.read == counted
    context_bytes = 131_072 * (100 + 1024 / 2)
    expected = 10.7 * (14.99 * BYTES_PER_GIB + context_bytes) / 273e9
    assert fp16.share_of_limit == pytest.approx(expected)


def test_without_counted_bytes_the_share_is_that_of_the_model_s_memory(workshop: Workshop) -> None:
    comparison = compare(workshop, repeats(FP16, 10.7))

    assert row(comparison, FP16).read is None
    assert round(100 * (row(comparison, FP16).share_of_limit or 0)) == 63
    assert row(comparison, FP4).share_of_limit is None


def test_a_mixture_of_experts_has_a_share_once_its_active_bytes_are_counted(workshop: Workshop) -> None:
    experts = workshop.configurations[0].id
    runs = repeats(experts, 34.0)

    assert row(compare(workshop, runs), experts).share_of_limit is None
    assert row(compare(workshop, runs, reads={experts: read(experts, 4.7)}), experts).share_of_limit is not None


def test_the_assumptions_say_where_the_bytes_come_from(workshop: Workshop) -> None:
    reads = {FP16: read(FP16, 13.9, kv_bytes_per_context_token=131_072), FP8: read(FP8, 8.49, exact=False)}

    assumptions = " ".join(compare(workshop, family(), reads=reads).assumptions)

    assert "The limit line is 273 GB/s over the bytes that one token reads (Jetson T5000 module" in assumptions
    assert "Bytes counted tensor by tensor in the files on this unit: FP16." in assumptions
    assert "as the workshop or the server's log tells it: FP8, FP4, FP4 + EAGLE3." in assumptions
    assert "the prompt and half of the answer" in assumptions
    assert "may pass the line" not in assumptions


@pytest.mark.parametrize(("configuration_id", "said"), [(EAGLE, "may pass the line"), (FP4, "stands above the line")])
def test_passing_the_line_is_explained_when_it_happens(workshop: Workshop, configuration_id: str, said: str) -> None:
    assumptions = compare(workshop, repeats(configuration_id, 60.0)).assumptions

    assert any(said in each for each in assumptions)


def test_what_a_draft_must_win_stands_beside_what_it_won(workshop: Workshop) -> None:
    reads = {EAGLE: read(EAGLE, 6.07, draft_bytes=850_000_000)}

    (said,) = [each for each in compare(workshop, family(), reads=reads).assumptions if "A step of" in each]

    assert said.startswith("A step of FP4 + EAGLE3 reads 10.8 GB with 5 proposals")
    assert said.endswith("measured: 2.20.")
    short_only = compare(workshop, repeats(EAGLE, 14.3, prompt="reference"), reads=reads)
    assert [each for each in short_only.assumptions if "A step of" in each] == [said]


def test_without_a_bandwidth_there_is_no_line_to_explain(workshop: Workshop) -> None:
    assert compare(replace(workshop, bandwidth_gb_per_s=None), family()).assumptions == ()


def sweep(configuration_id: str, *totals: tuple[int, float, float], at: float = 0.0) -> SweepRecord:
    levels = tuple(
        SweepLevel(concurrency=users, requests=2 * users, total_tokens_per_s=total, per_user_tokens_per_s=each)
        for users, total, each in totals
    )
    return SweepRecord(
        id=f"sweep {at}", at_unix_s=at, configuration_id=configuration_id, prompt_name="reference", levels=levels
    )


def test_the_newest_sweep_that_came_anywhere_is_shown(workshop: Workshop) -> None:
    old, new = sweep(FP4, (1, 19.0, 19.0), at=1.0), sweep(FP4, (1, 19.2, 19.2), at=2.0)

    comparison = compare(workshop, family(), sweeps=[new, old, sweep(FP4, at=3.0)])

    assert row(comparison, FP4).sweep == new
    assert row(comparison, FP16).sweep is None


def test_parity_is_the_newest_of_each_draft(workshop: Workshop) -> None:
    old, new = (ParityResult(plain_id=FP4, drafted_id=EAGLE, at_unix_s=at) for at in (1.0, 2.0))

    assert compare(workshop, [], parity=[new, old]).parity == (new,)


def test_a_break_even_is_told_of_each_draft_by_the_longest_answers_that_both_have(workshop: Workshop) -> None:
    (found,) = compare(workshop, family()).break_evens

    assert (found.plain_id, found.drafted_id, found.tokens, found.longest_measured) == (FP4, EAGLE, 1, 1024)
    assert "long prompt" in found.sentence
    short_only = [each for each in family() if each.prompt_name == "reference"]
    (short,) = compare(workshop, short_only).break_evens
    assert (short.tokens, short.longest_measured) == (None, 141)


def test_a_break_even_needs_both_sides_measured_alike(workshop: Workshop) -> None:
    assert compare(workshop, repeats(EAGLE, 25.6)).break_evens == ()
    assert compare(workshop, [*repeats(FP4, 19.1), *repeats(EAGLE, 25.6, power_mode="120W")]).break_evens == ()


def test_a_finding_rests_on_a_verdict_that_shows_the_difference(workshop: Workshop) -> None:
    near = [*repeats(FP16, 10.7), *repeats(FP4, 10.75)]

    assert not [each for each in compare(workshop, near).findings if "bytes to read" in each.sentence]
    assert [each for each in compare(workshop, [*near[:3], *near[7:10]]).findings if "bytes to read" in each.sentence]


def test_where_long_answers_show_nothing_short_ones_may(workshop: Workshop) -> None:
    runs = [
        *repeats(FP4, 19.1),
        *repeats(EAGLE, 19.15),
        *repeats(FP4, 19.1, prompt="reference"),
        *repeats(EAGLE, 14.3, prompt="reference"),
    ]

    assert compare(workshop, runs).findings[0] == Finding(
        figure="\N{MINUS SIGN}25 %", sentence="Draft model on short answers, against FP4 alone."
    )


def test_enough_repeats_without_a_difference_are_not_called_equally_fast(workshop: Workshop) -> None:
    runs = [
        *repeats(FP4, 19.1),
        *repeats(EAGLE, 25.6),
        *repeats(FP4, 19.1, prompt="reference"),
        *repeats(EAGLE, 19.1, prompt="reference"),
    ]

    assert compare(workshop, runs).findings[0].sentence == (
        "Draft model on long answers. On short ones no difference from FP4 alone is shown."
    )


def test_several_users_are_a_finding_where_there_is_room(workshop: Workshop) -> None:
    levels = [sweep(FP4, (1, 19.0, 19.1), (8, 110.0, 15.3), (16, 112.0, 8.0)), sweep(FP8, (1, 14.0, 14.0))]

    alone = compare(workshop, repeats(FP4, 19.1), sweeps=levels).findings
    crowded = compare(workshop, family(), sweeps=levels).findings

    assert alone == (
        Finding(
            figure="\N{MULTIPLICATION SIGN} 5.9",
            sentence="Total speed of FP4 with 16 users at once. Each of them still gets 42 %.",
        ),
    )
    assert len(crowded) == 3
    assert not [each for each in crowded if "users at once" in each.sentence]


kinds = st.fixed_dictionaries(
    {
        "configuration_id": st.sampled_from([FP16, FP4, EAGLE]),
        "prompt_name": st.sampled_from(["reference", "long", SHAPE_PROMPT, "own"]),
    },
    optional={
        "power_mode": st.sampled_from(["MAXN", "120W", None]),
        "temperature": st.sampled_from([0.0, 0.7, None]),
        "throttled": st.sampled_from([None, "The unit throttles."]),
        "not_comparable": st.sampled_from([(), ("Not comparable: no.",)]),
        "simulated": st.booleans(),
        "warm_up": st.booleans(),
        "result": st.builds(
            PromptResult,
            model=st.just("m"),
            tokens_per_s=st.none() | st.floats(0.1, 100),
            ttft_s=st.none() | st.floats(0.01, 10),
            tpot_s=st.none() | st.floats(0.001, 1),
            completion_tokens=st.none() | st.integers(0, 1024),
        ),
    },
)


@given(st.lists(kinds, max_size=60))
def test_whatever_was_measured_the_comparison_says_nothing_that_its_dots_do_not_carry(
    changes: list[dict[str, Any]],
) -> None:
    (template,) = repeats(FP16, 10.0, n=1)
    runs = [replace(template, id=str(at), at_unix_s=float(at), **each) for at, each in enumerate(changes)]

    comparison = compare(WORKSHOP, runs)

    for each in comparison.rows:
        for cell in (each.short, each.long, *([each.shape] if each.shape else [])):
            counted = [dot.tokens_per_s for dot in cell.dots if dot.marked is None]
            assert (cell.median_tokens_per_s is None) == (not counted)
            assert (cell.interval is None) == (len(counted) < 5)
            if cell.interval is not None:
                assert cell.interval.low <= (cell.median_tokens_per_s or 0) <= cell.interval.high
        assert (each.reason is None) == any(
            cell.median_tokens_per_s is not None for cell in (each.short, each.long, each.shape) if cell is not None
        )
    for verdict in comparison.verdicts:
        assert verdict.ratio.n >= 5
        assert verdict.difference_shown == (("faster" in verdict.sentence) or ("slower" in verdict.sentence))
    assert len(comparison.findings) <= 3


def test_a_ladder_s_worth_of_runs_is_compared_in_milliseconds(workshop: Workshop) -> None:
    runs = [
        run
        for index, each in enumerate(workshop.configurations)
        for prompt in ("reference", "long")
        for run in repeats(each.id, 10.0 + index, prompt=prompt)
    ]
    began = time.process_time()
    compare(workshop, runs)

    assert time.process_time() - began < 0.1


def test_files_without_tensors_are_no_division_by_nothing() -> None:
    empty = {each.id: ReadPerToken(configuration_id=each.id, weight_bytes=0) for each in WORKSHOP.configurations}
    runs = [run for each in WORKSHOP.configurations for run in repeats(each.id, 12.0)]
    compared = compare(WORKSHOP, runs, reads=empty)
    assert all(row.read is None for row in compared.rows)
