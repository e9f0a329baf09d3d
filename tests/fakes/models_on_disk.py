"""Models on a disk as a download leaves them: true names, types and shapes, and files that are sparse, so they cost nothing."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

from thorhud.serving.hub_cache import CACHE, folder_name

REVISION = "0e9e39f249a16976918f6564b8830bc894c89659"
BITS = {"BF16": 16, "F32": 32, "F8_E4M3": 8, "U8": 8, "I64": 64, "BOOL": 8}

Tensors = Mapping[str, tuple[str, tuple[int, ...]]]
"""Name -> type and shape."""


def size_of(tensors: Tensors) -> int:
    """Return the bytes of the tensors together, from their shapes."""
    return sum(prod(shape) * BITS[dtype] // 8 for dtype, shape in tensors.values())


def header_of(tensors: Tensors) -> bytes:
    entries: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, (dtype, shape) in tensors.items():
        end = at + prod(shape) * BITS[dtype] // 8
        entries[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, end]}
        at = end
    raw = json.dumps(entries).encode()
    raw += b" " * (-len(raw) % 8)
    return len(raw).to_bytes(8, "little") + raw


def write_safetensors(path: Path, tensors: Tensors, *, cut_bytes: int = 0) -> None:
    """Write a file whose data are a hole, *cut_bytes* of its end missing."""
    header = header_of(tensors)
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + size_of(tensors) - cut_bytes)


class HubModel:
    """One model in the cache below a data directory: blobs, links to them, and the ref."""

    def __init__(self, data_dir: Path, model: str, *, revision: str = REVISION, ref: bool = True) -> None:
        self.data_dir = data_dir
        self.model = model
        self.folder = data_dir / CACHE / folder_name(model)
        self.blobs = self.folder / "blobs"
        self.snapshot = self.folder / "snapshots" / revision
        for folder in (self.snapshot, self.blobs, self.folder / "refs"):
            folder.mkdir(parents=True, exist_ok=True)
        if ref:
            (self.folder / "refs" / "main").write_text(revision)

    def blob(self, name: str) -> Path:
        """Return where the file of that name really lies."""
        return self.blobs / hashlib.sha256(f"{self.snapshot.name}/{name}".encode()).hexdigest()

    def link(self, name: str) -> None:
        path = self.snapshot / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(Path("../" * (name.count("/") + 2)) / "blobs" / self.blob(name).name)

    def put(self, name: str, content: bytes) -> None:
        self.blob(name).write_bytes(content)
        self.link(name)

    def put_true(self, name: str, content: bytes) -> None:
        """Put a file whose blob carries the hash of its content, as a download does."""
        digest = hashlib.sha256(content).hexdigest()
        (self.blobs / digest).write_bytes(content)
        (self.snapshot / name).symlink_to(Path("../../blobs") / digest)

    def put_sparse(self, name: str, size_bytes: int) -> None:
        with self.blob(name).open("wb") as file:
            file.truncate(size_bytes)
        self.link(name)

    def put_config(self, config: Mapping[str, Any] | None = None) -> None:
        self.put("config.json", json.dumps(config or {}).encode())

    def put_weights(self, tensors: Tensors, *, shards: int = 1) -> tuple[str, ...]:
        """Put the tensors into so many files, with an index where they are several; return the files' names."""
        if shards == 1:
            write_safetensors(self.blob("model.safetensors"), tensors)
            self.link("model.safetensors")
            return ("model.safetensors",)
        names = tuple(f"model-{n:05d}-of-{shards:05d}.safetensors" for n in range(1, shards + 1))
        where = {tensor: names[at * shards // len(tensors)] for at, tensor in enumerate(tensors)}
        for name in names:
            write_safetensors(self.blob(name), {each: tensors[each] for each in tensors if where[each] == name})
            self.link(name)
        self.put("model.safetensors.index.json", json.dumps({"metadata": {}, "weight_map": where}).encode())
        return names


SMALL: Tensors = {f"model.layers.{n}.mlp.up_proj.weight": ("BF16", (8, 4)) for n in range(4)}
"""Enough of a model for those who ask only whether it is whole: 256 bytes."""


def small_model(data_dir: Path, model: str, *, shards: int = 2, **more: Any) -> HubModel:
    """Lay down a whole model of a few hundred bytes."""
    found = HubModel(data_dir, model, **more)
    found.put_config()
    found.put_weights(SMALL, shards=shards)
    return found


LLAMA_CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "max_position_embeddings": 131072,
    "model_type": "llama",
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vocab_size": 128256,
}
"""What Llama-3.1-8B's config.json says, as far as anybody here reads it."""


def linear_bf16(name: str, rows: int, columns: int) -> Iterator[tuple[str, tuple[str, tuple[int, ...]]]]:
    yield f"{name}.weight", ("BF16", (rows, columns))


def linear_fp8(name: str, rows: int, columns: int) -> Iterator[tuple[str, tuple[str, tuple[int, ...]]]]:
    yield f"{name}.weight", ("F8_E4M3", (rows, columns))
    yield f"{name}.weight_scale", ("F32", ())
    yield f"{name}.input_scale", ("F32", ())


def linear_nvfp4(name: str, rows: int, columns: int) -> Iterator[tuple[str, tuple[str, tuple[int, ...]]]]:
    """Two numbers to a byte, an FP8 scale for each 16 of them, and one scale for the whole."""
    yield f"{name}.weight", ("U8", (rows, columns // 2))
    yield f"{name}.weight_scale", ("F8_E4M3", (rows, columns // 16))
    yield f"{name}.weight_scale_2", ("F32", ())
    yield f"{name}.input_scale", ("F32", ())


LINEAR = {"bf16": linear_bf16, "fp8": linear_fp8, "nvfp4": linear_nvfp4}


def llama_8b(precision: str = "bf16") -> Tensors:
    """Return the tensors of Llama-3.1-8B; quantized, its embedding table and its output layer stay BF16."""
    linear = LINEAR[precision]
    found: dict[str, tuple[str, tuple[int, ...]]] = {"model.embed_tokens.weight": ("BF16", (128256, 4096))}
    shapes: Sequence[tuple[str, int, int]] = (
        ("self_attn.q_proj", 4096, 4096),
        ("self_attn.k_proj", 1024, 4096),
        ("self_attn.v_proj", 1024, 4096),
        ("self_attn.o_proj", 4096, 4096),
        ("mlp.gate_proj", 14336, 4096),
        ("mlp.up_proj", 14336, 4096),
        ("mlp.down_proj", 4096, 14336),
    )
    for layer in range(32):
        start = f"model.layers.{layer}"
        for name, rows, columns in shapes:
            found.update(linear(f"{start}.{name}", rows, columns))
        for name in ("input_layernorm", "post_attention_layernorm"):
            found[f"{start}.{name}.weight"] = ("BF16", (4096,))
    found["model.norm.weight"] = ("BF16", (4096,))
    found["lm_head.weight"] = ("BF16", (128256, 4096))
    return found


def gpt_oss_config(layers: int, experts: int) -> dict[str, Any]:
    return {
        "architectures": ["GptOssForCausalLM"],
        "head_dim": 64,
        "hidden_size": 2880,
        "layer_types": ["sliding_attention", "full_attention"] * (layers // 2),
        "max_position_embeddings": 131072,
        "model_type": "gpt_oss",
        "num_attention_heads": 64,
        "num_experts_per_tok": 4,
        "num_hidden_layers": layers,
        "num_key_value_heads": 8,
        "num_local_experts": experts,
        "sliding_window": 128,
        "tie_word_embeddings": False,
        "vocab_size": 201088,
    }


def gpt_oss(layers: int, experts: int) -> Tensors:
    """Return the tensors of GPT-OSS: 24 layers of 32 experts are the 20B, 36 of 128 the 120B."""
    found: dict[str, tuple[str, tuple[int, ...]]] = {"model.embed_tokens.weight": ("BF16", (201088, 2880))}
    for layer in range(layers):
        start = f"model.layers.{layer}"
        for name, rows, columns in (("q", 4096, 2880), ("k", 512, 2880), ("v", 512, 2880), ("o", 2880, 4096)):
            found[f"{start}.self_attn.{name}_proj.weight"] = ("BF16", (rows, columns))
            found[f"{start}.self_attn.{name}_proj.bias"] = ("BF16", (rows,))
        found[f"{start}.self_attn.sinks"] = ("BF16", (64,))
        found[f"{start}.mlp.router.weight"] = ("BF16", (experts, 2880))
        found[f"{start}.mlp.router.bias"] = ("BF16", (experts,))
        for name, rows in (("gate_up_proj", 5760), ("down_proj", 2880)):
            found[f"{start}.mlp.experts.{name}_blocks"] = ("U8", (experts, rows, 90, 16))
            found[f"{start}.mlp.experts.{name}_scales"] = ("U8", (experts, rows, 90))
            found[f"{start}.mlp.experts.{name}_bias"] = ("BF16", (experts, rows))
        for name in ("input_layernorm", "post_attention_layernorm"):
            found[f"{start}.{name}.weight"] = ("BF16", (2880,))
    found["model.norm.weight"] = ("BF16", (2880,))
    found["lm_head.weight"] = ("BF16", (201088, 2880))
    return found
