"""The workshop's own commands, for real, without a GPU: an engine, the workshop's image, its six models, a data directory.

    with running_rig(folder) as rig:
        subprocess.run(rig.inside("thorhud", "ladder", "gpt-oss-20b"), env=rig.environment)

What takes long is made once and kept in a cache: vLLM's environment, the image's files, the models. README.md beside this
file says what it needs and how to use it by hand.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.rig import hugging_face_cache, image, vllm_environment
from tests.rig.engine import Engine, NvidiaRuntime

MODELS = {
    "llama": (
        "meta-llama/Llama-3.1-8B-Instruct",
        "nvidia/Llama-3.1-8B-Instruct-FP8",
        "nvidia/Llama-3.1-8B-Instruct-FP4",
    ),
    "eagle3": ("yuhuili/EAGLE3-LLaMA3.1-Instruct-8B",),
    "gpt-oss": ("openai/gpt-oss-120b", "openai/gpt-oss-20b"),
}
"""Which tiny model answers under which of the workshop's names."""

ENVIRONMENT = ("VLLM_CPU_KVCACHE_SPACE=1", "VLLM_NO_USAGE_STATS=1")
"""What a CPU needs. HF_HUB_OFFLINE is left out: that a launch with complete weights works offline is the product's business."""


@dataclass(frozen=True)
class Rig:
    """The running rig: an engine in a network of its own, and the data directory that its containers mount."""

    engine: Engine
    data_dir: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a command that is to use the rig."""
        return {**self.engine.environment, "THORHUD_DATA_DIR": str(self.data_dir)}

    def inside(self, *command: str) -> list[str]:
        """Wrap *command* so that it runs in the rig's network, where its servers answer."""
        return ["nsenter", f"--net=/proc/{self.engine.pid}/ns/net", *command]


def cache_folder() -> Path:
    """Where the parts that take long are kept; THORHUD_RIG_CACHE moves it."""
    chosen = os.environ.get("THORHUD_RIG_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen) if chosen else Path(base) / "thorhud-rig"


@contextmanager
def running_rig(folder: Path) -> Iterator[Rig]:
    """Set the rig up under *folder* and take it down again; the data directory starts without a compile cache."""
    cache = cache_folder()
    chosen = os.environ.get("THORHUD_RIG_VLLM")
    environment = Path(chosen) if chosen else vllm_environment.ensure(cache / "vllm")
    root = image.ensure_root(cache / "image")
    models = ensure_models(environment, cache / "models")
    data_dir = lay_out_data(models, folder / "data")
    engine_folder = folder / "engine"
    engine_folder.mkdir(parents=True, exist_ok=True)
    with Engine(engine_folder, runtime=vllm_runtime(environment, engine_folder), own_network=True) as engine:
        image.import_image(engine, root)
        yield Rig(engine, data_dir)


def vllm_runtime(environment: Path, folder: Path) -> NvidiaRuntime:
    """Mount vLLM's environment, and the Python under it unless that is the image's own."""
    python = (environment / "bin/python3").resolve().parent.parent
    mounts = [str(environment), *vllm_environment.mended_files(environment, folder)]
    if python != Path("/usr"):
        mounts.append(str(python))
    return NvidiaRuntime(mounts=mounts, env=[*ENVIRONMENT, f"RIG_VLLM={environment / 'bin/vllm'}"])


def ensure_models(environment: Path, folder: Path) -> Path:
    """Make the tiny models, once: a quarter of a minute."""
    finished = folder / "finished"
    if not finished.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for script in ("tiny_llama.py", "tiny_gpt_oss.py"):
            make = [str(environment / "bin/python"), str(Path(__file__).with_name(script)), str(folder)]
            vllm_environment.run(make, folder / "models.log")
        finished.touch()
    return folder


def lay_out_data(models: Path, data_dir: Path) -> Path:
    """Fill a data directory as an organizer would: the models' cache, the encodings, room for the compile cache."""
    for model, names in MODELS.items():
        for name in names:
            hugging_face_cache.lay_out(models / model, data_dir / "models/huggingface", name)
    encodings = data_dir / "encodings"
    encodings.mkdir(exist_ok=True)
    for source in (models / "encodings").iterdir():
        shutil.copyfile(source, encodings / source.name)
    (data_dir / "vllm_cache").mkdir(exist_ok=True)
    return data_dir
