"""What the server says about itself, every two seconds, while it is ready and nothing is measured.

A look makes the server's API process write some 55 kB, which takes it several milliseconds, in the process that also
sends the tokens. So nobody looks while a comparison is measured, and not while an answer is waited for: a time to first
token of 140 ms would show it. While an answer streams, a look can hold back one piece by those milliseconds; over the
seconds that an answer takes this is less than one in a thousand, and less than the looks of the measuring process.
"""

import asyncio
import time
from typing import Final

from thorhud.agent.hub import Hub
from thorhud.domain.serving_metrics import (
    Look,
    ServingMetrics,
    no_metrics,
    read_look,
    serving_metrics,
    still_of_interest,
)
from thorhud.domain.state import LadderPhase, PromptPhase, ServingPhase
from thorhud.serving.vllm_api import VllmApi

PERIOD_S: Final = 2.0
FIRST_S: Final = 0.3
MEASURING: Final = "not looked at while a comparison is measured"
NO_ANSWER: Final = "the server does not tell"


class MetricsWatch:
    """Looks again and again, and keeps the looks of the last minute."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._looks: list[Look] = []
        self._launch_id: str | None = None
        self._api: VllmApi | None = None

    async def watch(self) -> None:
        """Look until cancelled."""
        try:
            while True:
                # a server that just became ready is looked at soon: differences need a first look
                await asyncio.sleep(PERIOD_S if self._api is not None else FIRST_S)
                await self.look()
        finally:
            await self._leave()

    async def look(self) -> None:
        """Look once, where that disturbs nothing."""
        serving = self._hub.state.serving
        if serving.phase is not ServingPhase.READY or serving.launch_id != self._launch_id:
            self._launch_id, self._looks = serving.launch_id, []
            await self._leave()
        if serving.phase is not ServingPhase.READY or serving.base_url is None:
            return
        if self._hub.state.ladder.phase is LadderPhase.RUNNING or self._hub.sweeping:
            self._looks = []
            self._show(no_metrics(MEASURING))
        elif self._hub.state.prompt.phase is not PromptPhase.WAITING:
            self._show(await self._asked(serving.base_url))

    async def _leave(self) -> None:
        """Let go of a server that is not looked at any more."""
        if self._api is not None:
            await self._api.close()
            self._api = None

    async def _asked(self, base_url: str) -> ServingMetrics:
        self._api = self._api or VllmApi(base_url)
        text = await self._api.metrics()
        if text is None:
            self._looks = []
            return no_metrics(NO_ANSWER)
        newest = await asyncio.to_thread(read_look, text, time.monotonic())
        self._looks = still_of_interest(self._looks, newest)
        return serving_metrics(self._looks)

    def _show(self, metrics: ServingMetrics) -> None:
        serving = self._hub.state.serving
        still = serving.phase is ServingPhase.READY and serving.launch_id == self._launch_id
        if still and serving.metrics != metrics:
            self._hub.change_serving(metrics=metrics)
