"""What a model's ``config.json`` says that decides how much memory serving reads and keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

KV_BYTES: Final = {
    "auto": 2,
    "bfloat16": 2,
    "float16": 2,
    "half": 2,
    "fp8": 1,
    "fp8_e4m3": 1,
    "fp8_e5m2": 1,
    "fp8_inc": 1,
}
"""Bytes of one number in the key-value cache, by vLLM's ``--kv-cache-dtype``."""
_WINDOWED: Final = {"sliding_attention", "chunked_attention"}
_FULL: Final = "full_attention"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShape:
    """The figures of one model; None where its configuration does not say."""

    layers: int | None = None
    """Layers that keep keys and values of the whole context."""
    windowed_layers: int = 0
    """Layers that look back over a window only."""
    window_tokens: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    latent_dim: int | None = None
    """Where keys and values are kept compressed in one vector (DeepSeek's MLA): its length."""
    experts: int | None = None
    active_experts: int | None = None
    context_tokens: int | None = None
    """The longest context that the model was made for."""
    number_bytes: int = 2
    """Of one number in the model's own type; 4 for float32."""
    kv_quantization: str | None = None
    """What the checkpoint asks for in its key-value cache ("FP8"); versions of vLLM differ in following it."""

    def kv_bytes_of_a_layer(self, kv_cache_dtype: str = "auto") -> int | None:
        """Return the bytes that one layer keeps for one token: key and value."""
        number = self.number_bytes if kv_cache_dtype == "auto" else KV_BYTES.get(kv_cache_dtype)
        if number is None:
            return None
        if self.latent_dim is not None:
            return self.latent_dim * number
        if self.kv_heads is None or self.head_dim is None:
            return None
        return 2 * self.kv_heads * self.head_dim * number

    def kv_bytes_per_token(self, kv_cache_dtype: str = "auto") -> int | None:
        """Return what each further token of context adds, over the layers that keep all of it."""
        one = self.kv_bytes_of_a_layer(kv_cache_dtype)
        return None if one is None or self.layers is None else self.layers * one

    def window_kv_bytes(self, kv_cache_dtype: str = "auto") -> int:
        """Return the most that the windowed layers of one answer keep, however long it is."""
        return self.windowed_layers * (self.window_tokens or 0) * (self.kv_bytes_of_a_layer(kv_cache_dtype) or 0)


def shape_of(config: Mapping[str, Any]) -> ModelShape:
    """Return what *config*, the parsed ``config.json``, says; what is absent or of a strange type is unknown."""
    text = config.get("text_config")
    if isinstance(text, Mapping):
        # a model that also sees or hears: the part that writes stands apart
        config = {**config, **text}
    layers = _number(config, "num_hidden_layers", "n_layer", "num_layers")
    full, windowed = _split(config, layers)
    heads = _number(config, "num_attention_heads", "n_head")
    latent = _number(config, "kv_lora_rank")
    return ModelShape(
        layers=full,
        windowed_layers=windowed,
        window_tokens=_number(config, "sliding_window", "attention_chunk_size"),
        kv_heads=_number(config, "num_key_value_heads") or heads,
        head_dim=_number(config, "head_dim") or _divided(_number(config, "hidden_size", "n_embd"), heads),
        latent_dim=None if latent is None else latent + (_number(config, "qk_rope_head_dim") or 0),
        experts=_number(config, "num_local_experts", "num_experts", "n_routed_experts"),
        active_experts=_number(config, "num_experts_per_tok", "num_experts_per_token", "experts_per_token"),
        context_tokens=_number(config, "max_position_embeddings", "n_positions"),
        number_bytes=4 if str(config.get("torch_dtype") or config.get("dtype")) == "float32" else 2,
        kv_quantization=_kv_quantization(config),
    )


def _split(config: Mapping[str, Any], layers: int | None) -> tuple[int | None, int]:
    """Return how many layers keep the whole context, and how many a window of it."""
    kinds = config.get("layer_types")
    if isinstance(kinds, list) and kinds:
        return sum(each == _FULL for each in kinds), sum(each in _WINDOWED for each in kinds)
    if layers is None or _number(config, "sliding_window") is None or config.get("use_sliding_window") is False:
        return layers, 0
    if config.get("model_type") == "gpt_oss":
        return layers // 2, layers - layers // 2
    every = _number(config, "sliding_window_pattern")
    full = layers // every if every else 0
    return full, layers - full


def _kv_quantization(config: Mapping[str, Any]) -> str | None:
    found = config.get("quantization_config")
    if not isinstance(found, Mapping):
        return None
    inner = found.get("quantization")
    asked = found.get("kv_cache_quant_algo") or (
        inner.get("kv_cache_quant_algo") if isinstance(inner, Mapping) else None
    )
    scheme = found.get("kv_cache_scheme")
    if asked is None and isinstance(scheme, Mapping):
        asked = f"{scheme.get('type', '')}{scheme.get('num_bits', '')}".upper().replace("FLOAT", "FP")
    return str(asked) if asked else None


def _number(config: Mapping[str, Any], *names: str) -> int | None:
    """Return the first of *names* that holds a whole number above zero."""
    for name in names:
        value = config.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None


def _divided(whole: int | None, parts: int | None) -> int | None:
    return None if whole is None or not parts else whole // parts
