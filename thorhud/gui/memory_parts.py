"""Unified memory as the parts of one bar. No Qt in here."""

from dataclasses import dataclass
from enum import Enum

from thorhud.domain.memory import UNCLAIMED_FROM_BYTES, MemoryLedger, ledger_of
from thorhud.domain.memory import Part as LedgerPart
from thorhud.domain.state import AgentState, ServingPhase, ServingState
from thorhud.domain.telemetry import Memory
from thorhud.domain.workshop import Workshop
from thorhud.gui.unit_text import one_line
from thorhud.gui.words import GIB, gib, number

ALMOST_FULL = 0.85
SMALLEST_GIB = 0.05
"""Less than this rounds to nothing, and has no piece of its own."""


class Part(Enum):
    """What a piece of the bar stands for."""

    SYSTEM = "system"
    MODEL = "model"
    CACHE = "cache"
    """The conversation cache (KV cache) of vLLM."""
    REST = "rest of vLLM"
    UNCLAIMED = "unclaimed"
    OTHER = "other programs"
    FILES = "files"
    """File copies that the kernel gives back; CUDA does not count them as free."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the bar, from left to right."""

    part: Part
    gib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryParts:
    """The bar and its words."""

    total_gib: float
    used_gib: float
    """In use, file copies left out."""
    free_gib: float
    pieces: tuple[Piece, ...]
    label: str = ""
    """What stands on the bar."""
    note: str = ""
    """What stands beside the title."""
    alarm: bool = False
    configuration_id: str | None = None
    idle_gib: tuple[float, float] | None = (3.0, 6.0)
    """What is normal when idle; None on a machine that is no unit of the workshop."""

    @property
    def title(self) -> str:
        """What the memory is called: only a unit shares it between processor and GPU."""
        return "Memory" if self.idle_gib is None else "Unified memory"


def memory_parts(memory: Memory, state: AgentState, workshop: Workshop | None) -> MemoryParts:
    """Return who holds the memory, split as the ledger splits it: the bar and every sentence come from one account."""
    serving = state.serving
    ledger = ledger_of(state, workshop)
    pieces = () if ledger is None else _pieces(ledger)
    total, free = memory.total_bytes / GIB, memory.free_bytes / GIB
    used = max(0.0, total - free - memory.file_cache_bytes / GIB) if ledger is None else ledger.used_bytes / GIB
    idle = workshop.idle_memory_gib if workshop else (3.0, 6.0)
    full = serving.phase is not ServingPhase.READY and total > 0 and used / total >= ALMOST_FULL
    at_rest = serving.phase is ServingPhase.IDLE and used <= UNCLAIMED_FROM_BYTES / GIB
    return MemoryParts(
        total_gib=total,
        used_gib=used,
        free_gib=free,
        pieces=pieces,
        label="" if ledger is None else _label(ledger, serving),
        note="almost full" if full else "idle" if at_rest else "",
        alarm=full,
        configuration_id=serving.configuration_id,
        idle_gib=idle if state.identity.is_jetson or state.agent.simulated else None,
    )


def _pieces(ledger: MemoryLedger) -> tuple[Piece, ...]:
    held = {part: ledger.parts[part] / GIB for part in LedgerPart}
    rest = held[LedgerPart.GRAPHS] + held[LedgerPart.SERVER_REST]
    model = held[LedgerPart.WEIGHTS]
    if not model:
        # until the log tells the weights, all that the server holds is its model
        model, rest = rest, 0.0
    found = (
        Piece(Part.SYSTEM, held[LedgerPart.SYSTEM]),
        Piece(Part.OTHER, held[LedgerPart.OTHER]),
        Piece(Part.MODEL, model),
        Piece(Part.CACHE, held[LedgerPart.KV_CACHE]),
        Piece(Part.REST, rest),
        Piece(Part.UNCLAIMED, held[LedgerPart.UNCLAIMED]),
        Piece(Part.FILES, held[LedgerPart.FILE_CACHE]),
    )
    return tuple(piece for piece in found if piece.part is Part.SYSTEM or piece.gib >= SMALLEST_GIB)


def _label(ledger: MemoryLedger, serving: ServingState) -> str:
    server = ledger.server_bytes / GIB
    if server >= SMALLEST_GIB:
        return _words_of_server(ledger, server, serving)
    unclaimed = ledger.parts[LedgerPart.UNCLAIMED] / GIB
    if unclaimed >= SMALLEST_GIB:
        whose = "not released by the last model" if serving.generation else "that no model of ours holds"
        return f"{number(unclaimed, 1)} {whose}"
    if ledger.others:
        first = ledger.others[0]
        return f"{one_line(first.name, 24)} {number(first.held_bytes / GIB, 1)}"
    if not ledger.unified and ledger.used_bytes > UNCLAIMED_FROM_BYTES:
        return "system and other programs"
    return ""


def _words_of_server(ledger: MemoryLedger, server: float, serving: ServingState) -> str:
    weights, cache = ledger.parts[LedgerPart.WEIGHTS] / GIB, ledger.parts[LedgerPart.KV_CACHE] / GIB
    told = serving.timeline.kv_cache_gib if serving.timeline else None
    # a share that the ledger had to cut is no figure of the log any more, and is not written as one
    whole = told is not None and abs(cache - told) < SMALLEST_GIB
    if serving.phase is ServingPhase.READY and weights and whole:
        return f"vLLM {number(server, 1)}:  model {number(weights, 1)},  conversation cache {number(cache, 1)}"
    return f"vLLM {number(server, 1)}"


def spoken(parts: MemoryParts) -> str:
    """Return the bar in one sentence for a screen reader."""
    held = ", ".join(f"{piece.part.value} {number(piece.gib, 1)}" for piece in parts.pieces)
    return f"{number(parts.used_gib, 1)} of {number(parts.total_gib, 1)} GiB used: {held}, free {_free(parts)}"


def _free(parts: MemoryParts) -> str:
    return gib(parts.free_gib * GIB)
