"""The concurrency sweep of one configuration: level after level until a rule says that more users show nothing new."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import cast

from thorhud.agent.hub import Hub
from thorhud.agent.ladder.answers import Answers, PartFailed
from thorhud.agent.ladder.book import LadderBook
from thorhud.agent.ladder.clock import LadderClock
from thorhud.agent.ladder.prompts import SWEEP_TOKENS, prompt_of
from thorhud.agent.parts import Parts
from thorhud.domain.ladder_plan import Part
from thorhud.domain.sweep import SweepLevel, SweepProgress, SweepRecord, SweepRequest, requests_at
from thorhud.domain.sweep_level import stop_reason
from thorhud.domain.timing import PromptRequest
from thorhud.domain.workshop import Configuration


class SweepPart:
    """Measures what several users at once get."""

    def __init__(self, hub: Hub, parts: Parts, *, book: LadderBook, clock: LadderClock, answers: Answers) -> None:
        self._hub = hub
        self._parts = parts
        self._book = book
        self._clock = clock
        self._answers = answers

    async def measure(self, configuration: Configuration) -> SweepRecord:
        """Ask more and more users at a time, record it, and return it; one level that cannot be asked ends it."""
        if self._parts.sweeper is None:
            raise PartFailed("Nothing on this unit can send several prompts at a time.")
        prompt = self._request()
        levels: list[SweepLevel] = []
        because: str | None = None
        for users in self._book.plan.sweep_levels:
            self._book.say(f"{configuration.name}: {users} {'user' if users == 1 else 'users'} at once")
            with self._clock.doing(configuration, "sweep", users=users):
                request = SweepRequest(prompt=prompt, concurrency=users, requests=requests_at(users))
                levels.append(await self._level(request))
            error = levels[-1].error
            if error is not None:
                await self._answers.raise_if_ended()
            if error is not None and not any(level.requests for level in levels):
                raise PartFailed(error.headline, next_step=error.next_step)
            because = stop_reason(levels)
            if because is not None:
                break
        self._clock.drop(configuration, "sweep", why=f"the sweep of {configuration.name} ended early")
        record = SweepRecord(
            id=uuid.uuid4().hex,
            at_unix_s=time.time(),
            configuration_id=configuration.id,
            prompt_name=prompt.prompt_name or "",
            levels=tuple(levels),
            stopped_because=because,
            ladder_id=self._book.id,
            launch_id=self._hub.state.serving.launch_id,
            simulated=self._parts.simulated,
            not_comparable=self._answers.labels,
        )
        await asyncio.to_thread(self._parts.records.add_sweep, record)
        self._hub.run_recorded()
        return record

    def _request(self) -> PromptRequest:
        """Return what every user asks: the fixed shape where the ladder measures it, else a short question.

        Every answer is equally long (the end of sequence is ignored): users that leave early would make the last ones
        look fast.
        """
        plan, serving = self._book.plan, self._hub.state.serving
        chosen = prompt_of(Part.SHAPE if Part.SHAPE in plan.parts else Part.SHORT, self._parts.workshop, plan)
        return PromptRequest(
            base_url=serving.base_url or self._parts.base_url,
            text=chosen.prompt.text,
            max_tokens=min(plan.max_tokens or SWEEP_TOKENS, SWEEP_TOKENS),
            temperature=0.0,
            seed=plan.seed,
            model=serving.model,
            prompt_name=chosen.prompt.name,
            ignore_eos=True,
            prompt_tokens=chosen.prompt_tokens,
        )

    async def _level(self, request: SweepRequest) -> SweepLevel:
        assert self._parts.sweeper is not None  # noqa: S101 - looked at before the first level
        told = cast("AsyncGenerator[SweepProgress | SweepLevel, None]", self._parts.sweeper.sweep(request))
        level: SweepLevel | None = None
        self._hub.sweeping = True
        try:
            async with contextlib.aclosing(told):
                async for each in told:
                    if isinstance(each, SweepLevel):
                        level = each
                        break
        finally:
            self._hub.sweeping = False
        if level is None:
            raise PartFailed("The measuring process ended without a result.", kind="measuring")
        return replace(level, concurrency=request.concurrency)
