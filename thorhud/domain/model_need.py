"""What serving a model asks of the memory: weights, and keys and values for its context.

A model is known by its files on the unit, by what the workshop file says of it, or by what was published of a
configuration; from there on the sum is the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from thorhud.domain.bytes_per_token import TensorSums
from thorhud.domain.memory import GIB
from thorhud.domain.model_shape import ModelShape
from thorhud.domain.workshop import Configuration, OtherModel

_TWO_BYTES: Final = 2


class Precision(StrEnum):
    """In how many bits the weights of the linear layers are kept."""

    FP16 = "fp16"
    """Also BF16, which is as large."""
    FP8 = "fp8"
    FP4 = "fp4"


BYTES_OF: Final = {Precision.FP16: 2.0, Precision.FP8: 1.0, Precision.FP4: 0.5 + 1 / 16}
"""Of one number; FP4 with one byte of scale for each 16 numbers, as NVFP4 has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNeed:
    """What one model takes; None where nobody knows."""

    id: str
    name: str
    weights_bytes: int | None
    weights_source: str = ""
    """Where that stands, in words: "as published", "by its files"."""
    kv_bytes_per_token: int | None = None
    """Keys and values of one token of context."""
    window_kv_bytes: int = 0
    """What layers with a window keep for one answer, however long."""
    context_tokens: int | None = None
    """The longest context that the model allows, which vLLM takes where nobody says less."""
    read_bytes_per_token: int | None = None
    other_precisions: tuple[tuple[Precision, int], ...] = ()
    """How large the weights would be with fewer bits, largest first."""


def need_of_configuration(
    configuration: Configuration,
    counted: TensorSums | None = None,
    shape: ModelShape | None = None,
    *,
    model_memory_gib: float | None = None,
    draft_bytes: int = 0,
    kv_cache_dtype: str = "auto",
) -> ModelNeed:
    """Return what a configuration takes: as an earlier start said, else as published, else by its files.

    What lies on the disk is the last choice, because a server keeps a little around its weights. *counted* and *shape*
    come from the files where they are here; without them nobody knows what a conversation takes.
    """
    published = configuration.published.model_memory_gib.value
    if model_memory_gib is not None:
        weights, source = round(model_memory_gib * GIB), "as an earlier start here said"
    elif published is not None:
        weights, source = round(published * GIB), "as published"
    elif counted is not None:
        weights, source = counted.stored + draft_bytes, "by the headers of its files"
    else:
        weights, source = None, ""
    need = ModelNeed(id=configuration.id, name=configuration.name, weights_bytes=weights, weights_source=source)
    return need if counted is None or shape is None else _with_shape(need, counted, shape, kv_cache_dtype)


def need_of_files(model: str, counted: TensorSums, shape: ModelShape, *, kv_cache_dtype: str = "auto") -> ModelNeed:
    """Return what a model takes whose files are on the unit."""
    need = ModelNeed(id=model, name=model, weights_bytes=counted.stored, weights_source="by the headers of its files")
    return _with_shape(need, counted, shape, kv_cache_dtype)


def need_of_other(other: OtherModel, precision: Precision = Precision.FP16) -> ModelNeed:
    """Return what a model takes that the workshop file describes, with its linear layers in *precision*."""
    active = other.active_parameters or other.parameters
    looked_up = other.table_parameters // 2
    return ModelNeed(
        id=other.model,
        name=f"{other.name} in {precision.upper()}",
        weights_bytes=weights_at(other.parameters, other.table_parameters, precision),
        weights_source=f"{other.parameters / 1e9:.1f} billion parameters in {precision.upper()}",
        kv_bytes_per_token=2 * other.layers * other.kv_heads * other.head_dim * _TWO_BYTES,
        context_tokens=other.context_tokens,
        read_bytes_per_token=weights_at(active, other.table_parameters, precision) - _TWO_BYTES * looked_up,
        other_precisions=tuple(_smaller(other.parameters, other.table_parameters, precision)),
    )


def weights_at(parameters: int, table_parameters: int, precision: Precision) -> int:
    """Return the bytes of the weights: the tables in 16 bits, the rest in *precision*."""
    return round(_TWO_BYTES * table_parameters + BYTES_OF[precision] * (parameters - table_parameters))


def _smaller(parameters: int, table_parameters: int, than: Precision) -> Iterator[tuple[Precision, int]]:
    for each in Precision:
        if BYTES_OF[each] < BYTES_OF[than]:
            yield each, weights_at(parameters, table_parameters, each)


def _with_shape(need: ModelNeed, counted: TensorSums, shape: ModelShape, kv_cache_dtype: str) -> ModelNeed:
    return replace(
        need,
        kv_bytes_per_token=shape.kv_bytes_per_token(kv_cache_dtype),
        window_kv_bytes=shape.window_kv_bytes(kv_cache_dtype),
        context_tokens=shape.context_tokens,
        read_bytes_per_token=counted.read(shape),
        other_precisions=_fewer_bits(counted),
    )


def _fewer_bits(counted: TensorSums) -> tuple[tuple[Precision, int], ...]:
    """Return how large a model of files would be with fewer bits; nothing where it has fewer already."""
    if not counted.in_16_bits:
        return ()
    tables = (counted.embedding + counted.output) // _TWO_BYTES
    return tuple(_smaller(counted.stored // _TWO_BYTES, tables, Precision.FP16))
