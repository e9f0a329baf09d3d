"""Every cause in the dress of every version of vLLM: whose words stand in front, how a record is broken, how it ends."""

from dataclasses import dataclass

import pytest

from tests.domain.failure_samples import LINES
from tests.domain.vllm_log_samples import GPU_WORDINGS, GpuWording, gpu_log, reading_of_text
from thorhud.domain.failures import Failure, diagnose

FAILED = "Engine core initialization failed. See root cause above. Failed core proc(s):"


@dataclass(frozen=True)
class Dress:
    """How one version writes what goes wrong in the engine; from its source and from real logs."""

    engine: str
    worker: str
    summary: str
    api: str = "(APIServer pid=92) "
    coloured: bool = False
    """0.10 and 0.11 colour the name of the process even into a pipe."""
    prefix_everywhere: bool = True
    """From 0.12 on the name belongs to the logger: the last traceback and uvicorn come without it."""


DRESSES = {
    "0.10.0": Dress("", "(VllmWorker-0 pid=441) ", f"{FAILED} {{}}", api="", prefix_everywhere=False),
    "0.10.1.1": Dress("(EngineCore_0 pid=441) ", "(VllmWorker-0 pid=442) ", f"{FAILED} {{}}", coloured=True),
    "0.11.2": Dress(
        "(EngineCore_DP0 pid=441) ", "(Worker_TP0 pid=442) ", f"{FAILED} {{'EngineCore_DP0': 1}}", coloured=True
    ),
    "0.15.1": Dress(
        "(EngineCore_DP0 pid=441) ", "(Worker pid=442) ", f"{FAILED} {{'EngineCore_DP0': 1}}", prefix_everywhere=False
    ),
    "0.20.1": Dress("(EngineCore pid=441) ", "(Worker_TP0 pid=442) ", f"{FAILED} {{}}", prefix_everywhere=False),
    "0.32.0": Dress(
        "(EngineCore pid=441) ", "(Worker pid=442) ", f"{FAILED} {{'EngineCore': 1}}", prefix_everywhere=False
    ),
}

OF_A_VERSION = (
    # 0.10 and 0.11 have -O where later ones have -cc, and pydantic without the number of errors' plural
    ("compile-option", "vllm serve: error: argument --compilation-config/-O: 1 validation error for CompilationConfig"),
    ("compile-option", "vllm serve: error: argument --compilation-config/-cc: 2 validation errors for CompilationConfig"),
    ("bad-json", "vllm serve: error: argument --compilation-config/-O: Value {level:0} cannot be converted to <function loads at 0x7f600ac85440>."),
    ("bad-json", "vllm serve: error: argument --speculative-config: Value {method:ngram} cannot be converted to <function loads at 0x7f600ac85440>."),
    ("bad-json", "vllm serve: error: argument --speculative-config/-sc: Value {method:ngram} cannot be converted to <function loads at 0x7f600ac85440>."),
    ("unknown-flag", "vllm: error: unrecognized arguments: --disable-log-requests"),
    ("unknown-flag", "api_server.py: error: unrecognized arguments: --max-seq-len-to-capture 8192"),
    # before and after pydantic made a float of it
    ("max-model-len", "  Value error, User-specified max_model_len (200000) is greater than the derived max_model_len (max_position_embeddings=4096 or model_max_length=None in model's config.json)."),
    ("max-model-len", "  Value error, User-specified max_model_len (200000) is greater than the derived max_model_len (max_position_embeddings=4096.0 or model_max_length=None in model's config.json)."),
    # without a device, with one, and of an engine that shares its memory
    ("memory-at-start", "ValueError: Free memory on device (14.45/122.82 GiB) on startup is less than desired GPU memory utilization (0.9, 110.54 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes."),
    ("memory-at-start", "ValueError: Free memory on device cuda:0 (14.45/122.82 GiB) on startup is less than desired GPU memory utilization (0.9, 110.54 GiB). Increase GPU memory utilization or reduce"),
    ("kv-cache-too-small", "ValueError: To serve at least one request with the models's max seq len (131072), (9.00 GiB KV cache is needed, which is larger than the available KV cache memory (4.20 GiB)."),
    ("kv-cache-too-small", "ValueError: To serve at least one request with the model's max seq len (131072), (9.00 GiB KV cache is needed, which is larger than the available KV cache memory (4.20 GiB)."),
    ("tokenizer", "ValueError: Tokenizer class TokenizersBackend does not exist or is not currently imported."),
    ("tokenizer", "ValueError: Couldn't instantiate the backend tokenizer from one of: "),
    ("weights-damaged", "safetensors_rust.SafetensorError: Error while deserializing header: MetadataIncompleteBuffer"),
    ("weights-damaged", "safetensors._safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata, file not fully covered"),
    ("gpu-not-visible", "RuntimeError: Failed to infer device type"),
)  # fmt: skip
"""What one version words otherwise than another."""

