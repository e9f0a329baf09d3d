"""The log of one simulated start: vLLM's own sentences, each at its time.

Wording, prefixes and bars are those of vLLM 0.10.1 on a GPU (the workshop's container); how long each stage takes comes
from the plan. What the log prints as a duration is what really passes: a hurried start prints hurried durations.
"""

from collections.abc import Iterator

from thorhud.simulate.log_format import Output, api, api_info, engine_info, graph_bar, plain, shard_bar
from thorhud.simulate.server_plan import ServerPlan

VLLM_VERSION = "0.10.1.1"
GRAPH_MEMORY_GIB = 0.72
_WEIGHTS_SHARE = 0.706
"""How much of the weights stage the bar shows; in the workshop's own log 24.72 s of 35 s."""
_DRAFT_SHARE = 0.12
"""How much of the weights stage the draft model's bar takes."""
_BAR_EVERY_S = 0.1
_GRAPH_SIZES = 67
_ROUTES = (
    ("/openapi.json", "HEAD, GET"),
    ("/docs", "HEAD, GET"),
    ("/health", "GET"),
    ("/ping", "GET"),
    ("/v1/models", "GET"),
    ("/version", "GET"),
    ("/v1/chat/completions", "POST"),
    ("/v1/completions", "POST"),
    ("/metrics", "GET"),
)


def start_log(plan: ServerPlan) -> list[Output]:
    """Return everything that a start without fault writes, in order."""
    stage_logs = {
        "engine-init": _engine_init,
        "weights": _weights,
        "compile": _compile,
        "kv-cache": _kv_cache,
        "cuda-graphs": _cuda_graphs,
        "server": _server,
    }
    log: list[Output] = []
    for stage, (from_s, until_s) in stage_times(plan).items():
        if stage in stage_logs:
            log.extend(stage_logs[stage](plan, from_s, until_s))
    return log


def stage_times(plan: ServerPlan) -> dict[str, tuple[float, float]]:
    """Return begin and end of each stage in seconds since the start of the container, hurried as the plan says."""
    times: dict[str, tuple[float, float]] = {}
    at_s = 0.0
    for stage, duration_s in plan.stages.items():
        times[stage] = (at_s, at_s + duration_s / plan.start_speed)
        at_s = times[stage][1]
    return times


def _engine_init(plan: ServerPlan, from_s: float, until_s: float) -> Iterator[Output]:
    def at(share: float) -> float:
        return from_s + share * (until_s - from_s)

    arguments = {"model_tag": plan.model, "port": plan.port, "model": plan.model}
    speculative = "None" if plan.draft_model is None else f"SpeculativeConfig(model='{plan.draft_model}')"
    yield Output(at(0), plain("INFO \0 [__init__.py:241] Automatically detected platform cuda."))
    yield Output(at(0.2), api_info("api_server.py:1805", f"vLLM API server version {VLLM_VERSION}"))
    yield Output(at(0.2), api_info("utils.py:326", f"non-default args: {arguments}"))
    yield Output(at(0.3), api_info("__init__.py:711", f"Resolved architecture: {architecture(plan.model)}"))
    yield Output(at(0.3), api("`torch_dtype` is deprecated! Use `dtype` instead!"))
    yield Output(at(0.3), api_info("__init__.py:1750", f"Using max model len {plan.max_model_len}"))
    yield Output(at(0.3), api_info("scheduler.py:222", "Chunked prefill is enabled with max_num_batched_tokens=2048."))
    yield Output(at(0.6), plain("INFO \0 [__init__.py:241] Automatically detected platform cuda."))
    yield Output(at(0.8), engine_info("core.py:636", "Waiting for init message from front-end."))
    config = f"model='{plan.model}', speculative_config={speculative}, tokenizer='{plan.model}'"
    initializing = f"Initializing a V1 LLM engine (v{VLLM_VERSION}) with config: {config}"
    yield Output(at(0.8), engine_info("core.py:74", initializing))
    rank = "rank 0 in world size 1 is assigned as DP rank 0, PP rank 0, TP rank 0, EP rank 0"
    yield Output(at(0.95), engine_info("parallel_state.py:1134", rank))


