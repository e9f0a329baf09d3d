"""Gates before a measurement: what would make its figures incomparable with published ones and with other units.

A gate that is not passed stops nothing: everything is measured all the same, and each run carries the sentence.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from thorhud.domain.ladder_plan import READY_FOR_S
from thorhud.domain.memory_verdict import MemoryKind, MemoryVerdict
from thorhud.domain.power import is_full_power, mode_name
from thorhud.domain.telemetry import TelemetrySnapshot

LABEL: Final = "Not comparable: "
"""Every sentence of a gate that was not passed begins so; a view that has its own label takes it off."""


class Gate(StrEnum):
    """What is looked at; stable ids, in the order in which they are told."""

    SIMULATED = "simulated"
    POWER_MODE = "power-mode"
    CLOCKS = "clocks"
    THROTTLING = "throttling"
    OTHER_CLIENTS = "other-clients"
    MEMORY = "memory"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """What was seen of the unit and its server right before measuring."""

    telemetry: TelemetrySnapshot
    is_jetson: bool = True
    simulated: bool = False
    memory: MemoryVerdict | None = None
    """The memory's verdict at this moment; None where the memory could not be read."""
    requests_running: float | None = None
    """`vllm:num_requests_running`; None where the server does not say."""
    requests_waiting: float | None = None
    own_requests: int = 0
    """How many of those are ours; none while nothing was asked yet."""
    ready_for_s: float | None = None
    """Seconds since the server was found ready; None where it is not."""
    ready_wanted_s: float = READY_FOR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """What one gate found."""

    gate: Gate
    passed: bool
    sentence: str = ""
    """One sentence that begins with `LABEL` where it was not passed, else empty."""
    next_step: str = ""
    """What a person can do before measuring again."""


def judge_gates(facts: GateFacts) -> tuple[GateResult, ...]:
    """Return the result of every gate, in the order of `Gate`."""
    return tuple(_result(gate, judge(facts)) for gate, judge in _JUDGES.items())


def not_comparable(results: Iterable[GateResult]) -> tuple[str, ...]:
    """Return the sentences of the gates that were not passed, as a run carries them."""
    return tuple(each.sentence for each in results if not each.passed)


_Trouble = tuple[str, str] | None
"""What is wrong and what to do about it; None where nothing is."""


def _result(gate: Gate, trouble: _Trouble) -> GateResult:
    if trouble is None:
        return GateResult(gate=gate, passed=True)
    found, next_step = trouble
    return GateResult(gate=gate, passed=False, sentence=f"{LABEL}{found}", next_step=next_step)


def _simulated(facts: GateFacts) -> _Trouble:
    return ("the unit is simulated, and its token rates are the published ones.", "") if facts.simulated else None


def _power_mode(facts: GateFacts) -> _Trouble:
    if facts.simulated:
        return None  # as fast in every mode
    if not facts.is_jetson:
        return "this machine is no Jetson, so its speeds are its own and not a Thor's.", ""
    mode = facts.telemetry.power_mode
    if mode.value is None:
        return f"the power mode is not known{_because(mode.reason)}.", "Look at it: sudo nvpmodel -q"
    if is_full_power(mode.value):
        return None
    sentence = f"measured in {mode_name(mode.value)} mode, while published figures were made in MAXN."
    return sentence, "Set MAXN (sudo nvpmodel -m 0), and note that some modes need a reboot."


def _clocks(facts: GateFacts) -> _Trouble:
    if facts.simulated or not facts.is_jetson:
        return None  # nothing to fix there; the other gates say what kind of machine it is
    fixed = facts.telemetry.jetson_clocks
    if fixed.value is None:
        return f"whether the clocks are fixed is not known{_because(fixed.reason)}.", "Fix them: sudo jetson_clocks"
    if not fixed.value:
        return "jetson_clocks is off, so the clocks rise only with the load.", "Fix them: sudo jetson_clocks"
    return None


def _throttling(facts: GateFacts) -> _Trouble:
    """Judge heat and current; a machine that cannot tell is not called throttling."""
    if not facts.telemetry.throttling.value:
        return None
    causes = ", ".join(facts.telemetry.throttle_causes.value or ())
    named = f" ({causes})" if causes else ""
    return f"the unit throttles{named}, so its speeds are too low.", "Let it cool, look at the fan, then measure again."


def _other_clients(facts: GateFacts) -> _Trouble:
    if facts.requests_running is None:
        return "the server does not say whether somebody else uses it.", ""
    others = round(facts.requests_running + (facts.requests_waiting or 0.0)) - facts.own_requests
    if others <= 0:
        return None
    went = "1 request of somebody else was" if others == 1 else f"{others} requests of others were"
    return f"{went} being answered at the same time.", "Ask whoever uses the chat page to wait, then measure again."


def _memory(facts: GateFacts) -> _Trouble:
    if facts.memory is None:
        return "the memory could not be read.", ""
    if facts.memory.kind is MemoryKind.FINE:
        return None
    return _inside(facts.memory.sentence), facts.memory.next_step


def _ready(facts: GateFacts) -> _Trouble:
    if facts.ready_for_s is None:
        return "the server did not say that it is ready.", ""
    if facts.ready_for_s >= facts.ready_wanted_s:
        return None
    return f"the server had been ready for {facts.ready_for_s:.0f} s, not for {facts.ready_wanted_s:.0f} s.", ""


def _because(reason: str | None) -> str:
    return f" ({reason.strip().rstrip('.')})" if reason else ""


def _inside(sentence: str) -> str:
    """Return a sentence as it stands behind a colon; an abbreviation keeps its capitals."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


_JUDGES: Final[dict[Gate, Callable[[GateFacts], _Trouble]]] = {
    Gate.SIMULATED: _simulated,
    Gate.POWER_MODE: _power_mode,
    Gate.CLOCKS: _clocks,
    Gate.THROTTLING: _throttling,
    Gate.OTHER_CLIENTS: _other_clients,
    Gate.MEMORY: _memory,
    Gate.READY: _ready,
}