WORDINGS = {wording.version: wording for wording in GPU_WORDINGS}


def test_there_is_a_dress_for_every_version_whose_starts_are_known() -> None:
    assert set(DRESSES) == set(WORDINGS)


def log_of(version: str, line: str) -> str:
    """Return a start of that version that breaks off while it loads, with *line* in the worker's traceback."""
    wording, dress = WORDINGS[version], DRESSES[version]
    begun = before_the_weights(wording)
    records = [
        f"{painted(dress.worker, dress)}ERROR 11-24 11:43:54 [multiproc_executor.py:559] WorkerProc failed to start.\r\n",
        f"{painted(dress.worker, dress)}ERROR 11-24 11:43:54 [multiproc_executor.py:559] Traceback (most recent call last):\r\n",
        f'{painted(dress.worker, dress)}ERROR 11-24 11:43:54 [multiproc_executor.py:559]   File "/opt/vllm/worker.py", line 1, in load\r\n',
        f"{painted(dress.worker, dress)}ERROR 11-24 11:43:54 [multiproc_executor.py:559] {line}\n",
        f"{painted(dress.engine, dress)}ERROR 11-24 11:43:55 [core.py:708] EngineCore failed to start.\n",
        f"{painted(dress.engine, dress)}ERROR 11-24 11:43:55 [core.py:708] Exception: WorkerProc initialization failed due to an exception in a background process.\n",
        f"{painted(dress.api, dress) if dress.prefix_everywhere else ''}Traceback (most recent call last):\n",
        f"{painted(dress.api, dress) if dress.prefix_everywhere else ''}RuntimeError: {dress.summary}\n",
    ]
    return begun + "".join(records)


def before_the_weights(wording: GpuWording) -> str:
    return gpu_log(wording).decode().split("Loading weights took")[0].rpartition("\n")[0] + "\n"


def painted(prefix: str, dress: Dress) -> str:
    return f"\x1b[1;36m{prefix.strip()}\x1b[0;0m " if prefix and dress.coloured else prefix


def failure_in(version: str, line: str) -> Failure:
    reading = reading_of_text(log_of(version, line))
    assert reading.timeline.vllm_version == version
    failure = diagnose(reading.evidence, exit_code=1, stop_requested=False, timeline=reading.timeline)
    assert failure is not None
    return failure


@pytest.mark.parametrize("version", DRESSES)
@pytest.mark.parametrize(("kind", "line"), [*LINES, *OF_A_VERSION])
def test_a_cause_is_known_in_the_dress_of_every_version(version: str, kind: str, line: str) -> None:
    failure = failure_in(version, line)

    assert failure.kind == kind
    assert line.strip()[:40] in failure.evidence
    assert "See root cause above" not in failure.evidence


@pytest.mark.parametrize("version", DRESSES)
def test_a_cause_that_nobody_knows_is_the_worker_s_error_and_not_what_follows(version: str) -> None:
    failure = failure_in(version, "flashinfer.FlashInferError: no tactic for this shape")

    assert failure.kind == "unknown"
    assert failure.evidence.endswith("FlashInferError: no tactic for this shape")


@pytest.mark.parametrize("version", DRESSES)
def test_the_figures_of_a_line_reach_the_words_in_every_version(version: str) -> None:
    memory = failure_in(version, OF_A_VERSION[10][1])
    context = failure_in(version, OF_A_VERSION[8][1])

    assert "110.54 GiB and found 14.45 GiB free of 122.82 GiB" in memory.explanation
    assert context.explanation == "200000 tokens were asked for, and the model was made for 4096."
