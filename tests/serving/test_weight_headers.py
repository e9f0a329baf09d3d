"""Headers of safetensors files and the table of contents of PyTorch's own, also where they are broken."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.models_on_disk import header_of, llama_8b, size_of, write_safetensors
from thorhud.serving import safetensors_index
from thorhud.serving.safetensors_index import NotSafetensorsError, PointerFileError, parse_header, read_header
from thorhud.serving.torch_zip import NotTorchZipError, read_tensors

DESCRIPTION = Path(__file__).parents[1] / "data/weights/eagle3_data.pkl"
EAGLE3_BYTES = (
    393216, 512, 1835008, 512, 512, 512, 262144, 262144, 262144, 131072, 393216, 393216, 393216, 28672, 4096
)  # fmt: skip
"""What lay beside the recorded description: fc, norm, lm_head, three norms, q, k, v, o, gate, up, down, d2t, t2d."""


def test_a_header_says_every_tensor_and_how_large_the_file_must_be(tmp_path: Path) -> None:
    tensors = llama_8b("nvfp4")
    write_safetensors(tmp_path / "model.safetensors", tensors)

    found = read_header(tmp_path / "model.safetensors")

    assert found.file_bytes == (tmp_path / "model.safetensors").stat().st_size
    assert {each.name: (each.dtype, each.shape) for each in found.tensors} == tensors
    assert sum(each.size_bytes for each in found.tensors) == size_of(tensors)


def test_a_header_is_read_once_while_the_file_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.safetensors"
    write_safetensors(path, {"a": ("BF16", (2,))})
    first = read_header(path)
    monkeypatch.setattr(safetensors_index, "parse_header", lambda _: pytest.fail("it was read again"))

    assert read_header(path) is first

    path.unlink()
    write_safetensors(path, {"a": ("BF16", (3,))})
    with pytest.raises(pytest.fail.Exception):
        read_header(path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no header"),
        (b"\x02\0\0\0\0\0\0", "no header"),
        (b"\0" * 16, "no header"),
        (b"\xff" * 16, "no header"),
        (b"\x10\0\0\0\0\0\0\0{}", "cut off inside the header"),
        (b"\x02\0\0\0\0\0\0\0[]", "an unreadable header"),
        (b"\x02\0\0\0\0\0\0\0{x", "an unreadable header"),
    ],
)
def test_what_is_no_header_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "x").write_bytes(content)

    with pytest.raises(NotSafetensorsError, match=why):
        read_header(tmp_path / "x")


def test_a_pointer_is_told_from_damage(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 1\n")

    with pytest.raises(PointerFileError):
        read_header(tmp_path / "x")


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "BF16", "shape": [2], "data_offsets": [0, 5]},
        {"dtype": "BF16", "shape": [2], "data_offsets": [4, 0]},
        {"dtype": "F4", "shape": [8], "data_offsets": [0, 8]},
        {"dtype": "BF16", "shape": [2]},
        {"dtype": "BF16", "shape": 2, "data_offsets": [0, 4]},
        {"dtype": "BF16", "shape": [2], "data_offsets": [0]},
        [],
        None,
    ],
)
def test_a_header_that_contradicts_itself_is_refused(entry: Any) -> None:
    with pytest.raises(NotSafetensorsError):
        parse_header(json.dumps({"a": entry}).encode())


@pytest.mark.parametrize(
    ("dtype", "shape", "size_bytes"), [("F4", [8], 4), ("F8_E8M0", [8], 8), ("BF16", [], 2), ("NEW_TYPE", [3], 17)]
)
def test_types_of_every_width_are_known_and_a_new_one_is_believed(
    dtype: str, shape: list[int], size_bytes: int
) -> None:
    entry = {"dtype": dtype, "shape": shape, "data_offsets": [0, size_bytes]}

    found = parse_header(json.dumps({"__metadata__": {"x": "y"}, "a": entry}).encode())

    assert [each.size_bytes for each in found.tensors] == [size_bytes]


def test_a_file_without_tensors_is_its_header(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(header_of({}))

    assert read_header(tmp_path / "x").file_bytes == (tmp_path / "x").stat().st_size


# PyTorch's own files


def torch_zip(path: Path, description: bytes | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("pytorch_model/data.pkl", description if description is not None else DESCRIPTION.read_bytes())
        archive.writestr("pytorch_model/version", "3\n")
        for number, size in enumerate(EAGLE3_BYTES):
            archive.writestr(f"pytorch_model/data/{number}", b"\0" * size)
    return path


def test_names_and_sizes_come_out_of_a_torch_file_without_unpickling(tmp_path: Path) -> None:
    found = read_tensors(torch_zip(tmp_path / "pytorch_model.bin"))

    assert {each.name: each.size_bytes for each in found} == {
        "fc.weight": 393216,
        "norm.weight": 512,
        "lm_head.weight": 1835008,
        "midlayer.input_layernorm.weight": 512,
        "midlayer.hidden_norm.weight": 512,
        "midlayer.post_attention_layernorm.weight": 512,
        "midlayer.self_attn.q_proj.weight": 262144,
        "midlayer.self_attn.k_proj.weight": 262144,
        "midlayer.self_attn.v_proj.weight": 262144,
        "midlayer.self_attn.o_proj.weight": 131072,
        "midlayer.mlp.gate_proj.weight": 393216,
        "midlayer.mlp.up_proj.weight": 393216,
        "midlayer.mlp.down_proj.weight": 393216,
        "d2t": 28672,
        "t2d": 4096,
    }


def test_a_description_that_would_run_something_runs_nothing(tmp_path: Path) -> None:
    evil = b"cos\nsystem\n(S'touch " + str(tmp_path / "ran").encode() + b"'\ntR."

    found = read_tensors(torch_zip(tmp_path / "pytorch_model.bin", evil))

    assert not (tmp_path / "ran").exists()
    assert sum(each.size_bytes for each in found) == sum(EAGLE3_BYTES), "what has no name is counted all the same"


@pytest.mark.parametrize("content", [b"", b"\x80\x02c", b"PK\x03\x04 and no more"])
def test_what_is_no_torch_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.bin").write_bytes(content)

    with pytest.raises(NotTorchZipError):
        read_tensors(tmp_path / "x.bin")


def test_a_zip_without_a_description_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.bin", "w") as archive:
        archive.writestr("readme", "hello")

    with pytest.raises(NotTorchZipError, match="no description"):
        read_tensors(tmp_path / "x.bin")


def test_a_description_that_breaks_off_is_refused(tmp_path: Path) -> None:
    whole = DESCRIPTION.read_bytes()

    with pytest.raises(NotTorchZipError):
        read_tensors(torch_zip(tmp_path / "x.bin", whole[: len(whole) // 2]))
