"""How far a start is, said again and again until the server is ready: time passed, time left, and whether it stalls."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from thorhud.agent.hub import Hub
from thorhud.agent.serving.launch_clock import LaunchClock
from thorhud.domain.estimate import Expectation
from thorhud.domain.log_reading import LogReading
from thorhud.domain.stages import PipelineStep, Timeline, pipeline
from thorhud.domain.stall import StallWatch, Stir, slow_disk
from thorhud.domain.time_left import TimeLeftShown
from thorhud.domain.workshop import Configuration
from thorhud.serving.stirring import stir_of

CLOCK_S = 0.5
STIR_EVERY = 6
"""Every so many rounds of the clock the processes are looked at."""
GIB = 1024**3


class LaunchProgress:
    """Shows one start until it is ready."""

    def __init__(
        self,
        hub: Hub,
        *,
        clock: LaunchClock,
        expected: Expectation,
        container: str,
        configuration: Configuration | None,
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._left = TimeLeftShown(expected)
        self._stall = StallWatch()
        self._container = container
        self._weights_bytes = _weights_bytes(configuration)
        self._stalled: str | None = None

    async def run(self, reading: Callable[[], LogReading], lines: Callable[[], int], ready: asyncio.Event) -> None:
        """Show it until *ready*; *reading* is what the log has said and *lines* how much."""
        rounds = 0
        while not ready.is_set():
            timeline = reading().timeline
            if rounds % STIR_EVERY == 0:
                await self._look(timeline, lines())
            rounds += 1
            self._show(timeline)
            await asyncio.sleep(CLOCK_S)

    def _show(self, timeline: Timeline) -> None:
        elapsed_s = self._clock.elapsed_s
        left = self._left.show(timeline, elapsed_s)
        disk = None
        if _current(timeline) is PipelineStep.WEIGHTS and (left.why or left.estimate.longer_than_usual):
            disk = slow_disk(self._stall.bytes_per_s, _left_bytes(self._weights_bytes, timeline))
        self._hub.change_serving(
            elapsed_s=elapsed_s,
            remaining_s=left.estimate.remaining_s,
            longer_than_usual=left.estimate.longer_than_usual,
            remaining_why=disk or left.why,
            stalled=self._stalled,
            compile_cache=timeline.compile_cache,
        )

    async def _look(self, timeline: Timeline, lines: int) -> None:
        seen = await asyncio.to_thread(stir_of, self._container, at_s=self._clock.elapsed_s)
        stir = None if seen is None else self._with_what_else_moves(seen, lines)
        self._stalled = self._stall.see(stir, _current(timeline))

    def _with_what_else_moves(self, seen: Stir, lines: int) -> Stir:
        return replace(seen, gpu_load=self._hub.state.telemetry.gpu_load.value, lines=lines)


def _current(timeline: Timeline) -> PipelineStep:
    return next((each.step for each in pipeline(timeline) if each.state == "current"), PipelineStep.READY)


def _weights_bytes(configuration: Configuration | None) -> float | None:
    """Return what is read of the weights: what the model takes of the memory, since a repository may hold it twice."""
    published = None if configuration is None else configuration.published.model_memory_gib.value
    return None if published is None else published * GIB


def _left_bytes(weights_bytes: float | None, timeline: Timeline) -> float | None:
    if weights_bytes is None or not timeline.shards_total or timeline.shard_bar != 1:
        return None
    return weights_bytes * (1.0 - (timeline.shards_done or 0) / timeline.shards_total)
