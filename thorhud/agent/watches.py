"""What the agent looks at again and again: hardware, identity, Docker, what can be started."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from dataclasses import replace

from thorhud.agent.history_keeper import HistoryKeeper
from thorhud.agent.hub import Hub
from thorhud.agent.parts import Parts
from thorhud.agent.serving.serving_control import ServingControl
from thorhud.domain.compile_cache import is_warm
from thorhud.domain.errors import EngineError, RecordsError
from thorhud.domain.reading import Reading
from thorhud.domain.state import ConfigurationAvailability

log = logging.getLogger(__name__)

TELEMETRY_S = 1.0
IDENTITY_S = 60.0
ENGINE_S = 3.0
AVAILABILITY_S = 15.0
LAUNCHES_LOOKED_AT = 200

NO_DOCKER = "Docker does not answer."
"""What fits on a button; the banner says the rest."""


class Watches:
    """One loop for each thing that is looked at."""

    def __init__(self, hub: Hub, parts: Parts, serving: ServingControl, history: HistoryKeeper) -> None:
        self._hub = hub
        self._history = history
        self._parts = parts
        self._serving = serving

    def all(self) -> Iterator[Coroutine[None, None, None]]:
        """Yield every loop, to be run as a task."""
        yield self._telemetry()
        yield self._identity()
        yield self._engine()
        yield self._availability()

    async def _telemetry(self) -> None:
        with self._history:
            while True:
                self._hub.change(telemetry=await self._parts.source.read())
                await self._history.remember(self._hub.state)
                await asyncio.sleep(TELEMETRY_S)

    async def _identity(self) -> None:
        while True:
            await asyncio.sleep(IDENTITY_S)
            self._hub.change(identity=await self._parts.source.identity())

    async def _engine(self) -> None:
        """See whether Docker answers, and pick up what serves already."""
        answering: bool | None = None
        while True:
            try:
                docker = Reading(value=await self._parts.engine.version(), source="docker")
                await self._serving.adopt()
            except EngineError as error:
                docker = Reading(reason=f"{error} {error.next_step}".strip(), source="docker")
                if answering is not False:
                    log.warning("Docker does not answer: %s", error)
            except RecordsError as error:
                docker = self._hub.state.agent.docker
                log.warning("what serves was not looked at: %s", error)
            else:
                if answering is False:
                    log.info("Docker is answering again")
            answering = docker.value is not None
            if docker != self._hub.state.agent.docker:
                self._hub.change(agent=replace(self._hub.state.agent, docker=docker))
                await self.look_at_what_can_start()
            await asyncio.sleep(ENGINE_S)

    async def _availability(self) -> None:
        while True:
            await self.look_at_what_can_start()
            await asyncio.sleep(AVAILABILITY_S)

    async def look_at_what_can_start(self) -> None:
        """See which configurations can be started."""
        docker = self._hub.state.agent.docker
        warm = await self._warm()
        found = []
        for configuration in self._parts.workshop.configurations:
            look = await self._parts.look(configuration)
            reason, label = (NO_DOCKER, "No Docker") if docker.reason is not None else (look.reason, look.label)
            found.append(
                ConfigurationAvailability(
                    configuration_id=configuration.id,
                    startable=look.complete and docker.reason is None,
                    reason=reason,
                    label=label,
                    next_step=look.next_step if docker.reason is None else "",
                    warm=configuration.id in warm,
                )
            )
        if tuple(found) != self._hub.state.availability:
            self._hub.change(availability=tuple(found))

    async def _warm(self) -> set[str]:
        """Return which configurations were compiled here before, as their last starts prove."""
        image = self._parts.workshop.container.image
        try:
            launches = await asyncio.to_thread(self._parts.records.launches, LAUNCHES_LOOKED_AT)
        except RecordsError:
            return set()  # what is written down is said elsewhere; a cache that nobody knows of is none
        # the newest launch of the image knows its digest; a pull since shows in the next launch
        digest = next((each.image_digest for each in launches if each.image == image and each.image_digest), None)
        return {
            each.id
            for each in self._parts.workshop.configurations
            if is_warm(launches, image=image, digest=digest, serve_arguments=each.serve_arguments)
        }
