"""Which log line speaks for which cause of failure."""

import re
from dataclasses import dataclass, replace
from typing import Final

READ_LIMIT: Final = 4096
"""Characters of a message in which a cause is looked for: every wording begins within a few hundred, and what a broken
process writes without an end would take a pattern minutes."""

_GIB = r"([\d.]+)"


@dataclass(frozen=True, slots=True)
class Clue:
    """A line that speaks for a cause."""

    kind: str
    line: str
    certain: bool = True
    """Nothing goes on after such a line; the others may stand in the log of a healthy start as well."""
    following: str | None = None
    """The piece after it: some messages are broken in two."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording of one cause."""

    kind: str
    needle: str
    """What every such line contains: a quick look before the pattern."""
    pattern: re.Pattern[str] | None = None
    certain: bool = True
    while_serving: bool = False
    """Whether it also explains the end of a server that was ready."""
    through: str = ""
    """What the path of a file in the traceback above must hold, where the line alone would not tell."""


def _rule(
    kind: str,
    needle: str,
    pattern: str | None = None,
    *,
    certain: bool = True,
    while_serving: bool = False,
    through: str = "",
) -> Rule:
    return Rule(kind, needle, re.compile(pattern) if pattern else None, certain, while_serving, through)


RULES: Final = (
    # memory
    _rule(
        "memory-at-start",
        "Free memory on device",
        rf"Free memory on device(?: \S+)? \((?P<free>{_GIB})/(?P<total>{_GIB}) GiB\) on startup\s+is less than"
        rf"(?:.*?\([\d.]+, (?P<needed>{_GIB}) GiB\))?",
    ),
    _rule("memory-at-start", "Externally held weights on device"),
    _rule(
        "kv-memory",
        "on kv cache allocation is less than",
        rf"\((?P<free>{_GIB})/(?P<total>{_GIB}) GiB\) on kv cache .*? for kv \((?P<needed>{_GIB}) GiB\)",
    ),
    _rule(
        "kv-cache-too-small",
        "To serve at least one request",
        rf"max seq len \((?P<length>\d+)\).*?(?P<needed>{_GIB}) GiB KV cache is needed"
        rf".*?memory \((?P<free>{_GIB}) GiB\)",
    ),
    _rule("kv-cache-too-small", "To serve at least one request"),
    _rule("kv-cache-too-small", "No available memory for the cache blocks"),
    _rule("kv-cache-too-small", "maximum number of tokens that can be stored in KV cache"),
    _rule("memory-moved", "Error in memory profiling"),
    _rule("out-of-memory", "CUDA out of memory", while_serving=True),
    _rule("out-of-memory", "CUDA error: out of memory", while_serving=True),
    _rule("out-of-memory", "NVML_SUCCESS == r INTERNAL ASSERT FAILED", while_serving=True),
    _rule("out-of-memory", "not enough GPU memory"),
    _rule("out-of-memory", "NvMapMemAlloc", certain=False, while_serving=True),
    _rule("out-of-memory", "CUBLAS_STATUS_ALLOC_FAILED", while_serving=True),
    _rule("out-of-memory", "cudaErrorMemoryAllocation", while_serving=True),
    _rule("out-of-memory", "DefaultCPUAllocator: can't allocate memory", while_serving=True),
    _rule("out-of-memory", "Cannot allocate memory", while_serving=True),
    _rule("out-of-memory", "std::bad_alloc", while_serving=True),
    _rule("killed", "Killed", r"^(?:\S+: line \d+:\s+\d+ )?Killed\b", while_serving=True),
    _rule("killed", "Failed core proc(s)", r"Failed core proc\(s\): \{[^}]*: -9\b", certain=False),
    _rule("killed", "exit code: -9", certain=False, while_serving=True),
    # the word list of GPT-OSS: raised during the start by old versions, at every chat by new ones
    _rule(
        "gpt-oss-vocabulary",
        "vocab file",
        r"download(?:ing)? or load(?:ing)? vocab file|invalid tiktoken vocab file",
        while_serving=True,
    ),
    # the GPU
    _rule("gpu-not-visible", "failed to be inspected"),
    _rule("gpu-not-visible", "Failed to infer device type"),
    _rule("gpu-not-visible", "No CUDA GPUs are available"),
    _rule("gpu-not-visible", "Found no NVIDIA driver"),
    _rule("gpu-not-visible", "libcuda.so.1: cannot open shared object"),
    _rule("gpu-not-visible", "no CUDA-capable device is detected"),
    _rule("gpu-not-visible", "CUDA driver version is insufficient"),
    _rule("gpu-not-visible", "nvidia-container-cli: "),
    _rule("gpu-not-visible", "Can't initialize NVML", certain=False),
    _rule("gpu-not-visible", "NVMLError", certain=False),
    _rule("gpu-code-unsupported", "no kernel image is available", while_serving=True),
    _rule("gpu-code-unsupported", "This kernel only supports sm", certain=False, while_serving=True),
    _rule("gpu-code-unsupported", "CUBLAS_STATUS_EXECUTION_FAILED", certain=False, while_serving=True),
    _rule("gpu-code-unsupported", "CUBLAS_STATUS_ARCH_MISMATCH", certain=False, while_serving=True),
    _rule("ptxas", "ptxas", r"\bptxas[\w-]* fatal", certain=False, while_serving=True),
    _rule("ptxas", "PTXASError", certain=False, while_serving=True),
    _rule("ptxas", "PTXAS error", certain=False, while_serving=True),
    _rule("gpu-error", "an illegal memory access was encountered", while_serving=True),
    _rule("gpu-error", "unspecified launch failure", while_serving=True),
    _rule("gpu-error", "device-side assert triggered", while_serving=True),
    _rule("gpu-error", "CUDA error: ", certain=False, while_serving=True),
    # the network and the files
    _rule("port-in-use", "ddress already in use"),
    _rule("model-not-found", "Repo id must ", r"Repo id must .*?: '(?P<model>[^']+)'"),
    _rule("model-not-found", "HFValidationError"),
    _rule(
        "model-not-found",
        "is not a local folder and is not a valid model identifier",
        r"(?P<model>\S+) is not a local folder",
    ),
    _rule("model-not-found", "RepositoryNotFoundError"),
    # the same words for a folder without a config.json and for a name that no hub knows
    _rule("weights-layout", "Invalid repository ID or local directory specified", r"specified: '/"),
    _rule("model-not-found", "Invalid repository ID or local directory specified", r"specified: '(?P<model>[^']+)'"),
    _rule("model-not-found", "Invalid repository ID or local directory specified"),
    _rule("gated", "GatedRepoError"),
    _rule("gated", "ou are trying to access a gated repo."),
    _rule("gated", "Cannot access gated repo"),
    _rule("gated", "is restricted. You must"),
    _rule("gated", "not in the authorized list"),
    _rule("gated", "401 Client Error", certain=False),
    _rule("gated", "403 Client Error", certain=False),
    _rule("weights-missing", "outgoing traffic has been disabled"),
    _rule("weights-missing", "OfflineModeIsEnabled"),
    _rule("weights-missing", "offline mode is enabled"),
    _rule("no-network", "We couldn't connect to 'https://huggingface.co'"),
    _rule("no-network", "ConnectError:"),
    _rule("no-network", "ConnectError", r"(?:^|\.)ConnectError$"),
    _rule("no-network", "Name or service not known", certain=False),
    _rule("no-network", "Temporary failure in name resolution", certain=False),
    _rule("no-network", "NameResolutionError", certain=False),
    _rule("no-network", "MaxRetryError", certain=False),
    _rule("no-network", "Network is unreachable", certain=False),
    _rule("weights-damaged", "SafetensorError"),
    _rule("weights-damaged", "Weight files referenced in index but missing"),
    _rule("weights-layout", "Cannot find any model weights with"),
    _rule(
        "weights-layout",
        "does not appear to have",
        r"does not appear to have (?:a file|files) named \(?'?(?:config\.json|model|pytorch_model)",
    ),
    _rule("weights-damaged", "PytorchStreamReader failed"),
    _rule("weights-damaged", ".safetensors'", r"No such file or directory: '[^']*\.safetensors'"),
    _rule("tokenizer", "Couldn't instantiate the backend tokenizer"),
    _rule("tokenizer", "Tokenizer class ", r"Tokenizer class \S+ does not exist"),
    _rule("tokenizer", "Failed to load the tokenizer"),
    _rule("tokenizer", "Can't load tokenizer for"),
    _rule("tokenizer", "JSONDecodeError", through="/tokeniz"),
    _rule("unknown-architecture", "does not recognize this architecture"),
    _rule("unknown-architecture", "Model architectures", r"Model architectures? \[[^\]]*\] (?:is|are) not supported"),
    _rule("unknown-architecture", "has no vLLM implementation"),
    _rule("remote-code", "contains custom code which must be executed"),
    _rule("remote-code", "requires you to execute the configuration file"),
    _rule("shared-memory", "insufficient shared memory (shm)", while_serving=True),
    _rule(
        "shared-memory",
        "dev/shm",
        r"No space left on device.*/dev/shm|/dev/shm.*No space left on device",
        while_serving=True,
    ),
    _rule(
        "shared-memory",
        "No space left on device (28)",
        r"unable to (?:write to|mmap|resize) .*\(28\)",
        while_serving=True,
    ),
    _rule("disk-full", "o space left on device", while_serving=True),
    _rule("disk-full", "Disk quota exceeded", while_serving=True),
    # vLLM warns of it at every start under a low limit, with the same words
    _rule(
        "too-many-files",
        "Too many open files",
        r"^(?!.*errors like `OSError)",
        certain=False,
        while_serving=True,
    ),
    # arguments
    _rule(
        "max-model-len",
        "User-specified max_model_len",
        r"max_model_len \((?P<asked>\d+)\) is greater than the derived \S+ \(\w+=(?P<limit>\d+)",
    ),
    _rule("max-model-len", "User-specified max_model_len"),
    _rule("unknown-flag", "error: unrecognized arguments", r"unrecognized arguments: (?P<argument>\S+)"),
    _rule(
        "compile-option",
        "for CompilationConfig",
        r"validation errors? for CompilationConfig(?:\s+(?P<key>\w+)\s*$)?",
    ),
    _rule("bad-json", "<function loads", r"^[^:]*: error: argument (?P<argument>[^\s:/]+)\S*: .*<function loads"),
    _rule("bad-json", "error: argument", r"^[^:]*: error: argument (?P<argument>[^\s:/]+)\S*: .*(?:JSON|json)"),
    _rule(
        "swap-space",
        "Too large swap space",
        r"Too large swap space\. (?P<asked>[\d.]+) GiB out of the (?P<total>[\d.]+) GiB",
    ),
    _rule(
        "bad-value",
        "error: ",
        r"^(?:vllm|api_server\.py|__main__\.py)\b[\w ]*: error: (?:argument (?P<argument>[^\s:/]+))?",
    ),
    _rule("bad-value", "Input should be "),
    _rule("bad-value", "GPU memory utilization must be"),
    # the image and the engine room
    _rule("compiler-missing", "InvalidCxxCompiler"),
    _rule("compiler-missing", "No working C++ compiler found"),
    _rule("compiler-missing", "Failed to find C compiler"),
    _rule("openssl-missing", "openssl'", r"No such file or directory: '(?:[^']*/)?openssl'"),
    _rule("memlock", "error setting rlimit"),
    _rule("docker-not-allowed", "permission denied while trying to connect to the Docker"),
    _rule("docker-not-allowed", "docker.sock", r"ermission denied.*docker\.sock|docker\.sock.*ermission denied"),
    _rule("files-not-allowed", "Permission denied: '", r"Permission denied: '(?P<path>/[^']+)'", certain=False),
    _rule("files-not-allowed", "Read-only file system: '", r"Read-only file system: '(?P<path>/[^']+)'", certain=False),
    _rule("docker-unreachable", "Cannot connect to the Docker daemon"),
    _rule("image-missing", "No such image"),
    _rule("image-missing", "Unable to find image '"),
    _rule("image-missing", "pull access denied"),
    _rule("image-missing", "manifest unknown"),
    _rule("runtime-missing", "unknown or invalid runtime name"),
    _rule("runtime-missing", "Unknown runtime specified"),
    _rule("runtime-missing", "could not select device driver"),
    _rule("mount-refused", "error while creating mount source path"),
    _rule("mount-refused", "bind source path does not exist"),
    _rule("mount-refused", 'error mounting "'),
    _rule("name-taken", "is already in use by container"),
    _rule("command-missing", "executable file not found in"),
    _rule("command-missing", "command not found", r"\bvllm: (?:command )?not found"),
    _rule("slow-start", "Timed out waiting for engine core processes to start"),
    _rule("slow-start", "Timed out waiting for engines to send initial message"),
    # the engine behind a running server
    _rule("engine-died", "engine core exited unexpectedly", while_serving=True),
    _rule("engine-died", "died unexpectedly", while_serving=True),
    _rule("engine-died", "EngineCore encountered a fatal error", while_serving=True),
    _rule("engine-died", "EngineDeadError", while_serving=True),
)

