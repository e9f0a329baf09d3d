"""Every way in which a model can lie on a disk, whole and broken."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.models_on_disk import REVISION, SMALL, HubModel, header_of, size_of, small_model, write_safetensors
from thorhud.domain.model_files import FilesFault, FilesFaultKind, ModelFiles, about_duplicates
from thorhud.serving import hub_cache
from thorhud.serving.look_at_model import look_at

MODEL = "nvidia/Llama-3.1-8B-Instruct-FP4"
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
NOBODY = 65534


@pytest.fixture
def model(tmp_path: Path) -> HubModel:
    return small_model(tmp_path, MODEL)


def look(model: HubModel) -> ModelFiles:
    return look_at(model.data_dir, model.model)


def fault(model: HubModel) -> FilesFault:
    found = look(model).fault
    assert found is not None
    return found


# whole


def test_a_download_is_whole_with_its_sizes_and_revision(model: HubModel) -> None:
    found = look(model)

    assert found.complete
    assert (found.found_files, found.expected_files, found.revision) == (2, 2, REVISION)
    assert found.read_bytes == size_of(SMALL) + sum(
        len(header_of({name: SMALL[name] for name in half})) for half in (list(SMALL)[:2], list(SMALL)[2:])
    )
    assert found.disk_bytes == sum(each.stat().st_size for each in model.blobs.iterdir())
    assert (found.unread, found.notes) == ((), ())


def test_a_model_in_one_file_needs_no_index(tmp_path: Path) -> None:
    assert look(small_model(tmp_path, MODEL, shards=1)).complete


def test_a_copy_without_links_is_whole_and_its_files_count_once(model: HubModel) -> None:
    for each in list(model.snapshot.iterdir()):
        whole = each.read_bytes()
        each.unlink()
        each.write_bytes(whole)
    shutil.rmtree(model.blobs)

    found = look(model)

    assert found.complete
    assert found.disk_bytes == sum(each.stat().st_size for each in model.snapshot.iterdir())


def test_a_plain_folder_is_a_model_too(model: HubModel, tmp_path: Path) -> None:
    shutil.copytree(model.snapshot, tmp_path / "plain")

    found = look_at(tmp_path, str(tmp_path / "plain"))

    assert found.complete
    assert found.revision is None
    assert found.found_files == 2


def test_a_folder_named_as_the_container_sees_it_is_found_on_the_unit(model: HubModel, tmp_path: Path) -> None:
    shutil.copytree(model.snapshot, tmp_path / "models/huggingface/mine")

    assert look_at(tmp_path, "/root/.cache/huggingface/mine").complete
    assert not look_at(tmp_path, "/root/.cache/huggingface/yours").complete


def test_whole_weights_are_whole_beside_a_leftover_of_a_download(model: HubModel) -> None:
    model.put("tokenizer.json", b"{}")
    (model.blobs / "0a1b.incomplete").write_bytes(b"1" * 2_000_000)

    found = look(model)

    assert found.complete
    assert found.notes == ("1 unfinished download lies beside it.",)
    assert [(each.where, each.size_bytes, each.duplicate) for each in found.unread] == [
        ("unfinished downloads", 2_000_000, False)
    ]


# copies that nobody reads


def test_original_and_metal_are_counted_apart_and_said(tmp_path: Path) -> None:
    model = HubModel(tmp_path, "openai/gpt-oss-120b")
    model.put_config()
    sizes = {
        "model.safetensors": 65_248_815_744,
        "original/model.safetensors": 46_000_000_000,
        "metal/model.bin": 11 * 10**9,
    }
    write_safetensors(model.blob("model.safetensors"), {"x": ("U8", (sizes["model.safetensors"],))})
    model.link("model.safetensors")
    model.put_sparse("original/model.safetensors", sizes["original/model.safetensors"])
    model.put("original/config.json", b"{}")
    model.put_sparse("metal/model.bin", sizes["metal/model.bin"])

    found = look(model)

    assert found.complete
    assert [(each.where, each.duplicate) for each in found.unread] == [("metal/", True), ("original/", True)]
    assert found.duplicate_bytes == 57 * 10**9 + 2
    assert about_duplicates(found) == (
        "57.0 of 122.2 GB on the disk are copies that the server never reads (metal/ 11.0 GB and original/ 46.0 GB); it"
        " reads 65.2 GB."
    )
    assert sum(each.stat().st_blocks for each in model.blobs.iterdir()) < 200, "the test itself uses no disk"


def test_the_same_weights_in_another_format_are_copies(model: HubModel) -> None:
    model.put_sparse("consolidated.safetensors", 3_000_000)
    model.put_sparse("pytorch_model.bin", 2_000_000)

    assert [(each.where, each.size_bytes) for each in look(model).unread] == [("other formats", 5_000_000)]


def test_blobs_are_told_apart_by_who_uses_them(model: HubModel) -> None:
    older = HubModel(model.data_dir, MODEL, revision="older", ref=False)
    older.put_sparse("model.safetensors", 4_000_000)
    (model.blobs / "orphan").write_bytes(b"1" * 3_000_000)

    assert {each.where: each.size_bytes for each in look(model).unread} == {
        "other revisions": 4_000_000,
        "blobs that no revision uses": 3_000_000,
    }


def test_blobs_beside_a_copy_without_links_hold_the_same_once_more(model: HubModel) -> None:
    model.put_sparse("vocabulary.bin", 7_000_000)
    (model.snapshot / "vocabulary.bin").unlink()
    shutil.copyfile(model.blob("vocabulary.bin"), model.snapshot / "vocabulary.bin")

    again = [each for each in look(model).unread if each.where.startswith("blobs/")]

    assert [(each.size_bytes, each.duplicate) for each in again] == [(7_000_000, True)]


# not whole


def test_nothing_here_is_said(tmp_path: Path) -> None:
    found = look_at(tmp_path, MODEL).fault

    assert found is not None
    assert (found.kind, found.sentence) == (FilesFaultKind.NOT_HERE, "not on this unit.")


def test_only_a_tokenizer_is_not_a_model(tmp_path: Path) -> None:
    model = HubModel(tmp_path, MODEL)
    model.put_config()
    model.put("tokenizer.json", b"{}")

    assert fault(model).kind is FilesFaultKind.NO_WEIGHTS


def test_weights_without_a_configuration_cannot_be_served(model: HubModel) -> None:
    (model.snapshot / "config.json").unlink()

    assert fault(model).kind is FilesFaultKind.NO_CONFIG


def test_a_link_that_leads_nowhere_is_named(model: HubModel) -> None:
    model.blob(SHARDS[1]).unlink()

    found = fault(model)

    assert found.kind is FilesFaultKind.BROKEN_LINKS
    assert found.sentence == f"1 of 2 weight files is a link that leads nowhere, first {SHARDS[1]}."


def test_a_link_in_a_circle_leads_nowhere_too(model: HubModel) -> None:
    (model.snapshot / SHARDS[0]).unlink()
    (model.snapshot / SHARDS[0]).symlink_to(SHARDS[0])

    assert fault(model).kind is FilesFaultKind.BROKEN_LINKS


def test_shards_that_only_the_index_knows_are_missing(model: HubModel) -> None:
    for name in SHARDS:
        (model.snapshot / name).unlink()

    found = look(model)

    assert found.fault is not None
    assert found.fault.kind is FilesFaultKind.MISSING_FILES
    assert found.fault.sentence == f"2 of 2 weight files are missing, first {SHARDS[0]}."
    assert (found.found_files, found.expected_files) == (0, 2)


def test_without_an_index_the_numbering_tells_how_many_there_are(model: HubModel) -> None:
    (model.snapshot / "model.safetensors.index.json").unlink()
    assert look(model).complete

    (model.snapshot / SHARDS[0]).unlink()

    assert fault(model).sentence == f"1 of 2 weight files is missing, first {SHARDS[0]}."


@pytest.mark.parametrize("content", [b"{}", b"[]", b"{", b'{"weight_map": {}}', b'{"weight_map": {"a": 1}}', b"\xff"])
def test_a_broken_index_is_a_fault_and_no_traceback(model: HubModel, content: bytes) -> None:
    model.blob("model.safetensors.index.json").write_bytes(content)

    found = fault(model)

    assert found.kind is FilesFaultKind.DAMAGED
    assert "model.safetensors.index.json" in found.sentence


def test_a_file_of_no_bytes_is_found(model: HubModel) -> None:
    model.blob(SHARDS[0]).write_bytes(b"")

    assert fault(model).kind is FilesFaultKind.EMPTY_FILES


@pytest.mark.parametrize("cut_bytes", [1, 60])
def test_a_cut_off_shard_is_found_by_its_own_header(model: HubModel, cut_bytes: int) -> None:
    tensors = {"x": ("BF16", (1000, 1000))}
    write_safetensors(model.blob(SHARDS[0]), tensors, cut_bytes=cut_bytes)
    whole = len(header_of(tensors)) + 2_000_000

    found = fault(model)

    assert found.kind is FilesFaultKind.TRUNCATED
    assert f"has {whole - cut_bytes:,} bytes of the {whole:,} that its header tells" in found.sentence


def test_a_file_that_grew_is_not_whole_either(model: HubModel) -> None:
    with model.blob(SHARDS[0]).open("ab") as file:
        file.write(b"x")

    assert fault(model).kind is FilesFaultKind.TRUNCATED


def test_a_shard_that_ends_inside_its_header_is_damaged(model: HubModel) -> None:
    header = header_of(SMALL)
    model.blob(SHARDS[0]).write_bytes(header[: len(header) // 2])

    found = fault(model)

    assert found.kind is FilesFaultKind.DAMAGED
    assert "cut off inside the header" in found.sentence


def test_a_clone_without_its_large_files_is_recognized(tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 4976698672\n"
    (folder / "model.safetensors").write_text(pointer)

    found = look_at(tmp_path, str(folder)).fault

    assert found is not None
    assert found.kind is FilesFaultKind.POINTER_FILES


def test_a_shard_is_looked_at_again_once_it_has_changed(model: HubModel) -> None:
    shard = model.blob(SHARDS[0])
    before = shard.stat()
    assert look(model).complete

    data = bytearray(shard.read_bytes())
    data[0] ^= 0x40
    shard.write_bytes(data)
    os.utime(shard, ns=(before.st_atime_ns, before.st_mtime_ns + 1))

    assert not look(model).complete


# downloads


def test_what_is_missing_while_a_download_lies_there_is_unfinished(model: HubModel) -> None:
    (model.snapshot / SHARDS[1]).unlink()
    model.blob(SHARDS[1]).unlink()
    (model.blobs / "0a1b.incomplete").write_bytes(b"1" * 3_200_000)

    found = fault(model)

    assert found.kind is FilesFaultKind.UNFINISHED
    assert found.sentence == (
        f"1 of 2 weight files is missing, first {SHARDS[1]}: a download broke off or is still running"
        " (0.0032 GB of the next file is here)."
    )


def test_a_download_that_has_not_brought_the_tokenizer_yet_is_unfinished(model: HubModel) -> None:
    (model.blobs / "0a1b.incomplete").write_bytes(b"1")

    assert fault(model).kind is FilesFaultKind.UNFINISHED


def test_a_download_that_broke_off_before_any_file_is_unfinished(tmp_path: Path) -> None:
    model = HubModel(tmp_path, MODEL, ref=False)
    model.snapshot.rmdir()
    (model.blobs / "0a1b.incomplete").write_bytes(b"1")

    assert fault(model).kind is FilesFaultKind.UNFINISHED


# revisions


@pytest.mark.parametrize("named", [None, "another"])
def test_whole_files_that_the_ref_does_not_lead_to_are_said_with_the_command(
    model: HubModel, named: str | None
) -> None:
    ref = model.folder / "refs" / "main"
    ref.unlink()
    if named:
        ref.write_text(named)

    found = look(model)

    assert found.fault is not None
    assert found.fault.kind is FilesFaultKind.NO_REVISION
    assert "which are whole" in found.fault.sentence
    assert f"printf %s {REVISION} > {ref}" in found.fault.next_step


def test_following_the_advice_makes_the_model_whole(model: HubModel) -> None:
    shutil.rmtree(model.folder / "refs")
    command = fault(model).next_step.removeprefix("Write it: ")

    subprocess.run(["sh", "-c", command], check=True)

    assert look(model).complete


def test_of_several_whole_revisions_nobody_guesses_one(model: HubModel) -> None:
    (model.folder / "refs" / "main").unlink()
    small_model(model.data_dir, MODEL, revision="older", ref=False)

    found = fault(model)

    assert found.kind is FilesFaultKind.NO_REVISION
    assert REVISION in found.next_step
    assert "older" in found.next_step


def test_the_ref_decides_between_several_revisions(model: HubModel) -> None:
    HubModel(model.data_dir, MODEL, revision="zzz-newer", ref=False).put_config()

    found = look(model)

    assert found.complete
    assert found.revision == REVISION
    assert found.notes == ("1 further revision lies on the disk.",)


# other names


@pytest.mark.parametrize(
    ("asked", "here"),
    [
        (MODEL, "nvidia/Llama-3.1-8B-Instruct-NVFP4"),
        ("nvidia/Llama-3.1-8B-Instruct-NVFP4", MODEL),
        ("meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Meta-Llama-3.1-8B-Instruct"),
        ("yuhuili/EAGLE3-LLaMA3.1-Instruct-8B", "yuhuili/EAGLE3-LLaMa3.1-Instruct-8B"),
    ],
)
def test_the_same_model_under_another_name_is_named_and_linking_it_helps(tmp_path: Path, asked: str, here: str) -> None:
    small_model(tmp_path, here)
    found = look_at(tmp_path, asked).fault
    assert found is not None
    assert found.kind is FilesFaultKind.OTHER_NAME
    assert found.sentence == f"not on this unit; {here} is, but the server would not look there."

    command = found.next_step.removeprefix("Give it the other name too: ")
    subprocess.run(["sh", "-c", command], check=True)

    assert look_at(tmp_path, asked).complete


def test_a_broken_copy_under_another_name_is_no_way_out(tmp_path: Path) -> None:
    other = small_model(tmp_path, "nvidia/Llama-3.1-8B-Instruct-NVFP4")
    other.blob(SHARDS[0]).unlink()

    found = look_at(tmp_path, MODEL).fault

    assert found is not None
    assert found.kind is FilesFaultKind.NOT_HERE
    assert "not as a whole" in found.sentence


# what the container sees


def test_weights_that_only_the_unit_can_reach_are_said(model: HubModel, tmp_path: Path) -> None:
    elsewhere = tmp_path / "ssd"
    shutil.move(model.folder, elsewhere)
    model.folder.symlink_to(elsewhere)

    found = fault(model)

    assert found.kind is FilesFaultKind.OUT_OF_REACH
    assert f"{model.folder} -> {elsewhere}" in found.sentence


def test_an_absolute_link_is_no_use_in_the_container(model: HubModel) -> None:
    name = model.snapshot / SHARDS[0]
    name.unlink()
    name.symlink_to(model.blob(SHARDS[0]))

    assert fault(model).kind is FilesFaultKind.OUT_OF_REACH


def test_a_data_folder_that_is_itself_a_link_is_in_reach(model: HubModel, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(tmp_path)

    assert look_at(tmp_path / "data", MODEL).complete


# permission


@pytest.fixture
def owned() -> Iterator[HubModel]:
    """Lay a model down where every account may look, unlike pytest's own folders."""
    with tempfile.TemporaryDirectory(prefix="thorhud-model-") as folder:
        Path(folder).chmod(0o755)
        yield small_model(Path(folder), MODEL)


