"""The counters and histograms of a simulated server, in Prometheus text and under vLLM 0.10's names."""

import time
from collections.abc import Iterable, Mapping, Sequence

from thorhud.simulate.server_plan import ServerPlan

_TTFT_S = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0)
_STEP_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0)
_REQUEST_S = (0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 120.0, 240.0, 480.0)
_TOKENS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0, 20000.0, 50000.0)
_FINISH_REASONS = ("stop", "length", "abort")
_BLOCK_TOKENS = 16


class _Histogram:
    """Observations in buckets, as Prometheus counts them: each bucket holds all that are not larger."""

    def __init__(self, help_text: str, bounds: Sequence[float]) -> None:
        self.help_text = help_text
        self._bounds = (*bounds, float("inf"))
        self._buckets = [0] * len(self._bounds)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        self._sum += value
        for number, bound in enumerate(self._bounds):
            if value <= bound:
                self._buckets[number] += 1

    def lines(self, name: str, labels: str) -> Iterable[str]:
        for bound, count in zip(self._bounds, self._buckets, strict=True):
            limit = "+Inf" if bound == float("inf") else repr(bound)
            yield f'{name}_bucket{{engine="0",le="{limit}",{labels}}} {float(count)}'
        yield f'{name}_count{{engine="0",{labels}}} {float(self._buckets[-1])}'
        yield f'{name}_sum{{engine="0",{labels}}} {self._sum!r}'


