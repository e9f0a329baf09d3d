"""Runs are never pooled across the conditions under which they were measured."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.run_record import RunConditions, RunRecord
from thorhud.domain.run_sets import newest_set
from thorhud.domain.timing import PromptResult

ALIKE: dict[str, Any] = {
    "image": "vllm:25.09",
    "image_digest": "sha256:1",
    "vllm_version": "0.10.1.1",
    "serve_arguments": ("model",),
    "temperature": 0.0,
    "seed": 42,
    "max_tokens": 256,
    "power_mode": "MAXN",
    "ladder_id": "ladder",
    "unit": "thor-07",
}


def run(at: float, tokens_per_s: float | None = 10.0, **changes: Any) -> RunRecord:
    return RunRecord(
        id=f"run-{at}",
        at_unix_s=at,
        configuration_id="fp16",
        prompt_name="long",
        result=PromptResult(model="m", tokens_per_s=tokens_per_s),
        **(ALIKE | changes),
    )


def moments(runs: tuple[RunRecord, ...]) -> list[float]:
    return [each.at_unix_s for each in runs]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"simulated": True}, "measured or simulated"),
        ({"unit": "thor-08"}, "unit"),
        ({"image_digest": "sha256:2"}, "image"),
        ({"vllm_version": "0.11.0"}, "vLLM version"),
        ({"serve_arguments": ("model", "--enforce-eager")}, "flags"),
        ({"temperature": 0.7}, "sampling"),
        ({"temperature": None}, "sampling"),
        ({"max_tokens": 128}, "longest answer"),
        ({"prompt_changed": "Run 3 stands in its first line."}, "prompt against the prefix cache"),
        ({"power_mode": "120W"}, "power mode"),
        ({"conditions": RunConditions(jetson_clocks=False)}, "fixed clocks"),
        ({"conditions": RunConditions(model_revision="b")}, "model revision"),
        ({"not_comparable": ("Not comparable: the unit throttles.",)}, "passed gates"),
    ],
)
def test_each_condition_keeps_runs_apart_and_is_named(changes: dict[str, Any], name: str) -> None:
    usual = RunConditions(jetson_clocks=True, model_revision="a")
    old = [run(float(at), conditions=usual) for at in range(5)]
    new = [run(10.0 + at, **({"conditions": usual} | changes)) for at in range(3)]

    found = newest_set([*old, *new])

    assert moments(found.runs) == [10.0, 11.0, 12.0]
    assert moments(found.left_out) == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert found.differences == (name,)


def test_what_one_run_does_not_know_is_no_difference() -> None:
    bare = run(
        1.0, power_mode=None, image_digest=None, image="", vllm_version=None, serve_arguments=(), max_tokens=None
    )

    assert newest_set([bare, run(2.0)]).left_out == ()


def test_a_run_that_knows_little_does_not_bring_together_what_differs() -> None:
    runs = [run(1.0, vllm_version="0.10.1"), run(2.0, vllm_version="0.11.0"), run(3.0, vllm_version=None)]

    found = newest_set(runs)

    assert moments(found.runs) == [2.0, 3.0]
    assert found.differences == ("vLLM version",)


def test_a_greedy_answer_does_not_depend_on_the_seed() -> None:
    assert newest_set([run(1.0, seed=1), run(2.0, seed=2)]).differences == ()
    sampled = [run(float(seed), seed=seed, temperature=0.7) for seed in (1, 2)]
    assert newest_set(sampled).differences == ("sampling",)


def test_two_configurations_have_flags_and_a_model_of_their_own() -> None:
    one = newest_set([run(1.0, conditions=RunConditions(model_revision="a"))])
    flags: dict[str, Any] = {"serve_arguments": ("another",), "conditions": RunConditions(model_revision="b")}

    assert one.differs_from(newest_set([run(2.0, **flags)])) == ()
    assert one.differs_from(newest_set([run(2.0, power_mode="120W", **flags)])) == ("power mode",)
    assert one.differs_from(newest_set([run(2.0, None, power_mode="120W")])) == ()
    assert one.differs_from(newest_set([])) == ()


def test_the_reference_button_does_not_push_a_ladder_aside() -> None:
    ladder = [run(float(at)) for at in range(5)]
    button = [run(100.0 + at, temperature=0.7, seed=None, ladder_id=None) for at in range(9)]

    found = newest_set([*ladder, *button])

    assert moments(found.runs) == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert found.differences == ("sampling",)


@pytest.mark.parametrize(("done", "shown"), [(1, "old"), (2, "old"), (3, "new")])
def test_a_new_ladder_takes_over_once_it_is_a_first_look(done: int, shown: str) -> None:
    old = [run(float(at), ladder_id="old") for at in range(5)]
    new = [run(100.0 + at, ladder_id="new", power_mode="120W") for at in range(done)]

    assert {each.ladder_id for each in newest_set([*old, *new]).runs} == {shown}


def test_runs_that_do_not_count_do_not_take_over() -> None:
    old = [run(float(at)) for at in range(3)]
    broken = [run(100.0 + at, None, power_mode="120W") for at in range(4)]

    assert moments(newest_set([*old, *broken]).runs) == [0.0, 1.0, 2.0]


def test_marked_runs_of_the_set_stay_in_it_and_do_not_count() -> None:
    found = newest_set([run(1.0), replace(run(2.0), throttled="The unit throttles.")])

    assert moments(found.runs) == [1.0, 2.0]
    assert moments(found.counted) == [1.0]


def test_nothing_is_a_set_of_nothing() -> None:
    assert newest_set([]).runs == ()


kinds = st.fixed_dictionaries(
    {},
    optional={
        "power_mode": st.sampled_from(["MAXN", "120W", None]),
        "temperature": st.sampled_from([0.0, 0.7]),
        "vllm_version": st.sampled_from(["1", "2", None]),
        "ladder_id": st.sampled_from(["a", None]),
    },
)


@given(st.lists(kinds, max_size=12))
def test_every_run_is_shown_or_left_out_and_what_is_shown_never_contradicts(changes: list[dict[str, Any]]) -> None:
    runs = [run(float(at), **each) for at, each in enumerate(changes)]

    found = newest_set(reversed(runs))

    assert sorted(moments((*found.runs, *found.left_out))) == moments(tuple(runs))
    assert moments(found.runs) == sorted(moments(found.runs))
    assert bool(found.left_out) is bool(found.differences)
    for name in ("power_mode", "temperature", "vllm_version"):
        known = {getattr(each, name) for each in found.runs} - {None}
        assert len(known) <= 1
