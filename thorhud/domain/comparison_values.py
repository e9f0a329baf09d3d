"""What Compare and the report show: the values, without how they are made."""

from dataclasses import dataclass

from thorhud.domain.roofline import ReadPerToken
from thorhud.domain.speculation import BreakEven, ParityResult
from thorhud.domain.statistics import Interval, Verdict
from thorhud.domain.sweep import SweepRecord
from thorhud.domain.timing import Acceptance


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One measured run on a chart."""

    tokens_per_s: float
    ttft_s: float | None
    completion_tokens: int | None
    marked: str | None = None
    """Why the dot does not count towards the median, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonCell:
    """The runs of one configuration with one prompt length, all made under the same conditions."""

    dots: tuple[Dot, ...] = ()
    median_tokens_per_s: float | None = None
    median_ttft_s: float | None = None
    median_completion_tokens: float | None = None
    interval: Interval | None = None
    """95 % interval of the median speed; None from fewer than 5 runs, for which none would cover so much."""
    ttft_interval: Interval | None = None
    median_prompt_tokens_per_s: float | None = None
    median_energy_per_token_j: float | None = None
    acceptance: Acceptance | None = None
    """Sum over the runs behind the bar."""
    not_comparable: tuple[str, ...] = ()
    """What the gates said of the runs behind the bar, each sentence once; a view labels the bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One configuration of the comparison, measured beside published."""

    configuration_id: str
    short: ComparisonCell
    long: ComparisonCell
    model_memory_gib: float | None = None
    start_s: float | None = None
    reason: str | None = None
    """Why nothing was measured, as a sentence; None where something was.

    A view puts "Not measured: " in front of it.
    """
    shape: ComparisonCell | None = None
    """The 2048/128 shape; None where nobody measured it."""
    read: ReadPerToken | None = None
    share_of_limit: float | None = None
    """Of the long prompt's median, key-value cache of the mean context included; above 1 only with speculation."""
    sweep: SweepRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the data shows: a figure ("+79 %") and the sentence it stands for."""

    figure: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What Compare and the report show, in the workshop's order."""

    unit: str
    rows: tuple[ComparisonRow, ...]
    preliminary: bool = True
    """Fewer than five repeats behind some bar: a first look, not a verdict."""
    simulated: bool = False
    start_speed: float = 1.0
    conditions: tuple[str, ...] = ()
    """What a reader must know: repeats, sampling, power mode, in sentences."""
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    """Each configuration against what it is compared with, one for each prompt that both have."""
    break_evens: tuple[BreakEven, ...] = ()
    parity: tuple[ParityResult, ...] = ()
    assumptions: tuple[str, ...] = ()
    """Behind the limit line, in sentences."""
    ladder_id: str | None = None
    measured_unix_s: tuple[float, float] | None = None
    """First and last run shown."""