class Metrics:
    """What `/metrics` answers; every figure is of what was really streamed."""

    def __init__(self, plan: ServerPlan) -> None:
        self._labels = f'model_name="{plan.model}"'
        self._created = time.time()
        self._blocks = max(1, plan.kv_cache_tokens // _BLOCK_TOKENS)
        self._running: dict[int, int] = {}
        self._counters = {
            "prefix_cache_queries": 0,
            "prefix_cache_hits": 0,
            "num_preemptions": 0,
            "prompt_tokens": 0,
            "generation_tokens": 0,
        }
        if plan.speculative_tokens:
            self._counters |= dict.fromkeys(
                ("spec_decode_num_drafts", "spec_decode_num_draft_tokens", "spec_decode_num_accepted_tokens"), 0
            )
        self._accepted_by_position = [0] * plan.speculative_tokens
        self._finished = dict.fromkeys(_FINISH_REASONS, 0)
        self._histograms = {
            "time_to_first_token_seconds": _Histogram("Histogram of time to first token in seconds.", _TTFT_S),
            "time_per_output_token_seconds": _Histogram("Histogram of time per output token in seconds.", _STEP_S),
            "e2e_request_latency_seconds": _Histogram("Histogram of e2e request latency in seconds.", _REQUEST_S),
            "request_queue_time_seconds": _Histogram(
                "Histogram of time spent in WAITING phase for request.", _REQUEST_S
            ),
            "request_inference_time_seconds": _Histogram(
                "Histogram of time spent in RUNNING phase for request.", _REQUEST_S
            ),
            "request_prefill_time_seconds": _Histogram(
                "Histogram of time spent in PREFILL phase for request.", _REQUEST_S
            ),
            "request_decode_time_seconds": _Histogram(
                "Histogram of time spent in DECODE phase for request.", _REQUEST_S
            ),
            "request_prompt_tokens": _Histogram("Number of prefill tokens processed.", _TOKENS),
            "request_generation_tokens": _Histogram("Number of generation tokens processed.", _TOKENS),
        }

    def begin(self, request: int, prompt_tokens: int) -> None:
        """Note that a request runs; its prompt takes KV blocks."""
        self._running[request] = prompt_tokens
        self._counters["prefix_cache_queries"] += prompt_tokens

    def first_token(self, request: int, prompt_tokens: int, seconds: float) -> None:
        """Note the first token of a request."""
        self._counters["prompt_tokens"] += prompt_tokens
        self._counters["generation_tokens"] += 1
        self._running[request] += 1
        self._histograms["time_to_first_token_seconds"].observe(seconds)

    def step(self, request: int, tokens: int, seconds: float) -> None:
        """Note one decode step: what it brought, and how long after the step before it."""
        self._counters["generation_tokens"] += tokens
        self._running[request] += tokens
        self._histograms["time_per_output_token_seconds"].observe(seconds)
        if self._accepted_by_position:
            accepted = tokens - 1
            self._counters["spec_decode_num_drafts"] += 1
            self._counters["spec_decode_num_draft_tokens"] += len(self._accepted_by_position)
            self._counters["spec_decode_num_accepted_tokens"] += accepted
            for position in range(accepted):
                self._accepted_by_position[position] += 1

    def end(self, request: int) -> None:
        """Note that a request runs no longer, however it ended."""
        self._running.pop(request, None)

    def finish(self, reason: str, *, ttft_s: float, decode_s: float, prompt_tokens: int, tokens: int) -> None:
        """Note a request that came to its end; the histograms of whole requests move only now."""
        self._finished[reason] += 1
        for name, value in {
            "e2e_request_latency_seconds": ttft_s + decode_s,
            "request_queue_time_seconds": 0.0,
            "request_inference_time_seconds": ttft_s + decode_s,
            "request_prefill_time_seconds": ttft_s,
            "request_decode_time_seconds": decode_s,
            "request_prompt_tokens": float(prompt_tokens),
            "request_generation_tokens": float(tokens),
        }.items():
            self._histograms[name].observe(value)

    @property
    def running(self) -> int:
        """Return how many requests run."""
        return len(self._running)

    @property
    def totals(self) -> Mapping[str, int]:
        """Return the counters as they stand; `ThroughputLog` looks at what they gain."""
        return dict(self._counters)

    @property
    def kv_cache_usage(self) -> float:
        """Return the share of the KV blocks that are in use."""
        blocks = sum(-(-tokens // _BLOCK_TOKENS) for tokens in self._running.values())
        return min(1.0, blocks / self._blocks)

    def text(self) -> str:
        """Return the whole page."""
        return "\n".join((*self._gauges(), *self._counter_lines(), *self._histogram_lines(), ""))

    def _gauges(self) -> Iterable[str]:
        yield from self._gauge("num_requests_running", "Number of requests in model execution batches.", self.running)
        yield from self._gauge("num_requests_waiting", "Number of requests waiting to be processed.", 0)
        for name in ("gpu_cache_usage_perc", "kv_cache_usage_perc"):
            yield from self._gauge(name, "KV-cache usage. 1 means 100 percent usage.", self.kv_cache_usage)
        info = f'block_size="{_BLOCK_TOKENS}",engine="0",num_gpu_blocks="{self._blocks}"'
        yield "# HELP vllm:cache_config_info Information of the LLMEngine CacheConfig"
        yield "# TYPE vllm:cache_config_info gauge"
        yield f"vllm:cache_config_info{{{info}}} 1.0"

    def _gauge(self, name: str, help_text: str, value: float) -> Iterable[str]:
        yield f"# HELP vllm:{name} {help_text}"
        yield f"# TYPE vllm:{name} gauge"
        yield f'vllm:{name}{{engine="0",{self._labels}}} {float(value)}'

    def _counter_lines(self) -> Iterable[str]:
        for name, value in self._counters.items():
            yield from self._counter(name, [("", value)])
        yield from self._counter(
            "request_success", [(f'finished_reason="{reason}",', count) for reason, count in self._finished.items()]
        )
        positions = list(enumerate(self._accepted_by_position))
        if positions:
            yield "# HELP vllm:spec_decode_num_accepted_tokens_per_pos_total Accepted tokens per draft position."
            yield "# TYPE vllm:spec_decode_num_accepted_tokens_per_pos_total counter"
            for number, count in positions:
                labels = f'engine="0",{self._labels},position="{number}"'
                yield f"vllm:spec_decode_num_accepted_tokens_per_pos_total{{{labels}}} {float(count)}"

    def _counter(self, name: str, samples: Iterable[tuple[str, int]]) -> Iterable[str]:
        help_text = name.replace("_", " ").capitalize()
        yield f"# HELP vllm:{name}_total {help_text}."
        yield f"# TYPE vllm:{name}_total counter"
        for labels, value in samples:
            yield f'vllm:{name}_total{{engine="0",{labels}{self._labels}}} {float(value)}'
        yield f"# TYPE vllm:{name}_created gauge"
        yield f'vllm:{name}_created{{engine="0",{self._labels}}} {self._created!r}'

    def _histogram_lines(self) -> Iterable[str]:
        for name, histogram in self._histograms.items():
            yield f"# HELP vllm:{name} {histogram.help_text}"
            yield f"# TYPE vllm:{name} histogram"
            yield from histogram.lines(f"vllm:{name}", self._labels)
