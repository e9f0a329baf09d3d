"""The five kinds of message between an agent and a face.

==========  =====================================================  =======================================
kind        down (agent to face)                                   up (face to agent)
==========  =====================================================  =======================================
snapshot    `Snapshot`: the whole small state, newest wins         -
event       `Event`: ordered, numbered, resumable                  `EventsAfter`: send me those I missed
stream      `StreamPiece`: log lines, answer text                  `Watch`: only while somebody looks
query       `QueryAnswer`                                          `Query`: history, runs, log ranges
command     `CommandAnswer`: accepted, refused, done, failed       `Command`: a wish
==========  =====================================================  =======================================

`thorhud.domain.wire` turns them into bytes and back.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.state import AgentState

MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The whole state; a newer one replaces it."""

    number: int
    state: AgentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened once; numbers grow by one without gaps within one boot."""

    number: int
    at_unix_s: float
    kind: str
    """stage, ready, failed, stopped, run, ladder, cup, action, agent"""
    text: str
    """One sentence for a person."""
    details: dict[str, str | float | int | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsAfter:
    """Send the events after this number, then every new one."""

    number: int


class Channel(StrEnum):
    """What can be watched."""

    LOG = "log"
    """Recorded log lines of the current launch."""
    ANSWER = "answer"
    """Text of the current answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Begin or end a stream; it begins with what there is already."""

    channel: Channel
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPiece:
    """One piece of a stream; ``offset`` counts characters (answer) or lines (log) of the thing named ``of``."""

    channel: Channel
    of: str
    """The run id (answer) or the launch id (log)."""
    offset: int
    text: str
    reasoning: bool = False


class QueryName(StrEnum):
    """What can be asked."""

    WORKSHOP = "workshop"
    """-> `Workshop`"""
    COMMANDS = "commands"
    """configuration_id -> `TypedCommands`"""
    COMPARISON = "comparison"
    """-> `Comparison`"""
    RUNS = "runs"
    """limit, before -> list of `RunRecord`, newest first"""
    LOG = "log"
    """launch_id (the current one where empty), offset (from the end where negative), limit -> `LogPage`"""
    LAUNCHES = "launches"
    """limit -> list of `LaunchRecord`"""
    HISTORY = "history"
    """value (a name of `thorhud.domain.history.VALUES`), begin_unix_s, end_unix_s, pixels -> `HistorySeries`"""
    FIT = "fit"
    """configuration_id, options -> `thorhud.domain.fit`'s answer for them on this unit"""
    FIND_IN_LOG = "find-in-log"
    """launch_id, text, levels (warning, error), limit, before or after (line numbers) or skip (so many hits,
    all but so many where negative), lines (true: with their text), cause (true: only the line that says why the launch
    failed) -> `LogHits`"""
    LADDERS = "ladders"
    """limit -> list of `LadderRecord`, newest first"""
    ANSWERS = "answers"
    """prompt, left and right (configuration ids; newest whole answer of each) -> `AnswerPair`"""
    BALLOT = "ballot"
    """prompt (any where empty) -> `Ballot`: two answers without names, in random order"""
    TALLY = "tally"
    """-> list of `VoteTally`"""
    NOTES = "notes"
    """-> list of `Note`, the newest of each subject"""
    REPAIR_PLAN = "repair-plan"
    """repair (an id) -> `RepairPlan`: what it would do on this unit now"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question; the answer names its id."""

    id: str
    name: QueryName
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """The answer to a query: a result in plain JSON, or the reason why there is none."""

    id: str
    result: Any = None
    error: str | None = None


