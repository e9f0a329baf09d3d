"""Several answers at once: what a unit yields in all, what each user still gets, and when to stop asking for more."""

import math
from dataclasses import dataclass

from thorhud.domain.statistics import FEWEST_FOR_P95
from thorhud.domain.timing import PromptError, PromptRequest, ServerFigures

LEVELS = (1, 2, 4, 8, 16, 32)
ROUNDS = 2
"""Answers for each user of a level: in the first round all prompts are read at once, in the second between answers."""
FEWEST_REQUESTS = 4
TAIL_FROM = 8
"""From so many users on a level asks often enough for a 95th percentile; below, that would take minutes for each."""


def requests_at(concurrency: int) -> int:
    """Return how many answers one level takes, in whole rounds."""
    fewest = FEWEST_FOR_P95 if concurrency >= TAIL_FROM else FEWEST_REQUESTS
    return concurrency * max(ROUNDS, math.ceil(fewest / concurrency))


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRequest:
    """So many answers at a time until *requests* have come; the first *concurrency* of them begin together."""

    prompt: PromptRequest
    concurrency: int
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepProgress:
    """Where one level stands."""

    elapsed_s: float
    requests_done: int
    requests_planned: int
    tokens_per_s_now: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepLevel:
    """What so many users at once got."""

    concurrency: int
    requests: int
    """Answers that came whole."""
    failed: int = 0
    total_tokens_per_s: float | None = None
    """Output tokens of all answers over the time in which all users were served; ramp-up and tail left out."""
    per_user_tokens_per_s: float | None = None
    """Median over the answers."""
    ttft_s: tuple[float, ...] = ()
    """Of every answer, so that nobody has to invent a percentile."""
    median_ttft_s: float | None = None
    p95_ttft_s: float | None = None
    """None from fewer than 40 answers."""
    completion_tokens: int = 0
    duration_s: float | None = None
    server: ServerFigures | None = None
    error: PromptError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRecord:
    """The levels of one configuration, as far as they went, and why not further."""

    id: str
    at_unix_s: float
    configuration_id: str
    prompt_name: str
    """Name of a prompt, or "2048/128" for that shape."""
    levels: tuple[SweepLevel, ...]
    stopped_because: str | None = None
    ladder_id: str | None = None
    launch_id: str | None = None
    simulated: bool = False
    not_comparable: tuple[str, ...] = ()
