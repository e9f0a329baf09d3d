"""Starts of a real vLLM that fail on purpose: what is typed, and what the HUD has to say about it.

The same table drives the real runs (tests/e2e/test_failing_starts_on_vllm.py) and the recorded logs of those runs
(tests/data/failing_starts), which are diagnosed without an engine.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from thorhud.assets import asset
from thorhud.domain.workshop import PublishedFigures
from thorhud.settings.workshop_file import SHIPPED

WHOLE: Final = "meta-llama/Llama-3.1-8B-Instruct"
"""A model that is on the rig as a whole; what fails with it fails by its arguments."""
OFFLINE: Final = {"HF_HUB_OFFLINE": "1"}


@dataclass(frozen=True, kw_only=True)
class FailingStart:
    """One start that ends before it is ready."""

    kind: str
    """The stable id that the HUD has to name."""
    evidence: str
    """A piece of the line of the root cause."""
    exit_code: int
    """1 is an exception of Python's, 2 the refusal of the command line."""
    arguments: tuple[str, ...] = ()
    """What stands after `vllm serve MODEL`."""
    model: str = WHOLE
    environment: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = False
    """Typed as `docker run` and found by the HUD: its own launch would refuse it before a container is made."""
    chat_probe: bool = False
    """The server becomes healthy, and only a chat shows that it is of no use."""


STARTS: Final[Mapping[str, FailingStart]] = {
    # refused by the command line
    "unknown-flag": FailingStart(
        kind="unknown-flag",
        evidence="unrecognized arguments: --no-such-flag 1",
        exit_code=2,
        arguments=("--no-such-flag", "1"),
    ),
    "bad-json-speculative": FailingStart(
        kind="bad-json",
        evidence="argument --speculative-config",
        exit_code=2,
        arguments=("--speculative-config", "{method:ngram}"),
    ),
    "bad-json-compilation": FailingStart(
        kind="bad-json",
        evidence="argument --compilation-config",
        exit_code=2,
        arguments=("--compilation-config", "{level: 0}"),
    ),
    "old-compile-key": FailingStart(
        kind="compile-option",
        evidence="1 validation error for CompilationConfig",
        exit_code=2,
        arguments=("--compilation-config", '{"level": 0}', "--disable-custom-all-reduce"),
    ),
    "value-of-a-word": FailingStart(
        kind="bad-value",
        evidence="argument --max-model-len",
        exit_code=2,
        arguments=("--max-model-len", "long"),
    ),
    "share-above-one": FailingStart(
        kind="bad-value",
        evidence="Input should be less than or equal to 1",
        exit_code=1,
        arguments=("--gpu-memory-utilization", "1.7"),
    ),
    # refused by the model's configuration
    "context-too-long": FailingStart(
        kind="max-model-len",
        evidence="User-specified max_model_len (200000)",
        exit_code=1,
        arguments=("--max-model-len", "200000"),
    ),
    "unknown-architecture": FailingStart(
        kind="unknown-architecture",
        evidence="does not recognize this architecture",
        exit_code=1,
        model="broken/unknown-architecture",
    ),
    "code-of-its-own": FailingStart(
        kind="remote-code",
        evidence="custom code",
        exit_code=1,
        model="broken/code-of-its-own",
    ),
    # the tokenizer
    "no-tokenizer": FailingStart(
        kind="tokenizer",
        evidence="Couldn't instantiate the backend tokenizer",
        exit_code=1,
        model="broken/no-tokenizer",
    ),
    "broken-tokenizer": FailingStart(
        kind="tokenizer",
        evidence="JSONDecodeError: Expecting property name",
        exit_code=1,
        model="broken/broken-tokenizer",
    ),
    # where the files are
    "no-such-path": FailingStart(
        kind="model-not-found",
        evidence="Repo id must be in the form",
        exit_code=1,
        model="/models/no-such-model",
        by_hand=True,
    ),
    "not-in-the-cache": FailingStart(
        kind="weights-missing",
        evidence="outgoing traffic has been disabled",
        exit_code=1,
        model="workshop/not-here",
        environment=OFFLINE,
        by_hand=True,
    ),
    "no-hub": FailingStart(
        kind="no-network",
        evidence="ConnectError: ",
        exit_code=1,
        model="workshop/not-here",
        by_hand=True,
    ),
    "no-configuration-file": FailingStart(
        kind="weights-layout",
        evidence="Invalid repository ID or local directory specified",
        exit_code=1,
        model="/root/.cache/huggingface/empty",
        by_hand=True,
    ),
    "missing-shard": FailingStart(
        kind="weights-damaged",
        evidence="Weight files referenced in index but missing",
        exit_code=1,
        model="broken/missing-shard",
        environment=OFFLINE,
        arguments=("--enforce-eager",),
        by_hand=True,
    ),
    "truncated-shard": FailingStart(
        kind="weights-damaged",
        evidence="SafetensorError: Error while deserializing header",
        exit_code=1,
        model="broken/truncated-shard",
        environment=OFFLINE,
        arguments=("--enforce-eager",),
        by_hand=True,
    ),
    # memory
    "cache-too-small": FailingStart(
        kind="kv-cache-too-small",
        evidence="To serve at least one request",
        exit_code=1,
        arguments=("--enforce-eager", "--num-gpu-blocks-override", "8"),
    ),
    "cache-too-large": FailingStart(
        kind="kv-memory",
        evidence="on kv cache allocation is less than requested memory for kv",
        exit_code=1,
        arguments=("--enforce-eager",),
        environment={"VLLM_CPU_KVCACHE_SPACE": "900"},
    ),
    # healthy, and every chat fails
    "no-encodings": FailingStart(
        kind="gpt-oss-vocabulary",
        evidence="invalid tiktoken vocab file",
        exit_code=0,
        model="openai/gpt-oss-20b",
        arguments=("--enforce-eager",),
        environment={"TIKTOKEN_ENCODINGS_BASE": "/etc/no-encodings"},
        chat_probe=True,
    ),
    # the image
    "no-compiler": FailingStart(
        kind="compiler-missing",
        evidence="InvalidCxxCompiler: No working C++ compiler found",
        exit_code=1,
        environment={"CXX": "/no/such/compiler"},
    ),
}


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The end of a start or of a server that nobody asked the HUD for: a signal, the kernel, a port that is taken."""

    kind: str
    evidence: str
    exit_code: int


ENDINGS: Final[Mapping[str, Ending]] = {
    "port-taken": Ending(kind="port-in-use", evidence="OSError: [Errno 98] Address already in use", exit_code=1),
    "interrupted-while-starting": Ending(kind="stopped-outside", evidence="KeyboardInterrupt", exit_code=130),
    "killed-while-starting": Ending(kind="killed", evidence="", exit_code=137),
    "out-of-memory-while-starting": Ending(kind="killed", evidence="", exit_code=137),
    "engine-killed": Ending(kind="engine-died", evidence="engine core exited unexpectedly", exit_code=0),
    "engine-killed-in-an-answer": Ending(kind="engine-died", evidence="engine core exited unexpectedly", exit_code=0),
    "interrupted-in-an-answer": Ending(kind="stopped-outside", evidence="", exit_code=0),
}


EVERY_TIME: Final = frozenset(
    {
        *("unknown-flag", "bad-json-compilation", "context-too-long", "no-tokenizer", "no-such-path"),
        *("truncated-shard", "cache-too-small", "port-taken", "killed-while-starting", "out-of-memory-while-starting"),
        *("engine-killed-in-an-answer", "interrupted-in-an-answer"),
    }
)
"""What `make test-vllm` runs each time: one of each way to fail. The others run with THORHUD_STARTS=all."""

RECORDED: Final[Mapping[str, FailingStart | Ending]] = {**STARTS, **ENDINGS}
"""Everything of which a log lies in tests/data/failing_starts, by the log's name."""

