"""Will it start? The sum that vLLM does in its first seconds, done before the launch and shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from thorhud.domain.fit_advice import Inside, inside, what_would_help
from thorhud.domain.fit_words import line_of_share, lines_of_free, lines_of_share
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.memory import GIB, MemoryLedger, Part
from thorhud.domain.memory_verdict import gib, named
from thorhud.domain.model_need import ModelNeed, need_of_configuration
from thorhud.domain.serve_arguments import (
    AT_A_TIME,
    AVAILABLE_COUNTS_SINCE,
    CONTEXT,
    UTILIZATION,
    count_of,
    default_utilization,
    parse_version,
    utilization_of,
)
from thorhud.domain.workshop import Configuration, Workshop

UNIT_TOTAL_BYTES: Final = round(122.82 * GIB)
"""What vLLM sees of a unit's 128 GB (workshop, Troubleshooting: "14.45/122.82 GiB")."""


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
    helps: tuple[str, ...] = ()
    """What would make it fit where it does not fit into its share, the smallest sacrifice first."""
    weights_bytes: int | None = None
    least_bytes: int | None = None
    """The smallest share with which it would start: weights, working memory and one conversation."""
    context_tokens: int | None = None
    """The longest conversation; None where nobody knows what a token of it takes."""
    conversations: float | None = None
    """How many of that length fit into the cache at a time."""


def fit(
    configuration: Configuration,
    ledger: MemoryLedger | None,
    *,
    utilization: float | None = None,
    vllm_version: str | None = None,
    model_memory_gib: float | None = None,
    options: LaunchOptions | None = None,
    need: ModelNeed | None = None,
) -> Fit:
    """Return whether *configuration* would start with the memory as it is.

    *utilization* and *options* replace what the configuration's own arguments say. *need* is what is known of the model
    where its files are here (`thorhud.domain.model_need`); without it the published memory counts, or
    *model_memory_gib*, which the log of an earlier start on this unit said.
    """
    options = options or LaunchOptions()
    if utilization is not None:
        options = replace(options, gpu_memory_utilization=utilization)
    return fit_of(
        need or need_of_configuration(configuration, model_memory_gib=model_memory_gib),
        ledger,
        options=options,
        serve_arguments=configuration.serve_arguments,
        vllm_version=vllm_version,
    )


