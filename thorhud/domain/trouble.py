"""What the unit itself adds to a diagnosis, and what is wrong while the model serves all the same."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from thorhud.domain.failures import Failure, failure_of
from thorhud.domain.telemetry import Swap, TelemetrySnapshot

GIB: Final = 1024**3
_NO_ROOM_BYTES: Final = 512 * 1024**2
"""With less free than this a log line or a compiled kernel no longer fits."""
_SWAPS_FROM: Final = 0.5
"""The share of swap in use from which the unit is called swapping; a little of it is idle programs, and harmless."""
_NAMELESS: Final = frozenset({"unknown", "crashed"})
_OF_MEMORY: Final = frozenset({"killed", "slow-start", "out-of-memory"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """What is known of the unit beside the log; None and empty are unknown."""

    disk_free_bytes: int | None = None
    swap: Swap | None = None
    throttle_causes: tuple[str, ...] = ()
    """What holds the clocks down now, as the kernel or the driver calls it."""
    out_of_memory: bool = False
    """Docker says that the kernel ended the container because memory ran out."""
    chat_asks: str | None = None
    """The address that the chat page asks for models; None where there is no chat page."""
    served: str | None = None
    """The address on which a model answers; None while none does."""


def facts_of(telemetry: TelemetrySnapshot, *, out_of_memory: bool = False) -> UnitFacts:
    """Return what a sample of the hardware says."""
    return UnitFacts(
        disk_free_bytes=telemetry.disk_free_bytes.value,
        swap=telemetry.swap.value,
        throttle_causes=telemetry.throttle_causes.value or (),
        out_of_memory=out_of_memory,
    )


def refine_by_unit(failure: Failure, facts: UnitFacts) -> Failure:
    """Return *failure* with what the unit knows better than the log, else as it is."""
    if failure.kind in _NAMELESS and facts.out_of_memory:
        failure = failure_of("killed", evidence=failure.evidence)
    if failure.kind == "killed" and facts.out_of_memory:
        return replace(failure, explanation="Docker says that the kernel ended it because memory ran out.")
    if failure.kind in _NAMELESS and facts.disk_free_bytes is not None and facts.disk_free_bytes < _NO_ROOM_BYTES:
        return failure_of("disk-full", evidence=failure.evidence)
    if failure.kind in _OF_MEMORY and (swapping := _swapping(facts)) is not None:
        return replace(failure, explanation=f"{failure.explanation} {swapping.explanation}")
    return failure


def troubles(facts: UnitFacts) -> tuple[Failure, ...]:
    """Return what is wrong with a unit on which nothing has failed yet, the worst first."""
    found = (_disk_full(facts), _swapping(facts), _throttling(facts), _chat_model_missing(facts))
    return tuple(each for each in found if each is not None)


def _disk_full(facts: UnitFacts) -> Failure | None:
    free = facts.disk_free_bytes
    if free is None or free >= _NO_ROOM_BYTES:
        return None
    return failure_of("disk-full", evidence=f"{free / 1e6:.0f} MB free")


def _swapping(facts: UnitFacts) -> Failure | None:
    swap = facts.swap
    if swap is None or not swap.total_bytes or swap.used_bytes <= _SWAPS_FROM * swap.total_bytes:
        return None
    figures = {"used": f"{swap.used_bytes / GIB:.1f}", "total": f"{swap.total_bytes / GIB:.1f}"}
    return failure_of("swapping", evidence=f"{figures['used']} of {figures['total']} GiB swap used", figures=figures)


def _throttling(facts: UnitFacts) -> Failure | None:
    if not facts.throttle_causes:
        return None
    causes = ", ".join(facts.throttle_causes)
    return failure_of("throttling", evidence=causes, figures={"causes": causes})


def _chat_model_missing(facts: UnitFacts) -> Failure | None:
    if facts.chat_asks is None or facts.served is None or reaches(facts.chat_asks, facts.served):
        return None
    figures = {"asked": facts.chat_asks, "served": facts.served}
    return failure_of("chat-model-missing", evidence=f"OPENAI_API_BASE_URL={facts.chat_asks}", figures=figures)


def reaches(asked: str, served: str) -> bool:
    """Whether one of the addresses in *asked* (Open WebUI takes several, with semicolons) leads to port of *served*.

    Hosts are not compared: a unit has many names for itself, and 0.0.0.0 is the one in the workshop's document.
    """
    port = _port_of(served)
    return any(_port_of(each) == port and "/v1" in each for each in asked.split(";"))


def _port_of(address: str) -> int | None:
    try:
        return urlsplit(address.strip()).port
    except ValueError:
        return None
