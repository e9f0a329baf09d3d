"""What vLLM writes when it fails: the texts of `thorhud.simulate.faults`, each as 0.10.1 words it."""

from collections.abc import Callable

from thorhud.simulate.log_format import api, engine, plain, record
from thorhud.simulate.log_script import architecture
from thorhud.simulate.server_plan import ServerPlan

_PACKAGES = "/usr/local/lib/python3.12/dist-packages"


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


ENGINE_FAILED = _api_traceback(
    f'  File "{_PACKAGES}/vllm/v1/engine/utils.py", line 759, in wait_for_engine_startup',
    '    raise RuntimeError("Engine core initialization failed. "',
    "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}",
)


def usage(error: str) -> Callable[[ServerPlan], str]:
    """Return what argparse writes: how to use it, then the error."""
    usage = "usage: vllm [-h] [-v] {chat,complete,serve,bench,collect-env,run-batch} ..."
    return lambda _plan: plain(usage) + plain(error)


def memory_at_start(_plan: ServerPlan) -> str:
    """Return the refusal of a start for want of free memory."""
    return _engine_traceback(
        'v1/worker/gpu_worker.py", line 179, in init_device',
        "    raise ValueError(",
        "ValueError: Free memory on device (14.45/122.82 GiB) on startup is less than desired GPU memory utilization "
        "(0.9, 110.54 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.",
    )


def never_seen(_plan: ServerPlan) -> str:
    """Return an error that no pattern knows, with the lines that came before it."""
    return _engine_traceback(
        'v1/worker/gpu_model_runner.py", line 2190, in load_model',
        "    self.model = self._prepare(self.model, plan)",
        "                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "ArithmeticError: the plan of layer 17 does not close (simulated: nobody has seen this before)",
    )


def gated_repo(plan: ServerPlan) -> str:
    """Return the hub's refusal of a model that wants a login."""
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


def offline_missing(_plan: ServerPlan) -> str:
    """Return what is said of weights that are neither here nor may be fetched."""
    return _api_traceback(
        "huggingface_hub.errors.LocalEntryNotFoundError: Cannot find an appropriate cached snapshot folder for the "
        "specified revision on the local disk and outgoing traffic has been disabled. To enable repo look-ups and "
        "downloads online, pass 'local_files_only=False' as input."
    )


def truncated_shard(_plan: ServerPlan) -> str:
    """Return what a weight file that is cut off leads to."""
    return _engine_traceback(
        'model_executor/model_loader/weight_utils.py", line 485, in safetensors_weights_iterator',
        '    with safe_open(st_file, framework="pt") as f:',
        "         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata, "
        "file not fully covered",
    )


def kv_cache_too_small(plan: ServerPlan) -> str:
    """Return the refusal of a KV cache that does not hold one full request."""
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


def cuda_oom(_plan: ServerPlan) -> str:
    """Return CUDA's own end of memory."""
    return _engine_traceback(
        'model_executor/model_loader/default_loader.py", line 257, in load_weights',
        "    loaded_weights = model.load_weights(",
        "                     ^^^^^^^^^^^^^^^^^^^",
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 224.00 MiB. GPU 0 has a total capacity of "
        "122.82 GiB of which 96.50 MiB is free. Including non-PyTorch memory, this process has 5.31 GiB memory in use.",
    )


def port_in_use(_plan: ServerPlan) -> str:
    """Return the refusal of a port that is taken."""
    return _api_traceback(
        f'  File "{_PACKAGES}/vllm/entrypoints/openai/api_server.py", line 1771, in create_server_socket',
        "    sock.bind(addr)",
        "OSError: [Errno 98] Address already in use",
    )


def gpu_not_visible(plan: ServerPlan) -> str:
    """Return what a container without the GPU says."""
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


VOCABULARY_MESSAGE = "error downloading or loading vocab file: failed to download or load vocab file"


def vocabulary_log() -> str:
    """Return what one chat leaves in the log of a server without its encodings."""
    return api(record("ERROR", "serving_chat.py:196", f"openai_harmony.HarmonyError: {VOCABULARY_MESSAGE}"))


def max_model_len(plan: ServerPlan) -> str:
    """Return the refusal of a length that the model does not have."""
    return _api_traceback(
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig",
        "  Value error, User-specified max_model_len (200000) is greater than the derived max_model_len "
        f"(max_position_embeddings={plan.max_model_len} or model_max_length=None in model's config.json). To allow "
        "overriding this maximum, set the env var VLLM_ALLOW_LONG_MAX_MODEL_LEN=1",
    )


def no_network(_plan: ServerPlan) -> str:
    """Return what is said when the hub does not answer."""
    return _api_traceback(
        "OSError: We couldn't connect to 'https://huggingface.co' to load the files, and couldn't find them in the "
        "cached files.",
        "Check your internet connection or see how to run the library in offline mode.",
    )


def model_not_found(_plan: ServerPlan) -> str:
    """Return the refusal of a name that is no model's."""
    return _api_traceback(
        "huggingface_hub.errors.HFValidationError: Repo id must be in the form 'repo_name' or 'namespace/repo_name': "
        "'/models/does-not-exist'. Use `repo_type` argument if needed."
    )


def unknown_architecture(_plan: ServerPlan) -> str:
    """Return the refusal of a model of an unknown kind."""
    return _api_traceback(
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig",
        "  Value error, The checkpoint you are trying to load has model type `nope` but Transformers does not "
        "recognize this architecture. This could be because of an issue with the checkpoint, or because your version "
        "of Transformers is out of date.",
    )


def tokenizer(_plan: ServerPlan) -> str:
    """Return what a tokenizer that cannot be read leads to."""
    return _api_traceback(
        "RuntimeError: Failed to load the tokenizer. If the tokenizer is a custom tokenizer not yet available in the "
        "HuggingFace transformers library, consider setting `trust_remote_code=True` in LLM or using the "
        "`--trust-remote-code` flag in the CLI."
    )


def ptxas(_plan: ServerPlan) -> str:
    """Return what an assembler says that does not know the GPU."""
    fatal = "ptxas fatal   : Value 'sm_110a' is not defined for option 'gpu-name'"
    return engine(fatal) + _engine_traceback(
        'compilation/backends.py", line 530, in __call__',
        "triton.runtime.errors.PTXASError: PTXAS error: Internal Triton PTX codegen error",
    )


def gpu_code(_plan: ServerPlan) -> str:
    """Return what a GPU says for which there is no code."""
    return _engine_traceback(
        'v1/worker/gpu_model_runner.py", line 2440, in profile_run',
        "torch.AcceleratorError: CUDA error: no kernel image is available for execution on the device",
    )
