"""How many bytes generating one token reads from memory, counted tensor by tensor.

The figure decides how fast a model can be at best, so it says what it assumes. Left out: the row of the embedding table
that is looked up, experts that are not asked, and what only pictures or sound need.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from thorhud.domain.model_files import gb
from thorhud.domain.model_shape import ModelShape
from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.workshop import Configuration, Workshop

_GIB: Final = 2**30
_IN_16_BITS: Final = {"BF16", "F16"}
_NEARLY_ALL: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTensor:
    """One tensor of a file, as its header names it."""

    name: str
    dtype: str
    """The format's name, ``BF16``; packed FP4 is ``U8``. Empty where the header does not tell."""
    shape: tuple[int, ...]
    size_bytes: int
    """On the disk: packed numbers and their scales take what they take."""


class Role(Enum):
    """What a tensor is for, as far as reading it for a token goes."""

    LAYER = auto()
    EMBEDDING = auto()
    OUTPUT = auto()
    EXPERT = auto()
    OTHER_SENSE = auto()
    """Towers for pictures and sound, and what joins them to the text."""
    SPARE = auto()
    """Layers for further tokens at a time and tables of the format, which plain generating does not touch."""


_ROLES: Final[tuple[tuple[Role, re.Pattern[str]], ...]] = (
    (
        Role.OTHER_SENSE,
        re.compile(
            r"(^|\.)(vision_tower|vision_model|vision_encoder|vision_embed_tokens|visual|vit|image_newline|audio_tower"
            r"|audio_encoder|multi_modal_projector|mm_projector|embed_vision|embed_audio|patch_merger)(\.|$)"
        ),
    ),
    (Role.SPARE, re.compile(r"(^|\.)mtp(\.|_|$)|^t2d$|\.rotary_emb\.inv_freq$")),
    (Role.EMBEDDING, re.compile(r"(^|\.)(embed_tokens|tok_embeddings|word_embeddings|wte)\.")),
    (Role.OUTPUT, re.compile(r"(^|\.)(lm_head|embed_out)\.|^output\.")),
    (Role.EXPERT, re.compile(r"\.experts\.")),
)


@lru_cache(maxsize=16384)
def role_of(name: str) -> Role:
    """Return what the tensor of that name is for; experts that every token asks (``shared_experts``) are layers."""
    return next((role for role, pattern in _ROLES if pattern.search(name)), Role.LAYER)


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorSums:
    """Bytes of a model by what they are for."""

    layers: int = 0
    embedding: int = 0
    output: int = 0
    experts: int = 0
    other_senses: int = 0
    spare: int = 0
    in_16_bits: bool = False
    """Whether nearly all of it is kept in 16 bits, so that there may be a version with fewer."""

    @property
    def stored(self) -> int:
        """All of them."""
        return self.layers + self.embedding + self.output + self.experts + self.other_senses + self.spare

    @property
    def tied(self) -> bool:
        """Whether the embedding table is the output layer too: there is no other."""
        return self.output == 0

    def read(self, shape: ModelShape) -> int:
        """Return what one token reads."""
        head = self.embedding if self.tied else self.output
        return self.layers + head + self.active_experts(shape)

    def active_experts(self, shape: ModelShape) -> int:
        """Return the experts' bytes that one token reads; all of them where nobody says how many are active."""
        if not shape.experts or not shape.active_experts:
            return self.experts
        return self.experts * min(shape.active_experts, shape.experts) // shape.experts