def fit_of(
    need: ModelNeed,
    ledger: MemoryLedger | None,
    *,
    options: LaunchOptions | None = None,
    serve_arguments: Sequence[str] = (),
    vllm_version: str | None = None,
) -> Fit:
    """Return whether a model that takes *need* would start with the memory as it is; nothing is read for it."""
    if ledger is None:
        return _unknown(need, "The memory of this machine was not read, so nobody can say.")
    if not ledger.unified:
        return _unknown(
            need, "This machine has no memory that its CPU and a GPU share, so the sum for a unit says nothing."
        )
    version = parse_version(vllm_version)
    asked = _asked(options or LaunchOptions(), serve_arguments)
    share = asked.utilization if asked.utilization is not None else default_utilization(version)
    if not 0 < share <= 1:
        return _unknown(need, f"{UTILIZATION} {share:g} is no share between 0 and 1; vLLM refuses it.")
    free, reclaimable = _free_and_reclaimable(ledger, version)
    total = _Sum(needed=round(share * ledger.total_bytes), free=free, reclaimable=reclaimable)
    held = None
    if need.weights_bytes is not None:
        held = inside(need, need.weights_bytes, total.needed, asked.context_tokens)
    found = _judge(need, ledger, total, held)
    return Fit(
        configuration_id=need.id,
        verdict=found.verdict,
        sentence=found.sentence,
        next_step=found.next_step,
        needed_bytes=total.needed,
        free_bytes=total.free,
        reclaimable_bytes=total.reclaimable,
        arithmetic=(
            line_of_share(asked.utilization, ledger.total_bytes, version),
            *lines_of_free(ledger, version, total.free, total.reclaimable),
            *lines_of_share(need, held, asked.at_a_time),
            *found.lines,
        ),
        helps=found.helps,
        weights_bytes=need.weights_bytes,
        least_bytes=None if held is None else held.least_bytes,
        context_tokens=None if held is None else held.context_tokens,
        conversations=None if held is None else held.conversations,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    utilization: float | None
    context_tokens: int | None
    at_a_time: int | None


def _asked(options: LaunchOptions, serve_arguments: Sequence[str]) -> _Asked:
    """Put together what the options and the arguments say; the options count."""
    words = (*serve_arguments, *options.extra_arguments)
    utilization, context, at_a_time = options.gpu_memory_utilization, options.max_model_len, options.max_num_seqs
    return _Asked(
        utilization=utilization if utilization is not None else utilization_of(words),
        context_tokens=context if context is not None else count_of(words, CONTEXT),
        at_a_time=at_a_time if at_a_time is not None else count_of(words, AT_A_TIME),
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
    lines: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()


def _judge(need: ModelNeed, ledger: MemoryLedger, total: _Sum, held: Inside | None) -> _Found:
    name, needed, free = need.name, gib(total.needed), gib(total.free)
    if held is not None and held.least_bytes > total.needed:
        return _too_large(need, ledger, total, held)
    if total.free >= total.needed:
        spare = f"{free} GiB free is at least {needed} GiB: {gib(total.free - total.needed)} GiB to spare."
        return _Found(FitVerdict.STARTS, f"{name} starts.", "", (spare,))
    both = f"{free} + {gib(total.reclaimable)} GiB"
    if total.missing <= 0:
        step = "Stop the present model, then clear memory." if ledger.serving else "Clear memory."
        sentence = f"{name} starts once {gib(total.needed - total.free)} GiB more is free."
        return _Found(FitVerdict.STARTS_AFTER_RECLAIM, sentence, step, (f"{both} is at least {needed} GiB.",))
    missing = f"{gib(total.missing)} GiB is missing."
    return _Found(
        FitVerdict.DOES_NOT_FIT,
        f"{name} does not start: {missing}",
        _how_to_find(ledger, total.missing),
        (f"{both} is less than {needed} GiB: {missing}",),
    )


def _too_large(need: ModelNeed, ledger: MemoryLedger, total: _Sum, held: Inside) -> _Found:
    could_be_free = total.free + total.reclaimable
    helps = tuple(what_would_help(need, held, total_bytes=ledger.total_bytes, could_be_free_bytes=could_be_free))
    sentence = f"{need.name} does not fit into its share of memory."
    if held.least_bytes > ledger.total_bytes:
        sentence = f"{need.name} does not fit into the {gib(ledger.total_bytes)} GiB of a unit."
    if need.kv_bytes_per_token is None and held.least_bytes <= ledger.total_bytes:
        step = f"Give it a larger share ({UTILIZATION}) or take a smaller model."
    else:
        step = f"It would fit {', or '.join(helps)}." if helps else "Take a smaller model."
    return _Found(FitVerdict.DOES_NOT_FIT, sentence, step, helps=helps)


def _unknown(need: ModelNeed, sentence: str) -> Fit:
    return Fit(configuration_id=need.id, verdict=FitVerdict.UNKNOWN, sentence=sentence)


def _free_and_reclaimable(ledger: MemoryLedger, version: tuple[int, ...]) -> tuple[int, int]:
    """Return what this vLLM calls free, and what more it could be given."""
    available_counts = version >= AVAILABLE_COUNTS_SINCE
    free = max(ledger.free_bytes, ledger.available_bytes) if available_counts else ledger.free_bytes
    most = ledger.free_bytes + ledger.reclaimable_bytes + (ledger.server_bytes if ledger.serving else 0)
    return free, max(0, most - free)


def _how_to_find(ledger: MemoryLedger, missing: int) -> str:
    unclaimed, others = ledger.parts[Part.UNCLAIMED], ledger.parts[Part.OTHER]
    if unclaimed >= missing:
        return f"{gib(unclaimed)} GiB is in use and no process claims it: restart Docker, then reboot."
    if others >= missing:
        return f"{named(ledger.others)}: stop it, if it is not needed."
    return f"Give it a smaller share of memory ({UTILIZATION}) or a shorter context, or take a smaller model."


def idle_unit(workshop: Workshop) -> MemoryLedger:
    """Return the memory of a unit as the workshop knows it, with nothing running: to judge a model from anywhere."""
    low, high = (round(each * GIB) for each in workshop.idle_memory_gib)
    parts = dict.fromkeys(Part, 0)
    parts[Part.SYSTEM], parts[Part.FREE] = high, UNIT_TOTAL_BYTES - high
    free = parts[Part.FREE]
    return MemoryLedger(
        total_bytes=UNIT_TOTAL_BYTES, free_bytes=free, available_bytes=free, parts=parts, idle_bytes=(low, high)
    )
