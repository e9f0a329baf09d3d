"""From the workshop file to the server that the simulated unit starts for one `docker run`."""

import json
import math
import re
from collections.abc import Sequence

from thorhud.domain.containers import OUR_CONFIGURATION, ContainerSpec
from thorhud.domain.stages import StageName
from thorhud.domain.workshop import Configuration, WeightFiles, Workshop
from thorhud.simulate.server_plan import ServerPlan

PORT_VARIABLE = "THORHUD_SIM_PORT"
"""Environment variable of a container: where its server listens, whatever its command says."""
FAULT_VARIABLE = "THORHUD_SIM_FAULT"
"""Environment variable of a container: the fault that it shall show."""

TOTAL_GIB = 122.8
"""Memory of a Jetson AGX Thor as the kernel counts it."""
_GIB = 1024**3
_GRAPHS_AND_ACTIVATIONS_GIB = 2.2
_KV_BYTES_PER_TOKEN = 131_072
"""An 8B Llama's; near enough for a model of which the workshop file says nothing else."""
_UNKNOWN_MODEL_GIB = 8.0
_BILLIONS = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)[bB](?!\w)")
_SHARD_BYTES = 5_000_000_000
_BANDWIDTH_GB_PER_S = 273.0

_STAGE_SHARES = {
    StageName.CONTAINER: 0.12,
    StageName.ENGINE_INIT: 0.12,
    StageName.WEIGHTS: 0.25,
    StageName.COMPILE: 0.2,
    StageName.KV_CACHE: 0.06,
    StageName.CUDA_GRAPHS: 0.15,
    StageName.SERVER: 0.1,
}
"""How a start divides where the workshop file does not say; made up."""
_UNKNOWN_START_S = 25.0


def plan_for(
    workshop: Workshop, spec: ContainerSpec, *, port: int, start_speed: float, warm: bool = False
) -> ServerPlan:
    """Return the server for *spec*; its label names the configuration, without one it gets a plain model.

    *warm* where an earlier start of the same image and arguments was compiled here.
    """
    arguments = _serve_arguments(spec.command)
    configuration = workshop.configuration(spec.labels.get(OUR_CONFIGURATION, ""))
    memory_gib = model_memory_gib(configuration)
    kv_cache_gib = max(1.0, _utilization(arguments) * TOTAL_GIB - memory_gib - _GRAPHS_AND_ACTIVATIONS_GIB)
    short, long = _rates(configuration, memory_gib, workshop.bandwidth_gb_per_s or _BANDWIDTH_GB_PER_S)
    long_prompt = workshop.prompt(workshop.long_prompt)
    return ServerPlan(
        model=_model(configuration, arguments),
        port=int(spec.environment.get(PORT_VARIABLE) or _option(arguments, "--port") or port),
        stages=_stages(configuration, warm=warm),
        draft_model=configuration.draft_model if configuration else None,
        shards=_shards(configuration, draft=False) or 1,
        draft_shards=_shards(configuration, draft=True) or (1 if configuration and configuration.draft_model else 0),
        model_memory_gib=memory_gib,
        kv_cache_gib=round(kv_cache_gib, 2),
        kv_cache_tokens=int(kv_cache_gib * _GIB / _KV_BYTES_PER_TOKEN) // 16 * 16,
        max_model_len=int(_option(arguments, "--max-model-len") or 131_072),
        tokens_per_s_short=short,
        tokens_per_s_long=long,
        long_tokens=long_prompt.max_tokens if long_prompt else 1024,
        speculative_tokens=_speculative_tokens(arguments),
        reasoning=bool(configuration and configuration.reasoning),
        start_speed=start_speed,
        warm=warm,
        fault=spec.environment.get(FAULT_VARIABLE) or None,
    )


def _serve_arguments(command: Sequence[str]) -> list[str]:
    words = list(command)
    return words[words.index("serve") + 1 :] if "serve" in words else words


