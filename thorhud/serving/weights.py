"""Whether the weights of a configuration lie on this unit, read from the Hugging Face cache without its library.

The cache keeps a model as ``hub/models--OWNER--NAME``: ``refs/main`` names a revision, ``snapshots/REVISION`` holds
links into ``blobs``. A download that broke off leaves ``blobs/*.incomplete`` or a link that leads nowhere.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.workshop import Configuration

CACHE = Path("models/huggingface/hub")
"""Where the cache lies below the data directory, as the workshop mounts it."""
INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
WEIGHT_FILES = ("*.safetensors", "pytorch_model*.bin")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsState:
    """Whether every model of a configuration is there as a whole."""

    complete: bool
    reason: str | None = None
    """What is missing, as a sentence; None where nothing is."""
    missing: tuple[str, ...] = ()
    """The models that are not there as a whole."""
    size_bytes: int = 0
    """Weight files found, incomplete ones left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    name: str
    fault: str | None
    size_bytes: int = 0


def weights_state(data_dir: Path, configuration: Configuration) -> WeightsState:
    """Look for the configuration's model and draft model below *data_dir*; it only reads folders and one small file."""
    names = dict.fromkeys(name for name in (configuration.model, configuration.draft_model) if name is not None)
    models = [_look(data_dir / CACHE, name) for name in names]
    faults = [model for model in models if model.fault is not None]
    return WeightsState(
        complete=not faults,
        reason=" ".join(f"{model.name}: {model.fault}" for model in faults) or None,
        missing=tuple(model.name for model in faults),
        size_bytes=sum(model.size_bytes for model in models),
    )


def files_fault(data_dir: Path, configuration: Configuration) -> str | None:
    """Return what is wrong with the files that the configuration needs beside its weights, or None."""
    for required in configuration.required_files:
        path = Path(required.host.replace("{data_dir}", str(data_dir)))
        try:
            size_bytes = path.stat().st_size
        except OSError:
            return f"{path} is missing."
        if size_bytes != required.size_bytes:
            return f"{path} has {size_bytes:,} bytes instead of {required.size_bytes:,}: download it again."
    return None


def _look(hub: Path, name: str) -> _Model:
    folder = hub / ("models--" + name.replace("/", "--"))
    try:
        if not folder.is_dir():
            return _Model(name=name, fault=_absent(hub, name))
        snapshot = _snapshot(folder)
        if snapshot is None:
            return _Model(name=name, fault="the download was never finished (no snapshot).")
        files = sorted(_weight_files(snapshot))
        size_bytes = sum(file.stat().st_size for file in files if file.exists())
        return _Model(name=name, fault=_fault(folder, snapshot, files), size_bytes=size_bytes)
    except OSError as error:
        return _Model(name=name, fault=f"cannot be read ({error.strerror}).")


def _snapshot(folder: Path) -> Path | None:
    ref = folder / "refs" / "main"
    if not ref.is_file():
        return None
    snapshot = folder / "snapshots" / ref.read_text(encoding="ascii", errors="replace").strip()
    return snapshot if snapshot.is_dir() else None


def _weight_files(snapshot: Path) -> Iterator[Path]:
    for pattern in WEIGHT_FILES:
        yield from snapshot.glob(pattern)


def _fault(folder: Path, snapshot: Path, files: list[Path]) -> str | None:
    """Return what is wrong with a snapshot, or None."""
    if not (snapshot / "config.json").exists():
        return "config.json is missing."
    absent = [name for name in _indexed(snapshot) if not (snapshot / name).exists()]
    broken = [file.name for file in files if not file.exists()]
    if lost := sorted({*absent, *broken}):
        return f"{len(lost)} weight file{'s are' if len(lost) > 1 else ' is'} missing, first {lost[0]}."
    if not files:
        return "there are no weight files."
    if any((folder / "blobs").glob("*.incomplete")):
        return "a download broke off or is still running."
    return None


def _indexed(snapshot: Path) -> set[str]:
    """Return the weight files that the snapshot's index names; a model in one file has no index."""
    for name in INDEXES:
        index = snapshot / name
        if index.is_file():
            try:
                return {str(file) for file in json.loads(index.read_bytes())["weight_map"].values()}
            except (ValueError, KeyError, AttributeError, TypeError):
                return {f"{name} (unreadable)"}
    return set()


def _absent(hub: Path, name: str) -> str:
    """Say that a model is not there, and name a folder that looks like the same model under another id."""
    alias = _alias(name)
    if alias is not None and (hub / ("models--" + alias.replace("/", "--"))).is_dir():
        return f"not on this unit; {alias} is, but the server would not look there."
    return "not on this unit."


def _alias(name: str) -> str | None:
    """Return the other id of a model that was published as ``-FP4`` and later as ``-NVFP4``."""
    if name.endswith("-NVFP4"):
        return name.removesuffix("-NVFP4") + "-FP4"
    if name.endswith("-FP4"):
        return name.removesuffix("-FP4") + "-NVFP4"
    return None
