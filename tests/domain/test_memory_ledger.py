"""Every byte has one owner, and the owner is the right one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thorhud.domain.memory import GIB, MemoryLedger, Part, memory_ledger
from thorhud.domain.reading import Reading
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.telemetry import GpuMemory, Memory, ProcessMemory, Swap, TelemetrySnapshot
from thorhud.domain.timeline import Timeline
from thorhud.settings.workshop_file import load_workshop

TOTAL_GIB = 122.82


def sample(
    used_gib: float,
    *,
    files_gib: float = 0.0,
    anonymous_gib: float | None = None,
    gpu: tuple[ProcessMemory, ...] | None = None,
    plain: tuple[ProcessMemory, ...] | None = None,
) -> TelemetrySnapshot:
    total, files = round(TOTAL_GIB * GIB), round(files_gib * GIB)
    free = total - round(used_gib * GIB) - files
    memory = Memory(
        total_bytes=total,
        free_bytes=free,
        available_bytes=free + round(0.95 * files),
        file_cache_bytes=files,
        anonymous_bytes=None if anonymous_gib is None else round(anonymous_gib * GIB),
    )
    return TelemetrySnapshot(
        taken_s=1.0,
        memory=Reading(value=memory),
        gpu_processes=Reading(value=gpu),
        large_processes=Reading(value=plain),
    )


def process(name: str, *, gpu_gib: float = 0.0, resident_gib: float = 0.0, pid: int = 7) -> ProcessMemory:
    return ProcessMemory(pid=pid, name=name, gpu_bytes=round(gpu_gib * GIB), resident_bytes=round(resident_gib * GIB))


READY = ServingState(
    phase=ServingPhase.READY,
    timeline=Timeline(serving=True, model_memory_gib=6.07, kv_cache_gib=95.0, graph_memory_gib=0.72),
)
LOADING = ServingState(phase=ServingPhase.STARTING, timeline=Timeline(kv_cache_gib=95.0, model_memory_gib=6.07))


def ledger(telemetry: TelemetrySnapshot, serving: ServingState | None = None, *, unified: bool = True) -> MemoryLedger:
    found = memory_ledger(telemetry, serving, load_workshop(), unified=unified)
    assert found is not None
    return found


def in_gib(found: MemoryLedger) -> dict[str, float]:
    return {part.value: round(size / GIB, 1) for part, size in found.parts.items() if round(size / GIB, 1)}


@pytest.mark.parametrize(
    ("telemetry", "serving", "expected"),
    [
        pytest.param(sample(4.2, files_gib=2.0), None, {"system": 4.2, "file-cache": 2.0, "free": 116.6}, id="idle"),
        pytest.param(sample(9.9), None, {"system": 9.9, "free": 112.9}, id="busy desktop"),
        pytest.param(sample(92.0), None, {"system": 4.5, "unclaimed": 87.5, "free": 30.8}, id="not given back"),
        pytest.param(
            sample(92.0, anonymous_gib=20.0, plain=()),
            None,
            {"system": 21.5, "unclaimed": 70.5, "free": 30.8},
            id="programs that are too small to be named",
        ),
        pytest.param(
            sample(92.0, gpu=(process("ollama", gpu_gib=25.7),)),
            None,
            {"system": 4.5, "other": 25.7, "unclaimed": 61.8, "free": 30.8},
            id="another program, and something nobody claims",
        ),
        pytest.param(
            sample(55.0, anonymous_gib=50.0, plain=(process("cc1plus", resident_gib=48.0),)),
            None,
            {"system": 7.0, "other": 48.0, "free": 67.8},
            id="a program with plain memory",
        ),
        pytest.param(
            sample(80.0, anonymous_gib=50.0, plain=(process("cc1plus", resident_gib=48.0),)),
            None,
            {"system": 4.5, "other": 48.0, "unclaimed": 27.5, "free": 42.8},
            id="a named program's plain memory is not the system's as well",
        ),
        pytest.param(
            sample(20.0, files_gib=9.0, anonymous_gib=0.0, plain=(process("postgres", resident_gib=9.0),)),
            None,
            {"system": 4.5, "unclaimed": 15.5, "file-cache": 9.0, "free": 93.8},
            id="a program that only reads files holds nothing",
        ),
        pytest.param(
            sample(10.5, anonymous_gib=8.5),
            None,
            {"system": 10.5, "free": 112.3},
            id="sources that look at different moments",
        ),
        pytest.param(
            sample(107.0),
            READY,
            {"system": 4.5, "weights": 6.1, "kv-cache": 95.0, "graphs": 0.7, "server-rest": 0.7, "free": 15.8},
            id="ready, the driver silent",
        ),
        pytest.param(
            sample(108.0, gpu=(process("VLLM::EngineCor", gpu_gib=103.0),)),
            READY,
            {"system": 5.0, "weights": 6.1, "kv-cache": 95.0, "graphs": 0.7, "server-rest": 1.2, "free": 14.8},
            id="ready, by the driver",
        ),
        pytest.param(
            sample(120.0, gpu=(process("vllm", gpu_gib=103.0),)),
            READY,
            {
                "system": 4.5,
                "weights": 6.1,
                "kv-cache": 95.0,
                "graphs": 0.7,
                "server-rest": 1.2,
                "unclaimed": 12.5,
                "free": 2.8,
            },
            id="ready, beside what an earlier model left",
        ),
        pytest.param(
            sample(9.0),
            LOADING,
            {"system": 3.0, "weights": 6.0, "free": 113.8},
            id="the cache is announced before it is taken",
        ),
        pytest.param(
            sample(30.0),
            ServingState(phase=ServingPhase.STARTING),
            {"system": 4.5, "server-rest": 25.5, "free": 92.8},
            id="starting, nothing known yet",
        ),
        pytest.param(
            sample(92.0),
            replace(READY, phase=ServingPhase.FAILED),
            {"system": 4.5, "unclaimed": 87.5, "free": 30.8},
            id="a failed start holds nothing",
        ),
    ],
)
def test_the_memory_is_split(
    telemetry: TelemetrySnapshot, serving: ServingState | None, expected: dict[str, float]
) -> None:
    assert in_gib(ledger(telemetry, serving)) == pytest.approx(expected, abs=0.11)


def test_no_memory_reading_means_no_ledger() -> None:
    assert memory_ledger(TelemetrySnapshot(taken_s=0.0), None, None) is None


def test_on_a_laptop_every_byte_belongs_to_somebody() -> None:
    found = ledger(sample(60.0), unified=False)

    assert in_gib(found) == {"system": 60.0, "free": 62.8}


def test_memory_of_a_discrete_gpu_is_not_counted_here() -> None:
    telemetry = replace(
        sample(20.0, gpu=(process("train", gpu_gib=70.0),)),
        gpu_memory=Reading(value=GpuMemory(total_bytes=80 * GIB, used_bytes=70 * GIB, free_bytes=10 * GIB)),
    )

    found = ledger(telemetry)

    assert not found.unified
    assert found.others == ()


def test_the_server_is_not_another_program_while_it_runs_and_is_one_afterwards() -> None:
    telemetry = sample(107.0, gpu=(process("VLLM::EngineCor", gpu_gib=100.0),))

    assert ledger(telemetry, READY).others == ()
    assert [each.name for each in ledger(telemetry).others] == ["VLLM::EngineCor"]


def test_a_python_in_a_container_is_taken_for_the_server() -> None:
    inside = replace(process("python3", gpu_gib=100.0), container_id="0123456789ab")

    assert ledger(sample(107.0, gpu=(inside,)), READY).others == ()
    assert ledger(sample(107.0, gpu=(process("python3", gpu_gib=100.0),)), READY).others != ()


def test_plain_and_gpu_memory_of_one_program_are_one_holder() -> None:
    found = ledger(
        sample(
            40.0,
            anonymous_gib=12.0,
            gpu=(process("ollama", gpu_gib=20.0),),
            plain=(process("ollama", resident_gib=9.0),),
        )
    )

    assert [(each.name, round(each.held_bytes / GIB)) for each in found.others] == [("ollama", 29)]


def test_a_program_that_only_reads_files_is_not_named() -> None:
    found = ledger(sample(20.0, files_gib=9.0, anonymous_gib=0.0, plain=(process("postgres", resident_gib=9.0),)))

    assert found.others == ()


def test_swap_is_told() -> None:
    telemetry = replace(sample(5.0), swap=Reading(value=Swap(total_bytes=8 * GIB, used_bytes=GIB)))

    found = ledger(telemetry)

    assert (found.swap_total_bytes, found.swap_used_bytes) == (8 * GIB, GIB)


def test_what_the_kernel_would_not_give_back_is_not_called_reclaimable() -> None:
    telemetry = sample(20.0, files_gib=40.0)
    memory = telemetry.memory.value
    assert memory is not None
    dirty = replace(memory, available_bytes=memory.free_bytes + 10 * GIB)

    assert ledger(replace(telemetry, memory=Reading(value=dirty))).reclaimable_bytes == 10 * GIB


sizes = st.integers(min_value=0, max_value=200 * GIB)
maybe = st.none() | sizes
shares = st.none() | st.floats(min_value=0.0, max_value=200.0)
processes = st.lists(
    st.builds(
        ProcessMemory,
        pid=st.integers(1, 5),
        name=st.sampled_from(["vllm", "python3", "ollama", ""]),
        gpu_bytes=maybe,
        resident_bytes=maybe,
        container_id=st.sampled_from([None, "0123456789ab"]),
    ),
    max_size=4,
    unique_by=lambda each: each.pid,
).map(tuple)


@given(
    memory=st.builds(
        Memory,
        total_bytes=st.integers(1, 128 * GIB),
        free_bytes=sizes,
        available_bytes=sizes,
        file_cache_bytes=sizes,
        shared_bytes=maybe,
        anonymous_bytes=maybe,
    ),
    gpu=st.none() | processes,
    plain=st.none() | processes,
    phase=st.sampled_from(list(ServingPhase)),
    timeline=st.none() | st.builds(Timeline, model_memory_gib=shares, kv_cache_gib=shares, graph_memory_gib=shares),
    unified=st.booleans(),
)
def test_the_parts_are_never_negative_and_sum_to_the_total(
    *,
    memory: Memory,
    gpu: tuple[ProcessMemory, ...] | None,
    plain: tuple[ProcessMemory, ...] | None,
    phase: ServingPhase,
    timeline: Timeline | None,
    unified: bool,
) -> None:
    telemetry = TelemetrySnapshot(
        taken_s=0.0,
        memory=Reading(value=memory),
        gpu_processes=Reading(value=gpu),
        large_processes=Reading(value=plain),
    )

    found = memory_ledger(telemetry, ServingState(phase=phase, timeline=timeline), None, unified=unified)

    assert found is not None
    assert list(found.parts) == list(Part)
    assert all(size >= 0 for size in found.parts.values())
    assert sum(found.parts.values()) == memory.total_bytes
    assert 0 <= found.reclaimable_bytes <= memory.total_bytes
    assert found.used_bytes >= found.server_bytes
    assert sum(each.held_bytes for each in found.others) == found.parts[Part.OTHER]
