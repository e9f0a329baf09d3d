"""The first ladder: each configuration launched, warmed up, measured three times, stopped.

Preliminary by design: one warm-up and three repeats show the steps, they do not prove them.
"""

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.prompting import Prompting, PromptOrder
from thorhud.agent.serving_control import ServingControl
from thorhud.domain.errors import ThorHudError
from thorhud.domain.power import judge_power
from thorhud.domain.state import LadderPhase, LadderState, LadderStep
from thorhud.domain.workshop import Configuration, ReferencePrompt

SEED = 42
TYPICAL_ANSWER_TOKENS = 140
"""Tokens of a five-sentence paragraph, for the estimate only."""
UNKNOWN_RATE = 15.0
UNKNOWN_START_S = 60.0
STOP_S = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderOrder:
    """What to measure."""

    configurations: tuple[Configuration, ...]
    warm_ups: int = 1
    repeats: int = 3
    max_tokens: int | None = None
    """None: the prompt's own."""


class Ladder:
    """Runs one ladder at a time."""

    def __init__(self, hub: Hub, parts: Parts, serving: ServingControl, prompting: Prompting) -> None:
        self._hub = hub
        self._parts = parts
        self._serving = serving
        self._prompting = prompting
        self._task: asyncio.Task[None] | None = None
        self._began = 0.0
        self._done_s: dict[str, float] = {}

    @property
    def running(self) -> bool:
        """Whether a ladder goes on."""
        return self._task is not None and not self._task.done()

    async def run(self, order: LadderOrder) -> str:
        """Climb every step and return the ladder's id; a step that fails does not end the ladder.

        Raises a `ThorHudError` where it was cancelled or nothing could be measured.
        """
        ladder_id = uuid.uuid4().hex
        self._began = time.monotonic()
        self._done_s = {}
        planned = order.warm_ups + order.repeats
        steps = tuple(LadderStep(configuration_id=each.id, runs_planned=planned) for each in order.configurations)
        self._hub.change(ladder=LadderState(phase=LadderPhase.RUNNING, ladder_id=ladder_id, steps=steps))
        self._hub.tell("ladder", f"A ladder over {len(steps)} configurations began", ladder_id=ladder_id)
        power = judge_power(self._hub.state.telemetry, is_jetson=self._hub.state.identity.is_jetson)
        if not power.comparable:
            # measured all the same, and the comparison says under which conditions
            self._hub.tell("ladder", f"Not comparable with published figures. {power.sentence}", ladder_id=ladder_id)
        try:
            async with asyncio.TaskGroup() as tasks:
                ticker = tasks.create_task(self._tick(order), name="ladder clock")
                self._task = tasks.create_task(self._climb(order, ladder_id), name="ladder")
                await asyncio.wait([self._task])
                ticker.cancel()
        finally:
            cancelled = self._task is None or self._task.cancelled()
            self._end(cancelled=cancelled)
        if cancelled:
            raise ThorHudError("The ladder was cancelled.", next_step="What was measured until then is kept.")
        if not any(step.state == "done" for step in self._hub.state.ladder.steps):
            reasons = "; ".join(step.reason or "unknown" for step in self._hub.state.ladder.steps)
            raise ThorHudError(f"Nothing could be measured: {reasons}")
        return ladder_id

    async def cancel(self) -> None:
        """End the ladder; the model that it started is stopped."""
        task = self._task
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])
            if self._hub.state.serving.configuration_id is not None:
                await self._serving.stop(who="ladder")

    async def _climb(self, order: LadderOrder, ladder_id: str) -> None:
        for configuration in order.configurations:
            began = time.monotonic()
            try:
                await self._step(configuration, order, ladder_id)
            except ThorHudError as error:
                self._change_step(configuration.id, state="failed", reason=str(error))
                await self._leave(configuration)
            else:
                self._change_step(configuration.id, state="done")
            self._done_s[configuration.id] = time.monotonic() - began

    async def _step(self, configuration: Configuration, order: LadderOrder, ladder_id: str) -> None:
        found = await self._parts.look(configuration)
        if not found.complete:
            raise ThorHudError(found.reason or "The weights are not on this unit.", kind="weights-missing")
        self._change_step(configuration.id, state="starting")
        self._hub.change_ladder(activity=f"Starting {configuration.name}")
        await self._serving.launch(configuration, who="ladder")
        self._change_step(configuration.id, state="measuring")
        prompt = self._prompt(order)
        for index in range(order.warm_ups + order.repeats):
            warm_up = index < order.warm_ups
            number = index + 1 if warm_up else index + 1 - order.warm_ups
            of = order.warm_ups if warm_up else order.repeats
            self._hub.change_ladder(
                activity=f"{configuration.name}: {'warm-up' if warm_up else 'run'} {number} of {of}"
            )
            run = await self._prompting.run(PromptOrder(prompt=prompt, seed=SEED, ladder_id=ladder_id, warm_up=warm_up))
            if run.result.error is not None:
                raise ThorHudError(run.result.error.headline, next_step=run.result.error.next_step)
            self._change_step(configuration.id, runs_done=index + 1)
        self._change_step(configuration.id, state="stopping")
        self._hub.change_ladder(activity=f"Stopping {configuration.name}")
        await self._serving.stop(who="ladder")

    async def _leave(self, configuration: Configuration) -> None:
        """After a failed step: what it started must not stand in the way of the next."""
        if self._hub.state.serving.configuration_id != configuration.id:
            return
        try:
            await self._serving.stop(who="ladder")
        except ThorHudError as error:
            self._hub.tell("ladder", f"{configuration.name} could not be stopped: {error}")

    def _prompt(self, order: LadderOrder) -> ReferencePrompt:
        prompt = self._parts.workshop.prompt(self._parts.workshop.short_prompt)
        if prompt is None:
            raise ThorHudError("The workshop has no reference prompt to measure with.")
        # measured at temperature 0 with a seed; the reference button keeps the document's values
        return replace(prompt, temperature=0.0, max_tokens=order.max_tokens or prompt.max_tokens)

    def _change_step(self, configuration_id: str, **changes: object) -> None:
        steps = tuple(
            replace(step, **changes) if step.configuration_id == configuration_id else step  # type: ignore[arg-type]
            for step in self._hub.state.ladder.steps
        )
        self._hub.change_ladder(steps=steps)

    async def _tick(self, order: LadderOrder) -> None:
        while True:
            self._hub.change_ladder(elapsed_s=time.monotonic() - self._began, remaining_s=self._remaining_s(order))
            await asyncio.sleep(1.0)

    def _remaining_s(self, order: LadderOrder) -> float:
        """Estimate what is left: the workshop's figures, corrected by how long the finished steps really took."""
        expected = {each.id: self._expected_s(each, order) for each in order.configurations}
        done = sum(expected[each] for each in self._done_s)
        pace = sum(self._done_s.values()) / done if done else 1.0
        total = sum(seconds for each, seconds in expected.items() if each not in self._done_s) * pace
        in_step = time.monotonic() - self._began - sum(self._done_s.values())
        return max(1.0, total - in_step)

    def _expected_s(self, configuration: Configuration, order: LadderOrder) -> float:
        start_s = sum(each.duration_s for each in configuration.expected_stages) or UNKNOWN_START_S
        tokens = min(order.max_tokens or TYPICAL_ANSWER_TOKENS, TYPICAL_ANSWER_TOKENS)
        rate = configuration.published.short_tokens_per_s.value or UNKNOWN_RATE
        return start_s / self._hub.state.agent.start_speed + (order.warm_ups + order.repeats) * tokens / rate + STOP_S

    def _end(self, *, cancelled: bool) -> None:
        steps = self._hub.state.ladder.steps
        failed = [step for step in steps if step.state == "failed"]
        phase = LadderPhase.CANCELLED if cancelled else LadderPhase.DONE
        if not cancelled and len(failed) == len(steps):
            phase = LadderPhase.FAILED
        text = {
            LadderPhase.CANCELLED: "The ladder was cancelled",
            LadderPhase.FAILED: "The ladder could not measure anything",
        }.get(phase, f"The ladder is done: {len(steps) - len(failed)} of {len(steps)} measured")
        self._hub.change_ladder(phase=phase, activity=None, remaining_s=None, reason=text)
        self._hub.tell("ladder", text)


def choose(parts: Parts, ids: Sequence[str]) -> tuple[Configuration, ...]:
    """Return the configurations of those ids in the workshop's order, all where *ids* is empty."""
    known = [each.id for each in parts.workshop.configurations]
    unknown = [each for each in ids if each not in known]
    if unknown:
        raise ThorHudError(
            f"The workshop has no configuration {', '.join(unknown)}.", next_step=f"It has: {', '.join(known)}."
        )
    return tuple(each for each in parts.workshop.configurations if not ids or each.id in ids)
