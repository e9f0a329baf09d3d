"""Look at the unit right before measuring: whether the server is left alone, and the unit as it should be."""

import asyncio
import time
from types import TracebackType
from typing import Self

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.domain.ladder_gates import Gate, GateFacts, GateResult, judge_gates, not_comparable
from thorhud.domain.ladder_plan import LadderPlan
from thorhud.domain.memory import ledger_of
from thorhud.domain.memory_verdict import verdict
from thorhud.domain.metrics_text import GENERATED, RUNNING, WAITING, Difference, Scrape, read_scrape
from thorhud.serving.vllm_api import HealthState, VllmApi

LOOK_EVERY_S = 1.0


class Gates:
    """The gates of one configuration; they stop nothing, they label."""

    def __init__(self, hub: Hub, parts: Parts, plan: LadderPlan) -> None:
        self._hub = hub
        self._parts = parts
        self._plan = plan
        self._ready_since_s = time.monotonic()
        self._api = VllmApi(parts.base_url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._api.close()

    def server_is_ready(self) -> None:
        """Begin to count how long it is."""
        self._ready_since_s = time.monotonic()

    async def wait(self) -> tuple[str, ...]:
        """Wait until the server has been ready for long enough, and see meanwhile whether somebody else uses it."""
        first = last = await self._scrape()
        worst = _facts_of(first)
        while (left_s := self._plan.ready_for_s - self._ready_for_s()) > 0:
            await asyncio.sleep(min(LOOK_EVERY_S, left_s))
            last = await self._scrape() or last
            worst = max(worst, _facts_of(last), key=lambda each: sum(value or 0.0 for value in each))
        running, waiting = worst
        if first is not None and last is not None and not running and _generated(first, last):
            running = 1.0  # it was over before anybody looked, but the counter saw it
        return not_comparable(self._results(running, waiting))

    async def look(self) -> tuple[str, ...]:
        """Return what is wrong at this moment, while none of our answers is on its way."""
        found = self._results(*_facts_of(await self._scrape()))
        return not_comparable(each for each in found if each.gate is not Gate.READY)  # that was waited for before

    async def answers(self) -> bool:
        """Whether the server is well."""
        return (await self._api.health()).state is HealthState.OK

    def _results(self, running: float | None, waiting: float | None) -> tuple[GateResult, ...]:
        state = self._hub.state
        ledger = ledger_of(state, self._parts.workshop)
        facts = GateFacts(
            telemetry=state.telemetry,
            is_jetson=state.identity.is_jetson,
            simulated=self._parts.simulated,
            memory=None if ledger is None else verdict(ledger),
            requests_running=running,
            requests_waiting=waiting,
            ready_for_s=self._ready_for_s(),
        )
        return judge_gates(facts)

    def _ready_for_s(self) -> float:
        return time.monotonic() - self._ready_since_s

    async def _scrape(self) -> Scrape | None:
        text = await self._api.metrics()
        return None if text is None else read_scrape(text)


def _facts_of(scrape: Scrape | None) -> tuple[float | None, float | None]:
    return (None, None) if scrape is None else (scrape.value(RUNNING), scrape.value(WAITING))


def _generated(first: Scrape, last: Scrape) -> bool:
    return bool(Difference(first, last).moved(GENERATED))