def architecture(model: str) -> str:
    """Return vLLM's class for a model, guessed from the name; what does not look like anything is a Llama."""
    families = {"gpt-oss": "GptOssForCausalLM", "qwen3": "Qwen3ForCausalLM", "gemma-3": "Gemma3ForCausalLM"}
    return next((name for family, name in families.items() if family in model.lower()), "LlamaForCausalLM")


def _weights(plan: ServerPlan, from_s: float, until_s: float) -> Iterator[Output]:
    whole_s = until_s - from_s
    bar_from_s = from_s + 0.1 * whole_s
    bar_until_s = bar_from_s + _WEIGHTS_SHARE * whole_s
    yield Output(from_s, engine_info("gpu_model_runner.py:1953", f"Starting to load model {plan.model}..."))
    yield Output(from_s, engine_info("cuda.py:328", "Using Flash Attention backend on V1 engine."))
    yield from _shards("safetensors", plan.shards, bar_from_s, bar_until_s)
    yield Output(bar_until_s, _weights_took(bar_until_s - bar_from_s))
    if plan.draft_model is not None:
        draft_until_s = bar_until_s + _DRAFT_SHARE * whole_s
        yield Output(bar_until_s, engine_info("gpu_model_runner.py:1991", "Loading drafter model..."))
        yield from _shards("pt", plan.draft_shards, bar_until_s, draft_until_s)
        yield Output(draft_until_s, _weights_took(draft_until_s - bar_until_s))
    took = f"Model loading took {plan.model_memory_gib:.4f} GiB and {whole_s:.6f} seconds"
    yield Output(until_s, engine_info("gpu_model_runner.py:2007", took))


def _shards(kind: str, shards: int, from_s: float, until_s: float) -> Iterator[Output]:
    yield Output(from_s, shard_bar(kind, 0, shards, 0.0))
    for done, at_s in _shown(shards, from_s, until_s):
        yield Output(at_s, shard_bar(kind, done, shards, at_s - from_s))


def _weights_took(seconds: float) -> str:
    return engine_info("default_loader.py:263", f"Loading weights took {seconds:.2f} seconds")


def _compile(plan: ServerPlan, from_s: float, until_s: float) -> Iterator[Output]:
    whole_s = until_s - from_s
    dynamo_s, graph_s = 0.2 * whole_s, 0.8 * whole_s
    cache = "/root/.cache/vllm/torch_compile_cache/5f3a1c77e2/rank_0_0/backbone"
    using = f"Using cache directory: {cache} for vLLM's torch.compile"
    yield Output(from_s + dynamo_s, engine_info("backends.py:548", using))
    dynamo = f"Dynamo bytecode transform time: {dynamo_s:.2f} s"
    yield Output(from_s + dynamo_s, engine_info("backends.py:559", dynamo))
    if plan.warm:
        found = f"Directly load the compiled graph(s) for dynamic shape from the cache, took {graph_s:.3f} s"
        yield Output(until_s, engine_info("backends.py:164", found))
        yield Output(until_s, engine_info("monitor.py:34", f"torch.compile takes {whole_s:.2f} s in total"))
        return
    cached_s = from_s + dynamo_s + 0.15 * graph_s
    yield Output(cached_s, engine_info("backends.py:194", "Cache the graph for dynamic shape for later use"))
    compiled = f"Compiling a graph for dynamic shape takes {graph_s:.2f} s"
    yield Output(until_s, engine_info("backends.py:215", compiled))
    yield Output(until_s, engine_info("monitor.py:34", f"torch.compile takes {whole_s:.2f} s in total"))


