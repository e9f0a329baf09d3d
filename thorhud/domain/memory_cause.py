"""Too little memory at the start has four causes with four remedies; the ledger tells them apart.

memory-file-cache      copies of files fill the memory
memory-unclaimed       the last model, or nobody, still holds it
memory-other-program   another program holds it
memory-does-not-fit    there is not so much memory to be had
"""

from dataclasses import replace
from typing import Final

from thorhud.domain.failure_patterns import Clue, figures_in
from thorhud.domain.failures import Failure, failure_of
from thorhud.domain.memory import GIB, MemoryLedger, ledger_of
from thorhud.domain.memory_verdict import USUAL_SHARE, MemoryKind, gib, verdict
from thorhud.domain.reading import Reading
from thorhud.domain.state import AgentState, ServingState
from thorhud.domain.telemetry import ProcessMemory
from thorhud.domain.workshop import Workshop

AT_START: Final = "memory-at-start"

_KINDS: Final = {
    MemoryKind.FILE_CACHE: "memory-file-cache",
    MemoryKind.UNCLAIMED: "memory-unclaimed",
    MemoryKind.OTHER_PROCESS: "memory-other-program",
    MemoryKind.DOES_NOT_FIT: "memory-does-not-fit",
}
KINDS: Final = tuple(_KINDS.values())


def ledger_after(state: AgentState, workshop: Workshop | None, container_id: str) -> MemoryLedger | None:
    """Return the ledger of a unit whose server has just ended, its container's processes left out.

    The newest list of processes may be older than their end.
    """

    def others(reading: Reading[tuple[ProcessMemory, ...]]) -> Reading[tuple[ProcessMemory, ...]]:
        if reading.value is None:
            return reading
        left = tuple(each for each in reading.value if not _inside(each, container_id))
        return replace(reading, value=left)

    telemetry = replace(
        state.telemetry,
        gpu_processes=others(state.telemetry.gpu_processes),
        large_processes=others(state.telemetry.large_processes),
    )
    return ledger_of(replace(state, telemetry=telemetry, serving=ServingState()), workshop)


def _inside(process: ProcessMemory, container_id: str) -> bool:
    return process.container_id is not None and container_id.startswith(process.container_id)


def refine(failure: Failure, ledger: MemoryLedger | None) -> Failure:
    """Return *failure* with its cause named where it is a lack of memory at the start, else as it is.

    *ledger* is `ledger_after` the end of the server: what its own processes held is free again.
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
    named = failure_of(_KINDS[found.kind], evidence=failure.evidence)
    # the general words say to stop the program that the ledger names; the verdict names it
    step = found.next_step if found.kind is MemoryKind.OTHER_PROCESS else named.next_step
    return replace(named, explanation=found.sentence, next_step=step)


def _needed_bytes(figures: dict[str, str], ledger: MemoryLedger) -> int:
    """Return what the log line says was needed, else what vLLM usually takes."""
    try:
        return round(float(figures["needed"]) * GIB)
    except (KeyError, ValueError):
        return round(USUAL_SHARE * ledger.total_bytes)
