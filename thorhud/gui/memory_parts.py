"""Unified memory as the parts of one bar. No Qt in here."""

from dataclasses import dataclass
from enum import Enum

from thorhud.domain.state import AgentState, ServingPhase, ServingState
from thorhud.domain.telemetry import Memory
from thorhud.domain.workshop import Workshop
from thorhud.gui.words import GIB, gib, number

UNCLAIMED_FROM_GIB = 10.0
"""With nothing running, more than this in use means that something was not given back."""
ALMOST_FULL = 0.85


class Part(Enum):
    """What a piece of the bar stands for."""

    SYSTEM = "system"
    MODEL = "model"
    CACHE = "cache"
    """The conversation cache (KV cache) of vLLM."""
    UNCLAIMED = "unclaimed"
    OTHER = "other"
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
    """Return who holds the memory, as far as one sample and the log of the server tell."""
    idle = workshop.idle_memory_gib if workshop else (3.0, 6.0)
    total, free = memory.total_bytes / GIB, memory.free_bytes / GIB
    files = min(memory.file_cache_bytes, max(0, memory.total_bytes - memory.free_bytes)) / GIB
    used = max(0.0, total - free - files)
    serving = state.serving
    unit_is_ours = state.identity.is_jetson or state.agent.simulated
    if serving.phase in {ServingPhase.STARTING, ServingPhase.READY}:
        pieces, label = _served(serving, used, idle)
    elif used > UNCLAIMED_FROM_GIB and unit_is_ours:
        pieces, label = _unclaimed(serving, used, idle)
    elif used > UNCLAIMED_FROM_GIB:
        pieces, label = (Piece(Part.SYSTEM, used),), "system and other programs"
    else:
        pieces, label = (Piece(Part.SYSTEM, used),), ""
    if files >= 0.05:
        pieces = (*pieces, Piece(Part.FILES, files))
    full = serving.phase is not ServingPhase.READY and total > 0 and used / total >= ALMOST_FULL
    at_rest = serving.phase is ServingPhase.IDLE and used <= UNCLAIMED_FROM_GIB
    return MemoryParts(
        total_gib=total,
        used_gib=used,
        free_gib=free,
        pieces=pieces,
        label=label,
        note="almost full" if full else "idle" if at_rest else "",
        alarm=full,
        configuration_id=serving.configuration_id,
        idle_gib=idle if unit_is_ours else None,
    )


def _served(serving: ServingState, used: float, idle: tuple[float, float]) -> tuple[tuple[Piece, ...], str]:
    timeline = serving.timeline
    weights = timeline.model_memory_gib if timeline else None
    cache = timeline.kv_cache_gib if timeline else None
    if serving.phase is ServingPhase.READY and weights is not None and cache is not None and weights + cache <= used:
        label = f"vLLM {number(weights + cache, 1)}:  model {number(weights, 1)},  "
        label += f"conversation cache {number(cache, 1)}"
        rest = used - weights - cache
        return (Piece(Part.SYSTEM, rest), Piece(Part.MODEL, weights), Piece(Part.CACHE, cache)), label
    system = _system_share(used, idle)
    model = used - system
    label = f"vLLM {number(model, 1)}" if model >= 0.05 else ""
    return (Piece(Part.SYSTEM, system), Piece(Part.MODEL, model)), label


def _unclaimed(serving: ServingState, used: float, idle: tuple[float, float]) -> tuple[tuple[Piece, ...], str]:
    system = _system_share(used, idle)
    held = used - system
    whose = "not released by the last model" if serving.generation else "that no model of ours holds"
    return (Piece(Part.SYSTEM, system), Piece(Part.UNCLAIMED, held)), f"{number(held, 1)} {whose}"


def _system_share(used: float, idle: tuple[float, float]) -> float:
    """Nothing tells system and model apart while both grow, so the middle of the idle range stands for the system."""
    return min(used, sum(idle) / 2)


def spoken(parts: MemoryParts) -> str:
    """Return the bar in one sentence for a screen reader."""
    held = ", ".join(f"{piece.part.value} {number(piece.gib, 1)}" for piece in parts.pieces)
    return f"{number(parts.used_gib, 1)} of {number(parts.total_gib, 1)} GiB used: {held}, free {_free(parts)}"


def _free(parts: MemoryParts) -> str:
    return gib(parts.free_gib * GIB)
