"""Clearing memory: on the kernel of this machine, and the words for what it brought."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.repair.asking import proof_of, told_by
from thorhud.repair.context import RepairContext
from thorhud.repair.root import NoRoot, Root, RootResult, RootVerb, root_of_this_machine
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.engine import SimulatedEngine

MIB = 1024**2
FILE_MIB = 300


def meminfo(folder: Path, *, free_gib: float, cache_gib: float) -> None:
    """Write a /proc/meminfo with these figures below *folder*."""
    kib = 1024**2
    (folder / "proc").mkdir(exist_ok=True)
    (folder / "proc/meminfo").write_text(
        f"MemTotal: {123 * kib} kB\nMemFree: {int(free_gib * kib)} kB\nMemAvailable: {int(free_gib * kib)} kB\n"
        f"Buffers: 0 kB\nCached: {int(cache_gib * kib)} kB\nSReclaimable: 0 kB\nShmem: 0 kB\nAnonPages: 0 kB\n"
        "SwapTotal: 0 kB\nSwapFree: 0 kB\n"
    )


class Kernel:
    """Root that drops caches: what /proc/meminfo says afterwards is what the test wants."""

    def __init__(self, folder: Path, *, free_gib: float, cache_gib: float) -> None:
        self._folder = folder
        self._after = (free_gib, cache_gib)
        self.asked: list[RootVerb] = []

    async def ask(self, verb: RootVerb, *, proposal: Mapping[str, object] | None = None) -> RootResult:
        self.asked.append(verb)
        meminfo(self._folder, free_gib=self._after[0], cache_gib=self._after[1])
        return RootResult(done=True, sentence="The file cache was dropped.")


def unit(folder: Path, root: Root, *, need_gib: float | None = None) -> RepairContext:
    need = None if need_gib is None else int(need_gib * 1024**3)
    engine = SimulatedEngine(folder, load_workshop(), port=1, start_speed=1.0)
    return RepairContext(engine=engine, root=root, data_dir=folder, root_folder=folder, need_bytes=need)


@pytest.mark.skipif(os.geteuid() != 0 or platform.system() != "Linux", reason="dropping the caches needs root")
async def test_it_really_lowers_the_file_cache_of_this_machine_and_the_proof_shows_it(tmp_path: Path) -> None:
    big = tmp_path / "weights"
    with big.open("wb") as file:
        for _ in range(FILE_MIB):
            file.write(os.urandom(MIB))
        os.fsync(file.fileno())
    assert len(big.read_bytes()) == FILE_MIB * MIB
    context = RepairContext(
        engine=SimulatedEngine(tmp_path, load_workshop(), port=1, start_speed=1.0),
        root=root_of_this_machine(),
        data_dir=tmp_path,
    )

    said, proof = await told_by("clear-memory", context)

    before, after = proof.details["file_cache_before_bytes"], proof.details["file_cache_after_bytes"]
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert proof.proven, proof
    assert before - after > FILE_MIB * MIB * 0.8
    assert said
    assert proof.sentence.startswith("Memory cleared, ")


async def test_memory_that_is_enough_for_the_model_needs_no_next_step(tmp_path: Path) -> None:
    meminfo(tmp_path, free_gib=14.4, cache_gib=95)
    root = Kernel(tmp_path, free_gib=108.2, cache_gib=1)

    proof = await proof_of("clear-memory", unit(tmp_path, root, need_gib=85.98))

    assert root.asked == [RootVerb.DROP_CACHES]
    assert proof.proven
    assert (proof.sentence, proof.next_step) == ("Memory cleared, 108.2 GiB is free", "")
    assert (proof.before, proof.after) == (
        "14.4 GiB free, 95.0 GiB copies of files",
        "108.2 GiB free, 1.0 GiB copies of files",
    )


async def test_memory_that_somebody_else_holds_leads_to_the_next_step_of_the_ladder(tmp_path: Path) -> None:
    meminfo(tmp_path, free_gib=14.4, cache_gib=0.4)

    proof = await proof_of("clear-memory", unit(tmp_path, Kernel(tmp_path, free_gib=14.4, cache_gib=0.4), need_gib=86))

    assert not proof.proven
    assert "only 14.4 GiB is free and the model needs 86.0 GiB" in proof.sentence
    assert "restart Docker" in proof.next_step


async def test_a_cache_that_fell_and_still_is_not_enough_says_both(tmp_path: Path) -> None:
    meminfo(tmp_path, free_gib=14.4, cache_gib=40)

    proof = await proof_of("clear-memory", unit(tmp_path, Kernel(tmp_path, free_gib=53, cache_gib=1), need_gib=86))

    assert proof.proven
    assert proof.sentence.startswith("Memory cleared, but only 53.0 GiB is free")
    assert "restart Docker" in proof.next_step


async def test_a_cache_that_did_not_move_is_no_proof(tmp_path: Path) -> None:
    meminfo(tmp_path, free_gib=14.4, cache_gib=95)

    proof = await proof_of("clear-memory", unit(tmp_path, Kernel(tmp_path, free_gib=14.5, cache_gib=94.5)))

    assert not proof.proven


async def test_an_account_that_may_not_gets_the_command_to_type(tmp_path: Path) -> None:
    meminfo(tmp_path, free_gib=14.4, cache_gib=95)

    proof = await proof_of("clear-memory", unit(tmp_path, NoRoot()))

    assert not proof.proven
    assert proof.command == "sync && sudo sysctl -w vm.drop_caches=3"
    assert proof.command in proof.next_step


async def test_a_machine_without_meminfo_claims_no_success(tmp_path: Path) -> None:
    class Silent:
        async def ask(self, verb: RootVerb, *, proposal: Mapping[str, object] | None = None) -> RootResult:
            return RootResult(done=True, sentence="done")

    proof = await proof_of("clear-memory", unit(tmp_path, Silent()))

    assert not proof.proven
    assert "/proc/meminfo" in proof.sentence
