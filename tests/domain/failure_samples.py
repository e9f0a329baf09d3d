"""One list of what each cause of failure looks like: recorded logs, quoted or source lines, exit codes.

The tests diagnose every one of them, and `docs/failures.md` counts them.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from tests.rig.failing_starts import RECORDED

ASKED: Final = ["01", "02", "03", "04", "06", "08", "09", "40", "44", "45", "52", "61"]
"""Recorded starts whose end was asked for."""

KIND_OF_CAPTURE: Final = {
    "10": "compile-option",
    "20": "model-not-found",
    "21": "weights-missing",
    "23": "port-in-use",
    "24": "max-model-len",
    "26": "kv-memory",
    "27": "unknown-flag",
    "28": "compile-option",
    "29": "bad-json",
    "31": "max-model-len",
    "32": "unknown-architecture",
    "33": "weights-damaged",
    "35": "tokenizer",
    "42": "engine-died",
    "51": "tokenizer",
    "56": "model-not-found",
    "58": "max-model-len",
    "59": "unknown-flag",
}
"""Recorded logs of failed starts, by their number."""

LINES: Final = (
    ("memory-at-start", "ValueError: Free memory on device (14.45/122.82 GiB) on startup is less than desired GPU memory utilization (0.7, 85.98 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes."),
    ("memory-at-start", "ValueError: Free memory on device cuda:0 (14.45/122.82 GiB) on startup is less than desired GPU memory utilization (0.9, 110.54 GiB). Decrease"),
    ("memory-at-start", "ValueError: Free memory on device cuda:0 (14.45/122.82 GiB) on startup is less than the engine's budget after excluding external process's weights (0.9, 60.0 GiB). Decrease"),
    ("kv-cache-too-small", "ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine."),
    ("kv-cache-too-small", "ValueError: To serve at least one request with the models's max seq len (131072), (9.00 GiB KV cache is needed, which is larger than the available KV cache memory (4.20 GiB). Based on the available memory, the estimated maximum model length is 61152."),
    ("kv-cache-too-small", "ValueError: To serve at least one request with the model's max seq len (4096), (0.01 GiB KV cache is needed, which is larger than the available KV cache memory (0.0 GiB). Based on"),
    ("out-of-memory", "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 MiB. GPU 0 has a total capacity of 122.82 GiB"),
    ("out-of-memory", 'RuntimeError: NVML_SUCCESS == r INTERNAL ASSERT FAILED at "/opt/pytorch/c10/cuda/CUDACachingAllocator.cpp":838, please report a bug'),
    ("out-of-memory", "RuntimeError: CUDA out of memory occurred when warming up sampler with 256 dummy requests. Please try lowering `max_num_seqs`"),
    ("out-of-memory", "Failed to load model - not enough GPU memory. Try lowering --gpu-memory-utilization to free memory for weights"),
    ("out-of-memory", "NvMapMemAllocInternalTagged: 1075072515 error 12"),
    ("gpt-oss-vocabulary", "openai_harmony.HarmonyError: error downloading or loading vocab file: failed to download or load vocab file"),
    ("gpt-oss-vocabulary", "openai_harmony.HarmonyError: invalid tiktoken vocab file: No such file or directory (os error 2)"),
    ("gpt-oss-vocabulary", "openai_harmony.HarmonyError: invalid tiktoken vocab file: hash mismatch: computed=e3b0c442, expected=446a9538"),
    ("gpu-not-visible", "ValueError: Model architectures ['GptOssForCausalLM'] failed to be inspected. Please check the logs for more details."),
    ("gpu-not-visible", "RuntimeError: Failed to infer device type, please set the environment variable VLLM_LOGGING_LEVEL=DEBUG"),
    ("gpu-not-visible", "pynvml.NVMLError_Unknown: Unknown Error"),
    ("ptxas", "ptxas fatal   : Value 'sm_110a' is not defined for option 'gpu-name'"),
    ("ptxas", "ptxas-blackwell fatal   : Value 'sm_110a' is not defined for option 'gpu-name'"),
    ("ptxas", "triton.runtime.errors.PTXASError: PTXAS error: Internal Triton PTX codegen error"),
    ("gpu-code-unsupported", "torch.AcceleratorError: CUDA error: no kernel image is available for execution on the device"),
    ("gpu-code-unsupported", "RuntimeError: CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx`"),
    ("gpu-error", "torch.AcceleratorError: CUDA error: an illegal memory access was encountered"),
    ("port-in-use", "OSError: [Errno 98] Address already in use"),
    ("gated", "huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: Root=1-2)"),
    ("gated", "OSError: You are trying to access a gated repo."),
    ("gated", "Access to model meta-llama/Llama-3.1-8B-Instruct is restricted. You must have access to it and be authenticated to access it. Please log in."),
    ("gated", "Access to model meta-llama/Llama-3.1-8B-Instruct is restricted and you are not in the authorized list."),
    ("model-not-found", "OSError: nvidia/no-such-model is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'"),
    ("model-not-found", "huggingface_hub.errors.RepositoryNotFoundError: 401 Client Error. If you are trying to access a private or gated repo, make sure you are authenticated."),
    ("weights-missing", "huggingface_hub.errors.LocalEntryNotFoundError: Cannot find an appropriate cached snapshot folder for the specified revision on the local disk and outgoing traffic has been disabled."),
    ("no-network", "OSError: We couldn't connect to 'https://huggingface.co' to load the files, and couldn't find them in the cached files."),
    ("no-network", "httpx.ConnectError: [Errno -2] Name or service not known"),
    ("weights-damaged", "FileNotFoundError: Weight files referenced in index but missing: {'/models/model-00003-of-00006.safetensors'}"),
    ("weights-damaged", "safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata, file not fully covered"),
    ("tokenizer", "RuntimeError: Failed to load the tokenizer. If the tokenizer is a custom tokenizer not yet available in the HuggingFace transformers library, consider setting `trust_remote_code=True`"),
    ("unknown-architecture", "ValueError: Model architectures ['NopeForCausalLM'] are not supported for now. Supported architectures: dict_keys([])"),
    ("max-model-len", "ValueError: User-specified max_model_len (200000) is greater than the derived max_model_len (max_position_embeddings=4096 or model_max_length=None in model's config.json)."),
    ("unknown-flag", "vllm serve: error: unrecognized arguments: --swap-space 4"),
    ("compile-option", "vllm serve: error: argument --compilation-config/-cc: 1 validation error for CompilationConfig"),
    ("bad-json", "vllm serve: error: argument --speculative-config: Value {method:ngram} cannot be converted to <function loads at 0x7f60>."),
    ("bad-value", "vllm serve: error: argument --max-model-len: invalid int value: 'long'"),
    ("bad-value", "__main__.py: error: argument --port: expected one argument"),
    ("bad-value", "  Input should be less than or equal to 1 [type=less_than_equal, input_value=1.7, input_type=float]"),
    ("compiler-missing", "torch._inductor.exc.InvalidCxxCompiler: No working C++ compiler found in torch._inductor.config.cpp.cxx: (None, 'g++')"),
    ("openssl-missing", "FileNotFoundError: [Errno 2] No such file or directory: 'openssl'"),
    ("memlock", "docker: Error response from daemon: failed to create task for container: error setting rlimit type 8: operation not permitted: unknown."),
    ("docker-not-allowed", "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock"),
    ("runtime-missing", "docker: Error response from daemon: unknown or invalid runtime name: nvidia."),
    ("disk-full", "OSError: [Errno 28] No space left on device"),
    ("killed", "Killed"),
    ("killed", "/entrypoint.sh: line 12:    57 Killed                  vllm serve openai/gpt-oss-120b"),
    # further wordings: of Docker, of the hub's library, of PyTorch and of vLLM's source
    ("memory-moved", "AssertionError: Error in memory profiling. Initial free memory 96.1 GiB, current free memory 101.3 GiB."),
    ("remote-code", "ValueError: The repository for x/y contains custom code which must be executed to correctly load the model."),
    ("docker-unreachable", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"),
    ("docker-not-allowed", "docker.errors.DockerException: Error while fetching server API version: ('Connection aborted.', PermissionError(13, 'Permission denied')) docker.sock Permission denied"),
    ("docker-not-allowed", "PermissionError: [Errno 13] Permission denied: '/var/run/docker.sock'"),
    ("image-missing", "docker: Error response from daemon: No such image: nvcr.io/nvidia/vllm:25.09-py3."),
    ("image-missing", "Error response from daemon: pull access denied for nvcr.io/nvidia/vllm, repository does not exist or may require 'docker login'"),
    ("name-taken", 'docker: Error response from daemon: Conflict. The container name "/vllm" is already in use by container "1f2e". You have to remove (or rename) that container to be able to reuse that name.'),
    ("command-missing", 'exec: "vllm": executable file not found in $PATH: unknown'),
    ("command-missing", "bash: line 1: vllm: command not found"),
    ("runtime-missing", 'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].'),
    ("mount-refused", "docker: Error response from daemon: error while creating mount source path '/mnt/data': mkdir /mnt/data: read-only file system."),
    ("mount-refused", 'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /mnt/data'),
    ("gpu-not-visible", "nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file"),
    ("weights-layout", "OSError: /models/llama does not appear to have a file named config.json. Checkout 'https://huggingface.co//models/llama/tree/main' for available files."),
    ("weights-layout", "OSError: /models/llama does not appear to have files named ('model-00001-of-00004.safetensors', 'model-00002-of-00004.safetensors')."),
    ("weights-layout", "RuntimeError: Cannot find any model weights with `/models/llama`"),
    ("slow-start", "TimeoutError: Timed out waiting for engines to send initial message on input socket."),
    ("slow-start", "TimeoutError: Timed out waiting for engine core processes to start. This is often caused by slow weight loading for large models. Waited 600s (configured by VLLM_ENGINE_READY_TIMEOUT_S)."),
    ("swap-space", "ValueError: Too large swap space. 100.00 GiB out of the 122.82 GiB total CPU memory is allocated for the swap space."),
    ("too-many-files", "OSError: [Errno 24] Too many open files"),
    ("shared-memory", "ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm)."),
    ("shared-memory", "OSError: [Errno 28] No space left on device: '/dev/shm/psm_1f2e'"),
    ("disk-full", "RuntimeError: [enforce fail at inline_container.cc:626] . unexpected pos 64 vs 0: No space left on device"),
    ("files-not-allowed", "PermissionError: [Errno 13] Permission denied: '/root/.cache/vllm/torch_compile_cache'"),
    ("files-not-allowed", "OSError: [Errno 30] Read-only file system: '/root/.cache/huggingface/hub'"),
)  # fmt: skip
"""Lines that people quote, or that stand in the source of what prints them."""

EXIT_CODES: Final = (
    (137, "killed"),
    (-9, "killed"),
    (139, "crashed"),
    (-11, "crashed"),
    (134, "crashed"),
    (143, "stopped-outside"),
    (130, "stopped-outside"),
    (0, "unknown"),
    (1, "unknown"),
    (127, "command-missing"),
)
"""How a start that says nothing of a cause ends, and what that is called."""


DOCKER_SAYS: Final = tuple(
    (kind, line)
    for kind, _, line in (
        each.partition("\t")
        for each in (Path(__file__).parents[1] / "data/docker_refusals.txt").read_text(encoding="utf-8").splitlines()
    )
)
"""What a real Docker Engine 20.10 printed when it refused, as `docker` showed it."""


class Seen(StrEnum):
    """Where the words or figures come from by which a cause is recognised; the first that holds is the best."""

    CAPTURED = "captured"
    """A real vLLM or a real Docker Engine printed them, and the log is in tests/data."""
    QUOTED = "quoted"
    """Somebody's log, in an issue, a forum or the workshop's document."""
    FORMAT_STRING = "format string"
    """The text stands in the source or in the library of what prints it."""
    MEASURED = "measured"
    """No text tells it: the unit, Docker or a request of ours does."""


SEEN_ELSEWHERE: Final[Mapping[str, tuple[Seen, str]]] = {
    "memory-at-start": (Seen.QUOTED, "the workshop's document; vLLM 0.32.0, vllm/v1/worker/utils.py"),
    "memory-moved": (Seen.FORMAT_STRING, "vLLM 0.32.0, vllm/v1/worker/gpu_worker.py"),
    "out-of-memory": (Seen.QUOTED, "vllm#15598, vllm#9824, vllm#18679"),
    "gpu-not-visible": (Seen.QUOTED, "the workshop's document; vLLM 0.32.0, vllm/config/device.py"),
    "gpu-code-unsupported": (Seen.QUOTED, "vllm#53462, flashinfer#3344"),
    "ptxas": (Seen.QUOTED, "triton#8096, vllm#34470, vllm#31269"),
    "gpu-error": (Seen.FORMAT_STRING, "the error texts of the CUDA runtime"),
    "gated": (Seen.QUOTED, "sglang#14644, OPEA GenAIExamples#2237; huggingface_hub/errors.py"),
    "shared-memory": (Seen.FORMAT_STRING, "PyTorch 2.13, libtorch_python.so"),
    "too-many-files": (Seen.FORMAT_STRING, "the operating system's text of EMFILE"),
    "files-not-allowed": (Seen.FORMAT_STRING, "Python's PermissionError and OSError"),
    "swap-space": (Seen.FORMAT_STRING, "vLLM 0.10, vllm/config; gone with --swap-space"),
    "openssl-missing": (Seen.QUOTED, "vLLM 0.32.0 in an image without openssl"),
    "slow-start": (Seen.FORMAT_STRING, "vLLM 0.32.0, vllm/v1/engine/core_client.py"),
    "crashed": (Seen.MEASURED, "the exit code"),
    "unknown": (Seen.MEASURED, "nothing else holds"),
    "chat-failed": (Seen.MEASURED, "one short chat"),
    "container-start": (Seen.MEASURED, "the answer of a real Docker Engine"),
    "container-gone": (Seen.MEASURED, "the answer of a real Docker Engine"),
    "docker-error": (Seen.MEASURED, "the answer of a real Docker Engine"),
    "image-digest": (Seen.MEASURED, "the digest of the image"),
    "image-platform": (Seen.MEASURED, "the platform of the image"),
    "memory-file-cache": (Seen.MEASURED, "the memory ledger"),
    "memory-unclaimed": (Seen.MEASURED, "the memory ledger"),
    "memory-other-program": (Seen.MEASURED, "the memory ledger"),
    "memory-does-not-fit": (Seen.MEASURED, "the memory ledger"),
    "swapping": (Seen.MEASURED, "/proc/swaps"),
    "throttling": (Seen.MEASURED, "the kernel and the driver"),
    "chat-model-missing": (Seen.MEASURED, "the environment of the chat page's container"),
}
"""Where it comes from for each cause of which no recording is in tests/data."""


def recordings_of(kind: str) -> list[str]:
    """Return the recordings in tests/data that are given this cause: logs of vLLM, lines of Docker."""
    starts = [name for name, start in RECORDED.items() if start.kind == kind]
    captures = [number for number, found in KIND_OF_CAPTURE.items() if found == kind]
    return [*captures, *starts, *(["docker"] if any(found == kind for found, _ in DOCKER_SAYS) else [])]


def seen(kind: str) -> tuple[Seen, str]:
    """Return the provenance of a cause and where to look."""
    if recordings := recordings_of(kind):
        places = {"docker": "tests/data/docker_refusals.txt"}
        return Seen.CAPTURED, ", ".join(places.get(name, name) for name in recordings)
    return SEEN_ELSEWHERE[kind]
