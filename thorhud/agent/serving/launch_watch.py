"""One container from start to end: its log read and stored, its state shown, its end recorded before it goes."""

import asyncio
import contextlib
import time
from dataclasses import replace

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.cause_of_end import cause_of_end
from thorhud.agent.serving.launch_clock import LaunchClock
from thorhud.agent.serving.launch_end import believable_steps, remove_ended, seconds_to_ready, sharpened
from thorhud.agent.serving.launch_progress import LaunchProgress
from thorhud.agent.serving.log_notes import beginning_gone, ended_words, no_log
from thorhud.agent.serving.stage_history import expectation, stage_seconds
from thorhud.agent.serving.stored_lines import StoredLines
from thorhud.domain.compile_cache import is_warm
from thorhud.domain.containers import ContainerState, RecordedLine
from thorhud.domain.errors import ContainerGone, EngineError
from thorhud.domain.estimate import Expectation
from thorhud.domain.failures import Failure
from thorhud.domain.like_configuration import like_configuration
from thorhud.domain.log_reading import LogReading, read
from thorhud.domain.log_text import PIECE_LIMIT
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.stages import STEP_OF, LogPiece, PipelineStep, pipeline
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.workshop import Configuration
from thorhud.serving.follower import follow
from thorhud.serving.progress import progress
from thorhud.serving.server import Ended, NotUsable, Ready, Report, StopReport, exit_code_of, stop, wait_useful
from thorhud.serving.vllm_api import VllmApi

