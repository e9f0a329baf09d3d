"""The sum before a launch."""

from dataclasses import replace

import pytest

from thorhud.domain.fit import Fit, FitVerdict, fit
from thorhud.domain.memory import GIB, Holder, MemoryLedger, Part
from thorhud.domain.workshop import Configuration
from thorhud.settings.workshop_file import load_workshop

TOTAL = round(122.82 * GIB)
OLD, NEW = "0.10.1.1+381074ae.nv25.09", "0.32.0"


def configuration(name: str = "llama-3.1-8b-fp4", *extra: str) -> Configuration:
    found = load_workshop().configuration(name)
    assert found is not None
    return replace(found, serve_arguments=(*found.serve_arguments, *extra))


def ledger(
    *, free: float, files: float = 0.0, unclaimed: float = 0.0, other: float = 0.0, server: float = 0.0
) -> MemoryLedger:
    parts = dict.fromkeys(Part, 0)
    parts[Part.FREE], parts[Part.FILE_CACHE] = round(free * GIB), round(files * GIB)
    parts[Part.UNCLAIMED], parts[Part.OTHER] = round(unclaimed * GIB), round(other * GIB)
    parts[Part.SERVER_REST] = round(server * GIB)
    parts[Part.SYSTEM] = TOTAL - sum(parts.values())
    return MemoryLedger(
        total_bytes=TOTAL,
        free_bytes=parts[Part.FREE],
        available_bytes=parts[Part.FREE] + parts[Part.FILE_CACHE],
        parts=parts,
        others=(Holder(name="ollama", pid=42, held_bytes=parts[Part.OTHER]),) if other else (),
        serving=server > 0,
    )


def words(found: Fit) -> str:
    return " ".join((found.sentence, found.next_step, *found.arithmetic))


@pytest.mark.parametrize(
    ("found", "version", "verdict", "said"),
    [
        (ledger(free=118.3), OLD, FitVerdict.STARTS, "7.8 GiB to spare"),
        (ledger(free=95, files=23), OLD, FitVerdict.STARTS_AFTER_RECLAIM, "Clear memory."),
        (ledger(free=95, files=23), NEW, FitVerdict.STARTS, "MemAvailable"),
        (ledger(free=95, files=10), OLD, FitVerdict.DOES_NOT_FIT, "5.5 GiB is missing"),
        (ledger(free=30, unclaimed=87), OLD, FitVerdict.DOES_NOT_FIT, "no process claims it"),
        (ledger(free=90, other=26), OLD, FitVerdict.DOES_NOT_FIT, "ollama (process 42) holds 26.0 GiB"),
        (ledger(free=15, server=101), OLD, FitVerdict.STARTS_AFTER_RECLAIM, "Stop the present model"),
        (ledger(free=15, server=101), NEW, FitVerdict.STARTS_AFTER_RECLAIM, "stopping the present model 101.0 GiB"),
    ],
)
def test_the_sum_gives_the_verdict(found: MemoryLedger, version: str, verdict: FitVerdict, said: str) -> None:
    answer = fit(configuration(), found, vllm_version=version)

    assert answer.verdict is verdict
    assert said in words(answer)


@pytest.mark.parametrize(("less", "verdict"), [(0, FitVerdict.STARTS), (1, FitVerdict.DOES_NOT_FIT)])
def test_exactly_enough_is_enough_as_it_is_for_vllm(less: int, verdict: FitVerdict) -> None:
    just = ledger(free=61)
    needed = round(0.5 * TOTAL)

    answer = fit(configuration(), replace(just, free_bytes=needed - less, available_bytes=0), utilization=0.5)

    assert answer.verdict is verdict


def test_the_arithmetic_is_shown_as_vllm_prints_it() -> None:
    answer = fit(configuration(), ledger(free=95, files=23), vllm_version=OLD)

    assert answer.arithmetic == (
        "Needs 0.9 x 122.82 GiB = 110.5 GiB (--gpu-memory-utilization, the default of vLLM 0.10.1.1).",
        "Finds 95.0 GiB free (MemFree: CUDA does not count copies of files as free).",
        "Could have 23.0 GiB more: clearing memory frees 23.0 GiB.",
        "Its share must hold weights 6.1 (as published) + working memory 2.0 + one conversation 1.0 = 9.1 GiB; the other 101.5 GiB are for more conversations.",
        "95.0 + 23.0 GiB is at least 110.5 GiB.",
    )
    assert answer.needed_bytes == round(0.9 * TOTAL)
    assert (answer.free_bytes, answer.reclaimable_bytes) == (95 * GIB, 23 * GIB)


def test_a_share_that_cannot_hold_the_weights_does_not_fit_however_much_is_free() -> None:
    answer = fit(configuration("llama-3.1-8b-fp16", "--gpu-memory-utilization", "0.1"), ledger(free=118))

    assert answer.verdict is FitVerdict.DOES_NOT_FIT
    assert "15.0 (as published) + working memory" in words(answer)
    assert "larger share" in answer.next_step


def test_unpublished_weights_are_said_to_be_unknown_and_not_guessed_from_the_disk() -> None:
    answer = fit(configuration("gpt-oss-120b"), ledger(free=118))

    assert answer.verdict is FitVerdict.STARTS
    assert "is not published" in words(answer)


def test_what_an_earlier_start_said_counts_before_what_was_published() -> None:
    small = ("gpt-oss-120b", "--gpu-memory-utilization=0.5")

    assert fit(configuration(*small), ledger(free=118)).verdict is FitVerdict.STARTS
    answer = fit(configuration(*small), ledger(free=118), model_memory_gib=65.97)

    assert answer.verdict is FitVerdict.DOES_NOT_FIT
    assert "weights 66.0" in words(answer)


@pytest.mark.parametrize(
    ("extra", "asked", "version", "share"),
    [
        ((), None, OLD, 0.9),
        ((), None, None, 0.9),
        ((), None, "0.20.2", 0.9),
        ((), None, "0.21.0", 0.92),
        (("--gpu-memory-utilization=0.7",), None, NEW, 0.7),
        (("--gpu-memory-utilization=0.7",), 0.5, NEW, 0.5),
    ],
)
def test_the_share_is_the_askers_else_the_configurations_else_the_versions(
    extra: tuple[str, ...], asked: float | None, version: str | None, share: float
) -> None:
    answer = fit(configuration("llama-3.1-8b-fp4", *extra), ledger(free=118), utilization=asked, vllm_version=version)

    assert answer.needed_bytes == round(share * TOTAL)


@pytest.mark.parametrize("share", [0.0, -1.0, 1.7])
def test_a_share_that_vllm_refuses_is_not_judged(share: float) -> None:
    answer = fit(configuration(), ledger(free=118), utilization=share)

    assert answer.verdict is FitVerdict.UNKNOWN
    assert answer.needed_bytes is None


@pytest.mark.parametrize("found", [None, replace(ledger(free=118), unified=False)])
def test_nothing_is_claimed_about_a_machine_without_such_memory(found: MemoryLedger | None) -> None:
    answer = fit(configuration(), found)

    assert answer.verdict is FitVerdict.UNKNOWN
    assert answer.arithmetic == ()
    assert answer.sentence