def _option(arguments: Sequence[str], name: str) -> str | None:
    """Return the value of a command line option, written `--name VALUE` or `--name=VALUE`, dashes or underscores."""
    for position, word in enumerate(arguments):
        key, equals, value = word.partition("=")
        if key.replace("_", "-") == name:
            return value if equals else next(iter(arguments[position + 1 :]), None)
    return None


def _model(configuration: Configuration | None, arguments: Sequence[str]) -> str:
    if configuration is not None:
        return configuration.model
    return next((word for word in arguments if not word.startswith("-")), "simulated/model")


def _utilization(arguments: Sequence[str]) -> float:
    return float(_option(arguments, "--gpu-memory-utilization") or 0.9)


def _speculative_tokens(arguments: Sequence[str]) -> int:
    text = _option(arguments, "--speculative-config")
    return int(json.loads(text).get("num_speculative_tokens", 0)) if text else 0


def _weights(configuration: Configuration | None, *, draft: bool) -> WeightFiles | None:
    if configuration is None:
        return None
    model = configuration.draft_model if draft else configuration.model
    return next((files for files in configuration.weights if files.model == model), None)


def _shards(configuration: Configuration | None, *, draft: bool) -> int | None:
    """Return the number of weight files: what the workshop file says, else one for each 5 GB, the hub's usual size."""
    weights = _weights(configuration, draft=draft)
    if weights is None:
        return None
    return weights.shards or (math.ceil(weights.disk_bytes / _SHARD_BYTES) if weights.disk_bytes else None)


def model_memory_gib(configuration: Configuration | None) -> float:
    """Return the published model memory, else a made-up one from the parameters in the model's name ("20b").

    What lies on disk does not say it: some repositories hold their weights twice. The line goes through two known
    mixtures of experts in four bits: 13.7 GiB for 20 billion parameters, 66 GiB for 120 billion.
    """
    if configuration is None:
        return _UNKNOWN_MODEL_GIB
    published = configuration.published.model_memory_gib.value
    billions = _BILLIONS.search(configuration.model)
    if published is not None or billions is None:
        return published or _UNKNOWN_MODEL_GIB
    return round(3.25 + 0.5225 * float(billions[1]), 2)


def _rates(configuration: Configuration | None, memory_gib: float, bandwidth_gb_per_s: float) -> tuple[float, float]:
    """Return the mean tokens per second of a short and of a long answer: published, else from the roofline."""
    made_up = _roofline_rate(memory_gib, bandwidth_gb_per_s)
    if configuration is None:
        return made_up, made_up
    short = configuration.published.short_tokens_per_s.value
    long = configuration.published.long_tokens_per_s.value
    return short or long or made_up, long or short or made_up


def _roofline_rate(memory_gib: float, bandwidth_gb_per_s: float) -> float:
    """Return a made-up rate where nobody published one; never shown as published.

    Those models are mixtures of experts, which read few of their weights for a token. The roofline's two known
    points (3.7 GB of 13 GiB, 5.0 GB of 61 GiB) lie on this line; 60 % of the limit is what dense models reach at best.
    """
    read_gb_per_token = 3.35 + 0.027 * memory_gib
    return round(0.6 * bandwidth_gb_per_s / read_gb_per_token, 1)


def _stages(configuration: Configuration | None, *, warm: bool = False) -> dict[str, float]:
    """Return the seconds of each stage, in order; together they make the published start where there is one.

    What a *warm* cache saves comes off that sum.
    """
    expected = {each.stage: each.duration_s for each in configuration.expected_stages} if configuration else {}
    total_s = configuration.published.start_s.value if configuration else None
    if not expected:
        total_s = total_s or _UNKNOWN_START_S
        expected = {str(name): share for name, share in _STAGE_SHARES.items()}
    scale = total_s / sum(expected.values()) if total_s else 1.0
    seconds = {str(name): expected.get(str(name), 0.0) * scale for name in StageName}
    if warm and configuration is not None:
        seconds |= {each.stage: each.warm_s for each in configuration.expected_stages if each.warm_s is not None}
    return seconds
