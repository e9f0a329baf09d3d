"""What the memory ledger means: one of five verdicts, in words, with what to do next."""

from dataclasses import dataclass
from enum import StrEnum

from thorhud.domain.memory import GIB, Holder, MemoryLedger, Part

USUAL_SHARE = 0.9
"""The share of all memory that vLLM wants free at the start where nothing else is said."""


class MemoryKind(StrEnum):
    """The verdicts; stable ids."""

    FINE = "fine"
    FILE_CACHE = "file-cache"
    UNCLAIMED = "unclaimed"
    OTHER_PROCESS = "other-process"
    DOES_NOT_FIT = "does-not-fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryVerdict:
    """One verdict; ``next_step`` is empty where nothing has to be done."""

    kind: MemoryKind
    sentence: str
    next_step: str = ""


def verdict(ledger: MemoryLedger, *, needed_bytes: int | None = None) -> MemoryVerdict:
    """Judge whether a model that needs *needed_bytes* free can start (default: vLLM's usual share), and if not, why.

    The easiest remedy that suffices names the cause: file copies are cleared in a second, memory that nobody claims
    may take a restart of Docker, and another program has to be stopped by somebody.
    """
    if needed_bytes is None:
        if ledger.serving:
            return _while_serving(ledger)
        if not ledger.unified:
            return _on_another_machine(ledger)
        needed_bytes = round(USUAL_SHARE * ledger.total_bytes)
    free = ledger.free_bytes
    if free >= needed_bytes:
        words = f"{gib(free)} of {gib(ledger.total_bytes)} GiB is free, enough for a model that takes"
        return MemoryVerdict(kind=MemoryKind.FINE, sentence=f"{words} {gib(needed_bytes)} GiB.")
    cause = _cause(ledger, needed_bytes)
    return MemoryVerdict(
        kind=cause, sentence=_sentence(cause, ledger, needed_bytes), next_step=_next_step(cause, ledger)
    )


def _cause(ledger: MemoryLedger, needed_bytes: int) -> MemoryKind:
    """Return the smallest remedy that makes enough memory free."""
    missing = needed_bytes - ledger.free_bytes - ledger.reclaimable_bytes
    unclaimed, others = ledger.parts[Part.UNCLAIMED], ledger.parts[Part.OTHER]
    if missing <= 0:
        return MemoryKind.FILE_CACHE
    if missing <= unclaimed and unclaimed >= others:
        return MemoryKind.UNCLAIMED
    if missing <= others:
        return MemoryKind.OTHER_PROCESS
    if missing <= unclaimed + others:
        return MemoryKind.UNCLAIMED if unclaimed >= others else MemoryKind.OTHER_PROCESS
    return MemoryKind.DOES_NOT_FIT


def _sentence(cause: MemoryKind, ledger: MemoryLedger, needed_bytes: int) -> str:
    shortage = f"a model that takes {gib(needed_bytes)} GiB finds only {gib(ledger.free_bytes)} GiB free"
    match cause:
        case MemoryKind.FILE_CACHE:
            held = gib(ledger.parts[Part.FILE_CACHE])
            return f"Copies of files fill {held} GiB; the kernel gives them back, but until then {shortage}."
        case MemoryKind.UNCLAIMED:
            held = gib(ledger.parts[Part.UNCLAIMED])
            return f"{held} GiB is in use and no process claims it, so {shortage}."
        case MemoryKind.OTHER_PROCESS:
            return f"{named(ledger.others)}, so {shortage}."
        case _:
            most = gib(_most_free(ledger))
            return f"At most {most} of {gib(ledger.total_bytes)} GiB can be made free, and {shortage}."


def _next_step(cause: MemoryKind, ledger: MemoryLedger) -> str:
    match cause:
        case MemoryKind.FILE_CACHE:
            return "Clear memory."
        case MemoryKind.UNCLAIMED:
            return "Clear memory. If that does not help, restart Docker, then reboot."
        case MemoryKind.OTHER_PROCESS:
            return f"Stop {_who(ledger.others[0])}, if it is not needed." if ledger.others else "Stop other programs."
        case _:
            return "Give the model a smaller share of memory or a shorter context, or take a smaller model."


def _most_free(ledger: MemoryLedger) -> int:
    return ledger.free_bytes + ledger.reclaimable_bytes + ledger.parts[Part.UNCLAIMED] + ledger.parts[Part.OTHER]


def _while_serving(ledger: MemoryLedger) -> MemoryVerdict:
    words = f"The server holds {gib(ledger.server_bytes)} of {gib(ledger.total_bytes)} GiB;"
    if ledger.parts[Part.UNCLAIMED]:
        held = gib(ledger.parts[Part.UNCLAIMED])
        return MemoryVerdict(
            kind=MemoryKind.UNCLAIMED,
            sentence=f"{words} {held} GiB more is in use and no process claims it.",
            next_step="Stop the model, clear memory, and start it again.",
        )
    return MemoryVerdict(kind=MemoryKind.FINE, sentence=f"{words} {gib(ledger.free_bytes)} GiB is free.")


def _on_another_machine(ledger: MemoryLedger) -> MemoryVerdict:
    """Say what there is; what a model would need is another GPU's affair."""
    sentence = f"{gib(ledger.available_bytes)} of {gib(ledger.total_bytes)} GiB is free or can be given back."
    return MemoryVerdict(kind=MemoryKind.FINE, sentence=sentence)


def named(holders: tuple[Holder, ...]) -> str:
    """Say who holds how much, at most three of them."""
    words = [f"{_who(each)} holds {gib(each.held_bytes)} GiB" for each in holders[:3]]
    return ", ".join(words) if words else "Other programs hold the memory"


def _who(holder: Holder) -> str:
    where = f", container {holder.container_id}" if holder.container_id else ""
    return f"{_one_line(holder.name)} (process {holder.pid}{where})"


def _one_line(name: str) -> str:
    """Keep a name short and plain: a process chooses its own, and nothing in it may move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:40]


def gib(count: float) -> str:
    """Return bytes as GiB with one decimal, as vLLM prints memory."""
    return f"{count / GIB:.1f}"
