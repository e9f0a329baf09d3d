"""The ways in which a simulated server can fail, each with vLLM's own words and exit code.

The ids are the failure kinds of `thorhud.domain.failures` where the failure has one.
"""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from thorhud.simulate.log_format import api, engine, plain, record
from thorhud.simulate.log_script import architecture
from thorhud.simulate.server_plan import ServerPlan

_PACKAGES = "/usr/local/lib/python3.12/dist-packages"
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

    @property
    def unwinding_s(self) -> float:
        """Return how long the unwinding takes, at normal speed."""
        return _UNWINDING_S if self.unwinding else 0.3


def _api_traceback(*cause: str) -> str:
    """Return a Python exception of the API server."""
    lines = (
        "Traceback (most recent call last):",
        '  File "/usr/local/bin/vllm", line 10, in <module>',
        "    sys.exit(main())",
        "             ^^^^^^",
        f'  File "{_PACKAGES}/vllm/entrypoints/cli/main.py", line 54, in main',
        "    args.dispatch_function(args)",
        *cause,
    )
    return api("\n".join(lines))


def _engine_traceback(where: str, *cause: str) -> str:
    """Return an exception that ends the engine core: logged as errors, then printed again by the dying process."""
    frames = (
        "Traceback (most recent call last):",
        f'  File "{_PACKAGES}/vllm/v1/engine/core.py", line 691, in run_engine_core',
        "    engine_core = EngineCoreProc(*args, **kwargs)",
        "                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        f'  File "{_PACKAGES}/vllm/{where}',
        *cause,
    )
    logged = engine(record("ERROR", "core.py:700", "\n".join(("EngineCore failed to start.", *frames))))
    return logged + engine("\n".join(("Process EngineCore_0:", *frames)))


_ENGINE_FAILED = _api_traceback(
    f'  File "{_PACKAGES}/vllm/v1/engine/utils.py", line 759, in wait_for_engine_startup',
    '    raise RuntimeError("Engine core initialization failed. "',
    "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}",
)


def _usage(error: str) -> Callable[[ServerPlan], str]:
    usage = "usage: vllm [-h] [-v] {chat,complete,serve,bench,collect-env,run-batch} ..."
    return lambda _plan: plain(usage) + plain(error)


def _memory_at_start(_plan: ServerPlan) -> str:
    return _engine_traceback(
        'v1/worker/gpu_worker.py", line 179, in init_device',
        "    raise ValueError(",
        "ValueError: Free memory on device (14.45/122.82 GiB) on startup is less than desired GPU memory utilization "
        "(0.9, 110.54 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.",
    )


def _gated_repo(plan: ServerPlan) -> str:
    url = f"https://huggingface.co/{plan.model}/resolve/main/config.json"
    return _api_traceback(
        f"requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: {url}",
        "",
        "The above exception was the direct cause of the following exception:",
        "",
        "huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: Root=1-68f0c0de-simulated)",
        "",
        f"Cannot access gated repo for url {url}.",
        f"Access to model {plan.model} is restricted. You must have access to it and be authenticated to access it. "
        "Please log in.",
        "",
        "The above exception was the direct cause of the following exception:",
        "",
        "OSError: You are trying to access a gated repo.",
        f"Make sure to have access to it at https://huggingface.co/{plan.model}.",
        "401 Client Error. (Request ID: Root=1-68f0c0de-simulated)",
    )


def _offline_missing(_plan: ServerPlan) -> str:
    return _api_traceback(
        "huggingface_hub.errors.LocalEntryNotFoundError: Cannot find an appropriate cached snapshot folder for the "
        "specified revision on the local disk and outgoing traffic has been disabled. To enable repo look-ups and "
        "downloads online, pass 'local_files_only=False' as input."
    )


def _truncated_shard(_plan: ServerPlan) -> str:
    return _engine_traceback(
        'model_executor/model_loader/weight_utils.py", line 485, in safetensors_weights_iterator',
        '    with safe_open(st_file, framework="pt") as f:',
        "         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata, "
        "file not fully covered",
    )


def _kv_cache_too_small(plan: ServerPlan) -> str:
    needed_gib = plan.max_model_len * 131_072 / 1024**3
    here_gib = 0.31 * needed_gib
    estimated = int(0.31 * plan.max_model_len) // 16 * 16
    return _engine_traceback(
        'v1/core/kv_cache_utils.py", line 690, in check_enough_kv_cache_memory',
        "    raise ValueError(",
        f"ValueError: To serve at least one request with the models's max seq len ({plan.max_model_len}), "
        f"({needed_gib:.2f} GiB KV cache is needed, which is larger than the available KV cache memory "
        f"({here_gib:.2f} GiB). Based on the available memory, the estimated maximum model length is {estimated}. "
        "Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.",
    )


def _cuda_oom(_plan: ServerPlan) -> str:
    return _engine_traceback(
        'model_executor/model_loader/default_loader.py", line 257, in load_weights',
        "    loaded_weights = model.load_weights(",
        "                     ^^^^^^^^^^^^^^^^^^^",
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 224.00 MiB. GPU 0 has a total capacity of "
        "122.82 GiB of which 96.50 MiB is free. Including non-PyTorch memory, this process has 5.31 GiB memory in use.",
    )


