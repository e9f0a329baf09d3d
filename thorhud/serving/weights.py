"""Whether the weights of a configuration lie on this unit, and what one token reads of them.

Nothing here downloads or reads the weights themselves: folders, sizes and headers are enough, so it may be asked often.
"""

from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.bytes_per_token import (
    DraftModel,
    StoredTensor,
    TensorSums,
    counted_read,
    published_read,
    sums_of,
)
from thorhud.domain.model_files import ModelFiles
from thorhud.domain.model_shape import ModelShape, shape_of
from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.serve_arguments import kv_cache_dtype_of, proposals_of
from thorhud.domain.workshop import Configuration, Workshop
from thorhud.serving.hub_cache import FoundFile
from thorhud.serving.look_at_model import look_at
from thorhud.serving.model_contents import Contents, contents_of
from thorhud.serving.model_faults import CONFIG
from thorhud.serving.safetensors_index import NotSafetensorsError, read_header
from thorhud.serving.torch_zip import NotTorchZipError, read_tensors
from thorhud.serving.weight_files import read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsState:
    """Whether every model of a configuration is there as a whole."""

    complete: bool
    reason: str | None = None
    """What is missing, as a sentence; None where nothing is."""
    next_step: str = ""
    """How a person gets what is missing first."""
    missing: tuple[str, ...] = ()
    """The models that are not there as a whole."""
    size_bytes: int = 0
    """Weight files that the server reads, as far as they are here."""
    models: tuple[ModelFiles, ...] = ()
    """The model, and the draft model where there is one."""


def weights_state(data_dir: Path, configuration: Configuration) -> WeightsState:
    """Look for the configuration's model and draft model below *data_dir*."""
    models = model_files(data_dir, configuration)
    faults = [(each, each.fault) for each in models if each.fault is not None]
    return WeightsState(
        complete=not faults,
        reason=" ".join(f"{model.model}: {fault.sentence}" for model, fault in faults) or None,
        next_step=faults[0][1].next_step if faults else "",
        missing=tuple(model.model for model, _ in faults),
        size_bytes=sum(model.read_bytes for model in models),
        models=models,
    )


def model_files(data_dir: Path, configuration: Configuration) -> tuple[ModelFiles, ...]:
    """Look at the configuration's model, and at its draft model where it has one."""
    promised = {each.model: each.disk_bytes for each in configuration.weights}
    return tuple(look_at(data_dir, name, promised_bytes=promised.get(name)) for name in models_of(configuration))


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


def revision(data_dir: Path, configuration: Configuration) -> str | None:
    """Return the commit of the model's files that the server would take, or None where nobody can say."""
    try:
        found = contents_of(data_dir, configuration.model)
    except OSError:
        return None
    return None if found is None else found.revision


def read_per_token(data_dir: Path, workshop: Workshop, configuration: Configuration) -> ReadPerToken | None:
    """Return what one token reads: counted from the files where all are here, else what the workshop file says.

    None where neither is known. The headers of unchanged files are not read again.
    """
    counted = [counted_model(data_dir, name) for name in models_of(configuration)]
    target = counted[0]
    if target is None or None in counted:
        return published_read(workshop, configuration)
    draft = counted[1] if counted[1:] else None
    arguments = configuration.serve_arguments
    return counted_read(
        configuration.id,
        *target,
        draft=None if draft is None else DraftModel(sums=draft[0], shape=draft[1], proposals=proposals_of(arguments)),
        kv_cache_dtype=kv_cache_dtype_of(arguments),
    )


def counted_model(data_dir: Path, model: str) -> tuple[TensorSums, ModelShape] | None:
    """Return the sums of a model's tensors and its shape, or None where its files are not all here and readable."""
    try:
        found = contents_of(data_dir, model)
        if found is None or found.weights.lost or found.weights.fault or not found.weights.files:
            return None
        return sums_of(each for file in found.weights.files for each in _tensors_of(file)), _shape(found)
    except (OSError, NotSafetensorsError, NotTorchZipError):
        return None


def models_of(configuration: Configuration) -> tuple[str, ...]:
    """Return the configuration's model, and its draft model where it has one."""
    names = (configuration.model, configuration.draft_model)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _tensors_of(file: FoundFile) -> tuple[StoredTensor, ...]:
    if file.name.endswith(".safetensors"):
        return read_header(file.path).tensors
    return read_tensors(file.path)


def _shape(found: Contents) -> ModelShape:
    config = read_json(found.snapshot / CONFIG) or {}
    if "quantization_config" not in config and "hf_quant_config.json" in found.files:
        config["quantization_config"] = read_json(found.snapshot / "hf_quant_config.json")
    return shape_of(config)
