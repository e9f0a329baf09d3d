"""Sample values for the stage area and the Compare page: starts, answers, a ladder and a comparison."""

from dataclasses import replace

import samples

from thorhud.domain.comparison import Comparison, ComparisonCell, ComparisonRow, Dot, Finding
from thorhud.domain.failures import Failure
from thorhud.domain.messages import TypedCommands
from thorhud.domain.stages import PipelineStep, Stage, StageName, Timeline
from thorhud.domain.state import (
    AgentState,
    LadderPhase,
    LadderState,
    LadderStep,
    PromptPhase,
    PromptState,
    ServingPhase,
    ServingState,
)

HOSTILE = (
    "<b>bold</b> & <img src='file:///etc/passwd'>",
    "\x1b[31mred\x1b[0m\r\x00\x07 bell",
    "x" * 10_000,
    "\u202egnp.exe \u2067\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "",
    "line one\nline two\n\n\n" * 200,
)


def state(
    serving: ServingState | None = None, prompt: PromptState | None = None, ladder: LadderState | None = None
) -> AgentState:
    """Return thor-07 in that state of serving, prompt and ladder."""
    return replace(
        samples.idle(),
        serving=serving or ServingState(),
        prompt=prompt or PromptState(),
        ladder=ladder or LadderState(),
    )


EXPECTED = {"Container": 12.0, "Weights": 35.0, "torch.compile": 5.0, "CUDA graphs": 21.0, "Ready": 37.0}


def loading_timeline(done: int = 8, total: int = 15) -> Timeline:
    """GPT-OSS-120B while its ninth shard is read."""
    stages = (
        Stage(name=StageName.CONTAINER, started_s=0.0, ended_s=7.0, duration_s=7.0),
        Stage(name=StageName.ENGINE_INIT, started_s=7.0, ended_s=12.0, duration_s=5.0),
        Stage(name=StageName.WEIGHTS, started_s=12.0),
        Stage(name=StageName.COMPILE),
        Stage(name=StageName.KV_CACHE),
        Stage(name=StageName.CUDA_GRAPHS),
        Stage(name=StageName.SERVER),
    )
    return Timeline(
        stages=stages,
        current=StageName.WEIGHTS,
        shards_done=done,
        shards_total=total,
        shard_bar=1,
        compile_cache="hit",
    )


def loading(**changes: object) -> ServingState:
    """GPT-OSS-120B, 27 s after `docker run`."""
    values: dict[str, object] = {
        "phase": ServingPhase.STARTING,
        "generation": 3,
        "configuration_id": "gpt-oss-120b",
        "launch_id": "launch-1",
        "timeline": loading_timeline(),
        "elapsed_s": 27.0,
        "remaining_s": 83.0,
        "expected_s": EXPECTED,
    }
    values.update(changes)
    return ServingState(**values)  # type: ignore[arg-type]


def failed(**changes: object) -> ServingState:
    """Return the same start, ended because memory was held."""
    values: dict[str, object] = {
        "phase": ServingPhase.FAILED,
        "remaining_s": None,
        "failed_step": PipelineStep.WEIGHTS.value,
        "failure": Failure(
            kind="memory-at-start",
            headline="The last model still holds the memory",
            explanation="This model needs 86.0 GiB and only 14.5 GiB is free. vLLM can keep memory after it stops.",
            evidence="ValueError: Free memory on device (14.45/122.82 GiB) on startup is less than desired GPU memory "
            "utilization (0.7, 85.98 GiB). Decrease GPU memory utilization or reduce GPU memory used by other "
            "processes.",
            next_step="Clear the memory and try again.",
        ),
    }
    values.update(changes)
    return loading(**values)


def ready(configuration_id: str | None = "llama-3.1-8b-fp4-eagle3", **changes: object) -> ServingState:
    """Return a server that answers."""
    values: dict[str, object] = {
        "phase": ServingPhase.READY,
        "generation": 4,
        "configuration_id": configuration_id,
        "launch_id": "launch-2",
        "base_url": "http://127.0.0.1:8000",
        "ready_after_s": 21.4,
    }
    values.update(changes)
    return ServingState(**values)  # type: ignore[arg-type]


def streaming(**changes: object) -> PromptState:
    """Return an answer while it comes."""
    values: dict[str, object] = {
        "phase": PromptPhase.STREAMING,
        "run_id": "run-1",
        "prompt_name": "reference",
        "configuration_id": "llama-3.1-8b-fp4-eagle3",
        "max_tokens": 256,
        "elapsed_s": 4.1,
        "ttft_s": 0.14,
        "completion_tokens": 96,
        "tokens_per_s_now": 25.1,
        "tokens_per_s": 24.0,
    }
    values.update(changes)
    return PromptState(**values)  # type: ignore[arg-type]


