"""Copies of the tiny Llama, each spoiled in one way, laid out as a download would have left them."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.rig.hugging_face_cache import lay_out

SHARD: Final = "model-00003-of-00005.safetensors"
TRUNCATED_BYTES: Final = 100_000


def lay_out_broken_models(whole: Path, cache: Path, scratch: Path) -> None:
    """Put every spoiled copy of the model *whole* into *cache* under the name ``broken/...``."""
    for name, spoil in SPOILED.items():
        copy = scratch / name
        shutil.copytree(whole, copy)
        spoil(copy)
        lay_out(copy, cache, f"broken/{name}")
    (cache / "empty").mkdir(exist_ok=True)


def _truncate_a_shard(model: Path) -> None:
    with (model / SHARD).open("r+b") as file:
        file.truncate(TRUNCATED_BYTES)


def _remove_a_shard(model: Path) -> None:
    (model / SHARD).unlink()


def _remove_the_tokenizer(model: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (model / name).unlink()


def _cut_the_tokenizer(model: Path) -> None:
    with (model / "tokenizer.json").open("r+b") as file:
        file.truncate(10_000)


def _name_a_newer_model(model: Path) -> None:
    _change(model / "config.json", model_type="nope", architectures=["NopeForCausalLM"])


def _bring_code(model: Path) -> None:
    own = {"AutoConfig": "configuration_own.OwnConfig", "AutoModelForCausalLM": "modeling_own.OwnForCausalLM"}
    _change(model / "config.json", model_type="own", architectures=["OwnForCausalLM"], auto_map=own)
    (model / "configuration_own.py").write_text("class OwnConfig: pass\n")
    (model / "modeling_own.py").write_text("class OwnForCausalLM: pass\n")


def _change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


SPOILED: Final[Mapping[str, Callable[[Path], None]]] = {
    "truncated-shard": _truncate_a_shard,
    "missing-shard": _remove_a_shard,
    "no-tokenizer": _remove_the_tokenizer,
    "broken-tokenizer": _cut_the_tokenizer,
    "unknown-architecture": _name_a_newer_model,
    "code-of-its-own": _bring_code,
}
