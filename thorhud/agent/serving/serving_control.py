"""Serving on one unit: one server at a time, switched in one action, found again after a restart of the agent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.adoption import Adoption
from thorhud.agent.serving.launch_extras import PLAIN, LaunchExtras
from thorhud.agent.serving.launch_start import DidNotStartError, LaunchStart
from thorhud.agent.serving.launch_watch import LaunchWatch
from thorhud.agent.serving.memory_back import MemoryBack
from thorhud.agent.serving.server_watch import ServerWatch
from thorhud.agent.serving.switching import Outcome, Switch, awaited, brought
from thorhud.domain.asker import asker
from thorhud.domain.errors import EngineError, RecordsError, ThorHudError
from thorhud.domain.failures import Failure
from thorhud.domain.stages import PipelineStep
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.switching import StepState, SwitchStepName, title
from thorhud.domain.workshop import Configuration

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
        self._switch_on: Switch | None = None
        self._taken_over = ""
        self._starting = LaunchStart(hub, parts)
        hub.seen_as = self._seen_as
        self._adoption = Adoption(hub, parts, begin=self._keep, watched=lambda: self._watch)

    @property
    def changing(self) -> bool:
        """Whether something is being started or stopped right now."""
        return self._changing.locked()

    @property
    def how_to_stop(self) -> str:
        """What a stop of what serves now would do, in one sentence; empty where nothing serves."""
        return "" if self._watch is None else self._watch.how_to_stop

    def _seen_as(self, serving: ServingState) -> ServingState:
        """Return what replaces the serving state, with what the state before knows and nobody says twice."""
        before = self._hub.state.serving
        serving = replace(serving, changing_who=serving.changing_who or before.changing_who)
        if self._switch_on is not None:
            return self._switch_on.seen_in(serving)
        same = serving.launch_id is not None and serving.launch_id == before.launch_id
        return replace(serving, switch_steps=before.switch_steps) if same else serving

    async def launch(self, configuration: Configuration, *, who: str, extras: LaunchExtras = PLAIN) -> None:
        """Stop what is served, clear the memory, start *configuration* and wait until it is ready.

        Raises a `ThorHudError` with the cause where it does not become ready.
        """
        if extras.take_over:
            self._take_over(who)
        # to its end even where whoever asked is cancelled: a container without a watch would be nobody's
        changing = self._tasks.create_task(self._change_to(configuration, who, extras), name="switch")
        watch = await asyncio.shield(changing)
        if isinstance(watch, ThorHudError):
            raise watch
        await self._ready_or_ended(watch)

    async def _change_to(
        self, configuration: Configuration, who: str, extras: LaunchExtras
    ) -> ServerWatch | ThorHudError:
        async with self._changing:
            try:
                if self._watch is None:
                    return await self._start(configuration, who, extras)
                return await self._switch(self._watch, configuration, who, extras)
            except DidNotStartError as error:
                self._show_failure(error.failure)
                return error
            except ThorHudError as error:
                return error

    async def _switch(
        self, watch: ServerWatch, configuration: Configuration, who: str, extras: LaunchExtras
    ) -> ServerWatch:
        memory = MemoryBack(self._hub, self._parts, configuration, extras.options)
        switch = Switch(old=watch.name, new=configuration.name, new_id=configuration.id, show=self._show_steps)
        self._switch_on = switch
        was = self._hub.state.serving
        self._hub.change_serving(moves=True, next_configuration_id=configuration.id)
        try:
            await switch.step(SwitchStepName.CHECK, self._check(configuration, extras))
            await switch.step(SwitchStepName.REQUESTS, awaited(self._cancel_requests, "Nothing of ours is on its way."))
            await switch.step(SwitchStepName.STOP, self._stop_for_next(watch))
            await switch.step(SwitchStepName.SYNC, memory.sync())
            await switch.step(SwitchStepName.CLEAR, memory.clear())
            await switch.step(SwitchStepName.PROVE, memory.prove())
            await switch.step(SwitchStepName.START, self._start_next(configuration, who, extras))
        except ThorHudError as error:
            self._after_broken_switch(switch, watch, was, error)
            raise
        finally:
            self._switch_on = None
            switch.ended.set()
        assert self._watch is not None  # noqa: S101 - the last step began it
        return self._watch

    async def _check(self, configuration: Configuration, extras: LaunchExtras) -> Outcome:
        return brought(await self._starting.check(configuration, extras.options))

    async def _stop_for_next(self, watch: ServerWatch) -> Outcome:
        await self._end(watch, force=False)
        return brought(f"{watch.name} has ended.")

    async def _start_next(self, configuration: Configuration, who: str, extras: LaunchExtras) -> Outcome:
        await self._start(configuration, who, extras)
        return brought("Its container runs.")

    def _after_broken_switch(self, switch: Switch, watch: ServerWatch, was: ServingState, error: ThorHudError) -> None:
        """Show what there is: the old model where it was kept, nothing where it is gone."""
        self._switch_on = None  # what is shown from here on is no switch any more
        steps = tuple(switch.steps)
        if isinstance(error, DidNotStartError):
            self._hub.change_serving(switch_steps=steps)
        elif not watch.ended.is_set():
            # kept on purpose, or it could not be stopped
            phase = ServingPhase.READY if watch.ready.is_set() else ServingPhase.STARTING
            self._hub.change_serving(
                moves=True, phase=phase, next_configuration_id=None, switch_steps=(), activity=was.activity
            )
        else:
            self._hub.new_serving(ServingState(switch_steps=steps))
        self._hub.tell("action", str(error))

    def _show_steps(self) -> None:
        if self._switch_on is None:
            return
        running = next((each for each in self._switch_on.steps if each.state == StepState.RUNNING), None)
        self._hub.change_serving(switch_steps=tuple(self._switch_on.steps))
        if running is not None and running.name != SwitchStepName.STOP:
            self._hub.change_serving(activity=title(running.name, old=self._switch_on.old, new=self._switch_on.new))

    def _take_over(self, who: str) -> None:
        """Cancel what is being started, in the name of whoever wants the unit now."""
        self._taken_over = f"{asker(who)} took over."
        if self._switch_on is not None:
            self._switch_on.cancel(self._taken_over)
        self._hub.tell("action", self._taken_over)

    async def stop(self, *, who: str, force: bool = False) -> str:
        """Stop what is served; *force* where a person said yes to stopping what the HUD did not start.

        A switch that goes on is cancelled instead; returns what that left behind, as a sentence, or nothing.
        """
        switch = self._switch_on
        if switch is not None:
            switch.cancel(f"{asker(who)} cancelled the switch.")
            await switch.ended.wait()
            if switch.left:
                return switch.left
        async with self._changing:
            await self._stop_current(force=force)
        self._hub.tell("action", f"{who or 'Somebody'} stopped the model")
        return ""

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

    async def _start(self, configuration: Configuration, who: str, extras: LaunchExtras) -> ServerWatch:
        self._taken_over = ""
        started = await self._starting.begin(configuration, who=who, extras=extras)
        watch = LaunchWatch(
            self._hub,
            self._parts,
            launch=started.launch,
            container=started.container,
            configuration=started.configuration,
        )
        self._keep(watch)
        return watch

    def _show_failure(self, failure: Failure) -> None:
        self._hub.change_serving(
            moves=True,
            phase=ServingPhase.FAILED,
            activity=None,
            failed_step=PipelineStep.CONTAINER.value,
            failure=failure,
        )
        self._hub.tell("failed", failure.headline, kind=failure.kind)

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
        if self._taken_over:
            raise ThorHudError(f"{self._taken_over} {watch.name} was stopped before it was ready.", kind="taken-over")
        raise ThorHudError(f"{watch.name} was stopped before it was ready.", kind="stopped")

    async def _stop_current(self, *, force: bool) -> None:
        await self._cancel_requests()
        watch = self._watch
        if watch is None:
            self.dismiss()
            return
        await self._end(watch, force=force)

    def _say_while_stopping(self, words: str) -> None:
        """Say how far the stop is; the watch may have shown the end already, and there it would stay on the screen."""
        if self._hub.state.serving.phase is ServingPhase.STOPPING:
            self._hub.change_serving(activity=words)

    async def _end(self, watch: ServerWatch, *, force: bool) -> None:
        if watch.launch.started_outside and not force:
            raise OUTSIDE
        await watch.request_stop()
        self._hub.change_serving(moves=True, phase=ServingPhase.STOPPING, activity=f"Stopping {watch.name}")
        report = await watch.end_server(self._say_while_stopping)
        if not report.gone:
            phase = ServingPhase.READY if watch.ready.is_set() else ServingPhase.STARTING
            self._hub.change_serving(moves=True, phase=phase, activity=report.reason)
            raise EngineError(report.reason or f"{watch.name} did not stop.", next_step="Look at: docker ps")
        await watch.ended.wait()
