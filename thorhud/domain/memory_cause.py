"""Too little memory at the start has four causes with four remedies; the ledger tells them apart.

memory-file-cache      copies of files fill the memory
memory-unclaimed       the last model, or nobody, still holds it
memory-other-program   another program holds it
memory-does-not-fit    there is not so much memory to be had
"""

from dataclasses import replace
from typing import Final

from thorhud.domain.failure_patterns import Clue, figures_in
from thorhud.domain.failures import Failure
from thorhud.domain.memory import GIB, MemoryLedger
from thorhud.domain.memory_verdict import USUAL_SHARE, MemoryKind, MemoryVerdict, gib, verdict

AT_START: Final = "memory-at-start"

_KINDS: Final = {
    MemoryKind.FILE_CACHE: ("memory-file-cache", "Memory is full of file copies"),
    MemoryKind.UNCLAIMED: ("memory-unclaimed", "The last model still holds the memory"),
    MemoryKind.OTHER_PROCESS: ("memory-other-program", "Another program uses the memory"),
    MemoryKind.DOES_NOT_FIT: ("memory-does-not-fit", "This model does not fit"),
}
_NEXT_STEPS: Final = {
    MemoryKind.FILE_CACHE: "Clear memory and try again.",
    MemoryKind.UNCLAIMED: "Clear memory and try again. If that does not help, restart Docker, then reboot.",
}

KINDS: Final = tuple(kind for kind, _ in _KINDS.values())


def refine(failure: Failure, ledger: MemoryLedger | None) -> Failure:
    """Return *failure* with its cause named where it is a lack of memory at the start, else as it is.

    *ledger* is of a moment after the server ended, so what its own process held is free again.
    """
    if failure.kind != AT_START or ledger is None or not ledger.unified:
        return failure
    figures = figures_in(Clue(AT_START, failure.evidence))
    needed = _needed_bytes(figures, ledger)
    found = verdict(ledger, needed_bytes=needed)
    if found.kind is MemoryKind.FINE:
        return replace(
            failure,
            explanation=f"{failure.explanation} By now {gib(ledger.free_bytes)} GiB is free, which is enough.",
            next_step="Try again.",
        )
    kind, headline = _KINDS[found.kind]
    return replace(
        failure,
        kind=kind,
        headline=headline,
        explanation=found.sentence,
        next_step=_next_step(found),
    )


def _needed_bytes(figures: dict[str, str], ledger: MemoryLedger) -> int:
    """Return what the log line says was needed, else what vLLM usually takes."""
    try:
        return round(float(figures["needed"]) * GIB)
    except (KeyError, ValueError):
        return round(USUAL_SHARE * ledger.total_bytes)


def _next_step(found: MemoryVerdict) -> str:
    return _NEXT_STEPS.get(found.kind, found.next_step)
