"""One container from start to end: its log read and stored, its state shown, its end recorded before it goes."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from dataclasses import replace

from thorhud.agent.cause_of_end import cause_of_end
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.stage_history import expected_seconds, stage_seconds
from thorhud.agent.stored_lines import StoredLines
from thorhud.domain.containers import ContainerState, RecordedLine
from thorhud.domain.errors import ContainerGone, EngineError, EngineUnreachable
from thorhud.domain.estimate import CACHED_COMPILE_S, SmoothRemaining, remaining
from thorhud.domain.failures import Failure
from thorhud.domain.log_reading import LogReading, read
from thorhud.domain.log_text import stamp_s
from thorhud.domain.memory_cause import ledger_after, refine
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.stages import STEP_OF, LogPiece, PipelineStep, pipeline, step_seconds
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.trouble import facts_of, refine_by_unit
from thorhud.domain.workshop import Configuration
from thorhud.serving.follower import follow
from thorhud.serving.progress import progress
from thorhud.serving.server import Ended, NotUsable, Ready, Report, StopReport, exit_code_of, finish, stop, wait_ready
from thorhud.serving.vllm_api import VllmApi

log = logging.getLogger(__name__)

CLOCK_S = 0.5
RETRY_S = 1.0


class LaunchWatch:
    """Keeps the serving state true for one container."""

    def __init__(
        self,
        hub: Hub,
        parts: Parts,
        *,
        launch: LaunchRecord,
        container: ContainerState,
        configuration: Configuration | None,
    ) -> None:
        self._hub = hub
        self._parts = parts
        self.launch = launch
        self.configuration = configuration
        self.container = container
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()
        self.failure: Failure | None = None
        self._reading = LogReading()
        self._api = VllmApi(parts.base_url)
        self._began_s = container.started_at_s or launch.started_unix_s
        self._expected: Mapping[PipelineStep, float] = {}
        self._smooth = SmoothRemaining()

    @property
    def name(self) -> str:
        """What is served, as a person calls it."""
        return self.configuration.name if self.configuration else self.container.name

    async def request_stop(self) -> None:
        """Remember that the end is asked for, before anything is signalled: a kill of the agent must not forget it."""
        await self._save(stop_requested=True)

    async def end_server(self, report: Report) -> StopReport:
        """Stop the container's first process, which is the server."""
        return await stop(self._parts.engine, self.container.id, report=report)

    async def run(self) -> None:
        """Follow the container to its end."""
        self._expected = await self._usual_seconds()
        for line in await asyncio.to_thread(self._parts.records.lines, self.launch.id):
            self._take(line)
        self._hub.log_of = self.launch.id
        self._hub.new_serving(self._first_state())
        try:
            await self._follow_to_the_end()
            await self._finish()
        finally:
            await self._api.close()
            self.ended.set()

    async def _follow_to_the_end(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            others = [
                tasks.create_task(self._follow_bars(), name="progress bars"),
                tasks.create_task(self._become_ready(), name="readiness"),
                tasks.create_task(self._clock(), name="launch clock"),
            ]
            batches = follow(
                self._parts.engine,
                StoredLines(self._parts.records),
                container=self.container.id,
                launch_id=self.launch.id,
            )
            with contextlib.suppress(ContainerGone):
                async with contextlib.aclosing(batches):
                    async for batch in batches:
                        for line in batch:
                            self._take(line)
                        self._show_timeline()
            for task in others:
                task.cancel()

    async def _follow_bars(self) -> None:
        """Show bars that have no line end yet; they are never stored."""
        async with contextlib.aclosing(progress(self._parts.engine, self.container.id)) as bars:
            async for text in bars:
                self._reading = read(self._reading, LogPiece(text, time.time() - self._began_s))
                self._show_timeline()

    def _take(self, line: RecordedLine) -> None:
        at = stamp_s(line.stamp)
        at_s = None if at is None else at - self._began_s
        for piece in line.text.decode(errors="replace").split("\r"):
            if piece:
                self._reading = read(self._reading, LogPiece(piece, at_s))

    def _show_timeline(self) -> None:
        if self._reading.timeline is not self._hub.state.serving.timeline:
            before = self._hub.state.serving.timeline
            self._hub.change_serving(timeline=self._reading.timeline)
            if before is not None and before.current is not self._reading.timeline.current:
                step = STEP_OF[self._reading.timeline.current]
                self._hub.tell("stage", f"{self.name}: {step.value}", stage=self._reading.timeline.current.value)

    async def _become_ready(self) -> None:
        needs_probe = self.configuration is not None and self.configuration.needs_chat_probe
        answer = await wait_ready(
            self._parts.engine,
            self._api,
            self.container.id,
            model=self.configuration.model if self.configuration else None,
            needs_chat_probe=needs_probe,
            report=lambda words: self._hub.change_serving(activity=words),
        )
        match answer:
            case Ready():
                await self._now_ready(answer)
            case NotUsable(failure=failure):
                # healthy, and yet every chat fails: ended like a failed start
                self.failure = failure
                self._hub.change_serving(activity="Stopping a server that does not answer a chat")
                with contextlib.suppress(EngineError):
                    await self._parts.engine.kill(self.container.id, "SIGINT")
            case Ended():
                return

    async def _now_ready(self, ready: Ready) -> None:
        models = await self._api.models()
        version = ready.vllm_version or self._reading.timeline.vllm_version
        ready_after_s = self.launch.ready_after_s
        if ready_after_s is None and not self.launch.started_outside:
            ready_after_s = time.time() - self._began_s
        await self._save(ready_after_s=ready_after_s, vllm_version=version)
        self._hub.change_serving(
            moves=True,
            phase=ServingPhase.READY,
            activity=None,
            model=models[0] if models else self.launch_model,
            vllm_version=version,
            ready_after_s=ready_after_s,
            remaining_s=None,
            longer_than_usual=False,
        )
        self.ready.set()
        after = "" if ready_after_s is None else f" after {ready_after_s:.0f} s"
        self._hub.tell("ready", f"{self.name} is ready{after}", configuration_id=self.launch.configuration_id)

    @property
    def launch_model(self) -> str | None:
        """The model's name as far as the start says it."""
        return self.configuration.model if self.configuration else self._reading.timeline.model

    async def _clock(self) -> None:
        while not self.ready.is_set():
            elapsed_s = time.time() - self._began_s
            estimate = self._smooth.show(
                remaining(
                    self._expected,
                    self._reading.timeline,
                    elapsed_s,
                    cached_compile_s=CACHED_COMPILE_S / self._hub.state.agent.start_speed,
                )
            )
            self._hub.change_serving(
                elapsed_s=elapsed_s,
                remaining_s=estimate.remaining_s,
                longer_than_usual=estimate.longer_than_usual,
            )
            await asyncio.sleep(CLOCK_S)

    def _first_state(self) -> ServingState:
        return ServingState(
            phase=ServingPhase.STARTING,
            configuration_id=self.launch.configuration_id,
            launch_id=self.launch.id,
            model=self.launch_model,
            base_url=self._parts.base_url,
            timeline=self._reading.timeline,
            elapsed_s=time.time() - self._began_s,
            expected_s={step.value: seconds for step, seconds in self._expected.items()},
            started_outside=self.launch.started_outside,
            image_digest=self.container.image_digest,
            vllm_version=self.launch.vllm_version,
        )

    async def _usual_seconds(self) -> Mapping[PipelineStep, float]:
        if self.configuration is None:
            return {}
        # a simulated start is as long as it is told to be: there is nothing to learn
        launches = [] if self._parts.simulated else await asyncio.to_thread(self._parts.records.launches, 200)
        return expected_seconds(self.configuration, launches, start_speed=self._hub.state.agent.start_speed)

    async def _finish(self) -> None:
        """Store how it ended, then remove it: with the container its log and its exit code would be gone."""
        exit_code = await exit_code_of(self._parts.engine, self.container.id)
        failure = self.failure or cause_of_end(
            self._reading,
            self.launch,
            exit_code=exit_code,
            ready_seen=self.ready.is_set(),
        )
        if failure is not None and self.failure is None:
            failure = refine_by_unit(
                refine(failure, ledger_after(self._hub.state, self._parts.workshop, self.container.id)),
                facts_of(self._hub.state.telemetry, out_of_memory=await self._was_out_of_memory()),
            )
        await self._save(
            ended_unix_s=time.time(),
            exit_code=exit_code,
            outcome="failed" if failure else "stopped",
            failure_kind=failure.kind if failure else None,
            stage_s=stage_seconds(self._reading.timeline),
            step_s={step.value: seconds for step, seconds in step_seconds(self._reading.timeline).items()},
            model_memory_gib=self._reading.timeline.model_memory_gib,
        )
        if not self.launch.started_outside:
            await self._remove()
        self._show_end(failure)

    async def _was_out_of_memory(self) -> bool:
        try:
            return (await self._parts.engine.inspect(self.container.id)).out_of_memory
        except EngineError:
            return False

    async def _remove(self) -> None:
        while True:
            try:
                await finish(self._parts.engine, self.container.id)
            except EngineUnreachable:
                await asyncio.sleep(RETRY_S)
            except EngineError as error:
                log.warning("the container of %s stays: %s", self.name, error)
                return
            else:
                return

    def _show_end(self, failure: Failure | None) -> None:
        if failure is None:
            self._hub.new_serving(ServingState())
            self._hub.tell("stopped", f"{self.name} stopped", configuration_id=self.launch.configuration_id)
            return
        at = (each.step for each in pipeline(self._reading.timeline) if each.state == "current")
        step = PipelineStep.READY if self.ready.is_set() else next(at, PipelineStep.READY)
        self.failure = failure
        self._hub.new_serving(
            replace(
                self._hub.state.serving,
                phase=ServingPhase.FAILED,
                failure=failure,
                failed_step=step.value,
                activity=None,
                remaining_s=None,
                base_url=None,
                timeline=self._reading.timeline,
            )
        )
        self._hub.tell("failed", f"{self.name}: {failure.headline}", kind=failure.kind)

    async def _save(self, **changes: object) -> None:
        self.launch = replace(self.launch, **changes)  # type: ignore[arg-type]
        await asyncio.to_thread(self._parts.records.save_launch, self.launch)
