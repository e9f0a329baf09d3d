"""When the tokens of a simulated answer come: a pure schedule, so that its rate can be checked without waiting.

Decode rates are the published ones. Time to first token is nowhere published: what stands here is made up, of the size
that a model of that memory plausibly needs.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from thorhud.simulate.faults import SLOW
from thorhud.simulate.server_plan import ServerPlan

SHORT_TOKENS = 180
"""Answers up to this length have the short rate."""
_GROWN_TOKENS = 420
"""From here on the rate of a speculating server no longer grows."""
_SHORT_ACCEPTANCE = 1.22
"""Tokens won per step in a short answer, the step's own included; the roofline's figure for the workshop's rates."""
_REQUEST_JITTER = 0.01
_TOKEN_JITTER = 0.05
_SLOW = 0.45
"""What the fault of that name leaves of every rate."""
_WARM_UP_S = 0.22
"""How much later the first token of the very first request comes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One engine step of a decode: how long after the first token it comes, and how many tokens it brings."""

    at_s: float
    tokens: int


def ttft_s(plan: ServerPlan, prompt_tokens: int, *, request: int) -> float:
    """Return a made-up time to first token: one step, the prefill of the prompt, and more for the first request."""
    chance = random.Random(_seed(plan, request, "ttft"))  # noqa: S311  (a speed, no secret)
    prefill_s = prompt_tokens * 2.2e-5 * plan.model_memory_gib
    seconds = 0.025 + _step_s(plan) + prefill_s + (_WARM_UP_S if request == 1 else 0.0)
    return seconds * (1 + chance.uniform(-0.03, 0.03))


def decode_steps(plan: ServerPlan, tokens: int, *, request: int) -> list[Step]:
    """Return the steps of an answer of *tokens* tokens; the first one, at zero, brings one token.

    ``request`` numbers the requests of one server: each differs a little, and the same one is always the same.
    """
    chance = random.Random(_seed(plan, request, "decode"))  # noqa: S311  (a speed, no secret)
    curve = _Curve(plan)
    stretch = 1 + chance.uniform(-_REQUEST_JITTER, _REQUEST_JITTER)
    steps = _speculating(plan, curve, tokens, chance) if plan.speculative_tokens else _one_by_one(curve, tokens)
    spread_s = _TOKEN_JITTER * _step_s(plan)
    shaken = [Step(0.0, 1)]
    for step in steps:
        at_s = step.at_s * stretch + chance.uniform(-spread_s, spread_s)
        shaken.append(Step(max(shaken[-1].at_s, at_s), step.tokens))
    return shaken


class _Curve:
    """How many seconds after the first token the n-th one comes: the short rate, then growing to the long one."""

    def __init__(self, plan: ServerPlan) -> None:
        slowness = _SLOW if plan.fault == SLOW else 1.0
        self._short = plan.tokens_per_s_short * slowness
        self._top = self._short
        long = plan.tokens_per_s_long * slowness
        if not math.isclose(long, self._short) and plan.long_tokens > SHORT_TOKENS:
            self._top = self._fitting(plan.long_tokens, plan.long_tokens / long)

    def seconds(self, tokens: float) -> float:
        """Return the time of that token."""
        return self._seconds(tokens, self._top)

    def tokens(self, seconds: float) -> float:
        """Return how many tokens came by then; the inverse of `seconds`."""
        low, high = 0.0, max(self._short, self._top) * seconds + 1.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.seconds(middle) < seconds else (low, middle)
        return low

    def _seconds(self, tokens: float, top: float) -> float:
        flat = min(tokens, SHORT_TOKENS) / self._short
        grown_tokens = min(max(0.0, tokens - SHORT_TOKENS), _GROWN_TOKENS - SHORT_TOKENS)
        growth = (top - self._short) / (_GROWN_TOKENS - SHORT_TOKENS)
        growing = math.log1p(growth * grown_tokens / self._short) / growth if growth else grown_tokens / self._short
        return flat + growing + max(0.0, tokens - _GROWN_TOKENS) / top

    def _fitting(self, tokens: int, seconds: float) -> float:
        """Return the top rate with which the mean of a long answer is right."""
        low, high = self._short / 100, self._short * 100
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if self._seconds(tokens, middle) > seconds else (low, middle)
        return low


def _one_by_one(curve: _Curve, tokens: int) -> Iterator[Step]:
    return (Step(curve.seconds(number), 1) for number in range(1, tokens))


def _speculating(plan: ServerPlan, curve: _Curve, tokens: int, chance: random.Random) -> Iterator[Step]:
    """Yield steps of even length, each with the tokens that verification accepted: never none, mostly one or two."""
    came, number = 0, 0
    while came < tokens - 1:
        number += 1
        at_s = number * _step_s(plan)
        accepted = round(curve.tokens(at_s) + chance.gauss(0.0, 0.9)) - came
        accepted = min(max(1, accepted), plan.speculative_tokens + 1, tokens - 1 - came)
        came += accepted
        yield Step(at_s, accepted)


def _step_s(plan: ServerPlan) -> float:
    """Return how long one engine step takes: one token without speculation, about 1.2 with it."""
    rate = plan.tokens_per_s_short * (_SLOW if plan.fault == SLOW else 1.0)
    return (_SHORT_ACCEPTANCE if plan.speculative_tokens else 1.0) / rate


def _seed(plan: ServerPlan, request: int, what: str) -> str:
    return f"{plan.model} {plan.draft_model} {request} {what}"