_HEAD: Final = """
id = "failing"
title = "Starts that fail"
source = "tests/rig"

[[prompts]]
name = "reference"
text = "Write a 5-sentence paragraph."
max_tokens = 256

[[prompts]]
name = "long"
text = "Write a guide."
max_tokens = 1024
"""


def workshop_of(starts: Mapping[str, FailingStart]) -> str:
    """Return a workshop file with the shipped one's container whose configurations are *starts* under their names."""
    shipped = asset(SHIPPED).read_text(encoding="utf-8")
    container = shipped[shipped.index("[container]") : shipped.index("[[configurations]]")]
    return "\n".join([_HEAD, container, *(_configuration(name, start) for name, start in starts.items())])


def _configuration(name: str, start: FailingStart) -> str:
    unpublished = "\n".join(f'{figure} = {{ note = "not published" }}' for figure in PublishedFigures.__annotations__)
    environment = ", ".join(f"{key} = {json.dumps(value)}" for key, value in start.environment.items())
    return f"""
[[configurations]]
id = {json.dumps(name)}
name = {json.dumps(name)}
short_name = {json.dumps(name[:16])}
tile_name = {json.dumps(name[:8])}
family = "failing"
model = {json.dumps(start.model)}
marker = "circle"
serve_arguments = {json.dumps([start.model, *start.arguments])}
environment = {{ {environment} }}
needs_chat_probe = {json.dumps(start.chat_probe)}

[configurations.published]
{unpublished}
"""
