"""From a configuration to a running container: looked at, recorded, planned, started."""

import asyncio
import time
import uuid
from dataclasses import dataclass, replace

from thorhud.agent.hub import Hub
from thorhud.agent.images import check_for_start
from thorhud.agent.parts import Parts
from thorhud.agent.serving.cause_of_end import cause_of_refusal
from thorhud.agent.serving.launch_extras import LaunchExtras
from thorhud.domain.containers import ContainerSpec, ContainerState
from thorhud.domain.custom_model import PREFIX
from thorhud.domain.errors import EngineError, ThorHudError
from thorhud.domain.failures import Failure
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.option_arguments import version_in
from thorhud.domain.state import ServingPhase, ServingState
from thorhud.domain.workshop import Configuration
from thorhud.serving.launch_plan import plan, serve_arguments_of

LAUNCHES_LOOKED_AT = 200
"""Among so many of the newest, one says which vLLM an image holds."""


class DidNotStartError(ThorHudError):
    """Docker did not start the container; the launch is recorded as failed."""

    def __init__(self, error: EngineError, failure: Failure) -> None:
        super().__init__(str(error), next_step=error.next_step, kind=error.kind)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Started:
    """A launch whose container runs."""

    launch: LaunchRecord
    container: ContainerState
    configuration: Configuration


class LaunchStart:
    """Starts one container; what it replaces is gone by then."""

    def __init__(self, hub: Hub, parts: Parts) -> None:
        self._hub = hub
        self._parts = parts

    async def check(self, configuration: Configuration, options: LaunchOptions) -> str:
        """Say in a sentence that it can be started; raise what stands in the way while nothing is lost yet."""
        found = await self._parts.look(configuration)
        if not found.complete:
            reason = found.reason or "The weights are not on this unit."
            raise ThorHudError(reason, next_step=found.next_step, kind="weights-missing")
        image = options.image or self._parts.workshop.container.image
        await self._parts.engine.image_digest(image)
        await check_for_start(self._parts, options.image)
        return f"Weights and image ({image}) are here."

    async def begin(self, configuration: Configuration, *, who: str, extras: LaunchExtras) -> Started:
        """Start *configuration*; raise `DidNotStartError` where Docker does not."""
        if configuration.id.startswith(PREFIX):
            await self._weights_of(configuration)
        launch = LaunchRecord(
            id=uuid.uuid4().hex, configuration_id=configuration.id, started_unix_s=time.time(), options=extras.options
        )
        spec = await self._plan(configuration, launch.id, extras)
        launch = replace(launch, image=spec.image, serve_arguments=serve_arguments_of(spec))
        self._hub.new_serving(
            ServingState(
                phase=ServingPhase.STARTING,
                configuration_id=configuration.id,
                launch_id=launch.id,
                model=configuration.model,
                activity="Starting the container",
                options=extras.options,
            )
        )
        changed = " with options" if extras.options.any_set else ""
        words = f"{who or 'Somebody'} started {configuration.name}{changed}"
        self._hub.tell("action", words, configuration_id=configuration.id)
        await asyncio.to_thread(self._parts.records.save_launch, launch)
        try:
            await check_for_start(self._parts, extras.options.image)
            container = await self._parts.engine.start(spec)
        except EngineError as error:
            raise DidNotStartError(error, await self._did_not_start(launch, error)) from error
        launch = replace(launch, container_id=container.id, image_digest=container.image_digest)
        await asyncio.to_thread(self._parts.records.save_launch, launch)
        return Started(launch, container, configuration)

    async def _plan(self, configuration: Configuration, launch_id: str, extras: LaunchExtras) -> ContainerSpec:
        found = await self._parts.look(configuration)
        if found.files_fault is not None:
            self._hub.tell("action", f"{configuration.name} is started without them: {found.files_fault}")
        return plan(
            self._parts.workshop,
            configuration,
            data_dir=self._parts.data_dir,
            launch_id=launch_id,
            unit=self._parts.unit,
            offline=found.complete,
            files_whole=found.files_fault is None,
            options=extras.options,
            vllm_version=await self.known_version(extras.options),
            hf_token=extras.hf_token,
        )

    async def known_version(self, options: LaunchOptions) -> str | None:
        """Return which vLLM the image holds, learned from its starts; asked only where words depend on it."""
        if not options.fast_start:
            return None
        image = options.image or self._parts.workshop.container.image
        try:
            digest = await self._parts.engine.image_digest(image)
        except EngineError:
            return None  # the start itself will say why
        launches = await asyncio.to_thread(self._parts.records.launches, LAUNCHES_LOOKED_AT)
        return version_in(image, launches, digest=digest)

    async def _weights_of(self, configuration: Configuration) -> None:
        """Nothing is downloaded in silence: a model that nobody announced must be here as a whole."""
        found = await self._parts.look(configuration)
        if not found.complete:
            reason = found.reason or "The weights are not on this unit."
            raise ThorHudError(reason, next_step=found.next_step, kind="weights-missing")

    async def _did_not_start(self, launch: LaunchRecord, error: EngineError) -> Failure:
        failure = cause_of_refusal(error)
        ended = replace(launch, ended_unix_s=time.time(), outcome="failed", failure_kind=failure.kind)
        await asyncio.to_thread(self._parts.records.save_launch, ended)
        return failure
