"""The ladder: one configuration after the other, measured alike, so that an engineer believes the difference.

It runs for an hour and more with nobody there. One configuration that fails does not end it, a face that is closed does
not, and after a cancel or the death of the agent it is taken up where it was.
"""

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace

from thorhud.agent.hub import Hub
from thorhud.agent.ladder.book import OVER, LadderBook, broken_off
from thorhud.agent.ladder.clock import LadderClock
from thorhud.agent.ladder.parity import has_partner
from thorhud.agent.ladder.prompts import parity_prompts, prompt_of
from thorhud.agent.ladder.resume import measured_before
from thorhud.agent.ladder.start import WHO, Starter
from thorhud.agent.ladder.step import ANSWERED, ConfigurationStep
from thorhud.agent.ladder.usual import Usual
from thorhud.agent.parts import Parts
from thorhud.agent.prompting import Prompting
from thorhud.agent.serving.serving_control import ServingControl
from thorhud.domain.errors import ThorHudError
from thorhud.domain.ladder_plan import LadderPlan, LadderRecord, Part, StepRecord
from thorhud.domain.workshop import Configuration

EARLIER = 200
"""So many launches and runs of before tell how long things take here."""


class Ladder:
    """Runs one ladder at a time."""

    def __init__(self, hub: Hub, parts: Parts, serving: ServingControl, prompting: Prompting) -> None:
        self._hub = hub
        self._parts = parts
        self._serving = serving
        self._prompting = prompting
        self._task: asyncio.Task[None] | None = None
        self.running = False
        """Whether a ladder goes on."""

    async def look_back(self) -> None:
        """After a start of the agent: write down which ladder broke off with the last one, and offer to go on."""
        self._hub.change_ladder(resumable_id=await broken_off(self._parts.records))

    async def begin(self, plan: LadderPlan, *, who: str) -> str:
        """Climb every step and return the ladder's id; a step that fails does not end the ladder.

        Raises a `ThorHudError` where it was cancelled or nothing could be measured.
        """
        steps = tuple(StepRecord(configuration_id=each) for each in plan.configuration_ids)
        record = LadderRecord(id=uuid.uuid4().hex, began_unix_s=time.time(), plan=plan, who=who, steps=steps)
        return await self._run(record)

    async def resume(self, ladder_id: str) -> str:
        """Take up a ladder that was broken off; what it has measured is kept where nothing has changed."""
        record = await asyncio.to_thread(self._parts.records.ladder, ladder_id)
        if record is None:
            raise ThorHudError(f"No ladder {ladder_id!r} is recorded here.", next_step="See: thorhud ladder --list")
        if not record.can_resume:
            raise ThorHudError("Nothing of this ladder is left to measure.", next_step="See: thorhud ladder --list")
        steps = tuple(
            each if each.state in OVER else replace(each, state="waiting", reason=None, not_comparable=())
            for each in record.steps
        )
        return await self._run(replace(record, steps=steps))

    async def cancel(self) -> None:
        """End the ladder; the model that it started is stopped."""
        task = self._task
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])
            if self._hub.state.serving.configuration_id is not None:
                await self._serving.stop(who=WHO)

    async def _run(self, record: LadderRecord) -> str:
        self.running = True
        book = LadderBook(self._hub, self._parts.records, record)
        try:
            usual = await self._usual(record.plan)
            clock = LadderClock(self._hub, record.plan, usual)
            try:
                await self._lay_out(book, clock)
            except ThorHudError:
                await book.close("failed")
                raise
            async with asyncio.TaskGroup() as tasks:
                self._task = tasks.create_task(self._climb(book, clock, usual), name="ladder")
                ticking = tasks.create_task(clock.tick(), name="ladder clock")
                await asyncio.wait([self._task])
                ticking.cancel()
            await self._end(book, cancelled=self._task.cancelled())
        finally:
            self.running = False
        return book.id

    async def _lay_out(self, book: LadderBook, clock: LadderClock) -> None:
        """Show every step with what is left of it, and let the clock know."""
        plan, workshop = book.plan, self._parts.workshop
        repeated = [part for part in ANSWERED if part in plan.parts]
        await book.open(runs_planned=dict.fromkeys(plan.configuration_ids, plan.repeats * len(repeated)))
        for step in book.record.steps:
            configuration = workshop.configuration(step.configuration_id)
            if configuration is None or step.state in OVER:
                continue
            kept = await measured_before(self._parts.records, book.id, configuration.id)
            missing = {
                part: max(0, plan.repeats - kept.count(prompt_of(part, workshop, plan).prompt.name))
                for part in repeated
            }
            book.show_runs(configuration.id, plan.repeats * len(repeated) - sum(missing.values()))
            compared = Part.PARITY in plan.parts and has_partner(configuration, workshop, plan.configuration_ids)
            clock.plan(configuration, missing, parity=len(parity_prompts(workshop, plan)) if compared else 0)
        clock.show()
        book.tell(f"A ladder over {len(book.record.steps)} configurations began")

    async def _climb(self, book: LadderBook, clock: LadderClock, usual: Usual) -> None:
        starter = Starter(self._hub, self._parts, self._serving, usual)
        for record in book.record.steps:
            if record.state in OVER:
                continue
            configuration = self._parts.workshop.configuration(record.configuration_id)
            if configuration is None:
                reason = "The workshop does not have this configuration any more."
                await book.change(record.configuration_id, state="failed", reason=reason)
                continue
            step = ConfigurationStep(
                self._hub,
                self._parts,
                starter=starter,
                prompting=self._prompting,
                book=book,
                clock=clock,
                configuration=configuration,
            )
            try:
                await step.climb()
            except ThorHudError as error:
                clock.drop(configuration, why=f"{configuration.name} failed")
                book.tell(f"{configuration.name} failed: {error}")
                await book.change(configuration.id, state="failed", reason=str(error))
                await starter.leave(configuration)

    async def _end(self, book: LadderBook, *, cancelled: bool) -> None:
        """Write down the end; raise where there is nothing to show."""
        steps = book.record.steps
        if cancelled:
            await book.close("cancelled")
            raise ThorHudError(
                "The ladder was cancelled.",
                next_step="What was measured is kept. To go on: thorhud ladder --resume",
                kind="cancelled",
            )
        if any(step.state == "done" for step in steps):
            await book.close("done")
            return
        await book.close("failed")
        raise ThorHudError(f"Nothing could be measured: {'; '.join(step.reason or 'unknown' for step in steps)}")

    async def _usual(self, plan: LadderPlan) -> Usual:
        """Return how long things take; nothing is learned of simulated starts, they take as long as they are told."""
        launches = [] if self._parts.simulated else await asyncio.to_thread(self._parts.records.launches, EARLIER)
        runs = await asyncio.to_thread(self._parts.records.runs, EARLIER)
        return Usual(
            self._parts.workshop,
            plan,
            launches=launches,
            runs=runs,
            start_speed=self._hub.state.agent.start_speed,
        )


def choose(parts: Parts, ids: Sequence[str]) -> tuple[Configuration, ...]:
    """Return the configurations of those ids in the workshop's order, all where *ids* is empty."""
    known = [each.id for each in parts.workshop.configurations]
    unknown = [each for each in ids if each not in known]
    if unknown:
        raise ThorHudError(
            f"The workshop has no configuration {', '.join(unknown)}.", next_step=f"It has: {', '.join(known)}."
        )
    return tuple(each for each in parts.workshop.configurations if not ids or each.id in ids)
