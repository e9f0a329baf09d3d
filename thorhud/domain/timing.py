"""What one streamed answer cost, in the words the field uses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRequest:
    """One chat completion to send and measure."""

    base_url: str
    text: str
    max_tokens: int
    temperature: float | None = None
    seed: int | None = None
    model: str | None = None
    """None: the first id of `/v1/models`."""
    prompt_name: str | None = None
    ignore_eos: bool = False
    silence_limit_s: float = 60.0
    """No byte for so long ends the run as a stream that hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptError:
    """Why an answer did not come or did not end well."""

    kind: str
    """unreachable, http, refused, mid-stream, aborted, silent, cancelled, unreadable"""
    headline: str
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFigures:
    """The same request in the server's own counters (`/metrics` after minus before)."""

    ttft_s: float | None = None
    tpot_s: float | None = None
    tokens_per_s: float | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptResult:
    """The figures of one answer; token counts come from `usage`, never from counting chunks."""

    model: str
    ttft_s: float | None = None
    """Time to first token of any kind, reasoning included."""
    ttfa_s: float | None = None
    """Time to the first token of the answer proper; None where no reasoning came before it."""
    tpot_s: float | None = None
    """Time per output token, the first chunk left out."""
    tokens_per_s: float | None = None
    """(n - n_first) / (t_last - t_first)."""
    total_s: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    chunks: int = 0
    finish_reason: str | None = None
    text: str = ""
    reasoning: str | None = None
    error: PromptError | None = None
    server: ServerFigures | None = None
    disagreement: str | None = None
    """Set where client and server differ by over 10 %: one sentence with both figures."""
    note: str | None = None
    """Why a rate is missing, for example too few tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptProgress:
    """Where a running answer stands; the speed is of the last second."""

    elapsed_s: float
    ttft_s: float | None = None
    completion_tokens: int = 0
    tokens_per_s_now: float | None = None
    tokens_per_s: float | None = None
    """Mean so far."""
    text: str = ""
    """What came since the last progress."""
    reasoning: str = ""