LINES_AT_ONCE = 5_000


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
        self._lines = 0
        self._log_note: str | None = None
        self._api = VllmApi(parts.base_url)
        self._clock = LaunchClock(self._began_unix_s())
        self._expected = Expectation()

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
        if self.launch.estimate_s is None:
            await self._save(estimate_s=self._expected.total_s)
        await self._take_what_is_stored()
        self._hub.log_of = self.launch.id
        self._hub.new_serving(self._first_state())
        try:
            await self._follow_to_the_end()
            await self._finish()
        finally:
            await self._api.close()
            self.ended.set()

    async def _take_what_is_stored(self) -> None:
        """Read again what an earlier agent stored, slice by slice: it may be much, and a face waits meanwhile."""
        offset = 0
        while lines := await asyncio.to_thread(
            self._parts.records.numbered_lines, self.launch.id, offset, LINES_AT_ONCE
        ):
            for each in lines:
                self._take(each.line, self._clock.recorded_at_s(each.line.stamp))
            offset = lines[-1].number + 1

    async def _follow_to_the_end(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            others = [
                tasks.create_task(self._follow_bars(), name="progress bars"),
                tasks.create_task(self._become_ready(), name="readiness"),
                tasks.create_task(self._show_progress(), name="launch clock"),
            ]
            await self._follow_log()
            for task in others:
                task.cancel()

    async def _follow_log(self, *, since: str | None = None) -> None:
        batches = follow(
            self._parts.engine,
            StoredLines(self._parts.records),
            container=self.container.id,
            launch_id=self.launch.id,
            since=since,
            refused=lambda error: self._hub.change_serving(log_note=no_log(error)),
        )
        with contextlib.suppress(ContainerGone):
            async with contextlib.aclosing(batches):
                async for batch in batches:
                    for line in batch:
                        self._take(line, self._clock.arrived_at_s(line.stamp))
                    self._show_timeline()

    async def _follow_bars(self) -> None:
        """Show bars that have no line end yet; they are never stored."""
        async with contextlib.aclosing(progress(self._parts.engine, self.container.id)) as bars:
            async for text in bars:
                self._reading = read(self._reading, LogPiece(text, self._clock.elapsed_s))
                self._show_timeline()

    def _take(self, line: RecordedLine, at_s: float | None) -> None:
        if not self._lines and at_s is not None:
            self._log_note = beginning_gone(at_s)
            if self._hub.state.serving.launch_id == self.launch.id:
                self._hub.change_serving(log_note=self._log_note)
        self._lines += 1
        for piece in line.text.split(b"\r"):
            if piece:
                # what a line tells stands at its beginning; a broken program may print megabytes behind it
                self._reading = read(self._reading, LogPiece(piece[:PIECE_LIMIT].decode(errors="replace"), at_s))

    def _show_timeline(self) -> None:
        if self._reading.timeline is not self._hub.state.serving.timeline:
            before = self._hub.state.serving.timeline
            self._hub.change_serving(timeline=self._reading.timeline)
            if before is not None and before.current is not self._reading.timeline.current:
                step = STEP_OF[self._reading.timeline.current]
                self._hub.tell("stage", f"{self.name}: {step.value}", stage=self._reading.timeline.current.value)

    async def _become_ready(self) -> None:
        needs_probe = self.configuration is not None and self.configuration.needs_chat_probe
        answer = await wait_useful(
            self._server_end(),
            self._api,
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
            ready_after_s = seconds_to_ready(self._reading.timeline, self._clock.elapsed_s)
        await self._save(ready_after_s=ready_after_s, vllm_version=version, compile_cache=self._compile_cache)
        self._hub.change_serving(
            moves=True,
            phase=ServingPhase.READY,
            activity=None,
            model=models[0] if models else self.launch_model,
            vllm_version=version,
            ready_after_s=ready_after_s,
            remaining_s=None,
            remaining_why=None,
            stalled=None,
            longer_than_usual=False,
        )
        self.ready.set()
        after = "" if ready_after_s is None else f" after {ready_after_s:.0f} s"
        self._hub.tell("ready", f"{self.name} is ready{after}", configuration_id=self.launch.configuration_id)

    @property
    def launch_model(self) -> str | None:
        """The model's name as far as the start says it."""
        if self.configuration is not None:
            return self.configuration.model
        return self._reading.timeline.model or next(iter(self.launch.serve_arguments), None)

    @property
    def _compile_cache(self) -> str | None:
        return self._reading.timeline.compile_cache or self.launch.compile_cache

    @property
    def how_to_stop(self) -> str:
        """What a stop would do, in one sentence."""
        return (
            f"A stop sends SIGINT to the first process of the container {self.container.name}, and ends it with that."
        )

    def _began_unix_s(self) -> float:
        return self.container.started_at_s or self.launch.started_unix_s

    async def _server_end(self) -> int | None:
        """Wait for the server's end; return its exit code as far as anybody knows it."""
        return await exit_code_of(self._parts.engine, self.container.id)

    async def _show_progress(self) -> None:
        showing = LaunchProgress(
            self._hub,
            clock=self._clock,
            expected=self._expected,
            container=self.container.id,
            configuration=self.configuration,
        )
        await showing.run(lambda: self._reading, lambda: self._lines, self.ready)

    def _first_state(self) -> ServingState:
        return ServingState(
            phase=ServingPhase.STARTING,
            configuration_id=self.launch.configuration_id,
            launch_id=self.launch.id,
            model=self.launch_model,
            base_url=self._parts.base_url,
            timeline=self._reading.timeline,
            elapsed_s=self._clock.elapsed_s,
            expected_s={step.value: s for step, s in self._expected.steps(self._reading.timeline).items()},
            started_outside=self.launch.started_outside,
            image_digest=self.container.image_digest,
            vllm_version=self.launch.vllm_version,
            options=self.launch.options,
            compile_cache=self._compile_cache,
            log_note=self._log_note,
            like_configuration_id=self._like_configuration_id(),
            served_by=self._place if self.launch.started_outside else None,
            how_to_stop=self.how_to_stop if self.launch.started_outside else None,
        )

    @property
    def _place(self) -> str:
        return f"the container {self.container.name}"

    def _like_configuration_id(self) -> str | None:
        if not self.launch.started_outside:
            return None
        like = like_configuration(self._parts.workshop, self.launch.serve_arguments)
        return None if like is None else like.id

    async def _usual_seconds(self) -> Expectation:
        configuration = self.configuration or like_configuration(self._parts.workshop, self.launch.serve_arguments)
        if configuration is None:
            return Expectation()
        launches = await asyncio.to_thread(self._parts.records.launches, 200)
        # a simulated start is as long as it is told to be: there is nothing to learn, but a cache to be found
        # and a start with other arguments takes another time
        alike = [each for each in launches if each.serve_arguments == self.launch.serve_arguments]
        learned = [] if self._parts.simulated else alike
        expected = expectation(configuration, learned, start_speed=self._hub.state.agent.start_speed)
        launch = self.launch
        warm = is_warm(
            [each for each in launches if each.id != launch.id],
            image=launch.image,
            digest=launch.image_digest,
            serve_arguments=launch.serve_arguments,
        )
        return replace(expected, cache_likely=warm)

    async def _finish(self) -> None:
        """Store how it ended, then remove it: with the container its log and its exit code would be gone."""
        exit_code = await self._server_end()
        failure = self.failure
        if failure is None and (cause := self._cause(exit_code)) is not None:
            failure = await sharpened(cause, self._hub, self._parts, self.container.id)
        timeline = self._reading.timeline
        await self._save(
            ended_unix_s=time.time(),
            exit_code=exit_code,
            outcome="failed" if failure else "stopped",
            failure_kind=failure.kind if failure else None,
            stage_s=stage_seconds(timeline),
            step_s=believable_steps(timeline, self.launch.ready_after_s),
            compile_cache=self._compile_cache,
            model_memory_gib=timeline.model_memory_gib,
        )
        if not self.launch.started_outside:
            await remove_ended(self._parts.engine, self.container.id, self.name)
        self._show_end(failure, goes_on=await self._container_goes_on())

    def _cause(self, exit_code: int | None) -> Failure | None:
        return cause_of_end(self._reading, self.launch, exit_code=exit_code, ready_seen=self.ready.is_set())

    async def _container_goes_on(self) -> bool:
        """Whether the container outlives its server; one that was started to serve does not."""
        return False

    def _show_end(self, failure: Failure | None, *, goes_on: bool) -> None:
        words = ended_words(self.container.name) if goes_on else None
        if failure is None:
            self._hub.new_serving(
                ServingState(server_ended=goes_on, activity=words, served_by=self._place if goes_on else None)
            )
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
                server_ended=goes_on,
                activity=words,
                remaining_s=None,
                remaining_why=None,
                stalled=None,
                base_url=None,
                timeline=self._reading.timeline,
            )
        )
        self._hub.tell("failed", f"{self.name}: {failure.headline}", kind=failure.kind)

    async def _save(self, **changes: object) -> None:
        self.launch = replace(self.launch, **changes)  # type: ignore[arg-type]
        await asyncio.to_thread(self._parts.records.save_launch, self.launch)
