"""What serves on this unit already is picked up: ours after a restart of the agent, or somebody else's."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace

from thorhud.agent.hub import Hub
from thorhud.agent.launch_watch import LaunchWatch
from thorhud.agent.parts import Parts
from thorhud.agent.server_watch import ServerWatch
from thorhud.domain.containers import OUR_CONFIGURATION, ContainerState
from thorhud.domain.errors import EngineError
from thorhud.domain.messages import LaunchRecord
from thorhud.domain.workshop import Configuration
from thorhud.serving.server import adopt, finish

Begin = Callable[[ServerWatch], None]
"""Runs a watch and keeps it as the one of this unit."""


class Adoption:
    """Looks for a server that nobody watches, and begins to watch it."""

    def __init__(self, hub: Hub, parts: Parts, *, begin: Begin, watched: Callable[[], ServerWatch | None]) -> None:
        self._hub = hub
        self._parts = parts
        self._begin = begin
        self._watched = watched

    async def look(self) -> None:
        """Find what serves; launches whose container is gone are closed."""
        containers = await self._parts.engine.containers()
        ours = [each for each in containers if each.launch_id is not None]
        await self._close_launches_without_container({each.launch_id for each in ours})
        for container in sorted(ours, key=lambda each: each.started_at_s or 0.0, reverse=True):
            await self._adopt_ours(container)
        if not ours:
            found = await adopt(self._parts.engine)
            if found is not None and not found.ours:
                await self._adopt_outside(found.container)

    async def _adopt_ours(self, container: ContainerState) -> None:
        launch_id = container.launch_id or ""
        launch = await asyncio.to_thread(self._parts.records.launch, launch_id)
        never_started = not container.running and container.started_at_s is None
        if never_started or (launch is not None and launch.ended_unix_s is not None):
            # the agent was killed between create and start, or between the record of the end and the removal
            with contextlib.suppress(EngineError):
                await finish(self._parts.engine, container.id)
            return
        if self._watched() is not None:
            return
        configuration_id = container.labels.get(OUR_CONFIGURATION)
        if launch is None:
            launch = LaunchRecord(
                id=launch_id,
                configuration_id=configuration_id,
                started_unix_s=container.started_at_s or time.time(),
                image=container.image,
                image_digest=container.image_digest,
            )
            await asyncio.to_thread(self._parts.records.save_launch, launch)
        configuration = self._parts.workshop.configuration(configuration_id or "")
        self._watch(launch, container, configuration)

    async def _adopt_outside(self, container: ContainerState) -> None:
        launch = LaunchRecord(
            id=f"outside-{container.id[:24]}-{container.started_at_s or 0:.0f}",
            configuration_id=None,
            started_unix_s=container.started_at_s or time.time(),
            image=container.image,
            image_digest=container.image_digest,
            started_outside=True,
        )
        known = await asyncio.to_thread(self._parts.records.launch, launch.id)
        if known is None:
            await asyncio.to_thread(self._parts.records.save_launch, launch)
        self._hub.tell("action", f"A server that was started outside was found: {container.name}")
        self._watch(known or launch, container, None)

    async def _close_launches_without_container(self, present: set[str | None]) -> None:
        watched = self._watched()
        for launch in await asyncio.to_thread(self._parts.records.open_launches):
            if launch.id in present or (watched is not None and watched.launch.id == launch.id):
                continue
            ended = replace(
                launch,
                ended_unix_s=time.time(),
                outcome="stopped" if launch.stop_requested else "failed",
                failure_kind=None if launch.stop_requested else "container-gone",
            )
            await asyncio.to_thread(self._parts.records.save_launch, ended)

    def _watch(self, launch: LaunchRecord, container: ContainerState, configuration: Configuration | None) -> None:
        self._begin(
            LaunchWatch(self._hub, self._parts, launch=launch, container=container, configuration=configuration)
        )