def ladder() -> LadderState:
    """Return a ladder: the second of three configurations is measured."""
    return LadderState(
        phase=LadderPhase.RUNNING,
        ladder_id="ladder-1",
        steps=(
            LadderStep(configuration_id="llama-3.1-8b-fp16", state="done", runs_done=4, runs_planned=4),
            LadderStep(configuration_id="llama-3.1-8b-fp8", state="measuring", runs_done=1, runs_planned=4),
            LadderStep(configuration_id="llama-3.1-8b-fp4", state="waiting", runs_planned=4),
        ),
        activity="FP8, repeat 1 of 3",
        elapsed_s=61.0,
        remaining_s=83.0,
    )


def _cell(
    values: tuple[float, ...], median: float, ttft: float, tokens: float, marked: str | None = None
) -> ComparisonCell:
    dots = [Dot(tokens_per_s=value, ttft_s=ttft, completion_tokens=int(tokens)) for value in values]
    if marked is not None:
        dots.append(Dot(tokens_per_s=values[0] * 0.9, ttft_s=ttft, completion_tokens=int(tokens), marked=marked))
    return ComparisonCell(
        dots=tuple(dots), median_tokens_per_s=median, median_ttft_s=ttft, median_completion_tokens=tokens
    )


def comparison(**changes: object) -> Comparison:
    """Five configurations measured, one not: the weights are not on the unit."""
    rows = (
        ComparisonRow(
            configuration_id="gpt-oss-120b",
            short=_cell((34.0, 34.1, 34.4), 34.1, 0.42, 141),
            long=_cell((33.2, 33.6, 33.7), 33.6, 0.42, 1024),
            model_memory_gib=60.8,
            start_s=112.0,
        ),
        ComparisonRow(
            configuration_id="gpt-oss-20b",
            short=ComparisonCell(),
            long=ComparisonCell(),
            reason="The weights are not on this unit",
        ),
        ComparisonRow(
            configuration_id="llama-3.1-8b-fp16",
            short=_cell((10.5, 10.6, 10.6), 10.6, 0.31, 141),
            long=_cell((10.4, 10.5, 10.5), 10.5, 0.31, 1024),
            model_memory_gib=14.99,
            start_s=25.3,
        ),
        ComparisonRow(
            configuration_id="llama-3.1-8b-fp8",
            short=_cell((14.2, 14.3, 14.3), 14.3, 0.22, 139),
            long=_cell((13.9, 14.0, 14.1), 14.0, 0.22, 1024),
            model_memory_gib=8.49,
            start_s=20.9,
        ),
        ComparisonRow(
            configuration_id="llama-3.1-8b-fp4",
            short=_cell((18.9, 19.0, 19.2), 19.0, 0.17, 150, marked="client and server differ by 12 %"),
            long=_cell((18.7, 18.8, 18.8), 18.8, 0.17, 1024),
            model_memory_gib=6.07,
            start_s=21.4,
        ),
        ComparisonRow(
            configuration_id="llama-3.1-8b-fp4-eagle3",
            short=_cell((14.1, 14.6, 15.2), 14.6, 0.14, 140),
            long=_cell((24.3, 25.1, 25.9), 25.1, 0.14, 1024),
            model_memory_gib=6.86,
            start_s=24.0,
        ),
    )
    values: dict[str, object] = {
        "unit": "thor-07",
        "rows": rows,
        "conditions": ("one warm-up and three repeats", "temperature 0, seed 1"),
        "findings": (
            Finding(figure="+79 %", sentence="FP4 against FP16, with 40 % of the bytes to read."),
            Finding(figure="+34 %", sentence="Draft model on long answers. On short ones it is slower than FP4 alone."),
            Finding(
                figure="62 \u2192 45 %",
                sentence="Share of the memory limit reached. Smaller weights leave other costs showing.",
            ),
        ),
    }
    values.update(changes)
    return Comparison(**values)  # type: ignore[arg-type]


def commands() -> TypedCommands:
    """Return what a person would type."""
    return TypedCommands(
        docker_run="docker run --rm \\\n  --network host --shm-size=16g --runtime=nvidia \\\n  --name=vllm example/vllm:1",
        vllm_serve="vllm serve example/llama-3.1-8b-fp4 --gpu-memory-utilization 0.7",
        curl="curl http://10.10.0.107:8000/v1/chat/completions \\\n  -H 'Content-Type: application/json' -d '{\"a\": 1}'",
    )
