"""Serving on one unit: one server at a time, switched in one action, found again after a restart of the agent."""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace

from thorhud.agent.adoption import Adoption
from thorhud.agent.cause_of_end import cause_of_refusal
from thorhud.agent.hub import Hub
from thorhud.agent.launch_watch import LaunchWatch
from thorhud.agent.parts import Parts
from thorhud.agent.server_watch import ServerWatch
from thorhud.domain.containers import ContainerState
from thorhud.domain.errors import EngineError, RecordsError, ThorHudError
from thorhud.domain.failures import Failure
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.repairs import RepairId, RepairProof, Situation
from thorhud.domain.stages import PipelineStep
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.workshop import Configuration
from thorhud.serving.launch_plan import plan

log = logging.getLogger(__name__)

NO_RECORDS_STEP = "Look at the free disk space; the model goes on and is found again by itself."

OUTSIDE = ThorHudError(
    "This server was started outside the HUD, so it is not stopped without an explicit yes.",
    next_step="Confirm that it may be stopped, or stop it where it was started.",
    kind="started-outside",
)


class ServingControl:
    """Starts, switches, stops and adopts; at most one change at a time."""

    def __init__(
        self, hub: Hub, parts: Parts, tasks: asyncio.TaskGroup, *, cancel_requests: Callable[[], Awaitable[None]]
    ) -> None:
        self._hub = hub
        self._parts = parts
        self._tasks = tasks
        self._cancel_requests = cancel_requests
        self._changing = asyncio.Lock()
        self._watch: ServerWatch | None = None
        self._adoption = Adoption(hub, parts, begin=self._keep, watched=lambda: self._watch)

    @property
    def changing(self) -> bool:
        """Whether something is being started or stopped right now."""
        return self._changing.locked()

    async def launch(self, configuration: Configuration, *, who: str) -> None:
        """Stop what is served, clear the memory, start *configuration* and wait until it is ready.

        Raises a `ThorHudError` with the cause where it does not become ready.
        """
        # to its end even where whoever asked is cancelled: a container without a watch would be nobody's
        switching = self._tasks.create_task(self._switch(configuration, who), name="switch")
        watch = await asyncio.shield(switching)
        if isinstance(watch, ThorHudError):
            raise watch
        await self._ready_or_ended(watch)

    async def _switch(self, configuration: Configuration, who: str) -> LaunchWatch | ThorHudError:
        async with self._changing:
            try:
                if self._watch is not None:
                    self._hub.change_serving(moves=True, next_configuration_id=configuration.id)
                    await self._stop_current(force=False)
                    await self._clear_memory()
                return await self._start(configuration, who=who)
            except ThorHudError as error:
                return error

    async def stop(self, *, who: str, force: bool = False) -> None:
        """Stop what is served; *force* where a person said yes to stopping what the HUD did not start."""
        async with self._changing:
            await self._stop_current(force=force)
        self._hub.tell("action", f"{who or 'Somebody'} stopped the model")

    def dismiss(self) -> None:
        """Take a failure off the screen."""
        if self._hub.state.serving.phase is ServingPhase.FAILED:
            self._hub.new_serving(ServingState())

    async def adopt(self) -> None:
        """Find what serves on this unit already: ours after a restart of the agent, or somebody else's."""
        if self._watch is not None or self._changing.locked():
            return
        async with self._changing:
            await self._adoption.look()

    async def _start(self, configuration: Configuration, *, who: str) -> LaunchWatch:
        found = await self._parts.look(configuration)
        launch = LaunchRecord(
            id=uuid.uuid4().hex,
            configuration_id=configuration.id,
            started_unix_s=time.time(),
            image=self._parts.workshop.container.image,
            serve_arguments=configuration.serve_arguments,
        )
        self._hub.new_serving(
            ServingState(
                phase=ServingPhase.STARTING,
                configuration_id=configuration.id,
                launch_id=launch.id,
                model=configuration.model,
                activity="Starting the container",
            )
        )
        self._hub.tell("action", f"{who or 'Somebody'} started {configuration.name}", configuration_id=configuration.id)
        await asyncio.to_thread(self._parts.records.save_launch, launch)
        spec = plan(
            self._parts.workshop,
            configuration,
            data_dir=self._parts.data_dir,
            launch_id=launch.id,
            unit=self._parts.unit,
            offline=found.complete,
            files_whole=found.files_fault is None,
        )
        if found.files_fault is not None:
            self._hub.tell("action", f"{configuration.name} is started without them: {found.files_fault}")
        try:
            container = await self._parts.engine.start(spec)
        except EngineError as error:
            await self._did_not_start(launch, error)
            raise
        launch = replace(launch, container_id=container.id, image_digest=container.image_digest)
        await asyncio.to_thread(self._parts.records.save_launch, launch)
        return self._begin_watch(launch, container, configuration)

    async def _did_not_start(self, launch: LaunchRecord, error: EngineError) -> None:
        failure = cause_of_refusal(error)
        ended = replace(launch, ended_unix_s=time.time(), outcome="failed", failure_kind=failure.kind)
        await asyncio.to_thread(self._parts.records.save_launch, ended)
        self._show_failure(failure)

    def _show_failure(self, failure: Failure) -> None:
        self._hub.change_serving(
            moves=True,
            phase=ServingPhase.FAILED,
            activity=None,
            failed_step=PipelineStep.CONTAINER.value,
            failure=failure,
        )
        self._hub.tell("failed", failure.headline, kind=failure.kind)

    def _begin_watch(
        self, launch: LaunchRecord, container: ContainerState, configuration: Configuration | None
    ) -> LaunchWatch:
        watch = LaunchWatch(self._hub, self._parts, launch=launch, container=container, configuration=configuration)
        self._keep(watch)
        return watch

    def _keep(self, watch: ServerWatch) -> None:
        self._watch = watch
        self._tasks.create_task(self._run_watch(watch), name=f"watch {watch.launch.id[:8]}")

    async def _run_watch(self, watch: ServerWatch) -> None:
        try:
            await watch.run()
        except* RecordsError as errors:
            # the container goes on; it is found again and its log read again where this one broke off
            error = errors.exceptions[0]
            log.warning("the watch of %s ended: %s", watch.name, error)
            self._show_failure(Failure(kind="records", headline=str(error), next_step=NO_RECORDS_STEP))
        finally:
            if self._watch is watch:
                self._watch = None
        await self._cancel_requests()

    async def _ready_or_ended(self, watch: ServerWatch) -> None:
        waits = [
            asyncio.ensure_future(watch.ready.wait()),
            asyncio.ensure_future(watch.ended.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if watch.ready.is_set() and not watch.ended.is_set():
            return
        if watch.failure is not None:
            failure = watch.failure
            raise ThorHudError(
                f"{watch.name} did not start: {failure.headline}.", next_step=failure.next_step, kind=failure.kind
            )
        raise ThorHudError(f"{watch.name} was stopped before it was ready.", kind="stopped")

    async def _stop_current(self, *, force: bool) -> None:
        await self._cancel_requests()
        watch = self._watch
        if watch is None:
            self.dismiss()
            return
        if watch.launch.started_outside and not force:
            raise OUTSIDE
        await watch.request_stop()
        self._hub.change_serving(moves=True, phase=ServingPhase.STOPPING, activity=f"Stopping {watch.name}")
        report = await watch.end_server(lambda words: self._hub.change_serving(activity=words))
        if not report.gone:
            raise EngineError(report.reason or f"{watch.name} did not stop.", next_step="Look at: docker ps")
        await watch.ended.wait()

    async def _clear_memory(self) -> None:
        if not self._parts.clears_memory or self._parts.repairs is None:
            return
        self._hub.change_serving(activity="Clearing memory")
        async for step in self._parts.repairs.run(RepairId.CLEAR_MEMORY, Situation()):
            if isinstance(step, RepairProof):
                words = f"{step.sentence} {step.next_step}" if step.command else step.sentence
                self._hub.change_serving(activity=words)
                self._hub.tell("action", words)
