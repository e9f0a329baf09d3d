"""Will it start? The sum that vLLM does in its first seconds, done before the launch and shown."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from thorhud.domain.memory import GIB, MemoryLedger, Part
from thorhud.domain.memory_verdict import USUAL_SHARE, gib, named
from thorhud.domain.workshop import Configuration

ASSUMED_VERSION: Final = (0, 10, 1)
"""What the workshop's image holds (25.09), where no version is known."""
SHARE_0_92_SINCE: Final = (0, 21)
"""From this version on vLLM takes 0.92 by default and counts CUDA graphs into its share; before it took 0.9."""
AVAILABLE_COUNTS_SINCE: Final = (0, 15)
"""From this version on vLLM asks the kernel what is available on a GPU without memory of its own.

Earlier versions take CUDA's word, for which a copy of a file is not free. The change came between 0.11 and 0.15; taking
the later one only ever advises to clear memory once too often.
"""
SMALLEST_KV_CACHE_BYTES: Final = GIB
"""Room for one conversation of some length; vLLM refuses a start that leaves less than its longest context needs."""
ACTIVATION_BYTES: Final = 2 * GIB
"""What a start takes beside weights and cache: activations, CUDA context, graphs; ours, on the small side."""

_UTILIZATION: Final = "--gpu-memory-utilization"


