"""Whether a file holds what the cache says it holds."""

import hashlib
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from tests.fakes.models_on_disk import REVISION, HubModel, header_of
from thorhud.serving.model_contents import Contents, contents_of
from thorhud.serving.verify_files import Claim, StoppedError, claims_of, holds

MODEL = "openai/gpt-oss-20b"
WEIGHTS = header_of({"a": ("BF16", (100,))}) + b"\1" * 200


@pytest.fixture
def model(tmp_path: Path) -> HubModel:
    found = HubModel(tmp_path, MODEL)
    found.put_true("config.json", b"{}")
    found.put_true("model.safetensors", WEIGHTS)
    return found


def contents(model: HubModel) -> Contents:
    found = contents_of(model.data_dir, MODEL)
    assert found is not None
    return found


def right(claim: Claim) -> bool:
    return holds(claim, advance=lambda _: None, stop=threading.Event())


def test_every_file_that_is_read_is_compared_with_its_hash(model: HubModel) -> None:
    model.put_sparse("original/model.safetensors", 1000)

    claims = claims_of(contents(model))

    assert [each.name for each in claims.checkable] == ["config.json", "model.safetensors"]
    assert all(right(each) for each in claims.checkable)
    assert claims.without_hash == ()


def test_one_changed_byte_is_found(model: HubModel) -> None:
    blob = model.blobs / hashlib.sha256(WEIGHTS).hexdigest()
    blob.write_bytes(WEIGHTS[:-1] + b"\2")

    assert [right(each) for each in claims_of(contents(model)).checkable] == [True, False]


def test_small_files_carry_the_hash_that_git_gives_them(model: HubModel, tmp_path: Path) -> None:
    content = b'{"model_type": "gpt_oss"}\n'
    (tmp_path / "x").write_bytes(content)
    told = subprocess.run(["git", "hash-object", str(tmp_path / "x")], capture_output=True, text=True, check=True)
    digest = told.stdout.strip()
    (model.blobs / digest).write_bytes(content)
    (model.snapshot / "generation_config.json").symlink_to(f"../../blobs/{digest}")

    claim = next(each for each in claims_of(contents(model)).checkable if each.name == "generation_config.json")

    assert len(claim.expected) == 40
    assert right(claim)
    (model.blobs / digest).write_bytes(content.upper())
    assert not right(claim)


def test_a_copy_without_links_says_that_nothing_can_be_compared(model: HubModel) -> None:
    for path in list(model.snapshot.iterdir()):
        whole = path.read_bytes()
        path.unlink()
        path.write_bytes(whole)

    claims = claims_of(contents(model))

    assert claims.checkable == ()
    assert claims.without_hash == ("config.json", "model.safetensors")


def test_a_plain_folder_is_compared_with_the_notes_of_its_download(model: HubModel, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(model.snapshot, plain)
    notes = plain / ".cache/huggingface/download"
    notes.mkdir(parents=True)
    (notes / "model.safetensors.metadata").write_text(
        f"{REVISION}\n{hashlib.sha256(WEIGHTS).hexdigest()}\n1763942400\n"
    )
    found = contents_of(tmp_path, str(plain))
    assert found is not None

    claims = claims_of(found)

    assert [each.name for each in claims.checkable] == ["model.safetensors"]
    assert right(claims.checkable[0])
    assert claims.without_hash == ("config.json",)


def test_the_bytes_read_are_told_and_a_stop_is_obeyed(model: HubModel) -> None:
    claim = next(each for each in claims_of(contents(model)).checkable if each.name == "model.safetensors")
    told: list[int] = []

    assert holds(claim, advance=told.append, stop=threading.Event())
    assert sum(told) == claim.size_bytes

    stopped = threading.Event()
    stopped.set()
    with pytest.raises(StoppedError):
        holds(claim, advance=told.append, stop=stopped)
