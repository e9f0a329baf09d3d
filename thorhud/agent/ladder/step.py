"""One configuration of a ladder: started, gated, warmed up, measured, stopped, and its memory taken back."""

import asyncio
import time
from collections.abc import Iterator

from thorhud.agent.hub import Hub
from thorhud.agent.ladder.answers import Answers, PartFailed
from thorhud.agent.ladder.book import LadderBook
from thorhud.agent.ladder.clock import LadderClock
from thorhud.agent.ladder.gates import Gates
from thorhud.agent.ladder.parity import ParityPart, has_partner
from thorhud.agent.ladder.prompts import prompt_of
from thorhud.agent.ladder.reclaim import Reclaim
from thorhud.agent.ladder.resume import Kept, changed_since, kept_words, measured_before
from thorhud.agent.ladder.start import Starter
from thorhud.agent.ladder.sweep import SweepPart
from thorhud.agent.parts import Parts
from thorhud.agent.prompting import Prompting
from thorhud.domain.errors import ThorHudError
from thorhud.domain.ladder_plan import Part
from thorhud.domain.run_record import RunRecord
from thorhud.domain.workshop import Configuration

ANSWERED = (Part.SHORT, Part.LONG, Part.SHAPE)
"""The parts that are repeats of one prompt."""


class ConfigurationStep:
    """Carries one configuration through everything that the plan asks for."""

    def __init__(
        self,
        hub: Hub,
        parts: Parts,
        *,
        starter: Starter,
        prompting: Prompting,
        book: LadderBook,
        clock: LadderClock,
        configuration: Configuration,
    ) -> None:
        self._hub = hub
        self._parts = parts
        self._starter = starter
        self._prompting = prompting
        self._book = book
        self._clock = clock
        self._configuration = configuration
        self._repeated = tuple(part for part in ANSWERED if part in book.plan.parts)
        self._kept = Kept()
        self._reason: str | None = None
        """What of it could not be measured, though the rest was."""

    async def climb(self) -> None:
        """Measure everything that is still missing; raise a `ThorHudError` with the reason where it cannot be."""
        began_s, name = time.monotonic(), self._configuration.name
        self._kept = await measured_before(self._parts.records, self._book.id, self._configuration.id)
        await self._enter("starting", f"Starting {name}")
        went_on = await self._starter.make_room(self._configuration, self._kept.launches)
        reclaim = Reclaim(self._hub, self._parts, known=not went_on)
        if not went_on:
            with self._clock.doing(self._configuration, "start"):
                await self._starter.launch(self._configuration)
        async with Gates(self._hub, self._parts, self._book.plan) as gates:
            answers = Answers(
                self._hub,
                prompting=self._prompting,
                book=self._book,
                clock=self._clock,
                gates=gates,
                configuration=self._configuration,
            )
            if went_on:
                self._clock.drop(self._configuration, "start", why=f"{name} was still running")
                answers.on_a_server_that_was_asked_before()
            await self._prepare(gates, answers, went_on=went_on)
            await self._enter("measuring", f"Measuring {name}")
            await self._measure(answers)
        await self._enter("stopping", f"Stopping {name}")
        with self._clock.doing(self._configuration, "stop"):
            await self._starter.stop(self._configuration)
            back, words = await reclaim.memory()
        await self._book.change(
            self._configuration.id, state="done", memory=words, took_s=time.monotonic() - began_s, reason=self._reason
        )
        if not back:
            self._book.tell(f"{name}: {words}")

    async def _prepare(self, gates: Gates, answers: Answers, *, went_on: bool) -> None:
        """Wait at the gates, warm up, and decide what of an earlier attempt still counts."""
        await self._enter("gating", f"{self._configuration.name}: looking whether the unit is left alone")
        with self._clock.doing(self._configuration, "gate"):
            answers.labels = await gates.wait()
        await self._book.label(self._configuration.id, answers.labels)
        await self._enter("warming", f"Warming up {self._configuration.name}")
        first = prompt_of(self._repeated[0] if self._repeated else Part.SHORT, self._parts.workshop, self._book.plan)
        warm = await answers.warm_up(first)
        await self._book.label(self._configuration.id, answers.labels)
        if self._kept.runs and warm is not None:
            await self._keep_or_begin_anew(warm, went_on=went_on)

    async def _keep_or_begin_anew(self, warm: RunRecord, *, went_on: bool) -> None:
        """Keep what was measured before the break only beside runs of an equal server on a unit in an equal state."""
        name, change = self._configuration.name, changed_since(self._kept, warm)
        if change is None:
            names = {part: self._prompt_name(part) for part in self._repeated}
            words = kept_words(self._kept, names, self._book.plan.repeats) or "its answers"
            how = "its server was still running" if went_on else "it was started again"
            self._book.tell(f"{name} goes on: {words} kept, since nothing has changed; {how} and warmed up anew.")
            return
        await asyncio.to_thread(self._parts.records.take_from_ladder, self._kept.runs)
        self._kept = Kept()
        await self._book.change(self._configuration.id, parts_done=())
        self._plan_again()
        self._book.tell(f"{name} is measured from the beginning: {change}. Its earlier runs stay in the records.")

    def _plan_again(self) -> None:
        self._clock.plan(self._configuration, dict.fromkeys(self._repeated, self._book.plan.repeats), parity=0)
        for kind in ("start", "gate", "warm-up"):
            self._clock.drop(self._configuration, kind)

    async def _measure(self, answers: Answers) -> None:
        """Measure part after part; one that fails while the server is well costs only itself."""
        missing: list[str] = []
        for part in self._wanted():
            try:
                await self._measure_part(part, answers)
            except PartFailed as error:
                self._clock.drop(self._configuration, part.value, why=f"{part.value} failed")
                missing.append(f"{part.value}: {str(error).rstrip('.')}")
                self._book.tell(f"{self._configuration.name}: {missing[-1]}.")
            else:
                await self._part_is_done(part)
        if missing:
            self._reason = f"Not measured: {'; '.join(missing)}."
        if missing and not self._done_parts():
            raise ThorHudError(self._reason or "")

    def _wanted(self) -> Iterator[Part]:
        ids = self._book.plan.configuration_ids
        for part in self._book.plan.parts:
            if part is Part.SWEEP and part in self._done_parts():
                continue
            if part is Part.PARITY and not has_partner(self._configuration, self._parts.workshop, ids):
                continue
            yield part

    async def _measure_part(self, part: Part, answers: Answers) -> None:
        match part:
            case Part.SWEEP:
                sweep = SweepPart(self._hub, self._parts, book=self._book, clock=self._clock, answers=answers)
                await sweep.measure(self._configuration)
            case Part.PARITY:
                await ParityPart(self._parts, book=self._book, answers=answers).measure(self._configuration)
            case _:
                await self._repeat(part, answers)

    async def _repeat(self, part: Part, answers: Answers) -> None:
        repeats = self._book.plan.repeats
        chosen = prompt_of(part, self._parts.workshop, self._book.plan)
        done = min(repeats, self._kept.count(chosen.prompt.name))
        self._show_runs(part, done)
        if done < repeats and part is not self._repeated[0]:
            await answers.first_of_its_kind(chosen)
        for number in range(done + 1, repeats + 1):
            self._book.say(f"{self._configuration.name}: {part.value} run {number} of {repeats}")
            run = await answers.measure(part, chosen, number)
            await self._book.label(self._configuration.id, run.not_comparable)
            self._show_runs(part, number)

    def _show_runs(self, part: Part, done: int) -> None:
        before = self._repeated.index(part) * self._book.plan.repeats
        self._book.show_runs(self._configuration.id, before + done)

    def _prompt_name(self, part: Part) -> str:
        return prompt_of(part, self._parts.workshop, self._book.plan).prompt.name

    def _done_parts(self) -> tuple[str, ...]:
        return self._book.step(self._configuration.id).parts_done

    async def _part_is_done(self, part: Part) -> None:
        done = tuple(dict.fromkeys((*self._done_parts(), part.value)))
        if done != self._done_parts():
            await self._book.change(self._configuration.id, parts_done=done)

    async def _enter(self, state: str, activity: str) -> None:
        self._book.say(activity)
        await self._book.change(self._configuration.id, state=state)
