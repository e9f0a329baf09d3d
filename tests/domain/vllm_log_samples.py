"""Recorded logs of real starts, and log lines built from vLLM's own format strings.

A recorded ``.log`` has a first line with the command, then ``[seconds]`` + the byte that ended the piece + the text, and
a last line with the exit code.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from thorhud.domain.log_reading import LogReading, read
from thorhud.domain.log_text import pieces_of
from thorhud.domain.timeline import LogPiece

FOLDER = Path(__file__).parents[1] / "data" / "vllm"

_PIECE = re.compile(r"\[ *(\d+\.\d+)\](?:\\n|\\r|\$\$) ?(.*)")
_EXIT = re.compile(r"# exit rc=(-?\d+)")


@dataclass(frozen=True)
class Capture:
    name: str
    pieces: tuple[LogPiece, ...]
    exit_code: int

    def first_at_s(self, text: str) -> float:
        return next(at_s for at_s, line in self._timed() if text in line)

    def last_at_s(self, text: str) -> float:
        return [at_s for at_s, line in self._timed() if text in line][-1]

    def _timed(self) -> list[tuple[float, str]]:
        return [(piece.at_s, piece.text) for piece in self.pieces if piece.at_s is not None]


def capture(name: str) -> Capture:
    text = (FOLDER / f"{name}.log").read_text(encoding="utf-8", errors="replace")
    lines = text.split("\n")
    found = (_PIECE.match(line) for line in lines)
    pieces = tuple(LogPiece(match[2], float(match[1])) for match in found if match and match[2].strip())
    code = next(int(match[1]) for line in lines if (match := _EXIT.match(line)))
    return Capture(name, pieces, code)


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.raw").read_bytes()


def names(suffix: str) -> list[str]:
    return sorted(path.stem for path in FOLDER.glob(f"*.{suffix}"))


def reading_of(pieces: "tuple[LogPiece, ...] | list[LogPiece]") -> LogReading:
    reading = LogReading()
    for piece in pieces:
        reading = read(reading, piece)
    return reading


def reading_of_text(text: str) -> LogReading:
    return reading_of(list(pieces_of(text.encode())))


@dataclass(frozen=True)
class GpuWording:
    """How one version of vLLM words what a GPU start prints, from the format strings of its source."""

    version: str
    engine_prefix: str
    version_line: str
    memory: str
    compile_lines: tuple[str, ...]
    hit_line: str
    compile_total: str
    kv: tuple[str, ...]
    graphs: tuple[str, ...]
    engine_ready: str
    server: str


def _colour(prefix: str) -> str:
    return f"\x1b[1;36m{prefix}\x1b[0;0m"


_RANGE_COMPILE = (
    "Using cache directory: /root/.cache/vllm/torch_compile_cache/fd1e589ad6/rank_0_0/backbone for vLLM's torch.compile",
    "Dynamo bytecode transform time: 6.07 s",
    "Cache the graph of compile range (1, 2048) for later use",
    "Compiling a graph for compile range (1, 2048) takes 13.62 s",
)
_DYNAMIC_COMPILE = (
    "Using cache directory: /root/.cache/vllm/torch_compile_cache/fd1e589ad6/rank_0_0/backbone for vLLM's torch.compile",
    "Dynamo bytecode transform time: 6.07 s",
    "Cache the graph for dynamic shape for later use",
    "Compiling a graph for dynamic shape takes 13.62 s",
)
_TWO_KV_LINES = ("GPU KV cache size: 1,587,648 tokens", "Maximum concurrency for 2,048 tokens per request: 775.22x")
_TWO_BARS = (
    "Capturing CUDA graphs (mixed prefill-decode, PIECEWISE): {bar}",
    "Capturing CUDA graphs (decode, FULL): {bar}",
)

GPU_WORDINGS = (
    GpuWording(
        version="0.10.0",
        engine_prefix="",
        version_line="INFO 08-05 12:00:00 [api_server.py:1774] vLLM API server version 0.10.0",
        memory="Model loading took 14.9889 GiB and 26.123456 seconds",
        compile_lines=_DYNAMIC_COMPILE,
        hit_line="Directly load the compiled graph(s) for dynamic shape from the cache, took 1.234 s",
        compile_total="torch.compile takes 19.69 s in total",
        kv=_TWO_KV_LINES,
        graphs=("Capturing CUDA graph shapes: {bar}",),
        engine_ready="init engine (profile, create kv cache, warmup model) took 196.18 seconds",
        server="Starting vLLM API server 0 on http://0.0.0.0:8000",
    ),
    GpuWording(
        version="0.10.1.1",
        engine_prefix=_colour("(EngineCore_0 pid=441)") + " ",
        version_line=_colour("(APIServer pid=92)")
        + " INFO 09-10 12:00:00 [api_server.py:1805] vLLM API server version 0.10.1.1",
        memory="Model loading took 14.9889 GiB and 26.123456 seconds",
        compile_lines=_DYNAMIC_COMPILE,
        hit_line="Directly load the compiled graph(s) for dynamic shape from the cache, took 1.234 s",
        compile_total="torch.compile takes 19.69 s in total",
        kv=_TWO_KV_LINES,
        graphs=_TWO_BARS,
        engine_ready="init engine (profile, create kv cache, warmup model) took 196.18 seconds",
        server="Starting vLLM API server 0 on http://0.0.0.0:8000",
    ),
    GpuWording(
        version="0.11.2",
        engine_prefix="(EngineCore_DP0 pid=441) ",
        version_line="(APIServer pid=92) INFO 11-24 11:40:00 [api_server.py:1977] vLLM API server version 0.11.2",
        memory="Model loading took 14.9889 GiB memory and 26.123456 seconds",
        compile_lines=_DYNAMIC_COMPILE,
        hit_line="Directly load AOT compilation from path /root/.cache/vllm/torch_aot_compile/ab/rank_0_0/model",
        compile_total="torch.compile takes 19.69 s in total",
        kv=_TWO_KV_LINES,
        graphs=_TWO_BARS,
        engine_ready="init engine (profile, create kv cache, warmup model) took 196.18 seconds",
        server="Starting vLLM API server 0 on http://0.0.0.0:8000",
    ),
    GpuWording(
        version="0.15.1",
        engine_prefix="(EngineCore_DP0 pid=441) ",
        version_line="(APIServer pid=92) INFO 02-11 11:40:00 [api_server.py:903] vLLM API server version 0.15.1",
        memory="Model loading took 14.9889 GiB memory and 26.123456 seconds",
        compile_lines=_RANGE_COMPILE,
        hit_line="Directly load the compiled graph(s) for compile range (1, 2048) from the cache, took 0.904 s",
        compile_total="torch.compile takes 19.69 s in total",
        kv=_TWO_KV_LINES,
        graphs=_TWO_BARS,
        engine_ready="init engine (profile, create kv cache, warmup model) took 196.18 seconds",
        server="Starting vLLM API server 0 on http://0.0.0.0:8000",
    ),
    GpuWording(
        version="0.20.1",
        engine_prefix="(Worker_TP0 pid=441) ",
        version_line="(APIServer pid=92) INFO 05-20 11:40:00 [utils.py:299]  ▄▄ ▄█ █     █     █ ▀▄▀ █  version 0.20.1",
        memory="Model loading took 14.9889 GiB memory and 26.123456 seconds",
        compile_lines=_RANGE_COMPILE,
        hit_line="Directly load the compiled graph(s) for compile range (1, 2048) from the cache, took 0.904 s",
        compile_total="torch.compile took 19.69 s in total",
        kv=(
            "Profiling CUDA graph memory: PIECEWISE=51 (largest=512), FULL=35 (largest=256)",
            "Estimated CUDA graph memory: 0.73 GiB total",
            *_TWO_KV_LINES,
        ),
        graphs=_TWO_BARS,
        engine_ready="init engine (profile, create kv cache, warmup model) took 196.18 s (compilation: 19.69 s)",
        server="Starting vLLM server on http://0.0.0.0:8000",
    ),
    GpuWording(
        version="0.32.0",
        engine_prefix="(EngineCore pid=441) ",
        version_line="(APIServer pid=92) INFO 11-24 11:40:00 [api_utils.py:347]  ▄▄ ▄█ █     █     █ ▀▄▀ █  version 0.32.0",
        memory="Model loading took 14.9889 GiB memory and 26.123456 seconds",
        compile_lines=("[backbone] Starting torch.compile", *(f"[backbone] {line}" for line in _RANGE_COMPILE)),
        hit_line="[backbone] Directly load AOT compilation from path /root/.cache/vllm/torch_aot_compile/ab/rank_0_0/model",
        compile_total="[backbone] torch.compile took 19.69 s in total",
        kv=("GPU KV cache size: 1,587,648 tokens, Maximum concurrency for 2,048 tokens per request: 775.22x",),
        graphs=("Capturing CUDA graphs: {bar}",),
        engine_ready="init engine (profile, create kv cache, warmup model) took 196.18 s (compilation: 19.69 s)",
        server="Starting vLLM server on http://0.0.0.0:8000",
    ),
)


def gpu_log(wording: GpuWording, *, cache: str = "miss", shards: int = 15, compiles: bool = True) -> bytes:
    """Write a start of GPT-OSS-120B on a GPU as that version would write it into a pipe."""
    api = "(APIServer pid=92) " if wording.engine_prefix else ""
    head = "INFO 11-24 11:43:54 [some_file.py:3341] "
    engine = f"{wording.engine_prefix}{head}"
    config = (
        f"model='openai/gpt-oss-120b', speculative_config=None, enforce_eager={not compiles},"
        ' compilation_config={"level":3,"debug_dump_path":"","cudagraph_mode":0}'
    )
    lines = [
        "INFO 11-24 11:39:40 [__init__.py:216] Automatically detected platform cuda.\n",
        f"{wording.version_line}\n",
        f"{api}{head}non-default args: {{'model_tag': 'openai/gpt-oss-120b', 'model': 'openai/gpt-oss-120b'}}\n",
        f"{api}{head}Resolved architecture: GptOssForCausalLM\n",
        f"Parse safetensors files: 100%|██████████| {shards}/{shards} [00:01<00:00, 14.70it/s]\n",
        f"{engine}Initializing a V1 LLM engine (v{wording.version}) with config: {config}\n",
        f"{engine}Starting to load model openai/gpt-oss-120b...\n",
        *(
            f"{wording.engine_prefix}\rLoading safetensors checkpoint shards: {100 * n // shards:3}% Completed"
            f" | {n}/{shards} [00:{n:02}<00:01,  1.64s/it]\n"
            for n in range(shards + 1)
        ),
        f"{wording.engine_prefix}\n",
        f"{engine}Loading weights took 24.72 seconds\n",
        f"{engine}{wording.memory}\n",
    ]
    if compiles:
        compile_lines = (wording.compile_lines[0], wording.hit_line) if cache == "hit" else wording.compile_lines
        lines += [f"{engine}{line}\n" for line in (*compile_lines, wording.compile_total)]
    lines += [f"{engine}{line}\n" for line in ("Available KV cache memory: 33.31 GiB", *wording.kv)]
    if compiles:
        for bar in wording.graphs:
            states = (f"{done * 2:3}%|█████     | {done}/51 [00:01<00:00, 33.44it/s]" for done in (0, 20, 40))
            done = "100%|██████████| 51/51 [00:01<00:00, 33.44it/s]"
            lines += ["".join(f"\r{bar.format(bar=state)}" for state in (*states, done)), "\n"]
        lines.append(f"{engine}Graph capturing finished in 21 secs, took 0.72 GiB\n")
    lines += [
        f"{engine}{wording.engine_ready}\n",
        f"{api}{head}{wording.server}\n",
        "INFO:     Started server process [1]\n",
        "INFO:     Waiting for application startup.\n",
        "INFO:     Application startup complete.\n",
    ]
    return "".join(lines).encode()
