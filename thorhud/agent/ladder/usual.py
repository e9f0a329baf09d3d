"""What each piece of a ladder usually takes, before the ladder itself has shown it."""

from collections.abc import Sequence
from statistics import median
from typing import Final

from thorhud.agent.ladder.prompts import FIRST_TOKENS, PARITY_TOKENS, SWEEP_TOKENS
from thorhud.agent.serving.stage_history import expected_seconds
from thorhud.domain.ladder_plan import SHAPE_OUTPUT_TOKENS, SHAPE_PROMPT, LadderPlan
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.run_record import RunRecord
from thorhud.domain.sweep import requests_at
from thorhud.domain.workshop import Configuration, Workshop

UNKNOWN_RATE: Final = 15.0
UNKNOWN_START_S: Final = 60.0
STOP_S: Final = 6.0
AROUND_AN_ANSWER_S: Final = 1.0
"""The measuring process, the first token, the record."""
SHORT_TOKENS: Final = 140
"""Tokens of a five-sentence paragraph."""
CROWDED: Final = 1 / 16
"""How much slower each further user makes an answer; only until the first level has shown it."""


class Usual:
    """The unit's own earlier launches and runs first, then the workshop's figures."""

    def __init__(
        self,
        workshop: Workshop,
        plan: LadderPlan,
        *,
        launches: Sequence[LaunchRecord] = (),
        runs: Sequence[RunRecord] = (),
        start_speed: float = 1.0,
    ) -> None:
        self._workshop = workshop
        self._plan = plan
        self._launches = launches
        self._runs = runs
        self._start_speed = start_speed

    def known(self, configuration_id: str, kind: str, users: int) -> float | None:
        """Return the seconds of a piece of the configuration of that id."""
        configuration = self._workshop.configuration(configuration_id)
        return None if configuration is None else self.seconds(configuration, kind, users=users)

    def seconds(self, configuration: Configuration, kind: str, *, users: int = 1) -> float:
        """Return how long one piece usually takes."""
        if kind == "start":
            steps = expected_seconds(configuration, self._launches, start_speed=self._start_speed)
            return sum(steps.values()) or UNKNOWN_START_S / self._start_speed
        if kind == "sweep":
            rounds = requests_at(users) / users
            return rounds * self._answer_s(configuration, None, SWEEP_TOKENS) * (1 + CROWDED * users)
        fixed = {"gate": self._plan.ready_for_s, "stop": STOP_S}
        return fixed[kind] if kind in fixed else self._answer_s(configuration, *self._sent(kind))

    def _sent(self, kind: str) -> tuple[str | None, int]:
        """Return the name of the prompt that such a piece sends, and how many tokens its answer has."""
        short, long = self._workshop.short_prompt, self._workshop.long_prompt
        sent: dict[str, tuple[str | None, int]] = {
            "long": (long, self._tokens(self._most(long))),
            "shape": (SHAPE_PROMPT, SHAPE_OUTPUT_TOKENS),
            "first": (None, self._tokens(FIRST_TOKENS)),
            "parity": (None, self._tokens(PARITY_TOKENS)),
        }
        return sent.get(kind, (short, self._tokens(SHORT_TOKENS)))

    def _answer_s(self, configuration: Configuration, prompt_name: str | None, tokens: int) -> float:
        own = [
            run.result.total_s
            for run in self._runs
            if run.configuration_id == configuration.id
            and run.prompt_name == prompt_name
            and run.max_tokens == (self._plan.max_tokens or run.max_tokens)
            and run.result.error is None
            and run.result.total_s is not None
        ]
        if own:
            return median(own) + AROUND_AN_ANSWER_S
        published = configuration.published
        long = prompt_name == self._workshop.long_prompt
        rate = published.long_tokens_per_s.value if long else published.short_tokens_per_s.value
        return tokens / (rate or published.short_tokens_per_s.value or UNKNOWN_RATE) + AROUND_AN_ANSWER_S

    def _tokens(self, usual: int) -> int:
        return min(self._plan.max_tokens or usual, usual)

    def _most(self, prompt_name: str) -> int:
        prompt = self._workshop.prompt(prompt_name)
        return prompt.max_tokens if prompt else SHORT_TOKENS
