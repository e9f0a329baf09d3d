"""Sentences that several repairs say alike."""

from collections.abc import Iterable

from thorhud.domain.repairs import RepairId, RepairProof
from thorhud.repair.root import RootResult

GIB = 1024**3


def gib(amount_bytes: int) -> str:
    """Write memory as the screen does: "118.2 GiB"."""
    return f"{amount_bytes / GIB:.1f} GiB"


def listed(names: Iterable[str]) -> str:
    """Write names as a sentence does: "a, b and c"."""
    *front, last = list(names) or ["nothing"]
    return f"{', '.join(front)} and {last}" if front else last


AGAIN = "Try once more. If it stays so, raise the red cup."


def not_done(repair_id: RepairId, result: RootResult, *, before: str = "", otherwise: str = AGAIN) -> RepairProof:
    """Return the proof of a repair that root did not carry out: the command to type, or else what to do *otherwise*."""
    return RepairProof(
        repair_id=repair_id,
        proven=False,
        sentence=result.sentence,
        before=before,
        after=before,
        command=result.command,
        next_step=f"Type: {result.command}" if result.command else otherwise,
    )
