"""What the unit itself knows better than the log, and what is wrong while everything still runs."""

from dataclasses import replace

import pytest

from thorhud.domain.failures import failure_of
from thorhud.domain.reading import Reading
from thorhud.domain.telemetry import Swap, TelemetrySnapshot
from thorhud.domain.trouble import GIB, UnitFacts, facts_of, reaches, refine_by_unit, troubles

WELL = UnitFacts(
    disk_free_bytes=90 * 10**9,
    swap=Swap(total_bytes=8 * GIB, used_bytes=0),
    chat_asks="http://0.0.0.0:8000/v1",
    served="http://127.0.0.1:8000",
)
SWAPS = Swap(total_bytes=8 * GIB, used_bytes=5 * GIB)


def kinds(facts: UnitFacts) -> list[str]:
    return [each.kind for each in troubles(facts)]


def test_a_unit_that_is_well_and_one_of_which_nothing_is_known_have_no_trouble() -> None:
    assert kinds(WELL) == []
    assert kinds(UnitFacts()) == []


def test_a_hot_unit_is_told_with_the_kernel_s_word() -> None:
    (found,) = troubles(replace(WELL, throttle_causes=("tj-throttle-alert",)))
    assert (found.kind, found.evidence) == ("throttling", "tj-throttle-alert")
    assert found.explanation.startswith("tj-throttle-alert holds the clocks down")


def test_swapping_begins_where_half_of_the_swap_is_used() -> None:
    assert kinds(replace(WELL, swap=Swap(total_bytes=8 * GIB, used_bytes=4 * GIB))) == []
    (found,) = troubles(replace(WELL, swap=SWAPS))
    assert found.kind == "swapping"
    assert found.explanation.startswith("5.0 of 8.0 GiB swap")


def test_a_unit_without_swap_does_not_swap() -> None:
    assert kinds(replace(WELL, swap=Swap(total_bytes=0, used_bytes=0))) == []


def test_a_full_disk_is_told_before_anything_fails_and_comes_first() -> None:
    assert kinds(replace(WELL, disk_free_bytes=10**6, swap=SWAPS)) == ["disk-full", "swapping"]


@pytest.mark.parametrize(
    ("asked", "served", "reached"),
    [
        ("http://0.0.0.0:8000/v1", "http://127.0.0.1:8000", True),
        ("http://a:1/v1; http://b:8000/v1", "http://127.0.0.1:8000", True),
        ("http://0.0.0.0:8000", "http://127.0.0.1:8000", False),
        ("http://0.0.0.0:8001/v1", "http://127.0.0.1:8000", False),
        ("", "http://127.0.0.1:8000", False),
        ("http://x:notaport/v1", "http://127.0.0.1:8000", False),
    ],
)
def test_a_chat_page_lists_models_only_from_the_port_that_serves(asked: str, served: str, reached: bool) -> None:
    assert reaches(asked, served) is reached
    assert kinds(replace(WELL, chat_asks=asked, served=served)) == ([] if reached else ["chat-model-missing"])


def test_no_chat_page_and_no_model_are_no_trouble() -> None:
    assert kinds(replace(WELL, chat_asks=None)) == []
    assert kinds(replace(WELL, chat_asks="http://elsewhere:1/v1", served=None)) == []


def test_an_end_without_a_word_on_a_full_disk_is_the_disk_s() -> None:
    failure = refine_by_unit(failure_of("unknown", evidence="x"), replace(WELL, disk_free_bytes=0))
    assert (failure.kind, failure.evidence) == ("disk-full", "x")


def test_a_cause_that_the_log_names_is_not_overruled_by_the_disk() -> None:
    known = failure_of("port-in-use", evidence="x")
    assert refine_by_unit(known, replace(WELL, disk_free_bytes=0, out_of_memory=True, swap=SWAPS)) == known


@pytest.mark.parametrize("kind", ["killed", "unknown", "crashed"])
def test_docker_s_word_that_memory_ran_out_is_believed(kind: str) -> None:
    failure = refine_by_unit(failure_of(kind, evidence="x"), replace(WELL, out_of_memory=True))
    assert failure.kind == "killed"
    assert failure.explanation == "Docker says that the kernel ended it because memory ran out."


def test_an_end_for_want_of_memory_says_that_the_unit_swapped() -> None:
    failure = refine_by_unit(failure_of("killed"), replace(WELL, swap=SWAPS))
    assert "5.0 of 8.0 GiB swap" in failure.explanation
    assert refine_by_unit(failure_of("killed"), WELL) == failure_of("killed")


def test_facts_come_from_a_sample_and_what_it_does_not_know_stays_unknown() -> None:
    assert facts_of(TelemetrySnapshot(taken_s=0.0)) == UnitFacts()
    sample = TelemetrySnapshot(
        taken_s=0.0,
        disk_free_bytes=Reading(value=5),
        swap=Reading(value=SWAPS),
        throttle_causes=Reading(value=("cpu-throttle-alert",)),
    )
    assert facts_of(sample, out_of_memory=True) == UnitFacts(
        disk_free_bytes=5, swap=SWAPS, throttle_causes=("cpu-throttle-alert",), out_of_memory=True
    )
