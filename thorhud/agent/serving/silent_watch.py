"""A server whose log nobody holds: typed with `docker exec`, or run on the machine itself. What it serves it says."""

import asyncio
import time
from dataclasses import dataclass, replace

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.launch_clock import LaunchClock
from thorhud.agent.serving.log_notes import ended_words
from thorhud.domain.errors import EngineError
from thorhud.domain.failures import Failure
from thorhud.domain.like_configuration import like_configuration
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.serving.outside_stop import AskPlan, Way, ask_to_end, gone
from thorhud.serving.server import Ready, Report, StopReport, wait_useful
from thorhud.serving.server_processes import ServerProcess
from thorhud.serving.vllm_api import HealthState, VllmApi

CLOCK_S = 0.5
SILENT_S = 2.0
SILENCES = 5
"""Where no process is seen, so many unanswered questions in a row are its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentServer:
    """Where it runs and what is known of it without a log."""

    where: str
    """In words: "the container vllm", "process 4242 (vllm serve) of anna"."""
    log_note: str
    process: ServerProcess | None = None
    """None where this account cannot see who serves."""
    way: Way | None = None
    container_name: str | None = None
    """The container that stays when the server ends; None where it runs in none."""


class SilentWatch:
    """Keeps the serving state true for one server by its API and its process alone."""

    def __init__(
        self,
        hub: Hub,
        parts: Parts,
        *,
        launch: LaunchRecord,
        server: SilentServer,
        plan: AskPlan | None = None,
    ) -> None:
        self._hub = hub
        self._parts = parts
        self._server = server
        self._plan = plan
        self.launch = launch
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()
        self.failure: Failure | None = None
        self._api = VllmApi(parts.base_url)
        self._clock = LaunchClock(launch.started_unix_s)

    @property
    def name(self) -> str:
        """What is served, as a person calls it."""
        return f"vllm serve {self._model or ''}".rstrip() + f" in {self._server.where}"

    @property
    def how_to_stop(self) -> str:
        """What a stop would do, in one sentence."""
        way = self._server.way
        return way.plan if way is not None else "It cannot be stopped from here: its process cannot be seen."

    async def run(self) -> None:
        """Follow the server to its end."""
        self._hub.log_of = None
        self._hub.new_serving(self._first_state())
        try:
            async with asyncio.TaskGroup() as tasks:
                clock = tasks.create_task(self._count(), name="launch clock")
                answer = await wait_useful(self._until_gone(), self._api)
                if isinstance(answer, Ready):
                    await self._now_ready(answer)
                    await self._until_gone()
                clock.cancel()
            await self._finish()
        finally:
            await self._api.close()
            self.ended.set()

    async def request_stop(self) -> None:
        """Remember that the end is asked for."""
        await self._save(stop_requested=True)

    async def end_server(self, report: Report) -> StopReport:
        """Ask the process to end, where that is possible from here."""
        way, process = self._server.way, self._server.process
        if way is None or process is None:
            return StopReport(steps=(), exit_code=None, gone=False, reason=self.how_to_stop)
        return await ask_to_end(way, process, plan=self._plan, report=report)

    @property
    def _model(self) -> str | None:
        return next(iter(self.launch.serve_arguments), None)

    def _first_state(self) -> ServingState:
        like = like_configuration(self._parts.workshop, self.launch.serve_arguments)
        return ServingState(
            phase=ServingPhase.STARTING,
            launch_id=self.launch.id,
            model=self._model,
            base_url=self._parts.base_url,
            activity="Waiting until it answers; there is no log to see how far it is",
            elapsed_s=self._clock.elapsed_s,
            started_outside=True,
            log_note=self._server.log_note,
            like_configuration_id=None if like is None else like.id,
            served_by=self._server.where,
            how_to_stop=self.how_to_stop,
        )

    async def _count(self) -> None:
        while not self.ready.is_set():
            self._hub.change_serving(elapsed_s=self._clock.elapsed_s)
            await asyncio.sleep(CLOCK_S)

    async def _until_gone(self) -> int | None:
        if self._server.process is not None:
            await gone(self._server.process)
            return None
        silences = 0
        while silences < SILENCES:
            health = await self._api.health()
            silences = 0 if health.state is HealthState.OK else silences + 1
            await asyncio.sleep(SILENT_S)
        return None

    async def _now_ready(self, ready: Ready) -> None:
        models = await self._api.models()
        await self._save(vllm_version=ready.vllm_version)
        self._hub.change_serving(
            moves=True,
            phase=ServingPhase.READY,
            activity=None,
            model=models[0] if models else self._model,
            vllm_version=ready.vllm_version,
        )
        self.ready.set()
        self._hub.tell("ready", f"{self.name} answers")

    async def _finish(self) -> None:
        """Without a log and an exit code nobody knows why it ended, so it is no failure."""
        await self._save(ended_unix_s=time.time(), outcome="stopped")
        name = self._server.container_name
        goes_on = name is not None and await self._container_goes_on()
        words = ended_words(name) if name is not None and goes_on else None
        self._hub.new_serving(
            ServingState(server_ended=goes_on, activity=words, served_by=self._server.where if goes_on else None)
        )
        self._hub.tell("stopped", f"{self.name} has ended")

    async def _container_goes_on(self) -> bool:
        process = self._server.process
        if process is None or process.container is None:
            return False
        try:
            return (await self._parts.engine.inspect(process.container)).running
        except EngineError:
            return False

    async def _save(self, **changes: object) -> None:
        self.launch = replace(self.launch, **changes)  # type: ignore[arg-type]
        await asyncio.to_thread(self._parts.records.save_launch, self.launch)
