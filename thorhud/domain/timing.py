"""What one streamed answer cost, in the words the field uses."""

from dataclasses import dataclass
from itertools import pairwise

from thorhud.domain.statistics import percentile


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
    prompt_tokens: int | None = None
    """Send exactly so many tokens, repeated from *text*, without a chat template (a fixed shape); None: a chat."""
    want_token_ids: bool = False
    """Ask for the ids of the answer's tokens as well (parity)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptError:
    """Why an answer did not come or did not end well."""

    kind: str
    """unreachable, http, refused, mid-stream, aborted, silent, cancelled, unreadable; harmony (GPT-OSS without its
    encodings), measuring (the measuring process itself ended)"""
    headline: str
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What became of the tokens that a draft model proposed, from the server's counters, after minus before."""

    drafts: int
    """How often the draft model proposed."""
    draft_tokens: int
    accepted_tokens: int
    accepted_per_position: tuple[int, ...] = ()
    """Accepted tokens at the first, second, ... place of a proposal."""

    @property
    def rate(self) -> float | None:
        """Share of the proposed tokens that were accepted, 0 to 1."""
        return self.accepted_tokens / self.draft_tokens if self.draft_tokens else None

    @property
    def length(self) -> float | None:
        """Mean tokens per step of the large model: the accepted ones and the one that it adds itself."""
        return 1 + self.accepted_tokens / self.drafts if self.drafts else None

    @property
    def rate_per_position(self) -> tuple[float, ...]:
        """Share of the proposals whose token at that place was accepted."""
        return tuple(each / self.drafts for each in self.accepted_per_position) if self.drafts else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFigures:
    """The same request in the server's own counters (`/metrics` after minus before)."""

    ttft_s: float | None = None
    tpot_s: float | None = None
    tokens_per_s: float | None = None
    completion_tokens: int | None = None
    prompt_tokens_per_s: float | None = None
    kv_cache_usage: float | None = None
    """Highest share of the KV cache in use that was seen, 0 to 1."""
    prefix_cache_queries: int | None = None
    """Prompt tokens looked up in the prefix cache for this request."""
    prefix_cache_hits: int | None = None
    preemptions: int | None = None
    acceptance: Acceptance | None = None
    """What became of the draft model's tokens; None without speculation."""


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
    prompt_tokens_per_s: float | None = None
    """Prompt tokens over the time to first token; None where the prefix cache held a part of the prompt."""
    itl_s: tuple[float, ...] = ()
    """Inter-token latency: 5, 25, 50, 75 and 95 % quantiles of the time between arrivals, where a run has 40."""
    token_ids: tuple[int, ...] = ()
    """The answer's token ids, only where the request asked for them."""
    token_times: tuple[tuple[int, float], ...] = ()
    """When it had its n-th output token: (n, seconds since the prompt was sent), at the lengths of
    `thorhud.domain.length_times` and at its end; empty where the server does not count tokens as it goes."""


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


