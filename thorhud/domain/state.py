"""The whole small state of one unit's agent: what rides in a snapshot."""

from dataclasses import dataclass, field
from enum import StrEnum

from thorhud.domain.chat_page import ChatPageState
from thorhud.domain.failures import Failure
from thorhud.domain.identity import UnitIdentity
from thorhud.domain.images import ImageState, PullState
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.reading import Reading
from thorhud.domain.serving_metrics import ServingMetrics
from thorhud.domain.stages import Timeline
from thorhud.domain.switching import SwitchStep
from thorhud.domain.telemetry import TelemetrySnapshot
from thorhud.domain.timing import PromptError


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentInfo:
    """Which agent speaks."""

    version: str
    boot: str
    """A new random word for each start of the agent; commands name the boot they saw."""
    pid: int
    workshop_id: str
    simulated: bool = False
    start_speed: float = 1.0
    docker: Reading[str] = field(default_factory=Reading)
    """The engine's version, or why it does not answer."""
    data_dir: str = ""


class ServingPhase(StrEnum):
    """What serving is doing."""

    IDLE = "idle"
    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingState:
    """The server of this unit: one at a time."""

    phase: ServingPhase = ServingPhase.IDLE
    generation: int = 0
    """Moves with every change of serving, not with telemetry."""
    configuration_id: str | None = None
    """None while idle, and for a server that somebody else started."""
    next_configuration_id: str | None = None
    """While switching: what will be started once this one is gone."""
    launch_id: str | None = None
    model: str | None = None
    base_url: str | None = None
    activity: str | None = None
    """What happens right now, in words: "Stopping FP8", "Asking for one short chat"."""
    timeline: Timeline | None = None
    elapsed_s: float | None = None
    """Seconds since `docker run`."""
    remaining_s: float | None = None
    """Estimated seconds to ready; None where nothing is known or it takes longer than usual."""
    longer_than_usual: bool = False
    expected_s: dict[str, float] = field(default_factory=dict)
    """Expected seconds of each pipeline step, by `PipelineStep` value."""
    ready_after_s: float | None = None
    failure: Failure | None = None
    failed_step: str | None = None
    """The `PipelineStep` value at which it failed."""
    started_outside: bool = False
    image_digest: str | None = None
    vllm_version: str | None = None
    options: LaunchOptions = field(default_factory=LaunchOptions)
    compile_cache: str | None = None
    """hit, miss or off, as the log says; None where it says nothing yet"""
    stalled: str | None = None
    """Why the start stands still, as a sentence; None while it works, however slowly."""
    log_note: str | None = None
    """Why the log does not reach back to the start, or why there is none; None where it is whole."""
    changing_who: str | None = None
    """Who asked for the start or stop that goes on."""
    metrics: ServingMetrics | None = None
    """What the server says about itself; None unless it is ready."""
    server_ended: bool = False
    """The container goes on and the server in it has ended: somebody starts and ends it by hand."""
    remaining_why: str | None = None
    """Why the time left is longer than it was, in words without a full stop; None where it is not."""
    like_configuration_id: str | None = None
    """The configuration whose model and arguments a server from outside has; None where it has those of none."""
    served_by: str | None = None
    """Where a server from outside runs, in words: "the container vllm", "process 4242 of anna"."""
    switch_steps: tuple[SwitchStep, ...] = ()
    """The steps from the model before to this one; empty where nothing was served before."""
    how_to_stop: str | None = None
    """What a stop would do to a server from outside, as a sentence; None for one of ours."""


class PromptPhase(StrEnum):
    """Where the prompt panel stands."""

    NONE = "none"
    WAITING = "waiting"
    STREAMING = "streaming"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptState:
    """The newest answer; its text travels as a stream named by ``run_id``."""

    phase: PromptPhase = PromptPhase.NONE
    run_id: str | None = None
    prompt_name: str | None = None
    configuration_id: str | None = None
    max_tokens: int | None = None
    elapsed_s: float | None = None
    ttft_s: float | None = None
    completion_tokens: int = 0
    tokens_per_s_now: float | None = None
    tokens_per_s: float | None = None
    finish_reason: str | None = None
    warm_up: bool = False
    """The first run after a start: not used for Compare."""
    disagreement: str | None = None
    note: str | None = None
    error: PromptError | None = None


class LadderPhase(StrEnum):
    """Where a ladder stands."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """One configuration of the ladder."""

    configuration_id: str
    state: str = "waiting"
    """waiting, starting, gating, warming, measuring, stopping, done, failed, skipped"""
    runs_done: int = 0
    runs_planned: int = 0
    reason: str | None = None
    not_comparable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderState:
    """The comparison that is being measured."""

    phase: LadderPhase = LadderPhase.NONE
    ladder_id: str | None = None
    steps: tuple[LadderStep, ...] = ()
    activity: str | None = None
    elapsed_s: float | None = None
    remaining_s: float | None = None
    reason: str | None = None
    resumable_id: str | None = None
    """A ladder that was broken off and can be taken up again; None while one runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCard:
    """The take-home card on the unit's own network."""

    url: str | None = None
    """None while it is switched off."""
    reason: str | None = None
    """Why it cannot be shared, as a sentence."""


class CupColour(StrEnum):
    """Red: I need help from a TA. Blue: I am good to go."""

    BLUE = "blue"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cup:
    """The cup on top of the unit and since when it stands there."""

    colour: CupColour = CupColour.BLUE
    since_unix_s: float | None = None


class RepairPhase(StrEnum):
    """Where the newest repair stands."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"
    """It is proven that it worked."""
    FAILED = "failed"
    """It did not work, or nobody can say that it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairState:
    """The newest repair of this unit, with its proof once it has ended."""

    phase: RepairPhase = RepairPhase.NONE
    repair_id: str | None = None
    title: str = ""
    sentence: str = ""
    """What happens now while it runs, what came of it afterwards."""
    before: str = ""
    after: str = ""
    next_step: str = ""
    command: str = ""
    """What a person types where the agent may not do it."""
    who: str = ""
    began_unix_s: float | None = None
    restarts: str | None = None
    """The configuration that is started again once it is proven."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationAvailability:
    """Whether a configuration can be started now."""

    configuration_id: str
    startable: bool
    reason: str | None = None
    """Why not, as a sentence; None where it can."""
    label: str | None = None
    """The same in two words for a button: "No weights"."""
    next_step: str = ""
    """How a person gets what is missing: a sentence, or a command to type."""
    warm: bool = False
    """The last start of the same image with the same arguments left a compiled model to be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """Everything a face needs to draw its first picture."""

    agent: AgentInfo
    identity: UnitIdentity
    telemetry: TelemetrySnapshot
    serving: ServingState = field(default_factory=ServingState)
    prompt: PromptState = field(default_factory=PromptState)
    ladder: LadderState = field(default_factory=LadderState)
    cup: Cup = field(default_factory=Cup)
    availability: tuple[ConfigurationAvailability, ...] = ()
    runs_version: int = 0
    """Moves when a run was recorded: time to ask for the comparison again."""
    repair: RepairState = field(default_factory=RepairState)
    shared_card: SharedCard = field(default_factory=SharedCard)
    image: ImageState = field(default_factory=ImageState)
    pull: PullState = field(default_factory=PullState)
    chat_page: ChatPageState = field(default_factory=ChatPageState)
    pin_set: bool = False
    """Whether a PIN guards this unit's restart and reboot on a kiosk."""
