"""Runs of several configurations beside each other."""

from dataclasses import dataclass

from thorhud.domain.timing import PromptResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One finished run with everything that is needed to believe it."""

    id: str
    at_unix_s: float
    configuration_id: str
    prompt_name: str
    """Name of the workshop's prompt, or "own" for a text that somebody typed."""
    result: PromptResult
    warm_up: bool = False
    ladder_id: str | None = None
    launch_id: str | None = None
    unit: str = ""
    workshop: str = ""
    image: str = ""
    image_digest: str | None = None
    vllm_version: str | None = None
    serve_arguments: tuple[str, ...] = ()
    temperature: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    power_mode: str | None = None
    model_memory_gib: float | None = None
    simulated: bool = False
    start_speed: float = 1.0
    """How much the simulated start was hurried; token rates never are."""
    hud_version: str = ""

    @property
    def counts(self) -> bool:
        """Whether the run may stand in a comparison: measured, not a warm-up, agreeing with the server."""
        result = self.result
        return (
            not self.warm_up
            and result.error is None
            and result.tokens_per_s is not None
            and result.disagreement is None
        )


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
    """All runs of one configuration with one prompt length ("short" or "long")."""

    dots: tuple[Dot, ...] = ()
    median_tokens_per_s: float | None = None
    median_ttft_s: float | None = None
    median_completion_tokens: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One configuration of the comparison, measured beside published."""

    configuration_id: str
    short: ComparisonCell
    long: ComparisonCell
    model_memory_gib: float | None = None
    start_s: float | None = None
    reason: str | None = None
    """Why nothing was measured, as a sentence; None where something was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What Compare and the report show, in the workshop's order."""

    unit: str
    rows: tuple[ComparisonRow, ...]
    preliminary: bool = True
    """One warm-up and three repeats: a first look, not a verdict."""
    simulated: bool = False
    start_speed: float = 1.0
    conditions: tuple[str, ...] = ()
    """What a reader must know: repeats, sampling, power mode, in sentences."""
    findings: tuple["Finding", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the data shows: a figure ("+79 %") and the sentence it stands for."""

    figure: str
    sentence: str
