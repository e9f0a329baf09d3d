"""The lines by which a starting vLLM tells where it is, in every wording from 0.10 to 0.32.

Only the beginning of a message is compared, so that a prompt or a path that quotes such a line is not taken for one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final


class Mark(StrEnum):
    """What a line tells."""

    VERSION = auto()
    BANNER_MODEL = auto()
    ARGUMENTS = auto()
    ENGINE = auto()
    LOAD_BEGIN = auto()
    DRAFTER = auto()
    DOWNLOAD = auto()
    SHARDS = auto()
    WEIGHTS = auto()
    MODEL_MEMORY = auto()
    COMPILE_BEGIN = auto()
    COMPILE_MISS = auto()
    COMPILE_HIT = auto()
    COMPILE_CACHE_OFF = auto()
    COMPILE_TOTAL = auto()
    COMPILE_END = auto()
    KV_MEMORY = auto()
    KV_TOKENS = auto()
    KV_CONCURRENCY = auto()
    GRAPHS = auto()
    GRAPHS_END = auto()
    ENGINE_READY = auto()
    SERVER = auto()
    SERVING = auto()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One line that tells something, with the parts of it that matter."""

    mark: Mark
    match: re.Match[str]


_NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
# tqdm bars: vLLM's own format says "70% Completed | 7/10 [", the default one "98%|███| 81/83 ["
_BAR = r":\s+\d+%[^|]*\|(?:[^|]*\|)?\s*(\d+)/(\d+)(?: \[|$)"

_PATTERNS: Final[tuple[tuple[Mark, str], ...]] = (
    (Mark.VERSION, r"vLLM API server version (\S+)"),
    (Mark.ARGUMENTS, r"non-default args: (.*)"),
    (Mark.ENGINE, r"Initializing an? (?:V\d )?LLM engine \(v([^)]+)\) with config: (.*)"),
    (Mark.LOAD_BEGIN, r"Starting to load model (.+?)\.\.\."),
    (Mark.DRAFTER, r"Loading drafter model"),
    (Mark.DOWNLOAD, rf"Time spent downloading weights for .*: {_NUMBER} seconds"),
    (Mark.SHARDS, rf"Loading (?:[\w ]+ )?(?:checkpoint shards|using [\w ]+){_BAR}"),
    (Mark.SHARDS, rf"Loading [\w ]*checkpoint shards \([^)]*\){_BAR}"),
    (Mark.SHARDS, rf"Multi-thread loading (?:[\w ]+ )?shards{_BAR}"),
    (Mark.WEIGHTS, rf"Loading weights took {_NUMBER} ?s(?:ec|\b)"),
    (Mark.MODEL_MEMORY, rf"Model loading took {_NUMBER} Gi?B(?: memory)? and {_NUMBER} seconds"),
    (Mark.COMPILE_BEGIN, r"Starting torch\.compile"),
    (Mark.COMPILE_BEGIN, r"Using cache directory: .* for vLLM's torch\.compile"),
    (Mark.COMPILE_BEGIN, r"Dynamo bytecode transform time: "),
    (Mark.COMPILE_BEGIN, r"Warming up model for the compilation"),
    (Mark.COMPILE_CACHE_OFF, r"vLLM's torch\.compile cache is disabled"),
    (Mark.COMPILE_MISS, r"Cache the graph (?:for dynamic shape|of shape|of compile range) "),
    (Mark.COMPILE_MISS, r"Compiling a graph for "),
    (Mark.COMPILE_MISS, r"Compiling model again due to a load failure"),
    (Mark.COMPILE_MISS, r"saved AOT compiled function to "),
    (Mark.COMPILE_HIT, r"Directly load (?:the compiled graph|the \S+ graph|AOT compilation)"),
    (Mark.COMPILE_TOTAL, rf"torch\.compile (?:takes|took) {_NUMBER} ?s(?:econds)? in total"),
    (Mark.COMPILE_END, r"Warming up done"),
    (Mark.KV_MEMORY, rf"Available KV cache memory: {_NUMBER} GiB"),
    *((Mark.KV_TOKENS, rf"{device} KV cache size: {_NUMBER} tokens") for device in ("GPU", "CPU", "XPU", "TPU")),
    (Mark.KV_CONCURRENCY, r"Maximum concurrency for "),
    (Mark.GRAPHS, rf"Capturing CUDA graphs?(?: shapes)?(?: \(([^)]*)\))?{_BAR}"),
    (Mark.GRAPHS_END, rf"Graph capturing finished in {_NUMBER} ?s(?:ecs?|\b)(?:, took {_NUMBER} Gi?B)?"),
    (Mark.ENGINE_READY, rf"init engine \(.*?\) took {_NUMBER} s(?:econds)?\b(?: \(compilation: {_NUMBER} s)?"),
    (Mark.SERVER, r"Starting vLLM (?:API )?server (?:\d+ )?on "),
    (Mark.SERVER, r"Available routes are:"),
    (Mark.SERVER, r"Started server process \["),
    (Mark.SERVER, r"Waiting for application startup"),
    (Mark.SERVING, r"Application startup complete"),
)

