"""The values that describe one start of vLLM: its stages, their times, and the figures its log prints."""

from dataclasses import dataclass
from enum import StrEnum


class StageName(StrEnum):
    """The steps between `docker run` and the first answer, in order."""

    CONTAINER = "container"
    ENGINE_INIT = "engine-init"
    WEIGHTS = "weights"
    COMPILE = "compile"
    KV_CACHE = "kv-cache"
    CUDA_GRAPHS = "cuda-graphs"
    SERVER = "server"


class PipelineStep(StrEnum):
    """The five segments that a person sees."""

    CONTAINER = "Container"
    WEIGHTS = "Weights"
    COMPILE = "torch.compile"
    GRAPHS = "CUDA graphs"
    READY = "Ready"


STEP_OF: dict[StageName, PipelineStep] = {
    StageName.CONTAINER: PipelineStep.CONTAINER,
    StageName.ENGINE_INIT: PipelineStep.CONTAINER,
    StageName.WEIGHTS: PipelineStep.WEIGHTS,
    StageName.COMPILE: PipelineStep.COMPILE,
    StageName.CUDA_GRAPHS: PipelineStep.GRAPHS,
    StageName.KV_CACHE: PipelineStep.READY,
    StageName.SERVER: PipelineStep.READY,
}


STAGE_ORDER: dict[StageName, int] = {name: place for place, name in enumerate(StageName)}


@dataclass(frozen=True, slots=True)
class LogPiece:
    """One piece of output between two line ends, undecorated or not.

    ``at_s`` is when it arrived, in seconds since the container started; None where no arrival time exists.
    """

    text: str
    at_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage: when it began and ended (arrival times, None where unknown) and how long it took."""

    name: StageName
    started_s: float | None = None
    ended_s: float | None = None
    duration_s: float | None = None
    """What the log prints where it prints a duration (exact), else the difference of arrival times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What the log of one start has said so far."""

    stages: tuple[Stage, ...] = tuple(Stage(name=name) for name in StageName)
    current: StageName = StageName.CONTAINER
    serving: bool = False
    """uvicorn said that it is up; `/health` is asked all the same."""
    vllm_version: str | None = None
    model: str | None = None
    shards_done: int | None = None
    shards_total: int | None = None
    shard_bar: int = 0
    """1 for the model's own bar, 2 for the draft model's, which is real and starts at 0 again."""
    weights_s: float | None = None
    """What the log prints for the model itself; the stage's duration has the draft model's added."""
    model_memory_gib: float | None = None
    compile_s: float | None = None
    compile_cache: str | None = None
    """"hit", "miss", "off", or None where the log does not say."""
    graphs_done: int | None = None
    graphs_total: int | None = None
    graph_capture_s: float | None = None
    graph_memory_gib: float | None = None
    kv_cache_gib: float | None = None
    kv_cache_tokens: int | None = None
    engine_init_s: float | None = None
    download_s: float | None = None
    last_at_s: float | None = None
    model_shards_total: int | None = None
    """Files of the model itself; ``shards_total`` is the draft model's while its bar runs."""
    draft_weights_s: float | None = None
    speculation: str | None = None
    """How the engine guesses ahead ("eagle3", "ngram"), "off", or None where the log does not say."""
    graph_bar: str | None = None
    """What the current graph bar captures ("decode, FULL"); its count starts at 0 with each bar."""

    def stage(self, name: StageName) -> Stage:
        """Return the stage of that name."""
        return self.stages[STAGE_ORDER[name]]

    def reached(self, name: StageName) -> bool:
        """Whether the start is in that stage or past it."""
        return self.serving or STAGE_ORDER[self.current] >= STAGE_ORDER[name]