class FitVerdict(StrEnum):
    """Whether a configuration would start now."""

    STARTS = "starts"
    STARTS_AFTER_RECLAIM = "starts-after-reclaim"
    DOES_NOT_FIT = "does-not-fit"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The answer and the sum behind it; bytes are None where they are not known."""

    configuration_id: str
    verdict: FitVerdict
    sentence: str
    next_step: str = ""
    needed_bytes: int | None = None
    free_bytes: int | None = None
    """What this version of vLLM would call free."""
    reclaimable_bytes: int | None = None
    """What clearing memory, and stopping the present model, would add."""
    arithmetic: tuple[str, ...] = ()
    """The sum in words, one line each."""


def fit(
    configuration: Configuration,
    ledger: MemoryLedger | None,
    *,
    utilization: float | None = None,
    vllm_version: str | None = None,
    model_memory_gib: float | None = None,
) -> Fit:
    """Return whether *configuration* would start with the memory as it is.

    *utilization* replaces what the configuration's own arguments say, *model_memory_gib* (what the log of an earlier
    start on this unit said) what was published.
    """
    if ledger is None:
        return _unknown(configuration, "The memory of this machine was not read, so nobody can say.")
    if not ledger.unified:
        return _unknown(
            configuration,
            "This machine has no memory that its CPU and a GPU share, so the sum for a unit says nothing.",
        )
    version = parse_version(vllm_version)
    share = utilization if utilization is not None else utilization_of(configuration.serve_arguments)
    stated = share is not None
    share = share if share is not None else default_utilization(version)
    if not 0 < share <= 1:
        return _unknown(configuration, f"{_UTILIZATION} {share:g} is no share between 0 and 1; vLLM refuses it.")
    needs = f"Needs {share:g} x {_gib2(ledger.total_bytes)} GiB = {gib(share * ledger.total_bytes)} GiB"
    whose = _UTILIZATION if stated else f"{_UTILIZATION}, the default of vLLM {_words(version)}"
    free, reclaimable = _free_and_reclaimable(ledger, version)
    total = _Sum(needed=round(share * ledger.total_bytes), free=free, reclaimable=reclaimable)
    weights = weights_bytes(configuration) if model_memory_gib is None else round(model_memory_gib * GIB)
    found = _judge(configuration, ledger, total, weights)
    return Fit(
        configuration_id=configuration.id,
        verdict=found.verdict,
        sentence=found.sentence,
        next_step=found.next_step,
        needed_bytes=total.needed,
        free_bytes=total.free,
        reclaimable_bytes=total.reclaimable,
        arithmetic=(f"{needs} ({whose}).", *_lines_of_free(ledger, version, total), *found.lines),
    )


@dataclass(frozen=True, slots=True)
class _Sum:
    needed: int
    free: int
    reclaimable: int

    @property
    def missing(self) -> int:
        return self.needed - self.free - self.reclaimable


@dataclass(frozen=True, slots=True)
class _Found:
    verdict: FitVerdict
    sentence: str
    next_step: str
    lines: tuple[str, ...]


def _judge(configuration: Configuration, ledger: MemoryLedger, total: _Sum, weights: int | None) -> _Found:
    least = None if weights is None else weights + ACTIVATION_BYTES + SMALLEST_KV_CACHE_BYTES
    about_weights = _line_of_weights(weights, total.needed, least)
    name, needed, free = configuration.name, gib(total.needed), gib(total.free)
    if least is not None and least > total.needed:
        sentence = f"{name} does not fit into its share of memory."
        step = f"Give it a larger share ({_UTILIZATION}) or take a smaller model."
        return _Found(FitVerdict.DOES_NOT_FIT, sentence, step, (about_weights,))
    if total.free >= total.needed:
        spare = f"{free} GiB free is at least {needed} GiB: {gib(total.free - total.needed)} GiB to spare."
        return _Found(FitVerdict.STARTS, f"{name} starts.", "", (about_weights, spare))
    both = f"{free} + {gib(total.reclaimable)} GiB"
    if total.missing <= 0:
        step = "Stop the present model, then clear memory." if ledger.serving else "Clear memory."
        sentence = f"{name} starts once {gib(total.needed - total.free)} GiB more is free."
        enough = f"{both} is at least {needed} GiB."
        return _Found(FitVerdict.STARTS_AFTER_RECLAIM, sentence, step, (about_weights, enough))
    missing = f"{gib(total.missing)} GiB is missing."
    return _Found(
        FitVerdict.DOES_NOT_FIT,
        f"{name} does not start: {missing}",
        _how_to_find(ledger, total.missing),
        (about_weights, f"{both} is less than {needed} GiB: {missing}"),
    )


def _unknown(configuration: Configuration, sentence: str) -> Fit:
    return Fit(configuration_id=configuration.id, verdict=FitVerdict.UNKNOWN, sentence=sentence)


def _free_and_reclaimable(ledger: MemoryLedger, version: tuple[int, ...]) -> tuple[int, int]:
    """Return what this vLLM calls free, and what more it could be given."""
    available_counts = version >= AVAILABLE_COUNTS_SINCE
    free = max(ledger.free_bytes, ledger.available_bytes) if available_counts else ledger.free_bytes
    most = ledger.free_bytes + ledger.reclaimable_bytes + (ledger.server_bytes if ledger.serving else 0)
    return free, max(0, most - free)


def _lines_of_free(ledger: MemoryLedger, version: tuple[int, ...], total: _Sum) -> list[str]:
    counts = version >= AVAILABLE_COUNTS_SINCE
    source = "MemAvailable: this vLLM counts" if counts else "MemFree: CUDA does not count"
    lines = [f"Finds {gib(total.free)} GiB free ({source} copies of files as free)."]
    if total.reclaimable:
        parts = [] if counts else [f"clearing memory frees {gib(ledger.reclaimable_bytes)} GiB"]
        if ledger.serving:
            parts.append(f"stopping the present model {gib(ledger.server_bytes)} GiB")
        lines.append(f"Could have {gib(total.reclaimable)} GiB more: {', '.join(parts)}.")
    return lines


def _line_of_weights(weights: int | None, needed: int, least: int | None) -> str:
    if weights is None or least is None:
        return "How much memory its weights take is not published and not known from an earlier start."
    sums = f"weights {gib(weights)} + working memory {gib(ACTIVATION_BYTES)} + one conversation"
    sums += f" {gib(SMALLEST_KV_CACHE_BYTES)} = {gib(least)} GiB"
    if least > needed:
        return f"Its share must hold {sums}, which is more than {gib(needed)} GiB."
    return f"Its share must hold {sums}; the other {gib(needed - least)} GiB are for more conversations."


def _how_to_find(ledger: MemoryLedger, missing: int) -> str:
    unclaimed, others = ledger.parts[Part.UNCLAIMED], ledger.parts[Part.OTHER]
    if unclaimed >= missing:
        return f"{gib(unclaimed)} GiB is in use and no process claims it: restart Docker, then reboot."
    if others >= missing:
        return f"{named(ledger.others)}: stop it, if it is not needed."
    return f"Give it a smaller share of memory ({_UTILIZATION}) or a shorter context, or take a smaller model."


def weights_bytes(configuration: Configuration) -> int | None:
    """Return the memory of the model as published; what lies on disk may hold the weights twice and does not say it."""
    published = configuration.published.model_memory_gib.value
    return None if published is None else round(published * GIB)


def utilization_of(arguments: tuple[str, ...]) -> float | None:
    """Return what the arguments of `vllm serve` say: dashes and underscores are alike, and the last one counts."""
    found: float | None = None
    for position, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name.replace("_", "-") != _UTILIZATION:
            continue
        text = value if equals else next(iter(arguments[position + 1 :]), "")
        try:
            found = float(text)
        except ValueError:
            continue
    return found


def default_utilization(version: tuple[int, ...]) -> float:
    """Return the share that this version of vLLM takes where nobody says another."""
    return 0.92 if version >= SHARE_0_92_SINCE else USUAL_SHARE


def parse_version(text: str | None) -> tuple[int, ...]:
    """Return the numbers of "0.10.1.1+381074ae.nv25.09"; the workshop's where there are none."""
    match = re.match(r"v?(\d+(?:\.\d+)*)", text or "")
    return tuple(int(each) for each in match[1].split(".")) if match else ASSUMED_VERSION


def _words(version: tuple[int, ...]) -> str:
    return ".".join(str(each) for each in version)


def _gib2(count: int) -> str:
    """Two decimals, as vLLM prints the total in the same sum."""
    return f"{count / GIB:.2f}"