class Verb(StrEnum):
    """What can be asked for."""

    LAUNCH = "launch"
    """configuration_id, options (`LaunchOptions` as plain JSON); switches (stop, clear, start) where something is
    served; take_over (an explicit yes) where somebody else is starting something"""
    STOP = "stop"
    """force (only for a server that was started outside, after an explicit yes)"""
    PROMPT = "prompt"
    """prompt (a name of the workshop) or text, with max_tokens, temperature"""
    CANCEL_PROMPT = "cancel-prompt"
    LADDER = "ladder"
    """configuration_ids (all startable where empty), repeats, parts, max_tokens, least_warm_ups, most_warm_ups,
    ready_for_s, sweep_levels as in `LadderPlan`; resume (the id of a ladder) takes it up where it stopped"""
    CANCEL_LADDER = "cancel-ladder"
    CUP = "cup"
    """colour"""
    DISMISS = "dismiss"
    """take a failure off the screen"""
    REPAIR = "repair"
    """repair (an id of `thorhud.domain.repairs`), restart_launch (start what failed again, once that is proven),
    agreed (a person said yes to what it ends)"""
    PULL_IMAGE = "pull-image"
    """image (the workshop's where empty): only ever asked for, never done in silence"""
    CANCEL_PULL = "cancel-pull"
    CHAT_PAGE = "chat-page"
    """on: start the chat page, or stop the one that we started"""
    VOTE = "vote"
    """ballot (its id), choice (a, b or same)"""
    NOTE = "note"
    """subject, text (empty takes it away)"""
    SHARE = "share"
    """on, port: serve the take-home card on the unit's own network until switched off"""
    CHECK_PIN = "check-pin"
    """pin; done where it is right. `REPAIR` takes ``pin`` too, for the repairs that need it on a kiosk"""
    END = "end"
    """end the agent; containers go on"""
    SIMULATE = "simulate"
    """simulated unit only: fault (of the next start), start_speed"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the asker saw: a command that changes serving is refused when it has moved since."""

    boot: str
    serving_generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A wish. The same id twice is one command."""

    id: str
    verb: Verb
    args: dict[str, Any] = field(default_factory=dict, repr=False)
    """Left out of its representation: what is logged by accident must hold no PIN."""
    expect: Expectation | None = None
    who: str = ""
    """Who asks, for the record: "kiosk", "terminal of anna"."""


class AnswerKind(StrEnum):
    """Accepted or refused within 100 ms; then done or failed."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAnswer:
    """What came of a command."""

    id: str
    kind: AnswerKind
    reason: str = ""
    next_step: str = ""
    failure_kind: str = ""
    details: dict[str, str | float | int | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCommands:
    """What a person would type to do the same by hand."""

    docker_run: str
    vllm_serve: str
    curl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """A range of recorded log lines."""

    launch_id: str
    offset: int
    lines: tuple[str, ...]
    """They follow each other without a gap; where the asked range begins with lines that are not kept, they begin
    behind those, and ``offset`` says where."""
    total: int
    """Lines that were ever written, those that are not kept any more included."""
    dropped_from: int = 0
    dropped_to: int = 0
    """The lines from the one up to the other (not included) are not kept: the log grew too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHits:
    """Lines of a log that hold a text or have a level."""

    launch_id: str
    numbers: tuple[int, ...]
    """Line numbers, counted from 0."""
    total: int
    """Hits in the whole log."""
    lines: tuple[str, ...] = ()
    """The lines themselves, where they were asked for."""
    before: int = 0
    """How many hits stand before the first of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchRecord:
    """One launch from `docker run` to its end."""

    id: str
    configuration_id: str | None
    started_unix_s: float
    ended_unix_s: float | None = None
    outcome: str | None = None
    """ready, failed, stopped; None while it goes on"""
    exit_code: int | None = None
    failure_kind: str | None = None
    ready_after_s: float | None = None
    stage_s: dict[str, float] = field(default_factory=dict)
    """Seconds of each `StageName`, where known."""
    container_id: str | None = None
    image: str = ""
    image_digest: str | None = None
    vllm_version: str | None = None
    serve_arguments: tuple[str, ...] = ()
    started_outside: bool = False
    stop_requested: bool = False
    model_memory_gib: float | None = None
    step_s: dict[str, float] = field(default_factory=dict)
    """Seconds of each `PipelineStep` without gaps: their sum is the time to ready."""
    options: LaunchOptions = field(default_factory=LaunchOptions)
    compile_cache: str | None = None
    """hit, miss or off, as the log says; None where it says nothing"""
    estimate_s: float | None = None
    """What was expected to ready when it began, to learn how good the estimate was."""
    start_number: int = 1
    """Which start in the same container's log this is, where somebody starts and ends the server by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySeries:
    """The course of one value: at most two points for each pixel of a chart, least and most, in the order of time.

    A second without a measurement has no point; a gap is where points are far apart.
    """

    name: str
    unit: str
    """bytes, share (0 to 1), mhz, w, c, bytes_per_s, tokens_per_s"""
    begin_unix_s: float
    end_unix_s: float
    points: tuple[tuple[float, float], ...] = ()
    """Unix seconds and value."""


Down = Snapshot | Event | StreamPiece | QueryAnswer | CommandAnswer
Up = EventsAfter | Watch | Query | Command
