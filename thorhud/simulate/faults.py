"""The ways in which a simulated server can fail, each with vLLM's own words and exit code.

The ids are the failure kinds of `thorhud.domain.failures` where the failure has one.
"""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from thorhud.simulate.failing_logs import (
    ENGINE_FAILED,
    cuda_oom,
    gated_repo,
    gpu_code,
    gpu_not_visible,
    kv_cache_too_small,
    max_model_len,
    memory_at_start,
    model_not_found,
    never_seen,
    no_network,
    offline_missing,
    port_in_use,
    ptxas,
    tokenizer,
    truncated_shard,
    unknown_architecture,
    usage,
)
from thorhud.simulate.server_plan import ServerPlan

VOCABULARY = "gpt-oss-vocabulary"
ENGINE_DIED = "engine-died"
STREAM_HANGS = "stream-hangs"
SLOW = "slow"
_UNWINDING_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to fail. What stands first in the log is the cause; what follows it is the unwinding."""

    sentence: str
    """What it looks like, for a person who chooses one."""
    during: str = ""
    """The stage in whose course it comes; empty for a fault of a server that is ready."""
    share: float = 0.5
    """How far that stage has come by then, 0 to 1."""
    cause: Callable[[ServerPlan], str] = lambda _plan: ""
    unwinding: str = ""
    """What comes some seconds after the cause, just before the end."""
    exit_code: int | None = 1
    """None: it never ends by itself."""
    by_the_kernel: bool = False
    """Ended by the kernel for want of memory, as Docker tells it."""
    refused_by_docker: bool = False
    """No container starts: the engine refuses."""

    @property
    def unwinding_s(self) -> float:
        """Return how long the unwinding takes, at normal speed."""
        return _UNWINDING_S if self.unwinding else 0.3


FAULTS: Mapping[str, Fault] = {
    "memory-at-start": Fault(
        sentence="Too little free memory: refused before the weights are read.",
        during="engine-init",
        share=0.98,
        cause=memory_at_start,
        unwinding=ENGINE_FAILED,
    ),
    "unknown-flag": Fault(
        sentence="vLLM does not know a flag.",
        during="engine-init",
        share=0.1,
        cause=usage("vllm: error: unrecognized arguments: --no-such-flag 1"),
        exit_code=2,
    ),
    "bad-json": Fault(
        sentence="An argument is not JSON.",
        during="engine-init",
        share=0.1,
        cause=usage(
            "vllm serve: error: argument --speculative-config: Value {method:ngram} cannot be converted to "
            "<function loads at 0x7f600ac85440>."
        ),
        exit_code=2,
    ),
    "gated": Fault(
        sentence="The model's repository wants a login.", during="engine-init", share=0.25, cause=gated_repo
    ),
    "weights-missing": Fault(
        sentence="The weights are not on the unit and the network is off.",
        during="engine-init",
        share=0.25,
        cause=offline_missing,
    ),
    "weights-damaged": Fault(
        sentence="One weight file is cut off.",
        during="weights",
        share=0.4,
        cause=truncated_shard,
        unwinding=ENGINE_FAILED,
    ),
    "kv-cache-too-small": Fault(
        sentence="The KV cache does not hold one request of the model's full length.",
        during="kv-cache",
        share=0.9,
        cause=kv_cache_too_small,
        unwinding=ENGINE_FAILED,
    ),
    "out-of-memory": Fault(
        sentence="CUDA runs out of memory while the weights are read.",
        during="weights",
        share=0.7,
        cause=cuda_oom,
        unwinding=ENGINE_FAILED,
    ),
    "killed": Fault(
        sentence="The kernel kills it for want of memory; the log just stops.",
        during="weights",
        share=0.6,
        exit_code=128 + signal.SIGKILL,
        by_the_kernel=True,
    ),
    "port-in-use": Fault(
        sentence="Another program listens on the port.", during="engine-init", share=0.25, cause=port_in_use
    ),
    "gpu-not-visible": Fault(
        sentence="The container does not see the GPU: Docker's default runtime is not nvidia.",
        during="engine-init",
        share=0.3,
        cause=gpu_not_visible,
    ),
    "max-model-len": Fault(
        sentence="The asked length is more than the model has.", during="engine-init", share=0.3, cause=max_model_len
    ),
    "model-not-found": Fault(
        sentence="There is no model of that name.", during="engine-init", share=0.25, cause=model_not_found
    ),
    "no-network": Fault(
        sentence="The weights are not whole and the hub does not answer.",
        during="engine-init",
        share=0.25,
        cause=no_network,
    ),
    "unknown-architecture": Fault(
        sentence="vLLM does not know the model's kind.", during="engine-init", share=0.3, cause=unknown_architecture
    ),
    "tokenizer": Fault(
        sentence="The model's tokenizer cannot be loaded.", during="engine-init", share=0.35, cause=tokenizer
    ),
    "compile-option": Fault(
        sentence="This vLLM has another name for a compile option.",
        during="engine-init",
        share=0.1,
        cause=usage(
            "vllm serve: error: argument --compilation-config/-O: 1 validation error for CompilationConfig\n"
            "mode\n"
            "  Unexpected keyword argument [type=unexpected_keyword_argument, input_value=0, input_type=int]"
        ),
        exit_code=2,
    ),
    "ptxas": Fault(
        sentence="The compiler of GPU code does not know the GPU.",
        during="compile",
        share=0.6,
        cause=ptxas,
        unwinding=ENGINE_FAILED,
    ),
    "gpu-code-unsupported": Fault(
        sentence="The container holds no code for this GPU.",
        during="compile",
        share=0.1,
        cause=gpu_code,
        unwinding=ENGINE_FAILED,
    ),
    "crashed": Fault(
        sentence="It crashes without a word.", during="cuda-graphs", share=0.3, exit_code=128 + signal.SIGSEGV
    ),
    "unknown": Fault(
        sentence="An error that nobody has seen before.", during="engine-init", share=0.6, cause=never_seen
    ),
    "docker-unreachable": Fault(sentence="Docker does not answer; nothing starts.", refused_by_docker=True),
    "image-missing": Fault(sentence="The image is not on the unit; nothing starts.", refused_by_docker=True),
    "runtime-missing": Fault(sentence="Docker has no runtime called nvidia; nothing starts.", refused_by_docker=True),
    "hang": Fault(
        sentence="Silence while the weights are read; it never ends.", during="weights", share=0.5, exit_code=None
    ),
    VOCABULARY: Fault(sentence="Ready and healthy, but every chat fails for want of encodings.", exit_code=None),
    ENGINE_DIED: Fault(
        sentence="The engine dies while an answer streams; the server ends with exit code 0.", exit_code=0
    ),
    STREAM_HANGS: Fault(sentence="An answer stops in its middle and the connection stays.", exit_code=None),
    SLOW: Fault(sentence="Answers come at less than half of their speed.", exit_code=None),
}
