"""Where a ladder stands, in two places at once: on the disk, so that it can be taken up again, and before the faces."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace

from thorhud.agent.hub import Hub
from thorhud.domain.errors import RecordsError
from thorhud.domain.ladder_plan import LadderPlan, LadderRecord, StepRecord
from thorhud.domain.state import LadderPhase, LadderState, LadderStep
from thorhud.records.store import Records

log = logging.getLogger(__name__)

INTERRUPTED = "interrupted"
OVER = frozenset({"done", "skipped"})

PHASES = {"done": LadderPhase.DONE, "cancelled": LadderPhase.CANCELLED, "failed": LadderPhase.FAILED}


class LadderBook:
    """Keeps one ladder's record and the state that is made of it."""

    def __init__(self, hub: Hub, records: Records, record: LadderRecord) -> None:
        self._hub = hub
        self._records = records
        self._refused = ""
        self.record = record

    @property
    def id(self) -> str:
        """The ladder's id."""
        return self.record.id

    @property
    def plan(self) -> LadderPlan:
        """What is wanted of it."""
        return self.record.plan

    async def open(self, *, runs_planned: Mapping[str, int]) -> None:
        """Write the ladder down as one that goes on, and show it."""
        self.record = replace(self.record, outcome=None, ended_unix_s=None)
        steps = tuple(
            LadderStep(
                configuration_id=each.configuration_id,
                state=each.state,
                runs_planned=runs_planned.get(each.configuration_id, 0),
                runs_done=runs_planned.get(each.configuration_id, 0) if each.state == "done" else 0,
                reason=each.reason,
                not_comparable=each.not_comparable,
            )
            for each in self.record.steps
        )
        self._hub.change(ladder=LadderState(phase=LadderPhase.RUNNING, ladder_id=self.id, steps=steps))
        await self._save()

    def step(self, configuration_id: str) -> StepRecord:
        """Return how far one configuration came."""
        return next(each for each in self.record.steps if each.configuration_id == configuration_id)

    async def change(self, configuration_id: str, **changes: object) -> None:
        """Change what is recorded of one configuration, and show it."""
        steps = tuple(
            replace(each, **changes) if each.configuration_id == configuration_id else each  # type: ignore[arg-type]
            for each in self.record.steps
        )
        self.record = replace(self.record, steps=steps)
        shown = {name: value for name, value in changes.items() if name in {"state", "reason", "not_comparable"}}
        self._show(configuration_id, **shown)
        await self._save()

    async def label(self, configuration_id: str, sentences: tuple[str, ...]) -> None:
        """Add to a step what makes it incomparable; a sentence stands there once."""
        known = self.step(configuration_id).not_comparable
        labels = tuple(dict.fromkeys((*known, *sentences)))
        if labels != known:
            await self.change(configuration_id, not_comparable=labels)

    def show_runs(self, configuration_id: str, runs_done: int) -> None:
        """Show how many measured answers a step has."""
        self._show(configuration_id, runs_done=runs_done)

    def say(self, activity: str) -> None:
        """Show what happens now."""
        self._hub.change_ladder(activity=activity)

    def tell(self, text: str) -> None:
        """Tell what happened once."""
        self._hub.tell("ladder", text, ladder_id=self.id)

    async def close(self, outcome: str) -> str:
        """Write down how the ladder ended and show it; return the sentence."""
        self.record = replace(self.record, outcome=outcome, ended_unix_s=time.time())
        text = _sentence(self.record)
        self._hub.change_ladder(
            phase=PHASES[outcome],
            activity=None,
            remaining_s=None,
            reason=text,
            resumable_id=self.id if self.record.can_resume else None,
        )
        self.tell(text)
        await self._save()
        return text

    def _show(self, configuration_id: str, **changes: object) -> None:
        steps = tuple(
            replace(each, **changes) if each.configuration_id == configuration_id else each  # type: ignore[arg-type]
            for each in self._hub.state.ladder.steps
        )
        self._hub.change_ladder(steps=steps)

    async def _save(self) -> None:
        """Write the record; a disk that refuses it costs taking the ladder up again, not the ladder."""
        try:
            await asyncio.to_thread(self._records.save_ladder, self.record)
        except RecordsError as error:
            if str(error) != self._refused:
                log.warning("the ladder was not written down: %s", error)
                self.tell(f"Where the ladder stands could not be written down: {error}")
            self._refused = str(error)


async def broken_off(records: Records) -> str | None:
    """Close the ladders whose agent ended, and return the newest ladder if it can be taken up again."""
    for ladder in await asyncio.to_thread(records.open_ladders):
        await asyncio.to_thread(records.save_ladder, replace(ladder, outcome=INTERRUPTED))
    newest = await asyncio.to_thread(records.ladders, 1)
    return newest[0].id if newest and newest[0].can_resume else None


def _sentence(record: LadderRecord) -> str:
    measured = sum(step.state == "done" for step in record.steps)
    match record.outcome:
        case "cancelled":
            return "The ladder was cancelled"
        case "failed":
            return "The ladder could not measure anything"
        case _:
            return f"The ladder is done: {measured} of {len(record.steps)} measured"