def _kv_cache(plan: ServerPlan, from_s: float, until_s: float) -> Iterator[Output]:
    available = f"Available KV cache memory: {plan.kv_cache_gib:.2f} GiB"
    concurrency = plan.kv_cache_tokens / plan.max_model_len
    per_request = f"Maximum concurrency for {plan.max_model_len:,} tokens per request: {concurrency:.2f}x"
    yield Output(from_s + 0.7 * (until_s - from_s), engine_info("gpu_worker.py:276", available))
    yield Output(until_s, engine_info("kv_cache_utils.py:849", f"GPU KV cache size: {plan.kv_cache_tokens:,} tokens"))
    yield Output(until_s, engine_info("kv_cache_utils.py:853", per_request))


def _cuda_graphs(_plan: ServerPlan, from_s: float, until_s: float) -> Iterator[Output]:
    middle_s = (from_s + until_s) / 2
    yield from _graphs("mixed prefill-decode, PIECEWISE", from_s, middle_s)
    yield from _graphs("decode, FULL", middle_s, until_s)
    finished = f"Graph capturing finished in {until_s - from_s:.0f} secs, took {GRAPH_MEMORY_GIB:.2f} GiB"
    yield Output(until_s, engine_info("gpu_model_runner.py:2708", finished))


def _graphs(kind: str, from_s: float, until_s: float) -> Iterator[Output]:
    yield Output(from_s, graph_bar(kind, 0, _GRAPH_SIZES, 0.0))
    for done, at_s in _shown(_GRAPH_SIZES, from_s, until_s):
        yield Output(at_s, graph_bar(kind, done, _GRAPH_SIZES, at_s - from_s))


def _shown(total: int, from_s: float, until_s: float) -> Iterator[tuple[int, float]]:
    """Yield the counts that a bar shows and when: like tqdm it leaves out what comes within a tenth of a second."""
    shown_s = from_s
    for done in range(1, total):
        at_s = from_s + done / total * (until_s - from_s)
        if at_s - shown_s >= _BAR_EVERY_S:
            shown_s = at_s
            yield done, at_s
    yield total, until_s


def _server(plan: ServerPlan, from_s: float, until_s: float) -> Iterator[Output]:
    whole_s = until_s - from_s
    init_s = sum(plan.stages.get(stage, 0.0) for stage in ("compile", "kv-cache", "cuda-graphs")) / plan.start_speed
    took = f"init engine (profile, create kv cache, warmup model) took {init_s:.2f} seconds"
    yield Output(from_s, engine_info("core.py:214", took))
    yield Output(from_s + 0.4 * whole_s, api_info("api_server.py:1611", "Supported_tasks: ['generate']"))
    listening_s = from_s + 0.7 * whole_s
    address = f"http://0.0.0.0:{plan.port}"
    yield Output(listening_s, api_info("api_server.py:1880", f"Starting vLLM API server 0 on {address}"))
    yield Output(listening_s, api_info("launcher.py:29", "Available routes are:"))
    for route, methods in _ROUTES:
        yield Output(listening_s, api_info("launcher.py:37", f"Route: {route}, Methods: {methods}"))
    yield Output(listening_s, api("INFO:     Started server process [1]"))
    yield Output(listening_s, api("INFO:     Waiting for application startup."))
    yield Output(until_s, api("INFO:     Application startup complete."))


def stop_log() -> list[str]:
    """Return what a server writes that is asked to stop while nothing streams."""
    return [
        api_info("launcher.py:101", "Shutting down FastAPI HTTP server."),
        api("INFO:     Shutting down"),
        api("INFO:     Waiting for application shutdown."),
        api("INFO:     Application shutdown complete."),
    ]


def interrupted_log() -> str:
    """Return what a server writes that is interrupted before it is ready."""
    return api(
        "Traceback (most recent call last):\n"
        '  File "/usr/local/bin/vllm", line 10, in <module>\n'
        "    sys.exit(main())\n"
        "             ^^^^^^\n"
        '  File "/usr/local/lib/python3.12/dist-packages/vllm/entrypoints/cli/main.py", line 54, in main\n'
        "    args.dispatch_function(args)\n"
        '  File "/usr/lib/python3.12/asyncio/runners.py", line 123, in run\n'
        "    raise KeyboardInterrupt()\n"
        "KeyboardInterrupt"
    )
