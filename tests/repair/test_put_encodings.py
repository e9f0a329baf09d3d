"""Putting the token files of GPT-OSS in place: only whole ones, from where they lie."""

from pathlib import Path

import pytest

from tests.repair.asking import proof_of
from thorhud.repair.context import RepairContext, context_for
from thorhud.repair.run import plan
from thorhud.settings.declared import Settings
from thorhud.settings.workshop_file import load_workshop
from thorhud.simulate.engine import SimulatedEngine

SIZES = {"cl100k_base.tiktoken": 1681126, "o200k_base.tiktoken": 3613922}


@pytest.fixture
def context(tmp_path: Path) -> RepairContext:
    workshop = load_workshop()
    data = tmp_path / "data"
    data.mkdir()
    engine = SimulatedEngine(tmp_path, workshop, port=1, start_speed=1.0)
    return context_for(Settings(data_dir=data), workshop, engine, root_folder=tmp_path)


def lay(folder: Path, *, missing_bytes: int = 0, letter: bytes = b"x") -> None:
    """Write both files into *folder*, too short by so many bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, size in SIZES.items():
        (folder / name).write_bytes(letter * (size - missing_bytes))


def sizes(context: RepairContext) -> dict[str, int]:
    folder = context.data_dir / "encodings"
    return {each.name: each.stat().st_size for each in folder.iterdir()} if folder.is_dir() else {}


async def test_files_on_a_stick_are_found_and_copied_whole(context: RepairContext) -> None:
    lay(context.root_folder / "media/mina/STICK/encodings")

    shown, proof = await plan("put-encodings", context), await proof_of("put-encodings", context)

    assert len(shown.steps) == 2
    assert "STICK" in shown.steps[0]
    assert proof.proven, proof
    assert sizes(context) == SIZES
    assert proof.before == "cl100k_base.tiktoken missing, o200k_base.tiktoken missing"
    assert proof.after == "cl100k_base.tiktoken whole, o200k_base.tiktoken whole"


async def test_a_copy_that_is_cut_short_is_never_taken(context: RepairContext) -> None:
    lay(context.root_folder / "media/mina/STICK", missing_bytes=1)

    proof = await proof_of("put-encodings", context)

    assert not proof.proven
    assert "No whole copy of cl100k_base.tiktoken and o200k_base.tiktoken" in proof.sentence
    assert "USB stick" in proof.next_step
    assert sizes(context) == {}


async def test_a_damaged_file_in_its_place_is_replaced_and_a_whole_one_is_left_alone(context: RepairContext) -> None:
    lay(context.data_dir / "encodings", letter=b"k")
    (context.data_dir / "encodings/o200k_base.tiktoken").write_bytes(b"<html>not found</html>")
    lay(context.data_dir / "old/tokens", letter=b"n")

    proof = await proof_of("put-encodings", context)

    folder = context.data_dir / "encodings"
    assert proof.proven
    assert "o200k_base.tiktoken 22 of 3613922 bytes" in proof.before
    assert (folder / "cl100k_base.tiktoken").read_bytes()[:1] == b"k"
    assert (folder / "o200k_base.tiktoken").read_bytes()[:1] == b"n"


async def test_a_named_folder_is_the_only_one_that_is_searched(context: RepairContext, tmp_path: Path) -> None:
    lay(context.root_folder / "media/mina/STICK")
    elsewhere = tmp_path / "empty"
    elsewhere.mkdir()
    named = RepairContext(
        engine=context.engine,
        data_dir=context.data_dir,
        required_files=context.required_files,
        root_folder=context.root_folder,
        files_from=elsewhere,
    )

    proof = await proof_of("put-encodings", named)

    assert not proof.proven
    assert str(elsewhere) in proof.next_step


async def test_files_that_are_in_place_are_not_touched(context: RepairContext) -> None:
    lay(context.data_dir / "encodings")
    before = (context.data_dir / "encodings/o200k_base.tiktoken").stat().st_mtime_ns

    proof = await proof_of("put-encodings", context)

    assert proof.proven
    assert (context.data_dir / "encodings/o200k_base.tiktoken").stat().st_mtime_ns == before


async def test_a_folder_that_cannot_be_written_is_said_and_leaves_nothing_half(context: RepairContext) -> None:
    lay(context.root_folder / "mnt")
    (context.data_dir / "encodings").write_text("a file where the folder should be")

    proof = await proof_of("put-encodings", context)

    assert not proof.proven
    assert "could not be copied" in proof.sentence
    assert proof.command.startswith("sudo install -D -m 644 ")
    assert proof.command.endswith("/encodings/cl100k_base.tiktoken")
    assert [each.name for each in context.data_dir.iterdir()] == ["encodings"]


async def test_a_link_that_leads_nowhere_or_in_a_circle_does_not_end_the_search(context: RepairContext) -> None:
    stick = context.root_folder / "media/stick"
    lay(stick / "real")
    (stick / "cl100k_base.tiktoken").symlink_to(stick / "cl100k_base.tiktoken")
    (stick / "round").symlink_to(stick)

    assert (await proof_of("put-encodings", context)).proven
