"""What a ladder measures, as data that outlives the agent: it can be taken up again after a crash or a cancel."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

SEED = 42
LEAST_WARM_UPS = 2
MOST_WARM_UPS = 8
STEADY_RUNS = 3
STEADY_WITHIN = 0.05
"""Warm until the last three agree within 5 %, at most 8 runs."""
READY_FOR_S = 10.0
SHAPE_PROMPT = "2048/128"
"""The name under which runs and sweeps of that shape are recorded."""
SHAPE_PROMPT_TOKENS = 2048
SHAPE_OUTPUT_TOKENS = 128


class Part(StrEnum):
    """What may be measured of one configuration."""

    SHORT = "short"
    LONG = "long"
    SHAPE = "shape"
    """2048 prompt tokens, 128 output tokens: the shape of NVIDIA's own figures."""
    SWEEP = "sweep"
    PARITY = "parity"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderPlan:
    """The wish: which configurations, how often, what of each."""

    configuration_ids: tuple[str, ...]
    parts: tuple[Part, ...] = (Part.SHORT, Part.LONG)
    repeats: int = 5
    """5 to 7 for a verdict; fewer is a first look and is called so."""
    least_warm_ups: int = LEAST_WARM_UPS
    most_warm_ups: int = MOST_WARM_UPS
    max_tokens: int | None = None
    """None: each prompt's own."""
    seed: int = SEED
    ready_for_s: float = READY_FOR_S
    sweep_levels: tuple[int, ...] = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """How far one configuration came."""

    configuration_id: str
    state: str = "waiting"
    """waiting, starting, gating, warming, measuring, stopping, done, failed, skipped"""
    parts_done: tuple[str, ...] = ()
    reason: str | None = None
    not_comparable: tuple[str, ...] = ()
    took_s: float | None = None
    memory: str = ""
    """Whether the memory was back after its stop, as a sentence with both figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRecord:
    """One ladder from the wish to its end; its runs, sweeps and parity results name its id."""

    id: str
    began_unix_s: float
    plan: LadderPlan
    who: str = ""
    ended_unix_s: float | None = None
    outcome: str | None = None
    """done, cancelled, failed, interrupted (the agent ended); None while it goes on"""
    steps: tuple[StepRecord, ...] = field(default_factory=tuple)

    @property
    def can_resume(self) -> bool:
        """Whether something is left to measure."""
        return self.outcome in {"cancelled", "failed", "interrupted"} and any(
            step.state not in {"done", "skipped"} for step in self.steps
        )


def is_steady(rates: Sequence[float | None]) -> bool:
    """Whether the last three warm-ups agree: the fastest within 5 % of the slowest, seen from their median.

    A run without a speed (None) agrees with nothing.
    """
    spread = _spread(rates)
    return spread is not None and spread <= STEADY_WITHIN


def is_warm(rates: Sequence[float | None], *, least: int = LEAST_WARM_UPS, most: int = MOST_WARM_UPS) -> bool:
    """Whether measuring may begin after warm-ups of these speeds: they are steady, or there were enough of them."""
    return len(rates) >= most or (len(rates) >= least and is_steady(rates))


def never_settled(rates: Sequence[float | None]) -> str | None:
    """Return the sentence that runs carry where warming up ended without being steady, else None.

    Measuring begins all the same: a unit that never settles is a finding, not a failure.
    """
    if is_steady(rates):
        return None
    last = list(rates)[-STEADY_RUNS:]
    if len(last) < STEADY_RUNS:
        count = f"{len(last)} {'warm-up' if len(last) == 1 else 'warm-ups'}" if last else "no warm-up"
        return f"Not comparable: with {count} nobody knows whether the speed had settled."
    speeds = ", ".join("none" if each is None else f"{each:.1f}" for each in last)
    spread = _spread(rates)
    apart = "" if spread is None else f", {100 * spread:.0f} % apart"
    return f"Not comparable: the speed had not settled after {len(rates)} warm-ups (last three: {speeds} tok/s{apart})."


def _spread(rates: Sequence[float | None]) -> float | None:
    """Return how far the last three lie apart, as a share of their median; None where there are no three speeds."""
    last = [each for each in rates[-STEADY_RUNS:] if each is not None and each > 0]
    if len(last) < STEADY_RUNS:
        return None
    return (max(last) - min(last)) / statistics.median(last)
