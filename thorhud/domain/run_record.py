"""One finished run, and everything that is needed to believe it."""

from dataclasses import dataclass, field

from thorhud.domain.timing import PromptResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConditions:
    """The unit while one answer was generated; None is not known, never zero."""

    energy_j: float | None = None
    """Energy of the whole module from sending the prompt to the end of its answer."""
    energy_source: str | None = None
    """The rail it was summed from, "VIN"."""
    idle_power_w: float | None = None
    """Mean power of the same rail in the seconds before, when nothing was asked."""
    temp_c: float | None = None
    """The hottest that the module's own sensor (tj) read while it ran."""
    gpu_clock_mhz: float | None = None
    """Lowest GPU clock read while tokens came."""
    memory_clock_mhz: float | None = None
    jetson_clocks: bool | None = None
    model_revision: str | None = None
    """The snapshot's commit in the Hugging Face cache."""
    l4t: str | None = None
    jetpack: str | None = None

    def energy_per_token_j(self, completion_tokens: int | None) -> float | None:
        """Return joules per output token, the prompt's share included."""
        return self.energy_j / completion_tokens if self.energy_j is not None and completion_tokens else None


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
    throttled: str | None = None
    """Says so where the unit throttled when the answer ended; None where it did not, or where nobody knows."""
    not_comparable: tuple[str, ...] = ()
    """Sentences of the gates that were not passed: measured all the same, and labelled so."""
    prompt_changed: str | None = None
    """How the prompt was changed to defeat the prefix cache; None where it was sent as it stands."""
    conditions: RunConditions = field(default_factory=RunConditions)

    @property
    def counts(self) -> bool:
        """Whether the run may stand in a comparison: measured, no warm-up, not marked."""
        return not self.warm_up and self.result.tokens_per_s is not None and self.mark is None

    @property
    def mark(self) -> str | None:
        """Why the run does not count: it broke off, the server's figures differ, or the unit throttled."""
        error = self.result.error
        return error.headline if error is not None else self.result.disagreement or self.throttled