FEWEST_TOKENS = 8
SHORTEST_SPAN_S = 0.005
SHORT_SPAN_S = 0.1
MOST_TOKENS_AT_ONCE = 16
"""Outside these a rate says more about buffers and busy processors than about the model; speculation brings up to 6."""
FEWEST_FOR_ITL = 40
ITL_SHARES = (0.05, 0.25, 0.50, 0.75, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One event of a stream that brought tokens, text or the end of the answer."""

    at_s: float
    tokens_so_far: int | None = None
    """Tokens the server had sent by then (`continuous_usage_stats`); None where it does not say."""
    answer: bool = False
    """It brought text of the answer proper."""
    reasoning: bool = False
    """It brought text that the model thought before it answered."""
    tool_call: bool = False

    @property
    def has_text(self) -> bool:
        """Whether a person could see anything come; some tokens give no text."""
        return self.answer or self.reasoning or self.tool_call


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTiming:
    """When one request was sent and when its answer came, on one clock."""

    sent_s: float
    arrivals: tuple[Arrival, ...] = ()
    completion_tokens: int | None = None
    """The last total that `usage` named; None where the server names none."""

    @property
    def first(self) -> Arrival | None:
        """The first arrival with text of any kind; the role alone does not count."""
        return next((each for each in self.arrivals if each.has_text), None)

    @property
    def ttft_s(self) -> float | None:
        """Time to first token: the wait a person at the kiosk feels."""
        return None if self.first is None else self.first.at_s - self.sent_s

    @property
    def ttfa_s(self) -> float | None:
        """Time to the first token of the answer proper; None where no reasoning came before it."""
        reasoned = False
        for each in self.arrivals:
            reasoned = reasoned or each.reasoning
            if each.answer:
                return each.at_s - self.sent_s if reasoned else None
        return None

    @property
    def last(self) -> Arrival | None:
        """The last arrival that brought tokens; where the server counts none, the last that brought text or the end."""
        if not self.arrivals:
            return None
        found = self.arrivals[-1]
        for each in reversed(self.arrivals):
            if each.tokens_so_far is None or each.tokens_so_far != found.tokens_so_far:
                break
            found = each
        return found

    @property
    def total_s(self) -> float | None:
        """Seconds from sending the prompt to the end of its answer."""
        return self.arrivals[-1].at_s - self.sent_s if self.arrivals else None

    @property
    def decode_span_s(self) -> float | None:
        """Seconds from the first text to the last tokens."""
        first, last = self.first, self.last
        return None if first is None or last is None else max(0.0, last.at_s - first.at_s)

    @property
    def decoded_tokens(self) -> int | None:
        """Tokens that came in that span: all but those of the first arrival (one, where the server does not say)."""
        if self.first is None or self.completion_tokens is None:
            return None
        return self.completion_tokens - (self.first.tokens_so_far or 1)

    @property
    def moments(self) -> int:
        """How often something came: events that were read together arrived at one moment."""
        return len({each.at_s for each in self.arrivals})

    @property
    def no_rate_because(self) -> str | None:
        """Why there is no honest rate, as a sentence; None where there is one."""
        total, span = self.completion_tokens, self.decode_span_s
        if span is None:
            return "No text came, so there is no speed."
        if total is None:
            return "The server sent no token counts (usage), so there is no speed; chunks are not tokens."
        if total < FEWEST_TOKENS:
            return f"Only {total} tokens came, too few for a speed."
        if span < SHORTEST_SPAN_S or (self.decoded_tokens or 0) <= 0:
            return f"All {total} tokens came in one burst of {span * 1000:.1f} ms, which says nothing about the model."
        if span < SHORT_SPAN_S and total > MOST_TOKENS_AT_ONCE * self.moments:
            return f"The {total} tokens came in only {self.moments} bursts, which says nothing about the model."
        return None

    @property
    def tpot_s(self) -> float | None:
        """Time per output token, the first arrival left out; one arrival may carry several tokens."""
        if self.no_rate_because or not self.decoded_tokens or self.decode_span_s is None:
            return None
        return self.decode_span_s / self.decoded_tokens

    @property
    def tokens_per_s(self) -> float | None:
        """How fast the answer flowed once it had begun."""
        return None if self.tpot_s is None else 1 / self.tpot_s

    @property
    def itl_s(self) -> tuple[float, ...]:
        """Quantiles (5, 25, 50, 75, 95 %) of the time between arrivals with tokens; nothing from fewer than 40 gaps.

        With speculation one arrival brings several tokens, so this is no time per token.
        """
        moments = self._token_moments()
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        if len(gaps) < FEWEST_FOR_ITL:
            return ()
        return tuple(each for share in ITL_SHARES if (each := percentile(gaps, share)) is not None)

    def _token_moments(self) -> list[float]:
        """Return when tokens came, from the first text on; the event that only says why the answer ended has none."""
        moments: list[float] = []
        counted = 0
        for each in self.arrivals:
            grew = each.tokens_so_far is not None and each.tokens_so_far > counted
            counted = each.tokens_so_far or counted
            if each.has_text or (grew and moments):
                moments.append(each.at_s)
        return moments


def prompt_tokens_per_s(ttft_s: float | None, prompt_tokens: int | None, server: ServerFigures | None) -> float | None:
    """Return prompt tokens over the time to first token.

    None unless the server says that its prefix cache held no part of the prompt: what is not computed has no speed.
    """
    if not ttft_s or not prompt_tokens or server is None or server.prefix_cache_hits != 0:
        return None
    return prompt_tokens / ttft_s
