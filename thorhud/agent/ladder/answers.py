"""Warm-ups and repeats against a ready server, one answer after the other, each recorded as it ends."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

from thorhud.agent.hub import Hub
from thorhud.agent.ladder.book import LadderBook
from thorhud.agent.ladder.clock import FIRST, LadderClock
from thorhud.agent.ladder.gates import Gates
from thorhud.agent.ladder.prompts import FIRST_TOKENS, PartPrompt, labelled, shortened
from thorhud.agent.prompting import Prompting, PromptOrder
from thorhud.domain.errors import RecordsError, ThorHudError
from thorhud.domain.ladder_plan import Part, is_warm, never_settled
from thorhud.domain.run_record import RunRecord
from thorhud.domain.state import ServingPhase
from thorhud.domain.workshop import Configuration, ReferencePrompt

TRIES = 3
"""An answer that breaks off while the server stays well is asked for again, twice."""
CAUSE_WITHIN_S = 60.0
"""So long may it take until it is known whether the server has ended: Docker may be restarting meanwhile."""
LOOK_EVERY_S = 0.25
WELL_AFTER_S = 2.0
"""A server that is ending answers its health check for another moment."""


class PartFailed(ThorHudError):
    """One part cannot be measured while the server is well: the others can."""


class Answers:
    """Sends what one configuration is measured with."""

    def __init__(
        self,
        hub: Hub,
        *,
        prompting: Prompting,
        book: LadderBook,
        clock: LadderClock,
        gates: Gates,
        configuration: Configuration,
    ) -> None:
        self._hub = hub
        self._prompting = prompting
        self._book = book
        self._clock = clock
        self._gates = gates
        self._configuration = configuration
        self._again = ""
        self.labels: tuple[str, ...] = ()
        """Sentences that every run of this configuration carries: of the gates at its beginning, and of its warm-up."""

    def on_a_server_that_was_asked_before(self) -> None:
        """Send lines that this server has not seen: what was cut off by a crash may stand in its cache."""
        self._again = f", {secrets.token_hex(2)}"

    async def warm_up(self, chosen: PartPrompt) -> RunRecord | None:
        """Send answers that do not count until the last three agree; where they never do, every run says so.

        Return the last of them: it tells how server and unit are now.
        """
        plan, rates = self._book.plan, list[float | None]()
        run: RunRecord | None = None
        while plan.most_warm_ups and not is_warm(rates, least=plan.least_warm_ups, most=plan.most_warm_ups):
            label = f"Warm-up {len(rates) + 1}"
            self._book.say(f"{self._configuration.name}: {label.lower()} of at most {plan.most_warm_ups}")
            with self._clock.doing(self._configuration, "warm-up"):
                run = await self._labelled(shortened(chosen), label, warm_up=True)
            rates.append(run.result.tokens_per_s)
        self._clock.drop(self._configuration, "warm-up")
        unsettled = never_settled(rates)
        if unsettled is not None:
            self.labels = tuple(dict.fromkeys((*self.labels, unsettled)))
        return run

    async def first_of_its_kind(self, chosen: PartPrompt) -> None:
        """Send one answer that does not count: the first prompt of another length meets kernels nobody has used yet."""
        self._book.say(f"{self._configuration.name}: warm-up with {chosen.prompt.name}")
        with self._clock.doing(self._configuration, FIRST):
            await self._labelled(shortened(chosen, FIRST_TOKENS), "Warm-up", warm_up=True)

    async def measure(self, part: Part, chosen: PartPrompt, number: int) -> RunRecord:
        """Look at the unit, then send one answer that counts."""
        found = await self._gates.look()
        with self._clock.doing(self._configuration, part.value):
            return await self._labelled(chosen, f"Run {number}", warm_up=False, found=found)

    async def as_it_stands(self, prompt: ReferencePrompt) -> RunRecord:
        """Send a prompt without a line of its own, and ask for the ids of the answer's tokens."""
        order = PromptOrder(prompt=prompt, want_token_ids=True, warm_up=False, not_comparable=self.labels)
        with self._clock.doing(self._configuration, "parity"):
            return await self._ask(lambda _: order)

    async def raise_if_ended(self) -> None:
        """Return once the server is known to be well; raise with the cause where it is not."""
        began_s = time.monotonic()
        while (waited_s := time.monotonic() - began_s) < CAUSE_WITHIN_S:
            serving = self._hub.state.serving
            if serving.failure is not None:
                failure = serving.failure
                raise ThorHudError(f"{failure.headline}.", next_step=failure.next_step, kind=failure.kind)
            if serving.phase is not ServingPhase.READY:
                raise ThorHudError("The server ended while it was measured.", kind="stopped")
            if waited_s >= WELL_AFTER_S and await self._gates.answers():
                return
            await asyncio.sleep(LOOK_EVERY_S)
        raise ThorHudError(f"The server has not answered for {CAUSE_WITHIN_S:.0f} s.", kind="silent")

    async def _labelled(
        self, chosen: PartPrompt, label: str, *, warm_up: bool, found: tuple[str, ...] = ()
    ) -> RunRecord:
        def order(attempt: int) -> PromptOrder:
            changed, words = labelled(chosen, f"{label}{self._again}{f', try {attempt}' * (attempt > 1)}")
            return PromptOrder(
                prompt=changed.prompt,
                prompt_changed=words,
                prompt_tokens=changed.prompt_tokens,
                ignore_eos=changed.ignore_eos,
                warm_up=warm_up,
                not_comparable=tuple(dict.fromkeys((*self.labels, *found))),
            )

        return await self._ask(order)

    async def _send(self, order: PromptOrder) -> RunRecord:
        try:
            return await self._prompting.run(order)
        except RecordsError:
            raise
        except ThorHudError:
            await self.raise_if_ended()  # it says why; that nothing is ready any more is only what came of it
            raise

    async def _ask(self, order: Callable[[int], PromptOrder]) -> RunRecord:
        """Return a whole answer; raise where the server ended, `PartFailed` where it breaks off again and again."""
        plan = self._book.plan
        for attempt in range(1, TRIES + 1):
            run = await self._send(replace(order(attempt), seed=plan.seed, ladder_id=self._book.id))
            error = run.result.error
            if error is None:
                return run
            await self.raise_if_ended()
            if attempt < TRIES:
                self._book.tell(f"{self._configuration.name}: {error.headline.rstrip('.')}. It is asked for again.")
        raise PartFailed(error.headline if error else "No answer came.", next_step=error.next_step if error else "")
