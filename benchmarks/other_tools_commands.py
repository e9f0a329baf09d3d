"""How other tools are asked to send the same requests, and where each writes the figures that it finds.

Every figure is kept under the tool's own name. `FIGURES` says which of them means what thorhud calls TTFT and TPOT; the
rest is shown because its name sounds alike.
"""

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

LIMIT_S = 600.0
LAST_CHARACTERS = 1500


class Means(StrEnum):
    """With which of the server's own figures one of a tool is compared."""

    TTFT = "TTFT"
    TPOT = "TPOT"
    NEITHER = "neither"
    """Its name sounds like TPOT, so it is shown beside TPOT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The requests of one tool in one round, at concurrency 1."""

    base_url: str
    model: str
    tokenizer: Path
    prompts: Sequence[str]
    output_tokens: int
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program that measures a server, and how it is typed."""

    name: str
    program: str
    version: Sequence[str]
    write_prompts: Callable[[Wish], None]
    command: Callable[[str, Wish], list[str]]
    read: Callable[[Path], dict[str, float]]
    """Milliseconds by the tool's own names, from the folder of a wish; means over the requests."""
    figures: Mapping[str, Means] = field(default_factory=dict)

    def measure(self, path: str, wish: Wish) -> dict[str, float]:
        """Send the requests and return what the tool says; raise with its last words where it fails."""
        self.write_prompts(wish)
        words = run([path, *self.command(path, wish)])
        try:
            return self.read(wish.folder)
        except (OSError, LookupError, TypeError, ValueError) as error:
            raise ToolFailed(f"{self.name} left no figures ({error}). Its last words:\n{words}") from error

    def version_of(self, path: str) -> str:
        """Return what the tool says of its version: the last word of its last line with a digit."""
        lines = [line for line in run([path, *self.version]).splitlines() if any(each.isdigit() for each in line)]
        return lines[-1].split()[-1].strip("()v") if lines else "of an unknown version"


class ToolFailed(Exception):
    """A tool ended with an error or without figures."""


def run(command: Sequence[str]) -> str:
    """Carry out a command and return its last words."""
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=LIMIT_S,
        check=False,
    )
    words = done.stdout[-LAST_CHARACTERS:]
    if done.returncode != 0:
        raise ToolFailed(f"{command[0]} ended with {done.returncode}:\n{words}")
    return words


def write_lines(file: str, row: Callable[[str, int], dict[str, Any]]) -> Callable[[Wish], None]:
    """Return what writes one line of JSON for each prompt."""

    def write(wish: Wish) -> None:
        lines = (json.dumps(row(prompt, wish.output_tokens)) + "\n" for prompt in wish.prompts)
        (wish.folder / file).write_text("".join(lines), encoding="utf-8")

    return write


def vllm_command(_path: str, wish: Wish) -> list[str]:
    return [
        *("bench", "serve", "--backend", "openai-chat", "--endpoint", "/v1/chat/completions"),
        *("--base-url", wish.base_url, "--model", wish.model, "--tokenizer", str(wish.tokenizer)),
        *("--dataset-name", "custom", "--dataset-path", str(wish.folder / "prompts.jsonl"), "--disable-shuffle"),
        *("--skip-chat-template", "--custom-output-len", str(wish.output_tokens), "--ignore-eos"),
        *("--num-prompts", str(len(wish.prompts)), "--max-concurrency", "1", "--temperature", "0"),
        *("--percentile-metrics", "ttft,tpot,itl", "--disable-tqdm"),
        *("--save-result", "--result-dir", str(wish.folder), "--result-filename", "result.json"),
    ]


def read_vllm(folder: Path) -> dict[str, float]:
    found = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return {name: float(found[name]) for name in VLLM.figures}


def guidellm_command(_path: str, wish: Wish) -> list[str]:
    backend = {
        "kind": "openai_http",
        "target": wish.base_url,
        "model": wish.model,
        "request_format": "/v1/chat/completions",
        "extras": {"body": {"temperature": 0}},
    }
    return [
        *("run", "--backend", json.dumps(backend), "--profile", "kind=synchronous"),
        *("--constraint", f"kind=max_requests,count={len(wish.prompts)}"),
        *("--data", f"kind=json_file,path={wish.folder / 'prompts.jsonl'}"),
        *("--tokenizer", f"kind=hf_auto,model={wish.tokenizer}", "--disable-console"),
        *("--output", f"kind=json,path={wish.folder / 'result.json'}"),
    ]


def read_guidellm(folder: Path) -> dict[str, float]:
    (benchmark,) = json.loads((folder / "result.json").read_text(encoding="utf-8"))["benchmarks"]
    return {name: float(benchmark["metrics"][name]["successful"]["mean"]) for name in GUIDELLM.figures}


def aiperf_command(_path: str, wish: Wish) -> list[str]:
    return [
        *("profile", "--url", wish.base_url, "--model", wish.model, "--tokenizer", str(wish.tokenizer)),
        *("--endpoint-type", "chat", "--streaming", "--use-server-token-count", "--concurrency", "1"),
        *("--input-file", str(wish.folder / "prompts.jsonl"), "--custom-dataset-type", "single-turn"),
        *("--dataset-sampling-strategy", "sequential", "--request-count", str(len(wish.prompts))),
        *("--extra-inputs", f"max_completion_tokens:{wish.output_tokens}"),
        *("--extra-inputs", "ignore_eos:true", "--extra-inputs", "temperature:0"),
        *("--ui", "none", "--no-gpu-telemetry", "--no-server-metrics", "--artifact-dir", str(wish.folder / "result")),
    ]


def read_aiperf(folder: Path) -> dict[str, float]:
    (file,) = (folder / "result").rglob("profile_export_aiperf.json")
    found = json.loads(file.read_text(encoding="utf-8"))
    return {name: float(found[name]["avg"]) for name in AIPERF.figures}


VLLM = Tool(
    name="vllm bench serve",
    program="vllm",
    version=("--version",),
    write_prompts=write_lines("prompts.jsonl", lambda prompt, _: {"prompt": prompt}),
    command=vllm_command,
    read=read_vllm,
    figures={"mean_ttft_ms": Means.TTFT, "mean_tpot_ms": Means.TPOT, "mean_itl_ms": Means.NEITHER},
)
GUIDELLM = Tool(
    name="GuideLLM",
    program="guidellm",
    version=("--version",),
    write_prompts=write_lines(
        "prompts.jsonl", lambda prompt, tokens: {"prompt": prompt, "output_tokens_count": tokens}
    ),
    command=guidellm_command,
    read=read_guidellm,
    figures={
        "time_to_first_token_ms": Means.TTFT,
        "inter_token_latency_ms": Means.TPOT,
        "time_per_output_token_ms": Means.NEITHER,
    },
)
AIPERF = Tool(
    name="AIPerf",
    program="aiperf",
    version=("--version",),
    write_prompts=write_lines("prompts.jsonl", lambda prompt, _: {"text": prompt}),
    command=aiperf_command,
    read=read_aiperf,
    figures={
        "time_to_first_token": Means.TTFT,
        "inter_token_latency": Means.TPOT,
        "inter_chunk_latency": Means.NEITHER,
    },
)
TOOLS = (VLLM, GUIDELLM, AIPERF)