def _port_in_use(_plan: ServerPlan) -> str:
    return _api_traceback(
        f'  File "{_PACKAGES}/vllm/entrypoints/openai/api_server.py", line 1771, in create_server_socket',
        "    sock.bind(addr)",
        "OSError: [Errno 98] Address already in use",
    )


def _gpu_not_visible(plan: ServerPlan) -> str:
    warning = "UserWarning: Can't initialize NVML"
    cannot = f"Model architectures ['{architecture(plan.model)}'] failed to be inspected."
    return (
        plain(f"{_PACKAGES}/torch/cuda/__init__.py:1014: {warning}")
        + plain("pynvml.NVMLError_Unknown: Unknown Error")
        + _api_traceback(
            "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig",
            f"  Value error, {cannot} Please check the logs for more details.",
            f"ValueError: {cannot} Please check the logs for more details.",
        )
    )


def engine_died_log() -> str:
    """Return what a server writes whose engine core is gone; it ends itself afterwards, with exit code 0."""
    gone = "Engine core proc EngineCore_0 died unexpectedly, shutting down client."
    dead = "EngineCore encountered an issue. See stack trace (above) for the root cause."
    return (
        api(record("ERROR", "core_client.py:562", gone))
        + api(record("ERROR", "async_llm.py:416", "AsyncLLM output_handler failed."))
        + api(record("ERROR", "async_llm.py:416", f"vllm.v1.engine.exceptions.EngineDeadError: {dead}"))
        + api(record("ERROR", "serving_chat.py:932", "Error in chat completion stream generator."))
        + api(record("ERROR", "serving_chat.py:932", f"vllm.v1.engine.exceptions.EngineDeadError: {dead}"))
        + api("INFO:     Shutting down")
        + api("INFO:     Waiting for application shutdown.")
        + api("INFO:     Application shutdown complete.")
        + api("INFO:     Finished server process [1]")
    )


HARMONY_MESSAGE = "error downloading or loading vocab file: failed to download or load vocab file"


def harmony_log() -> str:
    """Return what one chat leaves in the log of a server without its encodings."""
    return api(record("ERROR", "serving_chat.py:196", f"openai_harmony.HarmonyError: {HARMONY_MESSAGE}"))


FAULTS: Mapping[str, Fault] = {
    "memory-at-start": Fault(
        sentence="Too little free memory: refused before the weights are read.",
        during="engine-init",
        share=0.98,
        cause=_memory_at_start,
        unwinding=_ENGINE_FAILED,
    ),
    "unknown-flag": Fault(
        sentence="vLLM does not know a flag.",
        during="engine-init",
        share=0.1,
        cause=_usage("vllm: error: unrecognized arguments: --no-such-flag 1"),
        exit_code=2,
    ),
    "bad-json": Fault(
        sentence="An argument is not JSON.",
        during="engine-init",
        share=0.1,
        cause=_usage(
            "vllm serve: error: argument --speculative-config: Value {method:ngram} cannot be converted to "
            "<function loads at 0x7f600ac85440>."
        ),
        exit_code=2,
    ),
    "gated-repo": Fault(
        sentence="The model's repository wants a login.", during="engine-init", share=0.25, cause=_gated_repo
    ),
    "offline-missing": Fault(
        sentence="The weights are not on the unit and the network is off.",
        during="engine-init",
        share=0.25,
        cause=_offline_missing,
    ),
    "truncated-shard": Fault(
        sentence="One weight file is cut off.",
        during="weights",
        share=0.4,
        cause=_truncated_shard,
        unwinding=_ENGINE_FAILED,
    ),
    "kv-cache-too-small": Fault(
        sentence="The KV cache does not hold one request of the model's full length.",
        during="kv-cache",
        share=0.9,
        cause=_kv_cache_too_small,
        unwinding=_ENGINE_FAILED,
    ),
    "cuda-oom": Fault(
        sentence="CUDA runs out of memory while the weights are read.",
        during="weights",
        share=0.7,
        cause=_cuda_oom,
        unwinding=_ENGINE_FAILED,
    ),
    "killed": Fault(
        sentence="The kernel kills it for want of memory; the log just stops.",
        during="weights",
        share=0.6,
        exit_code=128 + signal.SIGKILL,
        by_the_kernel=True,
    ),
    "port-in-use": Fault(
        sentence="Another program listens on the port.", during="engine-init", share=0.25, cause=_port_in_use
    ),
    "gpu-not-visible": Fault(
        sentence="The container does not see the GPU: Docker's default runtime is not nvidia.",
        during="engine-init",
        share=0.3,
        cause=_gpu_not_visible,
    ),
    "hang": Fault(
        sentence="Silence while the weights are read; it never ends.", during="weights", share=0.5, exit_code=None
    ),
    "harmony": Fault(sentence="Ready and healthy, but every chat fails for want of encodings.", exit_code=None),
    "engine-died": Fault(
        sentence="The engine dies while an answer streams; the server ends with exit code 0.", exit_code=0
    ),
    "stream-hangs": Fault(sentence="An answer stops in its middle and the connection stays.", exit_code=None),
    "slow": Fault(sentence="Everything works at less than half of its speed.", exit_code=None),
}