def sums_of(tensors: Iterable[StoredTensor]) -> TensorSums:
    """Add the tensors up by what they are for."""
    found = dict.fromkeys(Role, 0)
    in_16_bits = 0
    for each in tensors:
        found[role_of(each.name)] += each.size_bytes
        in_16_bits += each.size_bytes if each.dtype in _IN_16_BITS else 0
    return TensorSums(
        layers=found[Role.LAYER],
        embedding=found[Role.EMBEDDING],
        output=found[Role.OUTPUT],
        experts=found[Role.EXPERT],
        other_senses=found[Role.OTHER_SENSE],
        spare=found[Role.SPARE],
        in_16_bits=in_16_bits > _NEARLY_ALL * sum(found.values()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftModel:
    """The draft model of a configuration: what its files hold."""

    sums: TensorSums
    shape: ModelShape
    proposals: int | None = None
    """How many tokens it proposes before the model checks them."""


def counted_read(
    configuration_id: str,
    sums: TensorSums,
    shape: ModelShape,
    *,
    draft: DraftModel | None = None,
    kv_cache_dtype: str = "auto",
) -> ReadPerToken:
    """Return what one token reads, from the tensors of the files on the unit."""
    draft_bytes = None if draft is None else _draft_bytes(draft, sums)
    return ReadPerToken(
        configuration_id=configuration_id,
        weight_bytes=sums.read(shape),
        kv_bytes_per_context_token=shape.kv_bytes_per_token(kv_cache_dtype),
        stored_bytes=sums.stored,
        draft_bytes=draft_bytes,
        exact=True,
        assumptions=(
            *_about_weights(sums, shape),
            *_about_cache(shape, kv_cache_dtype),
            *(() if draft is None or draft_bytes is None else _about_draft(draft, draft_bytes)),
        ),
    )


def published_read(workshop: Workshop, configuration: Configuration) -> ReadPerToken | None:
    """Return what the workshop file says of *configuration*, where its weights are not on the unit; None where nothing.

    A draft model's share is the difference to the same model without one.
    """
    if configuration.read_gib_per_token is None:
        return _published_mixture(configuration)
    plain = workshop.without_draft(configuration)
    whole = configuration.read_gib_per_token
    own = whole if plain is None or plain.read_gib_per_token is None else plain.read_gib_per_token
    draft = round((whole - own) * _GIB) if own < whole else None
    return ReadPerToken(
        configuration_id=configuration.id,
        weight_bytes=round(own * _GIB),
        draft_bytes=draft,
        exact=False,
        assumptions=tuple(_about_published(own, draft)),
    )


def _published_mixture(configuration: Configuration) -> ReadPerToken | None:
    active = configuration.active_read_gib_per_token
    if active is None:
        return None
    return ReadPerToken(
        configuration_id=configuration.id,
        weight_bytes=round(active * _GIB),
        exact=False,
        assumptions=(_about_shapes(active),),
    )


def _draft_bytes(draft: DraftModel, target: TensorSums) -> int:
    """Return what one proposal reads; a draft without an output layer of its own uses the model's."""
    borrowed = draft.sums.tied and draft.sums.embedding == 0
    return draft.sums.read(draft.shape) + (target.output or target.embedding if borrowed else 0)


def _about_weights(sums: TensorSums, shape: ModelShape) -> Iterator[str]:
    yield f"By the headers of the weight files, {gb(sums.read(shape))} of {gb(sums.stored)} GB are read for each token."
    if sums.tied:
        yield f"The embedding table ({gb(sums.embedding)} GB) is the output layer too and is read as a whole."
    elif sums.embedding:
        yield f"The embedding table ({gb(sums.embedding)} GB) is left out: each token looks up one row of it."
    if sums.experts:
        yield from _about_experts(sums, shape)
    if sums.other_senses:
        yield f"{gb(sums.other_senses)} GB for pictures and sound are left out."
    if sums.spare >= _GIB // 100:
        yield f"{gb(sums.spare)} GB that plain generating does not use are left out."


def _about_experts(sums: TensorSums, shape: ModelShape) -> Iterator[str]:
    if not shape.experts or not shape.active_experts:
        yield "How many experts a token asks is not said; all are counted, so the limit is too low."
        return
    active = gb(sums.active_experts(shape))
    yield (
        f"A token asks {shape.active_experts} of {shape.experts} experts: {active} of {gb(sums.experts)} GB. Several"
        " answers at a time ask different ones and read more."
    )


def _about_cache(shape: ModelShape, kv_cache_dtype: str) -> Iterator[str]:
    each = shape.kv_bytes_per_token(kv_cache_dtype)
    if each is None:
        yield "What the context adds is not known and left out."
        return
    kept = f"{shape.layers} layers" if shape.windowed_layers == 0 else f"{shape.layers} layers that see all of it"
    yield f"Each token of context adds {each:,} bytes of keys and values ({kept}, --kv-cache-dtype {kv_cache_dtype})."
    if kv_cache_dtype == "auto" and shape.kv_quantization is not None:
        yield (
            f"The checkpoint asks for a cache in {shape.kv_quantization}; versions of vLLM differ in following it, and"
            " one that does reads less for the context."
        )
    if shape.windowed_layers:
        most = shape.window_kv_bytes(kv_cache_dtype)
        yield (
            f"{shape.windowed_layers} layers look back {shape.window_tokens} tokens at most; what they add, no more"
            f" than {most / 1e6:.1f} MB however long the context, is left out."
        )


def _about_draft(draft: DraftModel, draft_bytes: int) -> Iterator[str]:
    count = "" if draft.proposals is None else f", {draft.proposals} of them before each look at the model"
    yield f"The draft model reads {gb(draft_bytes)} GB for each proposal{count}; its embedding look-up is left out."


def _about_shapes(active_gib: float) -> str:
    return (
        f"The weights are not on this unit: {active_gib:g} GiB follows from the published shapes of its tensors, with"
        " the experts that a token asks and without the embedding table."
    )


def _about_published(own_gib: float, draft: int | None) -> Iterator[str]:
    yield (
        f"The weights are not on this unit: {own_gib:g} GiB is the model's memory as the workshop publishes it, with"
        " the embedding table, which is looked up and not read; the true limit is a little higher."
    )
    if draft is not None:
        yield f"The draft model's {gb(draft)} GB is what the workshop's figure with it is larger by."