_BANNER: Final = (
    (Mark.VERSION, re.compile(r".*[█▀▄]\s+version (\S+)\s*$")),
    (Mark.BANNER_MODEL, re.compile(r".*[█▀▄]\s+model\s+(\S.*?)\s*$")),
)

_TAG = re.compile(r"\[\w+\] ")
"""0.32 names the compiled part in front of its lines: "[backbone] ", "[eagle_head] "."""


def _by_first_word() -> dict[str, list[tuple[Mark, re.Pattern[str]]]]:
    """Group the patterns by the word they begin with: most lines of a log are then passed over by one look-up."""
    table: dict[str, list[tuple[Mark, re.Pattern[str]]]] = {}
    for mark, pattern in _PATTERNS:
        word = pattern.replace("\\", "").split(" ")[0]
        table.setdefault(word, []).append((mark, re.compile(pattern)))
    return table


_TABLE: Final = _by_first_word()


def recognise(message: str) -> Sighting | None:
    """Return what an undecorated message tells about the start, or None for the many that tell nothing."""
    text = message
    while text.startswith("[") and (tag := _TAG.match(text)):
        text = text[tag.end() :]
    word = text.split(" ", 1)[0]
    for mark, pattern in _TABLE.get(word, ()):
        if match := pattern.match(text):
            return Sighting(mark, match)
    return _recognise_banner(text) if "█" in text else None


def _recognise_banner(text: str) -> Sighting | None:
    for mark, pattern in _BANNER:
        if match := pattern.match(text):
            return Sighting(mark, match)
    return None


_BAR_THEN_MORE = re.compile(r"(.{0,200}?\d+/\d+ \[[^\][]{0,60}\])(\S.*)", re.DOTALL)


def split_bar(text: str) -> tuple[str, str]:
    """Take apart a bar and a line that another process wrote right behind it, without a line end between."""
    if "it" in text and "%" in text and (match := _BAR_THEN_MORE.match(text)):
        return match[1], match[2]
    return text, ""


_CONFIG_OFF = re.compile(
    r"enforce_eager=True"
    r"|'enforce_eager': True"
    r"""|compilation_config(?:=|['"]: )\{[^{}]*["'](?:level|mode)["']: ?(?:0\b|<CompilationMode\.NONE)"""
)
_MODEL = re.compile(r"'model(?:_tag)?': '([^']+)'")
_CONFIG_MODEL = re.compile(r"\bmodel='([^']+)'")
_SPECULATION = re.compile(r"speculative_config=(None|SpeculativeConfig\(method='?([\w.-]+)'?)")


def compiles_nothing(config: str) -> bool:
    """Whether arguments or engine configuration switch torch.compile off (eager mode, level or mode 0)."""
    return bool(_CONFIG_OFF.search(config))


def model_of_arguments(arguments: str) -> str | None:
    """Return the model as it was typed; the draft model's name stands in a nested part and is not taken."""
    top_level = re.sub(r"\{[^{}]*\}", "", arguments[1:])
    match = _MODEL.search(top_level)
    return match[1] if match else None


def model_of_config(config: str) -> str | None:
    """Return the model of the engine's configuration line."""
    match = _CONFIG_MODEL.match(config)
    return match[1] if match else None


def speculation_of_config(config: str) -> str | None:
    """Return the method of speculative decoding, "off" without one, None where the line does not say."""
    match = _SPECULATION.search(config)
    if match is None:
        return None
    return match[2] or "off"
