"""What may be changed about a launch, and why the rest may not: checked before anything starts.

Nothing here passes a shell: each argument is one word of the container's command. What is refused would take the
server out of the HUD's sight, or stands for something that has a field of its own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.wire import WireError, convert

SHARE: Final = (0.05, 0.98)
CONTEXT_TOKENS: Final = (64, 10_000_000)
AT_A_TIME: Final = (1, 4096)
MOST_WORDS: Final = 40
LONGEST_WORD: Final = 2000
LONGEST_NAME: Final = 255

_IMAGE: Final = re.compile(
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\.[a-z0-9-]+)*(?::[0-9]{1,5})?"
    r"(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)
"""A reference as Docker takes it: registry with port, path, tag, digest."""
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?|/[^\x00-\x1f\x7f:]+")
"""An id of the hub, or a folder of the unit; a colon would end the folder's name in a mount."""
_FLAG: Final = re.compile(r"--?[A-Za-z][A-Za-z0-9_.-]*")

_OWN_FIELD: Final = "it has a field of its own"
_PORT: Final = "the HUD looks for the server at the workshop's address"
_KEY: Final = "the HUD could not ask the server any more"
_NAME: Final = "the HUD knows the server by the model's name"
_REFUSED: Final[Mapping[str, str]] = {
    "--port": _PORT,
    "--host": _PORT,
    "--uds": _PORT,
    "--root-path": _PORT,
    "--headless": _PORT,
    "--model": _OWN_FIELD,
    "--model-tag": _OWN_FIELD,
    "--served-model-name": _NAME,
    "--gpu-memory-utilization": _OWN_FIELD,
    "--max-model-len": _OWN_FIELD,
    "--max-num-seqs": _OWN_FIELD,
    "--enforce-eager": _OWN_FIELD,
    "--api-key": _KEY,
    "--ssl-keyfile": _KEY,
    "--ssl-certfile": _KEY,
    "--ssl-ca-certs": _KEY,
    "--ssl-cert-reqs": _KEY,
    "--config": "a file could set any of what is refused here",
    "--hf-token": "it would stand in the log; give it apart, it is never written down then",
}
_SHORTEST_PREFIX: Final = len("--po")
_EXACT: Final = frozenset({"--model-impl", "--model-loader-extra-config", "--config-format"})
"""Flags of vLLM that only begin like one that is refused."""


@dataclass(frozen=True, slots=True)
class OptionFault:
    """Why one option is refused."""

    field: str
    """The name of the field in `LaunchOptions`."""
    sentence: str


def parse_options(values: object) -> tuple[LaunchOptions, tuple[OptionFault, ...]]:
    """Return options from plain JSON, and what is wrong with them; options of the wrong type count as none."""
    if not values:
        return LaunchOptions(), ()
    if not isinstance(values, Mapping):
        return LaunchOptions(), (OptionFault("options", "Options are names with values."),)
    unknown = set(values) - {each.name for each in fields(LaunchOptions)}
    if unknown:
        names = ", ".join(sorted(str(each)[:40] for each in unknown))
        return LaunchOptions(), (OptionFault("options", f"There is no option called {names}."),)
    try:
        options = convert(dict(values), LaunchOptions)
    except WireError as error:
        return LaunchOptions(), (OptionFault("options", str(error)),)
    return options, tuple(faults_in(options))


def faults_in(options: LaunchOptions) -> Iterator[OptionFault]:
    """Yield what is wrong with *options*; nothing where they may be used."""
    yield from _out_of(SHARE, "gpu_memory_utilization", "The share of memory", options.gpu_memory_utilization)
    yield from _out_of(CONTEXT_TOKENS, "max_model_len", "The longest conversation", options.max_model_len)
    yield from _out_of(AT_A_TIME, "max_num_seqs", "Answers at a time", options.max_num_seqs)
    yield from _name_fault("image", options.image, _IMAGE, "an image as Docker names it, for example name:tag")
    yield from _name_fault("model", options.model, _MODEL, "a model's id (owner/name), or a folder that begins with /")
    if options.model is not None and (".." in options.model.split("/")):
        yield OptionFault("model", "A folder is named without “..”.")
    yield from (OptionFault("extra_arguments", each) for each in _argument_faults(options.extra_arguments))


def _out_of(limits: tuple[float, float], field: str, what: str, value: float | None) -> Iterator[OptionFault]:
    low, high = limits
    if value is not None and not low <= value <= high:
        yield OptionFault(field, f"{what} is {value:g}; it may be {low:,g} to {high:,}.")


def _name_fault(field: str, value: str | None, form: re.Pattern[str], wanted: str) -> Iterator[OptionFault]:
    if value is not None and (len(value) > LONGEST_NAME or not form.fullmatch(value)):
        yield OptionFault(field, f"{value[:60]!r} is not {wanted}.")


def _argument_faults(words: Sequence[str]) -> Iterator[str]:
    if len(words) > MOST_WORDS:
        yield f"There are {len(words)} further arguments; at most {MOST_WORDS} are taken."
        return
    may_be_value = False
    for word in words:
        if not word or len(word) > LONGEST_WORD or not word.isprintable():
            yield f"{word[:40]!r} is no argument: one printable word of at most {LONGEST_WORD:,} characters."
        elif is_flag(word):
            if reason := refusal_of(word):
                yield f"{flag_of(word)} is refused: {reason}."
        elif not may_be_value:
            yield f"{word[:60]!r} follows no flag; vLLM would take it for the name of a model."
        may_be_value = is_flag(word) and "=" not in word


def is_flag(word: str) -> bool:
    """Whether the word names a flag; a negative number is a value."""
    return bool(_FLAG.fullmatch(word.partition("=")[0]))


def flag_of(word: str) -> str:
    """Return the flag as vLLM reads it: without its value, underscores as dashes."""
    return word.partition("=")[0].replace("_", "-")


def refusal_of(word: str) -> str | None:
    """Return why a flag is refused, or None. An abbreviation counts as what it stands for, as vLLM's parser has it."""
    # --config.x and --model.x set what --config and --model set
    flag = flag_of(word).partition(".")[0]
    if flag in _REFUSED:
        return _REFUSED[flag]
    if flag in _EXACT or len(flag) < _SHORTEST_PREFIX:
        return None
    meant = next((each for each in _REFUSED if each.startswith(flag)), None)
    return None if meant is None else f"it may be read as {meant}, and {_REFUSED[meant]}"
