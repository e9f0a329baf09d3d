"""A start that stands still is told from one that is slow by what its processes do."""

from dataclasses import replace

import pytest

from thorhud.domain.stages import PipelineStep
from thorhud.domain.stall import STALLED_AFTER_S, StallWatch, Stir, slow_disk

STILL = Stir(at_s=0.0, cpu_s=100.0, read_bytes=5_000_000, gpu_load=0.0, lines=30)


def looked_at(*stirs: Stir, step: PipelineStep = PipelineStep.WEIGHTS) -> str | None:
    watch = StallWatch()
    said = None
    for stir in stirs:
        said = watch.see(stir, step)
    return said


def at(seconds: float, **changes: object) -> Stir:
    return replace(STILL, at_s=seconds, **changes)  # type: ignore[arg-type]


def test_nothing_at_all_for_long_is_a_stall_with_what_to_do() -> None:
    said = looked_at(at(0), at(30), at(61))

    assert said is not None
    assert "Nothing has moved for 61 s while the weights were to be read" in said
    assert "no processor time, nothing read from disk, no work on the GPU" in said
    assert "start it again" in said


@pytest.mark.parametrize(
    "moved",
    [
        at(61, cpu_s=110.0),
        at(61, read_bytes=9_000_000),
        at(61, gpu_load=0.4),
        at(61, lines=31),
        at(61, cpu_s=20.0),
    ],
    ids=["processor", "disk", "GPU", "a line", "a process ended"],
)
def test_whatever_moves_is_work(moved: Stir) -> None:
    assert looked_at(at(0), at(30), moved) is None


def test_a_server_that_only_waits_uses_a_little_time_and_still_stands() -> None:
    assert looked_at(at(0), at(30, cpu_s=100.3), at(61, cpu_s=100.6)) is not None


@pytest.mark.parametrize("step", PipelineStep)
def test_each_step_has_its_own_patience(step: PipelineStep) -> None:
    limit_s = STALLED_AFTER_S[step]

    assert looked_at(at(0), at(limit_s - 1), step=step) is None
    assert looked_at(at(0), at(limit_s), step=step) is not None


def test_silence_while_it_compiles_is_normal() -> None:
    busy = [at(second, cpu_s=100.0 + second) for second in range(0, 600, 3)]

    assert looked_at(*busy, step=PipelineStep.COMPILE) is None


def test_a_disk_that_does_not_answer_is_named() -> None:
    assert "waits for the disk" in (looked_at(at(0), at(70, waiting_for_disk=True)) or "")


def test_what_nobody_can_see_is_no_stall() -> None:
    watch = StallWatch()
    watch.see(at(0), PipelineStep.WEIGHTS)
    assert watch.see(None, PipelineStep.WEIGHTS) is None
    assert watch.see(at(100), PipelineStep.WEIGHTS) is None


def test_only_what_was_looked_at_is_listed() -> None:
    said = looked_at(at(0, read_bytes=None, gpu_load=None), at(90, read_bytes=None, gpu_load=None))

    assert "2 min" in (said or "")
    assert "no processor time. Stop" in (said or "")


def test_a_slow_disk_is_said_with_what_is_left() -> None:
    watch = StallWatch()
    watch.see(at(0), PipelineStep.WEIGHTS)
    watch.see(at(10, read_bytes=5_000_000 + 1_200_000_000), PipelineStep.WEIGHTS)

    assert watch.bytes_per_s == 120e6
    assert slow_disk(watch.bytes_per_s, 22e9) == "The disk gives 120 MB/s, 22.0 GB of the weights are left"
    assert slow_disk(watch.bytes_per_s, None) == "The disk gives 120 MB/s"


@pytest.mark.parametrize("rate", [None, 0.0, 2e9])
def test_a_disk_that_is_fast_idle_or_unseen_is_not_called_slow(rate: float | None) -> None:
    assert slow_disk(rate, 22e9) is None