WHILE_SERVING: Final = frozenset(rule.kind for rule in RULES if rule.while_serving)
ONLY_WHILE_SERVING: Final = frozenset({"engine-died"})
"""During a start an engine that ends is the consequence of something that the log names before."""


THROUGH: Final = frozenset(rule.through for rule in RULES if rule.through)
"""What is looked for in the paths of a traceback."""


def clue_in(message: str, through: frozenset[str] = frozenset()) -> Clue | None:
    """Return what a message that is no mere information speaks for, or None.

    *through* is what of `THROUGH` stands in the traceback above the message.
    """
    message = message[:READ_LIMIT]
    for rule in RULES:
        if rule.needle in message and _holds(rule, message, through):
            return Clue(rule.kind, message, rule.certain)
    return None


def _holds(rule: Rule, message: str, through: frozenset[str]) -> bool:
    if rule.through and rule.through not in through:
        return False
    return rule.pattern is None or rule.pattern.search(message) is not None


_NOT_JSON = "Invalid JSON"


def said_in_full(clue: Clue) -> Clue:
    """Return the clue with what its second line adds: the first one of a refused argument only says that it was."""
    if clue.kind in ("compile-option", "bad-value") and _NOT_JSON in (clue.following or ""):
        return replace(clue, kind="bad-json")
    return clue


def figures_in(clue: Clue) -> dict[str, str]:
    """Return the figures and names that the clue's line carries, by the names of `failure_causes`."""
    whole = f"{clue.line} {clue.following or ''}"[:READ_LIMIT]
    for rule in RULES:
        if rule.kind == clue.kind and rule.pattern is not None and (match := rule.pattern.search(whole)):
            return {name: value for name, value in match.groupdict().items() if value is not None}
    return {}


_ERROR = re.compile(r"(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Fault|Failure)(?::|$)")
_CONSEQUENCES: Final = (
    "Engine core initialization failed",
    "WorkerProc initialization failed",
    "Worker failed with error",
    "Engine process failed to start",
    "EngineDeadError",
    "EngineGenerateError",
    "CancelledError",
)


def names_an_error(message: str) -> bool:
    """Whether the message is the last line of a traceback, and not one that only passes on an earlier one."""
    return bool(_ERROR.match(message)) and not any(phrase in message for phrase in _CONSEQUENCES)