@contextmanager
def another_account() -> Iterator[None]:
    """Look with the eyes of an account that owns nothing."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("closed", ["", "blobs", "snapshots", "refs"])
def test_a_folder_that_may_not_be_read_is_a_fault_and_no_guess(owned: HubModel, closed: str) -> None:
    with another_account():
        assert look(owned).complete
    (owned.folder / closed).chmod(0o000)

    with another_account():
        found = look(owned).fault
    (owned.folder / closed).chmod(0o755)

    assert found is not None
    assert found.kind is FilesFaultKind.NO_PERMISSION
    assert "may not read" in found.sentence
    assert found.next_step == f"Let others read them: sudo chmod -R a+rX {owned.folder}"


def test_a_file_that_only_the_server_may_read_is_counted_and_said_to_be_unchecked(owned: HubModel) -> None:
    owned.blob(SHARDS[0]).chmod(0o000)

    with another_account():
        found = look(owned)

    assert found.complete
    assert found.notes == (f"1 of its weight files could not be checked, first {SHARDS[0]}.",)


# names


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("openai/gpt-oss-120b", False),
        ("gpt2", False),
        ("/models/mine", True),
        ("./mine", True),
        ("~/mine", True),
        ("a/b/c", True),
    ],
)
def test_an_id_is_told_from_a_path(model: str, path: bool) -> None:
    assert hub_cache.is_path(model) is path


def test_the_models_of_a_cache_are_listed_by_their_ids(tmp_path: Path) -> None:
    small_model(tmp_path, MODEL)
    small_model(tmp_path, "gpt2")
    (tmp_path / hub_cache.CACHE / "datasets--a--b").mkdir()

    assert hub_cache.models_here(tmp_path) == ("gpt2", MODEL)
    assert hub_cache.models_here(tmp_path / "nowhere") == ()


def test_a_json_file_that_is_no_table_is_no_configuration(model: HubModel) -> None:
    model.blob("config.json").write_text(json.dumps([1, 2]))

    assert look(model).complete, "only the server judges what stands in it"
