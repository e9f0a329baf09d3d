"""Weights in the Hugging Face cache: complete, or what is missing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.serving.test_launch_plan import EAGLE, GPT_OSS
from thorhud.serving.weights import CACHE, files_fault, weights_state

MODEL = "nvidia/Llama-3.1-8B-Instruct-FP4"
SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")


class Cache:
    """One model in a cache, laid out as huggingface_hub does."""

    def __init__(self, data_dir: Path, model: str = MODEL, files: tuple[str, ...] = SHARDS) -> None:
        self.folder = data_dir / CACHE / ("models--" + model.replace("/", "--"))
        self.snapshot = self.folder / "snapshots" / "abc123"
        self.snapshot.mkdir(parents=True)
        (self.folder / "blobs").mkdir()
        (self.folder / "refs").mkdir()
        (self.folder / "refs" / "main").write_text("abc123")
        for name in ("config.json", *files):
            self.put(name, b"12345")
        if len(files) > 1:
            weight_map = {f"layer.{n}": name for n, name in enumerate(files)}
            self.put("model.safetensors.index.json", json.dumps({"weight_map": weight_map}).encode())

    def put(self, name: str, content: bytes) -> None:
        blob = self.folder / "blobs" / f"hash-of-{name}"
        blob.write_bytes(content)
        (self.snapshot / name).symlink_to(Path("../../blobs") / blob.name)


def test_complete_weights_are_counted(tmp_path: Path) -> None:
    Cache(tmp_path)

    state = weights_state(tmp_path, EAGLE)

    assert state.complete
    assert state.reason is None
    assert state.size_bytes == 10


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_a_model_in_one_file_needs_no_index(tmp_path: Path, name: str) -> None:
    Cache(tmp_path, files=(name,))

    assert weights_state(tmp_path, EAGLE).complete


def test_a_draft_model_must_be_there_too(tmp_path: Path) -> None:
    Cache(tmp_path)

    state = weights_state(tmp_path, replace(EAGLE, draft_model="yuhuili/EAGLE3"))

    assert not state.complete
    assert state.missing == ("yuhuili/EAGLE3",)
    assert state.reason == "yuhuili/EAGLE3: not on this unit."


def test_only_a_tokenizer_is_not_a_model(tmp_path: Path) -> None:
    cache = Cache(tmp_path, files=())
    cache.put("tokenizer.json", b"{}")

    assert weights_state(tmp_path, EAGLE).reason == f"{MODEL}: there are no weight files."


def test_a_link_that_leads_nowhere_is_a_missing_file(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    (cache.folder / "blobs" / f"hash-of-{SHARDS[1]}").unlink()

    state = weights_state(tmp_path, EAGLE)

    assert state.reason == f"{MODEL}: 1 weight file is missing, first {SHARDS[1]}."
    assert state.size_bytes == 5


def test_a_shard_that_only_the_index_knows_is_missing(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    (cache.snapshot / SHARDS[0]).unlink()

    assert SHARDS[0] in (weights_state(tmp_path, EAGLE).reason or "")


def test_a_download_that_broke_off_is_incomplete(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    (cache.folder / "blobs" / "0a1b.incomplete").write_bytes(b"1")

    assert not weights_state(tmp_path, EAGLE).complete


def test_a_revision_without_its_snapshot_is_incomplete(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    (cache.folder / "refs" / "main").write_text("another")

    assert "never finished" in (weights_state(tmp_path, EAGLE).reason or "")


def test_the_same_model_under_its_other_name_is_named(tmp_path: Path) -> None:
    Cache(tmp_path, model="nvidia/Llama-3.1-8B-Instruct-NVFP4")

    state = weights_state(tmp_path, EAGLE)

    assert not state.complete
    assert "nvidia/Llama-3.1-8B-Instruct-NVFP4 is, but" in (state.reason or "")


def test_a_broken_index_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    cache = Cache(tmp_path, files=(SHARDS[0],))
    cache.put("model.safetensors.index.json", b"{}")

    state = weights_state(tmp_path, EAGLE)

    assert not state.complete
    assert "model.safetensors.index.json" in (state.reason or "")


@pytest.mark.parametrize(("content", "fault"), [(b"123", None), (b"", "0 bytes instead of 3"), (None, "is missing")])
def test_a_file_of_another_size_is_as_bad_as_none(tmp_path: Path, content: bytes | None, fault: str | None) -> None:
    (tmp_path / "encodings").mkdir()
    if content is not None:
        (tmp_path / "encodings" / "o200k_base.tiktoken").write_bytes(content)

    found = files_fault(tmp_path, GPT_OSS)

    assert found is None if fault is None else fault in (found or "")
