"""What the arguments of `vllm serve` say, and what its versions take where they say nothing."""

import re
from collections.abc import Sequence
from typing import Final

from thorhud.domain.memory_verdict import USUAL_SHARE

UTILIZATION: Final = "--gpu-memory-utilization"
CONTEXT: Final = "--max-model-len"
AT_A_TIME: Final = "--max-num-seqs"
ASSUMED_VERSION: Final = (0, 10, 1)
"""What the workshop's image holds (25.09), where no version is known."""
SHARE_0_92_SINCE: Final = (0, 21)
"""From this version on vLLM takes 0.92 by default and counts CUDA graphs into its share; before it took 0.9."""
AVAILABLE_COUNTS_SINCE: Final = (0, 15)
"""From this version on vLLM asks the kernel what is available on a GPU without memory of its own.

Earlier versions take CUDA's word, for which a copy of a file is not free. The change came between 0.11 and 0.15; taking
the later one only ever advises to clear memory once too often.
"""
_THOUSANDS: Final = {"": 1, "k": 1000, "K": 1024, "m": 1000**2, "M": 1024**2, "g": 1000**3, "G": 1024**3}
"""How vLLM reads "32k" and "32K"."""


def utilization_of(arguments: Sequence[str]) -> float | None:
    """Return the share that the arguments of `vllm serve` say, or None."""
    found: float | None = None
    for text in values_of(arguments, UTILIZATION):
        try:
            found = float(text)
        except ValueError:
            continue
    return found


def count_of(arguments: Sequence[str], name: str) -> int | None:
    """Return a whole number that the arguments say: "131072", "128K"; None for "auto" and where nobody says one."""
    found: int | None = None
    for text in values_of(arguments, name):
        number = re.fullmatch(r"(\d+(?:\.\d+)?)([kKmMgG]?)", text)
        if number:
            found = int(float(number[1]) * _THOUSANDS[number[2]])
    return found


def values_of(arguments: Sequence[str], name: str) -> list[str]:
    """Return what stands behind *name*, each time: dashes and underscores are alike, and the last one counts."""
    found = []
    for position, word in enumerate(arguments):
        typed, equals, value = word.partition("=")
        if typed.replace("_", "-") == name:
            found.append(value if equals else next(iter(arguments[position + 1 :]), ""))
    return found


def kv_cache_dtype_of(arguments: Sequence[str]) -> str:
    """Return ``--kv-cache-dtype``; "auto" is vLLM's default."""
    return next((each for each in reversed(values_of(arguments, "--kv-cache-dtype")) if each), "auto")


def proposals_of(arguments: Sequence[str]) -> int | None:
    """Return ``num_speculative_tokens``: how many tokens a draft model proposes before each look at the model."""
    found = re.search(r'"num_speculative_tokens"\s*:\s*(\d+)', " ".join(arguments))
    return int(found[1]) if found else None


def default_utilization(version: tuple[int, ...]) -> float:
    """Return the share that this version of vLLM takes where nobody says another."""
    return 0.92 if version >= SHARE_0_92_SINCE else USUAL_SHARE


def parse_version(text: str | None) -> tuple[int, ...]:
    """Return the numbers of "0.10.1.1+381074ae.nv25.09"; the workshop's where there are none."""
    match = re.match(r"v?(\d+(?:\.\d+)*)", text or "")
    return tuple(int(each) for each in match[1].split(".")) if match else ASSUMED_VERSION
