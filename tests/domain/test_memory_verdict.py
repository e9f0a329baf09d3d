"""The five verdicts, and what a lack of memory at the start is called."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.failures import failure_of
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.memory import GIB, Holder, MemoryLedger, Part
from thorhud.domain.memory_cause import KINDS, ledger_after, refine
from thorhud.domain.memory_verdict import MemoryKind, verdict
from thorhud.domain.reading import Reading
from thorhud.domain.state import AgentInfo, AgentState, ServingPhase, ServingState
from thorhud.domain.telemetry import Memory, ProcessMemory, TelemetrySnapshot

TOTAL = round(122.82 * GIB)
LINE = (
    "ValueError: Free memory on device (14.45/122.82 GiB) on startup is less than desired GPU memory utilization"
    " (0.9, 110.54 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes."
)
FAILURE = failure_of("memory-at-start", evidence=LINE, figures={"needed": "110.54", "free": "14.45", "total": "122.82"})


def ledger(
    *,
    files: float = 0.0,
    unclaimed: float = 0.0,
    other: float = 0.0,
    system: float = 4.5,
    server: float = 0.0,
    unified: bool = True,
) -> MemoryLedger:
    parts = dict.fromkeys(Part, 0)
    sizes = {
        Part.FILE_CACHE: files,
        Part.UNCLAIMED: unclaimed,
        Part.OTHER: other,
        Part.SYSTEM: system,
        Part.SERVER_REST: server,
    }
    parts |= {part: round(size * GIB) for part, size in sizes.items()}
    parts[Part.FREE] = TOTAL - sum(parts.values())
    return MemoryLedger(
        total_bytes=TOTAL,
        free_bytes=parts[Part.FREE],
        available_bytes=parts[Part.FREE] + parts[Part.FILE_CACHE],
        parts=parts,
        others=(Holder(name="ollama", pid=4242, held_bytes=round(other * GIB)),) if other else (),
        serving=server > 0,
        unified=unified,
    )


@pytest.mark.parametrize(
    ("found", "kind", "words"),
    [
        (ledger(), MemoryKind.FINE, "118.3 of 122.8 GiB is free"),
        (ledger(files=30), MemoryKind.FILE_CACHE, "Copies of files fill 30.0 GiB"),
        (ledger(unclaimed=87.5), MemoryKind.UNCLAIMED, "87.5 GiB is in use and no process claims it"),
        (ledger(other=25.7), MemoryKind.OTHER_PROCESS, "ollama (process 4242) holds 25.7 GiB"),
        (ledger(system=40), MemoryKind.DOES_NOT_FIT, "At most 82.8 of 122.8 GiB can be made free"),
        # the easiest remedy that suffices names the cause
        (ledger(files=30, unclaimed=5), MemoryKind.FILE_CACHE, ""),
        (ledger(files=30, unclaimed=50), MemoryKind.UNCLAIMED, ""),
        (ledger(files=30, unclaimed=5, other=50), MemoryKind.OTHER_PROCESS, ""),
        (ledger(unclaimed=12, other=30), MemoryKind.OTHER_PROCESS, ""),
        (ledger(unclaimed=60, other=30), MemoryKind.UNCLAIMED, ""),
        (ledger(server=101), MemoryKind.FINE, "The server holds 101.0 of 122.8 GiB; 17.3 GiB is free."),
        (ledger(server=80, unclaimed=20), MemoryKind.UNCLAIMED, "20.0 GiB more"),
        (ledger(system=100, unified=False), MemoryKind.FINE, "22.8 of 122.8 GiB is free or can be given back"),
    ],
)
def test_the_verdict_names_the_cause(found: MemoryLedger, kind: MemoryKind, words: str) -> None:
    said = verdict(found)

    assert said.kind is kind
    assert words in said.sentence
    assert bool(said.next_step) is (kind is not MemoryKind.FINE)


def test_a_smaller_need_is_judged_by_itself() -> None:
    assert verdict(ledger(unclaimed=87.5), needed_bytes=20 * GIB).kind is MemoryKind.FINE


@pytest.mark.parametrize(
    ("more", "kind"), [(0, MemoryKind.FINE), (1, MemoryKind.FILE_CACHE), (30 * GIB, MemoryKind.FILE_CACHE)]
)
def test_exactly_enough_is_enough(more: int, kind: MemoryKind) -> None:
    found = ledger(files=30, unclaimed=20)

    assert verdict(found, needed_bytes=found.free_bytes + more).kind is kind
    assert verdict(found, needed_bytes=found.free_bytes + 30 * GIB + 1).kind is MemoryKind.UNCLAIMED


def test_a_name_that_a_process_gave_itself_cannot_move_the_cursor() -> None:
    found = replace(ledger(other=50), others=(Holder(name="\x1b[2J" + "x" * 500, pid=1, held_bytes=50 * GIB),))

    said = verdict(found)

    assert "\x1b" not in said.sentence + said.next_step
    assert len(said.sentence) < 250


@given(st.floats(0, 30), st.floats(0, 30), st.floats(0, 30), st.floats(0, 20), st.floats(0, 122))
def test_a_verdict_that_all_is_well_means_that_it_is(
    files: float, unclaimed: float, other: float, system: float, needed: float
) -> None:
    found = ledger(files=files, unclaimed=unclaimed, other=other, system=system)

    said = verdict(found, needed_bytes=round(needed * GIB))

    assert (said.kind is MemoryKind.FINE) == (found.free_bytes >= round(needed * GIB))


@pytest.mark.parametrize(
    ("found", "kind", "headline", "next_step"),
    [
        (ledger(files=100), "memory-file-cache", "Memory is full of file copies", "Clear memory and try again."),
        (
            ledger(unclaimed=100),
            "memory-unclaimed",
            "The last model still holds the memory",
            "Clear memory and try again. If that does not help, restart Docker, then reboot.",
        ),
        (
            ledger(other=100),
            "memory-other-program",
            "Another program uses the memory",
            "Stop ollama (process 4242), if it is not needed.",
        ),
        (
            ledger(system=100),
            "memory-does-not-fit",
            "This model does not fit",
            "Give the model a smaller share of memory or a shorter context, or take a smaller model.",
        ),
    ],
)
def test_a_lack_of_memory_at_the_start_has_four_causes(
    found: MemoryLedger, kind: str, headline: str, next_step: str
) -> None:
    refined = refine(FAILURE, found)

    assert (refined.kind, refined.headline, refined.next_step) == (kind, headline, next_step)
    assert kind in KINDS
    assert "110.5" in refined.explanation
    assert refined.evidence == LINE


def test_memory_that_has_come_back_means_another_try() -> None:
    refined = refine(FAILURE, ledger())

    assert refined.kind == "memory-at-start"
    assert refined.next_step == "Try again."
    assert "14.45" in refined.explanation
    assert "By now 118.3 GiB is free" in refined.explanation


def test_the_need_of_the_log_line_counts_and_not_the_default() -> None:
    small = replace(FAILURE, evidence=LINE.replace("(0.9, 110.54 GiB)", "(0.2, 24.56 GiB)"))

    assert refine(small, ledger(unclaimed=87.5)).next_step == "Try again."


@pytest.mark.parametrize("found", [None, ledger(other=100, unified=False)])
def test_without_a_ledger_the_failure_stays_as_the_log_says(found: MemoryLedger | None) -> None:
    assert refine(FAILURE, found) is FAILURE


def test_what_the_ended_server_still_held_when_it_was_last_seen_is_not_another_programs() -> None:
    mine, other = "0123456789ab", "ffffffffffff"
    processes = tuple(
        ProcessMemory(pid=number, name="python3", gpu_bytes=20 * GIB, container_id=each)
        for number, each in enumerate((mine, other, None))
    )
    memory = Memory(total_bytes=TOTAL, free_bytes=60 * GIB, available_bytes=60 * GIB, file_cache_bytes=0)
    state = AgentState(
        agent=AgentInfo(version="1", boot="b", pid=1, workshop_id="w"),
        identity=UnitIdentity(hostname="thor-07", is_jetson=True),
        telemetry=TelemetrySnapshot(taken_s=0.0, memory=Reading(value=memory), gpu_processes=Reading(value=processes)),
        serving=ServingState(phase=ServingPhase.STARTING),
    )

    found = ledger_after(state, None, mine + "cdef" * 13)

    assert found is not None
    assert [each.container_id for each in found.others] == [other, None]


def test_another_failure_is_left_alone() -> None:
    other = failure_of("port-in-use")

    assert refine(other, ledger(unclaimed=100)) is other
